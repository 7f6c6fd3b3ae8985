"""The attendance of a session in a browser: a report dropped, everybody present and back, the question before it begins."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.desk import REPORT
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

CYCLES = "/organise/vto/cycles"
OVER = f"{CYCLES}/demo/sessions/demo-1/attendance?lang=fr"
TO_COME = f"{CYCLES}/emploi-quartiers/sessions/achats-responsables/attendance?lang=fr"
DROP = """([frame, files]) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name, { type: "text/csv" }));
  for (const kind of ["dragenter", "drop"]) {
    document.querySelector(frame).dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""
FRAME = "form[enctype]"


def looked_at(page: Page, folder: Path, name: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert_accessible(page)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def test_a_report_is_dropped_in_its_frame(visit: Visit, signed_in: object, tmp_path: Path):
    page = visit(OVER, storage_state=signed_in)
    looked_at(page, tmp_path, "list")
    text = REPORT.read_text(encoding="utf-8")

    page.evaluate(DROP, [FRAME, [["one.csv", text], ["two.csv", text]]])
    page.get_by_text("Déposez un seul fichier à la fois.").wait_for()
    page.evaluate(DROP, [FRAME, [["one.csv", text]]])

    page.get_by_role("heading", name="Ce que dit le rapport").wait_for()
    assert "one.csv" in page.locator("main").inner_text()


@pytest.mark.parametrize("has_script", [True, False])
def test_before_it_begins_a_page_asks_and_everybody_is_present_and_back(
    visit: Visit, signed_in: object, tmp_path: Path, has_script: bool
):
    page = visit(TO_COME, storage_state=signed_in, java_script_enabled=has_script)
    row = page.locator("tbody tr").first
    row.get_by_role("button", name="Excusé").click()
    page.get_by_role("button", name="Enregistrer quand même").wait_for()
    assert_accessible(page) if has_script else None
    page.get_by_role("button", name="Enregistrer quand même").click()
    page.get_by_text("à la main, Nadia Benali").first.wait_for()
    assert row.get_by_role("button", name="Excusé").get_attribute("aria-pressed") == "true"

    page.get_by_role("button", name="autres présentes").click()
    page.get_by_text("personnes pointées présentes").wait_for()
    if has_script:
        looked_at(page, tmp_path, "everybody")
    page.get_by_role("button", name="Revenir sur ce choix").click()
    page.get_by_text("ne sont plus pointées").wait_for()
    row.get_by_role("button", name="Non pointé").click()
    page.locator("[aria-pressed=true]", has_text="Excusé").wait_for(state="detached")
    assert page.get_by_role("button", name="Tout le monde présent").count() == 1


def test_a_part_of_the_list_is_reached_by_its_number(visit: Visit, signed_in: object):
    page = visit(OVER, storage_state=signed_in, java_script_enabled=False)
    page.get_by_role("link", name="Sans inscription").click()

    assert page.get_by_role("link", name="Sans inscription").get_attribute("aria-current") == "true"
    assert page.get_by_role("row", name="Dumas Claire").count() == 1
