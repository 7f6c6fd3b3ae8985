"""Brings the French catalogue up to date with the sources; says what is missing. With --check it writes nothing."""

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
FRENCH = HERE / "fr" / "LC_MESSAGES" / "messages.po"
EXTRACT = (
    "-q",
    "extract",
    "-F",
    "babel.cfg",
    "-k",
    "_l",
    "-k",
    "_n:1,2",
    "-k",
    "Noun:1,2",
    "--no-location",
    "--sort-output",
)


def extracted() -> Catalog:
    """Every text of code and templates."""
    pybabel = Path(sys.executable).parent / "pybabel"
    with tempfile.NamedTemporaryFile(suffix=".pot") as pot:
        subprocess.run([pybabel, *EXTRACT, "-o", pot.name, "."], cwd=HERE.parent, check=True)
        return read_po(pot)


def translated() -> Catalog:
    """The French there is."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def main(arguments: list[str]) -> int:
    """0 when every text has its French; texts nobody says any more are left out."""
    known = {message.id: message.string for message in translated() if message.id}
    result = Catalog(locale="fr", project="webinars", version="1", fuzzy=False)
    missing = 0
    for message in extracted():
        if not message.id:
            continue
        is_plural = isinstance(message.id, tuple)
        string = known.get(message.id)
        if not string or isinstance(string, tuple) != is_plural or (is_plural and not all(string)):
            print("missing:", message.id)
            missing += 1
            string = ("", "") if is_plural else ""
        result.add(message.id, string, flags=message.flags - {"fuzzy"})
    print(f"{missing} missing")
    if "--check" not in arguments:
        with FRENCH.open("wb") as file:
            write_po(file, result, omit_header=False, sort_output=True, width=110)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
