"""What code, templates, tests and documents cite is a document of this repository, and says what it is cited for.

One form: `specification/security, rule 22`, `specification/figures, section 3`, `decision 0030`. Inside a document of
the specification a bare `rule 22` or `section 3` is its own.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config import ROOT
from tests.rules.sources import name_of

DOCS = ROOT / "docs"
FOLDERS = (
    "bench",
    "docs",
    "migrations",
    "static",
    "templates",
    "tests",
    "translations",
    "webinars",
)
KINDS = {".cfg", ".css", ".html", ".ini", ".js", ".md", ".mako", ".py", ".toml", ".txt", ".xml", ""}
NOT_OURS = {"vendor", "data", "node_modules", "__pycache__"}

# a citation that goes on in the next line of a comment
_LINE_END = re.compile(r"[ \t]*\n[ \t]*(?:#|//|\*)?[ \t]*")
_PLACES = r"(\d+[a-z]?(?:(?:, | and | to )\d+[a-z]?)*)"
_CITED = re.compile(rf"\bspecification/(\w+), (section|rule)s? {_PLACES}")
_BARE = re.compile(rf"\b([Ss]ection|[Rr]ule)s? {_PLACES}")
_SPECIFICATION = re.compile(r"\bspecification/(?!\w+, (?:section|rule)s? \d)(\w*)(\.md\b)?")
_HEADING = re.compile(r"^#{2,3} (?:Rule )?(\d+[a-z]?)\. ", re.MULTILINE)
_DECISIONS = re.compile(r"\b[Dd]ecisions? ((?:\d{1,4}(?:, | and )?)+)|\bdocs/decisions/(\d+)|\((0\d{3})\)")
_DOCUMENT = re.compile(r"(?<![\w./-])(?:[\w.-]+/)*[\w-][\w.-]*\.md\b")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s:{]+)\)")
_FOLDERS = ("webinars/", "tests/", "templates/", "static/", "docs/", "bench/", "migrations/")
_TOP = f"(?:{'|'.join(_FOLDERS)})"
_OURS = re.compile(
    rf"`({_TOP}[\w./-]*\w)`|(?<![\w./-])({_TOP}[\w./-]+\.(?:py|html|css|js|json|toml|txt|xml))\b"
)
_ABROAD = re.compile(r"\b(?:STYLE|DESIGN)\b|\bshared/")
_HINTS = (
    "specification/",
    "section",
    "Section",
    "rule",
    "Rule",
    "ecision",
    "(0",
    ".md",
    "STYLE",
    "DESIGN",
    "shared/",
)


@cache
def cited_from() -> tuple[Path, ...]:
    """Every text of ours in which something may be cited; this file says wrong things on purpose."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found = [path for path in [*ROOT.iterdir(), *inside] if path.is_file() and path.suffix in KINDS]
    return tuple(
        path
        for path in sorted(found)
        if not NOT_OURS & set(path.relative_to(ROOT).parts) and path != Path(__file__) and path.name[0] != "."
    )


@cache
def as_public(document: str) -> frozenset[str]:
    """The numbers of the sections and rules that a document of the specification has."""
    path = DOCS / "specification" / f"{document}.md"
    return frozenset(_HEADING.findall(path.read_text(encoding="utf-8"))) if path.is_file() else frozenset()


@cache
def decisions() -> frozenset[int]:
    """The numbers of the decisions that were written down."""
    return frozenset(int(path.name[:4]) for path in (DOCS / "decisions").glob("[0-9]*.md"))


def complaints(text: str, path: Path) -> Iterator[str]:
    """What is wrong with the citations of a text that stands in this file."""
    if not any(hint in text for hint in (*_HINTS, *_FOLDERS)):  # most files cite nothing
        return
    text = _LINE_END.sub(" ", text)
    yield from _of_the_specification(text, path)
    yield from _of_decisions(text)
    for found in _DOCUMENT.finditer(text):
        if not any((base / found[0]).is_file() for base in (path.parent, ROOT, DOCS)):
            yield f"{found[0]} is no document of this repository"
    yield from (f"{found[0]} is no document of this repository" for found in _ABROAD.finditer(text))
    if path.parent != DOCS / "decisions":  # these speak of the files of their day
        named = {one or other for one, other in _OURS.findall(text)}
        yield from (f"there is no {name}" for name in sorted(named) if not (ROOT / name).exists())
    if path.suffix == ".md":
        yield from _of_links(text, path)


def _of_the_specification(text: str, path: Path) -> Iterator[str]:
    own = path.stem if path.parent == DOCS / "specification" else ""
    for document, kind, places in _CITED.findall(text):
        yield from (
            f"specification/{document} has no {kind} {one}" for one in _missing(document, kind, places)
        )
    for found in _BARE.finditer(_LINK.sub("", _CITED.sub("", text))):
        if not own:
            yield f"{found[0]}: of which document?"
        yield from (f"there is no {found[1]} {one} here" for one in _missing(own, found[1], found[2]) if own)
    for found in _SPECIFICATION.finditer(text):
        if found[1] and not (DOCS / "specification" / f"{found[1]}.md").is_file():
            yield f"specification/{found[1]} is no document"
        elif path.suffix == ".py" and found[1] and not found[2]:
            yield f"specification/{found[1]}: which section or rule?"


def _missing(document: str, kind: str, places: str) -> list[str]:
    """Which of these places the document does not have; `9 to 12` names both ends."""
    has_rules = document == "security"
    known = as_public(document) if (kind.lower() == "rule") == has_rules else frozenset()
    return [one for one in re.findall(r"\d+[a-z]?", places) if one not in known]


def _of_decisions(text: str) -> Iterator[str]:
    for found in _DECISIONS.finditer(text):
        numbers = map(int, re.findall(r"\d+", found[0]))
        yield from (f"there is no decision {number:04}" for number in numbers if number not in decisions())


def _of_links(text: str, path: Path) -> Iterator[str]:
    """Links lead to a file and a heading that are there, and to what their words name."""
    for words, target in _LINK.findall(text):
        name, _sharp, anchor = target.partition("#")
        aim = path.parent / name if name else path
        if not aim.exists() or (anchor and anchor not in _anchors(aim)):
            yield f"the link {target} leads nowhere"
        named = _BARE.search(words)
        if named and not anchor.startswith((f"{named[2]}-", f"rule-{named[2]}-")):
            yield f"the link {target} leads elsewhere than to {named[0]}"


@cache
def _anchors(path: Path) -> frozenset[str]:
    """The headings of a document as links name them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", one.lower()).strip().replace(" ", "-") for one in headings)


def test_whatever_is_cited_is_there() -> None:
    wrong = [
        f"{name_of(path)}: {complaint}"
        for path in cited_from()
        for complaint in complaints(path.read_text(encoding="utf-8"), path)
    ]

    assert wrong == []


@pytest.mark.parametrize("document", ["figures", "calendar", "security", "look"])
def test_the_specification_is_numbered_without_a_gap(document: str) -> None:
    text = (DOCS / "specification" / f"{document}.md").read_text(encoding="utf-8")
    numbers = _HEADING.findall(text)
    whole = [int(one) for one in numbers if one.isdigit()]

    assert len(set(numbers)) == len(numbers)
    assert whole == list(range(1, len(whole) + 1))


@pytest.mark.parametrize(
    "text",
    [
        "specification/security, rule 99",
        "specification/security, rules 9, 11, 99",
        "specification/security, section 1",
        "specification/figures, rule 3",
        "specification/figures, section 12",
        "specification/domain, section 3",
        "Said once (specification/security).",
        "# as specification/figures,\n# section 12 has it",
        "security rule 22",
        "domain, section 3",
        "ical.md section 4",
        "DESIGN section 6",
        "as STYLE has it",
        "see shared/data",
        "see words.md",
        "see docs/specification/domain.md",
        "decision 0007",
        "decision 7",
        "docs/decisions/0099",
        "decisions 30 and 99",
        "the answer (0099)",
        "made by webinars/nothing.py",
    ],
)
def test_a_citation_that_leads_nowhere_is_seen(text: str) -> None:
    assert list(complaints(text, ROOT / "config.py")) != []


@pytest.mark.parametrize(
    "text",
    [
        "specification/security, rule 22b",
        "specification/security, rules 9, 11, 12 and 19",
        "specification/figures, section 3; specification/look, section 5",
        "# as specification/figures,\n# section 3 has it",
        "docs/specification/figures.md",
        "decision 0039",
        "decisions 30 and 0031",
        "docs/decisions/0030",
        "RFC 5545, and 8536 too",
    ],
)
def test_a_citation_that_leads_somewhere_is_let_through(text: str) -> None:
    assert list(complaints(text, ROOT / "config.py")) == []


@pytest.mark.parametrize(
    "text",
    [
        "as rule 99 says",
        "section 3",
        "[so](look.md#nothing)",
        "[so](nothing.md)",
        "[look, section 3](look.md#4-components)",
        "`webinars/nothing.py`",
    ],
)
def test_a_document_that_misquotes_itself_is_seen(text: str) -> None:
    assert list(complaints(text, DOCS / "specification" / "security.md")) != []
