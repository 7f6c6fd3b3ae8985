"""What documents put in back-quotes as a name is a name; and words that the glossary gives one meaning name nothing else."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from config import ROOT
from tests.rules.sources import modules, name_of

# the changelog speaks of names that were
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"})
SOURCES = ("bench", "migrations", "static", "templates", "tests", "translations", "typings", "webinars")
KINDS = {".css", ".html", ".ini", ".js", ".mjs", ".json", ".py", ".toml", ".txt", ".xml", ""}
OTHERS = {
    "FullName": "a column of a Teams report that is not read",
    "NOTIFY": "SQL",
    "PYTHONDONTWRITEBYTECODE": "of Python",
    "ParticipantId": "a column of a Teams report that is not read",
    "Rôle": "a column of a Teams report that is not read",
    "SessionId": "a column of a Teams report that is not read",
    "UserAgent": "a column of a Teams report that is not read",
    "UtcEventTimestamp": "a column of a Teams report that is not read",
    "YYYYMMDDTHHMMSSZ": "how a time is written",
    "_PASSWORD": "the end of a setting",
    "cache_dict": "a package that is not used",
    "dogpile": "a package that is not used",
    "eventfd": "of Linux",
    "lz4": "a way to compress that is not used",
    "q7Vt3mXz0LpR8nWc5YbK": "a value to try",
    "stevedore": "a package that is not used",
    "strptime": "of Python",
}
# words of the glossary that would fit much else, and the classes that mean what it says
ONE_MEANING = {
    "answer": {
        *("CalendarAnswer", "InvitationAnswer", "LastAnswer"),  # of calendars
        *("AnswerField", "Answers", "RequiredAnswer"),  # to questions of a form
    },
    "line": {
        *("LineCandidate", "LineDecision", "LineKind", "LineProposal", "ReportLine"),
        *("HeadcountLineForm", "WalkInLineForm"),
        *("JsonLines", "Line", "LineField", "ParsedLine", "_Line", "_Lines"),  # of text
    },
    "mark": {"AddressMark", "AddressMarked"},
    "place": {"CalendarPlace"},
    "turn": set[str](),
}
_CLASS = re.compile(r"^ *class (\w+)[(:]", re.MULTILINE)
_PART = re.compile(r"[A-Z][a-z]+")
_BLOCK = re.compile(r"```.*?```", re.DOTALL)
_QUOTED = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?:\([\w, =…]*\))?")
_WORD = re.compile(r"\w+")


def names(text: str) -> set[str]:
    """The words of whatever stands in back-quotes and is a name, with dots or a call at most."""
    quoted = (one for one in _QUOTED.findall(_BLOCK.sub("", text)) if _NAME.fullmatch(one))
    return {word for one in quoted for word in _WORD.findall(one)}


@cache
def known() -> frozenset[str]:
    """Every word of the sources and of the names of files; released steps of migrations, which keep names that were, do not count."""
    inside = (path for folder in SOURCES for path in (ROOT / folder).rglob("*"))
    left_out = {"versions", "vendor", "node_modules", "__pycache__", "data"}
    files = [
        path
        for path in (*ROOT.iterdir(), *inside)
        if path.suffix in KINDS and path.is_file() and not left_out & set(path.relative_to(ROOT).parts)
    ]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in files if path != Path(__file__))
    return frozenset(_WORD.findall(texts)) | {path.stem for path in (*files, *ROOT.glob("*.md"))}


def is_known(name: str) -> bool:
    """Whether the sources have this name; a setting is a field of theirs."""
    return name in known() or name.removeprefix("WEBINARS_").lower() in known()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_name_a_document_quotes_is_there(document: Path) -> None:
    missing = {name for name in names(document.read_text(encoding="utf-8")) if not is_known(name)}

    assert sorted(missing - OTHERS.keys()) == []


def test_no_name_is_excepted_that_no_document_quotes_or_that_is_there() -> None:
    quoted = {name for document in DOCUMENTS for name in names(document.read_text(encoding="utf-8"))}

    assert sorted(OTHERS.keys() - {name for name in quoted if not is_known(name)}) == []


def test_a_name_that_is_gone_is_seen() -> None:
    text = "`forget_subject` goes, `forget_subjects(id)` stays, `as two words` and `page.error_for` are read.\n```\nno_such\n```"

    assert {name for name in names(text) if not is_known(name)} == {"forget_subject"}


def classes() -> list[str]:
    """The name of every class of the product."""
    return [name for path in modules() for name in _CLASS.findall(path.read_text(encoding="utf-8"))]


def test_a_word_of_one_meaning_names_no_other_class() -> None:
    found: dict[str, set[str]] = {word: set() for word in ONE_MEANING}
    for name in classes():
        for part in map(str.lower, _PART.findall(name)):
            word = next((word for word in found if part in (word, f"{word}s", f"{word}ed")), None)
            if word is not None:
                found[word].add(name)

    assert found == ONE_MEANING


def test_one_class_name_is_one_class() -> None:
    several = sorted(name for name, times in Counter(classes()).items() if times > 1)

    assert several == ["Meta"]  # of a form or a schema, as their libraries want it
