"""The door of a session in a browser: it opens by itself, once, and sends whose it is their page; focus and title say what happened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from tests.actors import NADIA
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.letters import letter, text_of
from tests.browser.scene import INES
from tests.browser.test_late import enter
from tests.browser.watch import COLOURS, View, assert_accessible
from tests.cycles.published import published_cycle
from tests.registration.signing_up import sign_up
from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import public_cycle
from webinars.cycles.states import SessionState
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

ROOM = "https://visio.example.org/porte"
VIEWS: list[View] = [(320, "light", []), (390, "dark", COLOURS), (1280, "light", []), (1280, "dark", COLOURS)]
SEND = "M’envoyer ma page par courriel"
BEFORE = timedelta(minutes=15)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def door(instance: Instance) -> Callable[..., str]:
    """`door(opens)`: the door of a session of a new cycle, whose room opens at that moment; Inès has a seat in it."""

    def make(opens_at: datetime, *, name: str, capacity: int | None = None, then: Any = None) -> str:
        with instance.app.app_context():
            demonstration = public_cycle("vto", "emploi-quartiers")
            assert demonstration is not None
            now = clock.now()
            cycle = published_cycle(demonstration.organisation, name, f"Cycle « {name} »", now=now)
            session = _session(cycle, opens_at + BEFORE, capacity=capacity, now=now)
            if capacity == 1:
                other = replace(INES, email=f"autre-{name}@mairie.example.org")
                sign_up(cycle, [session.public_id], other, language="fr", now=now)
            person = replace(INES, email=f"{name}@mairie.example.org")
            registrant = sign_up(cycle, [session.public_id], person, language="fr", now=now).registrant
            db.session.commit()
            if then is not None:
                then(session, queries.live_registration(registrant.id, session.id), now)
                db.session.commit()
            found = links.join_link(registrant, session)
            db.session.remove()
        return found

    return make


def _session(cycle: Cycle, start: datetime, *, capacity: int | None, now: datetime) -> Session:
    local = start.astimezone(PARIS)
    end = local + timedelta(minutes=90)
    session = Session(
        cycle=cycle,
        slug="porte",
        title="Achats responsables au service du quartier prioritaire",
        day=local.date(),
        start_time=local.time(),
        end_time=end.time(),
        starts_at=local,
        ends_at=end,
        join_url=ROOM,
        capacity=capacity,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    db.session.flush()
    return session


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def focused(page: Page) -> str:
    """The id of what has focus."""
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_the_door_opens_by_itself_and_only_once(visit: Visit, door: Callable[..., str]):
    page = visit("/vto")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    page.goto(door(clock.now() + timedelta(seconds=6), name="ouverture"))
    assert heading(page).startswith("La salle ouvre à ")
    assert page.locator("meta[http-equiv]").count() == 0

    page.get_by_role("heading", name="La salle est ouverte").wait_for(timeout=30_000)
    assert page.title().startswith("La salle est ouverte")
    assert_accessible(page, VIEWS)
    page.wait_for_timeout(6_000)
    assert len(asked) == 2

    enter(page, ROOM)


def test_without_script_a_button_does_it(visit: Visit, door: Callable[..., str]):
    opens_at = clock.now() + timedelta(seconds=3)
    page = visit(door(opens_at, name="bouton"), java_script_enabled=False)
    assert heading(page).startswith("La salle ouvre à ")
    page.wait_for_timeout(4_000)
    page.get_by_role("link", name="Actualiser la page").click()
    assert heading(page) == "La salle est ouverte"


def test_the_page_comes_by_mail_and_focus_says_so(visit: Visit, instance: Instance, door: Callable[..., str]):
    page = visit(door(clock.now() + timedelta(days=3), name="courriel"))
    assert "courriel@" not in page.content()
    assert "Inès" not in page.content()
    page.get_by_role("button", name=SEND).click()

    page.wait_for_url("**done=page#my-page")
    assert focused(page) == "my-page"
    assert page.title().startswith("En route\u00a0: votre page personnelle")
    assert page.get_by_role("button", name=SEND).count() == 0
    assert_accessible(page, VIEWS)
    found = instance.mails("courriel@mairie.example.org", 3)
    [mail] = [one for one in found if str(letter(one)["Subject"]).startswith("Votre page personnelle")]
    assert "/me/" in text_of(mail)


def cancelled(session: Session, _held: object, now: datetime) -> None:
    session.state, session.cancelled_at = SessionState.CANCELLED, now


@pytest.mark.parametrize(
    ("name", "capacity", "then", "words"),
    [
        ("attente", 1, None, "Vous êtes sur liste d’attente"),
        ("avant", None, None, "La salle ouvre le "),
        ("annulee", None, cancelled, "Cette séance est annulée"),
        ("desistee", 2, lambda _session, held, now: withdraw(held, now=now), "Vous vous êtes désisté·e"),
        (
            "desinscrite",
            None,
            lambda _session, held, now: withdraw(held, by=NADIA, now=now),
            "Vous n’êtes plus inscrit·e",
        ),
    ],
)
def test_every_state_of_the_door_is_accessible(
    visit: Visit, door: Callable[..., str], name: str, capacity: int | None, then: Any, words: str
):
    page = visit(door(clock.now() + timedelta(days=1), name=name, capacity=capacity, then=then))
    assert heading(page).startswith(words)
    assert_accessible(page, VIEWS)


def test_after_a_withdrawal_focus_and_title_say_what_happened(
    visit: Visit, instance: Instance, door: Callable[..., str]
):
    door(clock.now() + timedelta(days=4), name="focus")
    [invitation, _confirmation] = instance.mails("focus@mairie.example.org", 2)[:2]
    path = next(word for word in text_of(invitation).split() if "/withdraw" in word)
    page = visit(path)
    page.get_by_role("button", name="Me désister").click()

    page.wait_for_url("**#done")
    assert focused(page) == "done"
    assert page.title().startswith("Désistement enregistré – Mes séances")
    assert page.locator("#done").get_attribute("aria-label") == "Désistement enregistré"
    assert_accessible(page, VIEWS)


def test_in_forced_colours_the_day_hides_nothing(visit: Visit, door: Callable[..., str]):
    page = visit(door(clock.now() + timedelta(days=5), name="contraste"), forced_colors="active")
    weekday = page.locator(".date .week").first
    assert (
        weekday.evaluate("(one) => getComputedStyle(one).position") == "relative"
    )  # drawn above the day's backplate
    assert page.locator(".date .day").first.evaluate(
        "(one) => parseFloat(getComputedStyle(one).lineHeight) / parseFloat(getComputedStyle(one).fontSize)"
    ) == pytest.approx(1.15)
