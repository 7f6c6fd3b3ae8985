"""A session that has begun, as somebody meets it who comes late: they sign up, and are in."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.letters import calendar, letter, text_of
from tests.browser.test_waiting import heading, show, sign_up_for
from tests.browser.watch import COLOURS, assert_accessible
from webinars import clock
from webinars.cycles.queries import public_cycle, session_of
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

CYCLE = "/vto/emploi-quartiers"
RUNNING = f"{CYCLE}/achats-responsables"
ROOM = "https://video.example.org/late"
MAIL = [(390, "light", COLOURS), (1280, "dark", COLOURS)]


@pytest.fixture(scope="module", autouse=True)
def running(instance: Instance) -> None:
    """The session began five minutes ago."""
    with instance.app.app_context():
        cycle = public_cycle("vto", "emploi-quartiers")
        session = session_of(cycle, "achats-responsables") if cycle else None
        assert session is not None
        now = clock.now()
        begun = now.replace(second=0, microsecond=0) - timedelta(minutes=5)
        session.move(starts_at=begun, ends_at=begun + timedelta(minutes=90), now=now)
        session.join_url, session.capacity = ROOM, None
        db.session.commit()
        db.session.remove()


def test_who_comes_late_signs_up_and_is_in(visit: Visit, instance: Instance):
    address = "retard@mairie.example.org"
    page = visit(RUNNING)
    assert "En cours\u00a0: s’inscrire jusqu’à" in page.locator(".ticket .status").inner_text()
    assert_accessible(page)
    page.get_by_role("link", name="M’inscrire à cette séance").click()
    sign_up_for(page, "achats", address, answer="**/entry/**")

    assert heading(page) == "Vous êtes inscrit·e à une séance"
    assert_accessible(page)
    enter(page)

    [mail] = instance.mails(address, 1)
    assert calendar(mail) is None
    assert letter(mail)["Subject"].startswith("Séance en cours, votre accès : ")
    assert "/join/" in text_of(mail)
    show(page, letter(mail).get_body(("html",)).get_content())
    assert_accessible(page, MAIL)


def enter(page: Page, at: str = ROOM) -> None:
    """Presses the button; the room is a page of nobody's, which no request of ours may lead to by itself."""

    def room(route: Route) -> None:
        route.fulfill(status=200, body="<!doctype html><title>room</title>", content_type="text/html")

    browser = page.context.browser
    assert browser is not None
    with browser.new_context(locale="fr-FR") as apart:
        tab = apart.new_page()
        tab.route(at, room)
        tab.goto(page.url)
        tab.get_by_role("button", name="Rejoindre la séance").click()
        tab.wait_for_url(at)
