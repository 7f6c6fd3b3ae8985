"""French is complete: nothing untranslated, nothing fuzzy, nothing left behind."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from config import ROOT

FRENCH = ROOT / "translations" / "fr" / "LC_MESSAGES" / "messages.po"


@pytest.mark.slow("the sentences of all sources and templates are extracted")
def test_the_sources_say_nothing_that_french_does_not() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "translations" / "catalogue.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "0 missing\n")


def test_no_entry_is_empty_or_fuzzy() -> None:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")

    assert [entry.id for entry in catalogue if entry.id and (entry.fuzzy or not entry.string)] == []


def test_french_typography_is_in_place() -> None:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")

    texts = [
        text
        for entry in catalogue
        if entry.id
        for text in ([entry.string] if isinstance(entry.string, str) else entry.string)
    ]
    assert [text for text in texts if re.search(r" [:;!?»]|« | %%|(?<=\w)'(?=\w)", text)] == []


def test_french_keeps_its_placeholders() -> None:
    with FRENCH.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    names = re.compile(r"%\((\w+)\)[sd]")

    def wrong(source: str, french: str) -> bool:
        return not set(names.findall(french)) <= set(names.findall(source))

    odd = []
    for entry in catalogue:
        if isinstance(entry.id, tuple):
            odd += [entry.id for text in entry.string if wrong(" ".join(entry.id), text)]
        elif entry.id and (wrong(entry.id, entry.string) or wrong(entry.string, entry.id)):
            odd.append(entry.id)
    assert odd == []
