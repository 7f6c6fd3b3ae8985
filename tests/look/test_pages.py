"""Layouts and components, drawn with sample values: whole, within the rules, and without a finding of axe."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.look.gallery import PAGES, draw, write
from tests.page import Page

ROOT = Path(__file__).parents[2]
WEB_PAGES = [name for name in PAGES if name != "mail"]
LAYOUT_RULES = ["landmark-one-main", "region", "page-has-heading-one"]  # a mail is no web page


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_its_language_and_has_one_first_heading(name, language):
    drawn = draw(name, language)
    page = Page(drawn)

    assert drawn.startswith("<!doctype html>\n")
    assert page.language == language
    assert len(page.all("h1")) == 1


@pytest.mark.parametrize("name", WEB_PAGES)
def test_no_page_carries_a_style_a_script_or_a_foreign_address(name):
    page = Page(draw(name))
    leads = [
        part.attributes[where]
        for part in page
        for where in ("src", "href", "action")
        if where in part.attributes
    ]

    assert set(page.active) <= {"img"}
    assert len(leads) > 3
    assert [one for one in leads if one.startswith(("http:", "https:", "//", "javascript:"))] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_identifier_is_given_twice(name):
    ids = Page(draw(name)).ids

    assert sorted(ids) == sorted(set(ids))


def test_the_title_of_a_refused_form_says_so_first():
    assert Page(draw("cycle_errors", "en")).title.startswith("Error: ")


def test_the_error_summary_counts_and_links_to_each_field():
    page = Page(draw("programme", "en"))

    assert page.points.endswith(": 4 points to correct")
    assert len(page.summary) == 4
    assert set(page.summary) <= set(page.ids)


def test_a_refused_field_names_its_error_and_its_hint():
    email = Page(draw("programme")).part("email").attributes

    assert (email["aria-describedby"], email["aria-invalid"]) == ("email-error email-hint", "true")
    assert [part for part in Page(draw("sign_in")) if "aria-invalid" in part.attributes] == []


def test_a_mail_is_light_and_asks_for_no_picture():
    page = draw("mail")

    assert len(page.encode()) < 20_000
    assert Page(page).all("img", "link", "script") == []
    assert "url(" not in page


def test_the_sheet_and_its_font_stay_light(sheet):
    font = ROOT / "static" / "fonts" / "source-sans-3-latin-wght-normal.woff2"

    assert len(gzip.compress(sheet.encode(), 9)) < 10_500  # as it travels
    assert font.stat().st_size < 30_000


def test_copied_files_are_those_that_were_recorded():
    answer = subprocess.run(
        [sys.executable, "vendor.py", "--check"], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert (answer.stdout, answer.returncode) == ("", 0)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    write(folder)
    return folder


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(browser, gallery, width, scheme):
    axe = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    found = {}
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name in PAGES:
        page.goto((gallery / f"{name}.html").as_uri())
        page.evaluate(axe)
        rules = {rule: {"enabled": False} for rule in LAYOUT_RULES} if name == "mail" else {}
        answer = page.evaluate(f"axe.run({{rules: {json.dumps(rules)}}})")
        for violation in answer["violations"]:
            found[name, violation["id"]] = [node["html"][:120] for node in violation["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found[name, "sideways"] = [page.evaluate("document.documentElement.scrollWidth")]
    page.close()

    assert found == {}
