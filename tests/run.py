"""Runs the suite: once on SQLite, once more on PostgreSQL where a server answers."""

import os
import subprocess
import sys

from tests.requirements import ALL, ENGINE, answering_server


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
    server = answering_server()
    code = run("SQLite", [*arguments], {ENGINE: "sqlite"})
    if server is None:
        print(
            "== PostgreSQL: skipped, no server answers on this machine (WEBINARS_TEST_POSTGRESQL names one)"
        )
        return code or (1 if os.environ.get(ALL) else 0)
    # what does not touch our tables is not run twice
    rest = ["-m", "not browser and not reader", *arguments]
    return code or run("PostgreSQL", rest, {ENGINE: "postgresql"})


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
