"""`python -m tests.chaos --kills 200 --mails 2000`: on SQLite, then on PostgreSQL where a server answers."""

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.chaos.harness import run
from tests.requirements import ALL, answering_server


def main() -> int:
    """0 when every run was sound."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos", description="Kill workers while mail leaves."
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database only")
    options = parser.parse_args()
    servers: list[str | None] = [] if options.only == "postgresql" else [None]
    postgresql = None if options.only == "sqlite" else answering_server()
    if postgresql:
        servers.append(postgresql)
    elif options.only != "sqlite":
        print("PostgreSQL: skipped, no server answers", flush=True)
    is_complete = bool(options.only) or not os.environ.get(ALL) or len(servers) == 2
    sound = bool(servers) and is_complete
    for server in servers:
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(kills=options.kills, mails=options.mails, folder=Path(folder), server=server)
        print(json.dumps(outcome.facts()), flush=True)
        sound = sound and outcome.is_sound
    return 0 if sound else 1


if __name__ == "__main__":
    raise SystemExit(main())
