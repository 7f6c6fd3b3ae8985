"""Mails as a browser draws them, narrow and wide, light and dark: nothing is too wide, axe finds nothing, the news is told apart."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.actors import NADIA
from tests.browser.watch import COLOURS, View, assert_accessible
from tests.conftest import NOW
from tests.planning.deeds import cancel_session, edit_session, restore_session
from tests.registration.conftest import ADA, BELA, CLEO, written
from tests.registration.reading_mails import LANGUAGES, html_of, left
from tests.registration.visitor import path, press
from webinars.outbox.models import Email
from webinars.planning.updates.actions import send
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("today")]

WCAG = ["wcag2a", "wcag2aa", "wcag21aa"]  # landmarks are the mail program's
VIEWS: list[View] = [
    (320, "light", WCAG),
    (390, "dark", COLOURS),
    (640, "light", COLOURS),
    (640, "dark", COLOURS),
]
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2
WORD = f"Le lieu change : https://plans.example.org/{'acces/' * 30}\n{LONG}"
BANDS = {
    # mark and tone of each piece of news: no two share both and their words
    "invitation": ("●", ""),
    "moved": ("●", ""),
    "cancelled": ("◆", "bad"),
    "restored": ("●", "good"),
    "withdrawn": ("○", "plain"),
    "waiting": ("◐", "warn"),
    "promoted": ("●", "good"),
    "taken off": ("○", "plain"),
    "declined": ("○", "plain"),
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def drawn(browser: Browser) -> Iterator[Page]:
    """A window of nobody's; it asks no other host."""
    context = browser.new_context(viewport={"width": 640, "height": 900})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context.new_page()
    context.close()
    assert asked == []


@pytest.fixture
def letters(client, cycle, session, add_session, signs_up, outbox, language) -> dict[str, str]:
    """The HTML of the mail of each piece of news, in a cycle and a session of long names."""
    last = 0

    def news() -> list[Email]:
        nonlocal last
        found = [mail for mail in outbox() if mail.id > last and mail.state == "queued"]
        last = max(mail.id for mail in outbox())
        return found

    def one(kind: str) -> str:
        [found] = [html_of(written(mail)) for mail in news() if mail.kind == kind]
        left()
        return found

    def told(deed: Callable[[], object], kind: str) -> str:
        deed()
        send(session, now=NOW)
        db.session.commit()
        return one(kind)

    session.title = f"Achats responsables {LONG}"
    small = add_session(cycle, "Cités de l’emploi", capacity=1, days=25)
    ada = signs_up(ADA, session, language=language).registrant
    mails = news()
    found = {mail.kind: html_of(written(mail)) for mail in mails}
    found["page"] = ""
    door = path(links.join_link(ada, session))
    press(client, f"{door}/page", door)
    found["page"] = one("page_link")
    later = {name: getattr(session, name) + timedelta(days=1) for name in ("starts_at", "ends_at")}
    found["moved"] = told(
        lambda: edit_session(session, now=NOW, place=LONG, format="hybrid", **later), "invitation_update"
    )
    found["cancelled"] = told(
        lambda: cancel_session(session, by=NADIA, now=NOW, word=WORD), "invitation_cancelled"
    )
    found["restored"] = told(lambda: restore_session(session, by=NADIA, now=NOW), "invitation_restored")
    held = queries.live_registration(ada.id, session.id)
    found["withdrawn"] = told(lambda: withdraw(held, now=NOW), "invitation_cancelled")
    bela = signs_up(BELA, small, language=language).registrant
    news()
    cleo = signs_up(CLEO, small, language=language).registrant
    found["waiting"] = one("confirmation")
    withdraw(queries.live_registration(bela.id, small.id), by=NADIA, now=NOW)
    db.session.commit()
    pair = {mail.kind: html_of(written(mail)) for mail in news()}
    left()
    found |= {"promoted": pair["invitation"], "taken off": pair["invitation_cancelled"]}
    withdraw(queries.live_registration(cleo.id, small.id), reason="refusal", told_by="place_freed", now=NOW)
    db.session.commit()
    found["declined"] = one("place_freed")
    return found


def test_each_mail_is_drawn_well_and_its_news_told_apart(drawn, letters, language):
    seen = {}
    for name, html in letters.items():
        drawn.set_content(html)
        assert_accessible(drawn, VIEWS)
        if name in BANDS:
            band = drawn.locator(".state")
            mark, *words = band.inner_text().split()
            tone = (band.get_attribute("class") or "").removeprefix("state pad").strip()
            seen[name] = (mark, tone)
            assert " ".join(words)
    assert seen == BANDS
    assert len({words_of_band(drawn, letters[name]) for name in BANDS}) == len(BANDS)


def words_of_band(drawn: Page, html: str) -> str:
    drawn.set_content(html)
    return drawn.locator(".state").inner_text()
