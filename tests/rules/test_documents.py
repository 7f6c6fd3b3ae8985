"""What documents name is there: every path, every link, every decision that code or another document cites."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.rules.sources import modules, name_of, templates

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = "bench|docs|migrations|requirements|static|templates|tests|translations|typings|webinars"
NOT_KEPT = {"bench/results/"}  # written by a command, left out of the repository
_QUOTED = re.compile(r"`([^`\s]+)`")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_PATH = re.compile(rf"(?:{FOLDERS})/[\w./<>*-]*|[\w./<>*-]+\.(?:py|md|html|toml|po|cfg|css|js)")
_MODULE = re.compile(r"webinars(?:\.\w+){2,}")


def paths(document: Path) -> Iterator[str]:
    """What stands in back-quotes and is a path from the folder of the project; `<name>` stands for any."""
    return (word for word in _QUOTED.findall(document.read_text("utf-8")) if _PATH.fullmatch(word))


def is_there(path: str) -> bool:
    """Whether a file or folder has this path; a name alone is that of some file."""
    pattern = re.sub(r"<\w+>", "*", path.rstrip("/"))
    if "/" in pattern:
        return any(ROOT.glob(pattern))
    return any(
        (ROOT / pattern).exists() or any((ROOT / folder).rglob(pattern)) for folder in FOLDERS.split("|")
    )


def is_known(dotted: str) -> bool:
    """Whether this is a module, or a name that stands in one."""
    words = dotted.split(".")
    for length in range(len(words), 0, -1):
        place = ROOT.joinpath(*words[:length])
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if file.is_file():
            return all(re.search(rf"\b{word}\b", file.read_text("utf-8")) for word in words[length:])
    return False


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_a_document_names_is_there(document: Path) -> None:
    missing = {path for path in paths(document) if not is_there(path)}

    assert missing - NOT_KEPT == set()


def test_each_path_that_is_not_kept_is_named_and_left_out_of_the_repository() -> None:
    named = {path for document in DOCUMENTS for path in paths(document)}
    left_out = set((ROOT / ".gitignore").read_text("utf-8").split())

    assert (NOT_KEPT - named, NOT_KEPT - left_out) == (set(), set())


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = _CODE.sub("", document.read_text("utf-8"))
    targets = [link for link in _LINK.findall(text) if "://" not in link]

    assert [link for link in targets if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_module_a_document_names_is_there(document: Path) -> None:
    named = [word for word in _QUOTED.findall(document.read_text("utf-8")) if _MODULE.fullmatch(word)]

    assert [dotted for dotted in named if not is_known(dotted)] == []


def test_every_package_has_its_line_in_the_table_of_the_house() -> None:
    """One line per package and sub-package, in CONTRIBUTING."""
    rows = re.findall(
        r"^\| (?:· ){0,2}`(webinars/\w+/(?:\w+/){0,2})` \|",
        (ROOT / "CONTRIBUTING.md").read_text("utf-8"),
        re.MULTILINE,
    )
    packages = [f"{name_of(file.parent)}/" for file in modules() if file.name == "__init__.py"]

    assert sorted(rows) == sorted(set(packages) - {"webinars/"})


def test_every_word_of_the_glossary_is_used() -> None:
    """Words nobody says any more are taken out."""
    code = "\n".join(file.read_text("utf-8") for file in (*modules(), *templates()))
    rows = re.findall(r"^\| ([^|`]+?) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
    words = [word for row in rows if row not in ("in code", "---") for word in row.split(", ")]
    unused = [
        word for word in words if not re.search(re.sub(r"[ -]", r"[\\s_-]?", word), code, re.IGNORECASE)
    ]

    assert (unused, len(words)) == ([], len(set(words)))
