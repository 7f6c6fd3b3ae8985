"""Merges the French written beside each feature into one catalogue; says what is missing."""

import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
FRENCH = HERE / "fr" / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    pot = HERE / "messages.pot"
    command = [
        "pybabel",
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "-k",
        "_l",
        "-k",
        "_n:1,2",
        "--no-location",
        "--sort-output",
    ]
    subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:], "-o", str(pot), "."],
        cwd=HERE.parent,
        check=True,
    )
    with pot.open("rb") as file:
        catalog = read_po(file)
    pot.unlink()
    return catalog


def main() -> int:
    known: dict[object, object] = {}
    for path in [FRENCH, *sorted((HERE / "parts").glob("*.po"))]:
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale="fr"):
                    if message.id and message.string and message.id not in known:
                        known[message.id] = message.string
    result = Catalog(locale="fr", project="webinars", version="1", fuzzy=False)
    missing = 0
    for message in extracted():
        if not message.id:
            continue
        string = known.get(message.id, "")
        whole = all(string) if isinstance(string, tuple) else string
        if not whole or isinstance(message.id, tuple) != isinstance(string, tuple):
            print("missing:", message.id)
            missing += 1
            string = ("", "") if isinstance(message.id, tuple) else ""
        result.add(message.id, string, flags=message.flags - {"fuzzy"})
    if "--check" in sys.argv:
        print(f"{missing} missing")
        return 1 if missing else 0
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    with FRENCH.open("wb") as file:
        write_po(file, result, omit_header=False, sort_output=True, width=110)
    print(f"{missing} missing")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
