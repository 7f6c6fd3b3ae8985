"""What processes cost is read for the whole tree."""

import os
import subprocess
import sys

from bench.processes import cpu_seconds, tree_of

BUSY = "import time\nwhile time.process_time() < 0.3: pass\nprint('done', flush=True)\ninput()"
WITH_A_CHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])"


def test_a_child_of_a_child_counts() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WITH_A_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        tree, cost = tree_of(process.pid), cpu_seconds(process.pid)
        process.communicate("\n")

    assert len(tree) == 2
    assert cost >= 0.25


def test_a_process_that_is_gone_costs_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    assert cpu_seconds(process.pid) == 0


def test_our_own_tree_begins_with_us() -> None:
    assert tree_of(os.getpid())[0] == os.getpid()
