"""The page of the day, as it is looked at: what waits, the way to it, and counts that agree."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.scene import set_scene
from tests.browser.watch import COLOURS, View, assert_accessible
from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

TODAY = "/organise/vto"
VIEWS: list[View] = [(390, "light", []), (390, "dark", COLOURS), (1280, "light", []), (1280, "dark", COLOURS)]
LINES = """one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map((rect) => rect.top)).size;
}"""
WORDS = {
    "fr": ("Entrer dans la salle", "Pointer", "rapport à déposer", "Se déconnecter"),
    "en": ("Enter the room", "Tick who comes", "report to upload", "Sign out"),
}


@pytest.fixture(scope="module", autouse=True)
def _scene(instance: Instance) -> None:
    """A session in five minutes, one that has ended, letters, a returned address, people who wait."""
    with instance.app.app_context():
        now = clock.now()
        set_scene(now=now)
        cycle = db.session.scalars(select(Cycle).where(Cycle.slug == "rencontres")).one()
        ended = Session(
            cycle_id=cycle.id, slug="finie", title="Rencontre finie", created_at=now, changed_at=now
        )
        ended.timezone = "Europe/Paris"
        ended.move(starts_at=now - timedelta(hours=1), ends_at=now - timedelta(minutes=20), now=now)
        db.session.add(ended)
        db.session.commit()


@pytest.mark.parametrize("language", WORDS)
def test_the_day_in_both_languages_and_schemes(visit: Visit, signed_in: object, language: str):
    page = visit(f"{TODAY}?lang={language}", storage_state=signed_in, language=language)
    enter, tick, report, sign_out = WORDS[language]

    assert_accessible(page, VIEWS)
    soon = page.get_by_role("article").filter(has=page.get_by_role("link", name=enter))
    assert (
        soon.get_by_role("link", name=enter).get_attribute("href") == "https://visio.example.org/rencontres"
    )
    assert soon.get_by_role("link", name=tick).is_visible()
    assert page.locator(".worklist").get_by_role("heading", name=report).first.is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.get_by_role("button", name=sign_out).is_visible()


def test_no_number_breaks_in_two(visit: Visit, signed_in: object):
    page = visit(f"{TODAY}?lang=fr", storage_state=signed_in)

    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for one in page.locator(".worklist .big, .now .hour").all():
            one.evaluate("one => one.matches('.big') && (one.textContent = '2000')")
            assert one.evaluate(LINES) == 1


def test_each_line_leads_to_the_place_where_it_is_done(visit: Visit, signed_in: object):
    page = visit(f"{TODAY}?lang=en", storage_state=signed_in)
    links = [link.get_attribute("href") or "" for link in page.locator(".worklist a.go").all()]

    assert len(links) > 5
    for link in links:
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 200, link
        anchor = link.partition("#")[2]
        if anchor:
            assert page.locator(f"#{anchor}").is_visible(), link


def test_what_the_tabs_count_is_what_their_pages_list(visit: Visit, signed_in: object):
    page = visit("/organise/vto/cycles/demo/people?lang=fr", storage_state=signed_in)

    assert (
        page.locator("#list")
        .inner_text()
        .replace("\xa0", " ")
        .startswith("22 inscrites, 1 personne venue sans inscription")
    )
    assert counted(page, "Personnes") == 22

    page.goto("/organise/vto/cycles/emploi-quartiers/messages/answers?lang=fr")
    letters = number(page.locator("#tray").inner_text())
    page.goto("/organise/vto/cycles/emploi-quartiers/messages/deliveries?show=returned&lang=fr")
    addresses = number(page.locator("#list").inner_text())
    assert counted(page, "Messages") == letters + addresses
    page.goto(f"{TODAY}?lang=fr")
    waiting = {link.get_attribute("href"): link for link in page.locator(".worklist a.go").all()}
    [tray] = [
        link
        for address, link in waiting.items()
        if address and "emploi-quartiers/messages/answers" in address
    ]
    assert number(tray.locator("xpath=..").locator(".big").inner_text()) == letters


def counted(page: Page, tab: str) -> int:
    """What a tab of the cycle counts."""
    return number(page.locator(".tabs").get_by_role("link", name=tab).locator(".count").inner_text())


def number(words: str) -> int:
    """The number that words begin with."""
    found = re.match(r"\d+", words.strip())
    assert found, words
    return int(found.group())
