"""What one's own page says of a room without a link, and where nothing is left to take."""

from datetime import timedelta

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_cycle
from tests.registration.conftest import ADA
from tests.registration.test_states_in_words import language, plain
from tests.registration.visitor import path
from webinars.registration import links
from webinars.registration.actions import withdraw
from webinars.registration.queries import live_registration
from webinars.storage.extensions import db

__all__ = ["language"]
pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize("join_url", ["", "https://room.example.org/1"])
def test_a_room_is_called_open_once_it_has_its_link(client, session, signs_up, language, join_url):
    session.join_url = join_url
    page = path(links.me_link(signs_up(ADA, session, language=language).registrant))
    with time_machine.travel(session.starts_at, tick=False):
        shown = read(client.get(page))

    is_open = {"fr": "La salle est ouverte", "en": "The room is open"}[language]
    is_not = {"fr": "La salle n’est pas encore prête", "en": "The room is not ready yet"}[language]
    assert (is_open in shown.text, is_not in shown.text) == (bool(join_url), not join_url)


NOTHING_LEFT = {
    "open": ("Choisissez votre prochaine séance", "Choose your next session"),
    "over": ("Les documents publiés se trouvent sur la page", "Documents that are published"),
    "closed": ("Les inscriptions sont fermées.", "Registrations are closed."),
    "later": ("Aucune séance n’est ouverte aux inscriptions", "No session takes registrations"),
    "cancelled": ("Ce cycle est annulé.", "This cycle is cancelled."),
}


@pytest.mark.parametrize("state", list(NOTHING_LEFT))
def test_who_holds_nothing_reads_whether_something_can_be_chosen(
    client, cycle, add_session, signs_up, language, state
):
    held = add_session(cycle)
    ada = signs_up(ADA, held, language=language).registrant
    withdraw(live_registration(ada.id, held.id), now=NOW)
    if state == "closed":
        cycle.close(now=NOW)
    if state == "later":
        held.opens_at = held.starts_at - timedelta(hours=1)
    if state == "cancelled":
        cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()
    with time_machine.travel(NOW + timedelta(days=30 if state == "over" else 0), tick=False):
        [box] = read(client.get(path(links.me_link(ada)))).all("div", class_="empty")

    says = [words[language == "en"] for words in NOTHING_LEFT.values()]
    heading = {"fr": "Aucune séance à venir", "en": "No session to come"}[language]
    assert [words for words in says if words in plain(box.text)] == [NOTHING_LEFT[state][language == "en"]]
    assert (heading in plain(box.text)) is (state != "open")


def test_a_session_on_site_that_runs_is_not_given_back(client, session, signs_up, language):
    session.format, session.place = "on_site", "Hôtel de ville"
    page = path(links.me_link(signs_up(ADA, session, language=language).registrant))
    address = f"{page}/sessions/{session.public_id}/withdraw"
    before = address in client.get(page).text
    with time_machine.travel(session.starts_at, tick=False):
        shown = client.get(page).text

    assert (before, address in shown) == (True, False)
