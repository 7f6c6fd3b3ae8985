"""Tests mirror the code: what is tested of a package stands in the folder of its name, and other folders are few and named."""

import re
from collections.abc import Iterator
from pathlib import Path

from config import ROOT
from tests.rules.sources import PACKAGE, modules

TESTS = ROOT / "tests"
_LINE = re.compile(r"^\| `tests/(\w+)/` \|", re.MULTILINE)


def packages() -> set[str]:
    """Every package and sub-package, as a path below `webinars`."""
    found = {file.parent.relative_to(PACKAGE) for file in modules() if file.name == "__init__.py"}
    return {path.as_posix() for path in found - {Path()}}


def folders(*, below: Path = TESTS) -> set[str]:
    """The folders of tests that stand in this one."""
    return {path.name for path in below.iterdir() if path.is_dir() and path.name[0] not in "._"}


def test_every_package_has_tests_of_its_own() -> None:
    assert sorted(package for package in packages() if not any((TESTS / package).glob("test_*.py"))) == []


def test_every_folder_that_mirrors_no_package_has_its_line_in_contributing() -> None:
    lines = _LINE.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))

    assert sorted(lines) == sorted(folders() - packages())


def test_the_folder_of_a_package_holds_folders_of_packages_alone() -> None:
    inside = {
        f"{package}/{name}"
        for package in packages()
        if (TESTS / package).is_dir()
        for name in folders(below=TESTS / package)
    }

    assert sorted(inside - packages()) == []


def contents(folder: str) -> Iterator[bytes]:
    """What the files below a folder of the project hold; compiled ones and markers of packages are left out."""
    files = (
        path for path in (ROOT / folder).rglob("*") if path.is_file() and path.parent.name != "__pycache__"
    )
    return (path.read_bytes() for path in files if path.name != "__init__.py")


def test_no_sample_is_a_copy_of_a_file_of_the_product() -> None:
    product = {content for folder in ("webinars", "static", "templates") for content in contents(folder)}

    assert [content[:80] for content in contents("tests/data") if content in product] == []
