"""Runs the suite: once on SQLite, once more on PostgreSQL where a server answers.

`--full` runs what is too long for every change instead, and fails where something it needs is missing.
"""

import os
import subprocess
import sys

from tests.requirements import ALL, ENGINE, answering_server

TABLELESS = (
    "tests/attendance/matching",
    "tests/attendance/reports",
    "tests/bench",
    "tests/gateway",
    "tests/outbox/composition",
    "tests/patterns",
    "tests/replies/parser",
    "tests/wire",
    "tests/words",
)


def run(title: str, arguments: list[str], environment: dict[str, str]) -> int:
    """Runs pytest once and gives its exit code."""
    print(f"== {title}", flush=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        os.environ.get("WEBINARS_TEST_PROCESSES", "2"),
        *arguments,
    ]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode


def main(arguments: list[str]) -> int:
    """0 when everything that could run is green."""
    kind = "not full"
    if "--full" in arguments:
        arguments = [one for one in arguments if one != "--full"]
        kind = "full"
        os.environ[ALL] = "1"
    server = answering_server()
    code = run("SQLite", ["-m", kind, *arguments], {ENGINE: "sqlite"})
    if server is None:
        print(
            "== PostgreSQL: skipped, no server answers on this machine (WEBINARS_TEST_POSTGRESQL names one)"
        )
        return code or (1 if os.environ.get(ALL) else 0)
    # what does not touch our tables is not run twice
    rest = ["-m", f"{kind} and not browser and not reader", *[f"--ignore={place}" for place in TABLELESS]]
    rest += arguments
    return code or run("PostgreSQL", rest, {ENGINE: "postgresql"})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
