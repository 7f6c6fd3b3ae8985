"""The preview of a report in a browser: what was decided before comes back, and a word by hand gives way to the report."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.desk import REPORT
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

LIST = "/organise/vto/cycles/demo/sessions/demo-1/attendance"


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()
    assert_accessible(page)


def look_at(page: Page, folder: Path, name: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def test_the_preview_says_what_holds_and_gives_way_to_the_report(
    visit: Visit, signed_in: object, tmp_path: Path
) -> None:
    page = visit(f"{LIST}?lang=fr", storage_state=signed_in)
    page.get_by_role("row", name="Roussel Amélie").get_by_role("button", name="Absent").click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="Annuler cet import").first.click()
    press(page, "Annuler l’import")
    page.locator("input[type=file]").set_input_files(REPORT)
    press(page, "Lire le rapport")

    row = page.get_by_role("row", name="Roussel Amélie")
    words = row.inner_text().replace("\u00a0", " ").replace("\u202f", " ")
    assert "absence pointée à la main ; le rapport : 90 min" in words
    again = page.get_by_role("region", name="Décidé avant l’annulation de l’import")
    assert again.get_by_role("row").count() == 5
    look_at(page, tmp_path, "by-hand")

    press(page, "Suivre le rapport")

    assert "/attendance/report/" in page.url
    assert "pointée à la main" not in page.get_by_role("row", name="Roussel Amélie").inner_text()
    look_at(page, tmp_path, "followed")

    press(page, "Importer le rapport")
    page.goto(LIST)
    assert "présent·e" in page.get_by_role("row", name="Roussel Amélie").inner_text()
    assert "présent·e" in page.get_by_role("row", name="Dumas Claire").inner_text()
