"""Templates compile, run nothing inline, and trust nothing."""

import re

import pytest
from flask import Flask

from config import ROOT
from tests.rules.sources import TEMPLATES, name_of, templates

INLINE = re.compile(r"<[^>{]+\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)")
OF_TEXT = re.compile(r'\{%-?\s*(?:from|import|include)\s+"([^"]+\.txt)"(?:\s+import\s+([^%]*))?')
NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?(?:\s+with(?:out)?\s+context)?")
MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)")
TRUST = re.compile(r"\|\s*safe\b|Markup\(|autoescape\s+false")


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_it_compiles(app: Flask, path: object) -> None:
    name = path.relative_to(TEMPLATES).as_posix()  # type: ignore[attr-defined]

    assert app.jinja_env.get_template(name).name == name


def test_pages_have_nothing_inline() -> None:
    pages = [path for path in templates() if "mail" not in name_of(path)]

    assert [name_of(path) for path in pages if INLINE.search(path.read_text())] == []


def test_addresses_are_built_from_their_endpoints() -> None:
    by_hand = re.compile(r"""(?:href|action|src)="/|"/[a-z]*/?"\s*~|~\s*"/""")
    pages = [path for path in templates() if "mail/" not in name_of(path)]

    assert [name_of(path) for path in pages if by_hand.search(path.read_text())] == []


def test_nothing_is_trusted_as_it_is() -> None:
    assert [name_of(path) for path in templates() if TRUST.search(path.read_text())] == []


def test_scripts_put_text_as_text() -> None:
    scripts = [*(ROOT / "static").glob("*.js")]

    assert scripts
    assert [
        path.name
        for path in scripts
        if re.search(r"innerHTML|outerHTML|document\.write|eval\(", path.read_text())
    ] == []


def test_html_takes_no_text_as_it_is() -> None:
    """What a macro of a text gives, or an included text, is not escaped in HTML; what a text sets is."""
    html = [path for path in templates() if path.suffix == ".html"]
    taken = {
        f"{name_of(path)}: {text} {name}"
        for path in html
        for text, names in OF_TEXT.findall(path.read_text())
        for name in NAME.findall(names) or [""]
        if not name or name in MACRO.findall((TEMPLATES / text).read_text())
    }

    assert taken == set()
