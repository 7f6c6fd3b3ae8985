"""What a process and all its children have cost, as the kernel counts it."""

import os
from collections import defaultdict
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    tree = [pid]
    for one in tree:  # grows while it is walked
        tree += children[one]
    return tree


def cpu_seconds(pid: int) -> float:
    """User and system time of the whole tree so far, children that have ended included."""
    return sum(_own(one) for one in tree_of(pid))


def _own(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) / TICKS if fields else 0.0


def _stat(pid: int) -> list[str]:
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    # the name stands in brackets and may hold anything
    return line.rpartition(")")[2].split()
