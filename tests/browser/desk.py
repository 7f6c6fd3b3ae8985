"""What an organiser does on the desk, page by page; the browser is in English."""

import csv
import io
from datetime import date

from playwright.sync_api import Page

from config import ROOT
from tests.browser.watch import assert_accessible

REPORT = ROOT / "webinars/demonstration/data/zoom_meeting_en.csv"


def press(page: Page, name: str) -> None:
    """Presses the button of this name; the next page is looked at."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    assert_accessible(page)


def follow(page: Page, name: str, *, within: str = "main") -> None:
    """Follows the link of this name; the next page is looked at."""
    page.locator(within).get_by_role("link", name=name).first.click()
    page.wait_for_load_state()
    assert_accessible(page)


def choose_english(page: Page) -> None:
    """Nadia prefers English pages."""
    page.goto("/organise/account")
    assert_accessible(page)
    page.get_by_label("English", exact=True).check()
    page.locator("main form button.primary").click()
    page.wait_for_load_state()


def create_cycle(page: Page, title: str, sessions: dict[str, date]) -> str:
    """Enters a cycle and its sessions on one page and publishes it; says its public address."""
    page.goto("/organise/vto")
    assert_accessible(page)
    follow(page, "Cycles", within="header")
    follow(page, "New cycle")
    page.get_by_label("Title").first.fill(title)
    page.get_by_label("Tagline").fill("Deux rendez-vous pour passer à l’acte.")
    page.get_by_label("Common start").fill("10:00")
    page.get_by_label("Common end").fill("11:30")
    page.get_by_label("Common video link").fill("https://visio.example.org/clauses")
    for number, (words, day) in enumerate(sessions.items(), 1):
        line = page.get_by_role("group", name=f"Session {number}", exact=True)
        line.get_by_label("Day").fill(day.isoformat())
        line.get_by_label("Title").fill(words)
    press(page, "Create the cycle")
    follow(page, "Publish…")
    press(page, "Publish the cycle")
    return page.get_by_role("link", name="See the public page").get_attribute("href") or ""


def undo_import(page: Page) -> None:
    """Takes the imported report of the session back."""
    follow(page, "Undo this import…")
    press(page, "Undo the import")


def import_report(page: Page) -> None:
    """Drops the report, looks at what it says, and imports it."""
    page.locator("input[type=file]").set_input_files(REPORT)
    press(page, "Read the report")
    press(page, "Import the report")


def decide(page: Page, line: str) -> None:
    """Opens a line of the report from the list of those that wait."""
    page.get_by_role("navigation", name="Lines of the report").get_by_role("link", name=line).first.click()
    page.get_by_role("heading", name=line, exact=True).wait_for()
    assert_accessible(page)


def downloaded(page: Page, name: str) -> list[dict[str, str]]:
    """The lines of the file this link or button gives."""
    with page.expect_download() as found:
        page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).click()
    text = found.value.path().read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))
