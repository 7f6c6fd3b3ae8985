"""French is complete: nothing untranslated, nothing fuzzy, nothing left behind."""

import ast
import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from config import ROOT
from tests.rules.sources import modules, name_of, tree

SAYS = {"_", "_l", "_n", "ngettext", "gettext", "lazy_gettext"}
IN_BRACES = re.compile(rf"\{{[^}}]*\b(?:{'|'.join(SAYS)})\(")
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


def test_no_sentence_is_asked_for_within_a_text_where_nobody_finds_it() -> None:
    """What stands in the braces of an f-string is not extracted, and would be said in English for ever."""
    within = {
        f"{name_of(path)}: {ast.unparse(call)}"
        for path in modules()
        if IN_BRACES.search(path.read_text())  # most have none: they need not be looked through
        for text in ast.walk(tree(path))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in SAYS
    }

    assert within == set()


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
