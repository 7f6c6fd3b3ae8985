"""What the pages of organisers say in each state: cancelled, restored, being deleted, kept; who took somebody off."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_cycle
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import ADA, BELA, signs_up
from tests.registration.test_states_in_words import language, plain
from webinars.cycles.models import Cycle, Session
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

__all__ = ["language", "signs_up"]
HERE = f"{WORKSPACE}/sessions/achats-responsables"


def text(desk: FlaskClient, address: str, language: str) -> str:
    return plain(read(desk.get(f"{address}?lang={language}", follow_redirects=True)).text)


def test_a_cancelled_cycle_is_not_to_be_closed(
    desk: FlaskClient, cycle: Cycle, session: Session, language: str
) -> None:
    cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()

    shown = read(desk.get(f"{WORKSPACE}?lang={language}"))

    said = {"fr": "Cycle annulé le 2\u00a0mars\u00a02026", "en": "Cycle cancelled on 2\u00a0March 2026"}[
        language
    ]
    assert any(step.text.startswith(said) for step in shown.all("li", class_="done"))
    assert {"fr": "Clôturez-le", "en": "Close it once"}[language] not in shown.plain


def test_restoring_what_nobody_heard_of_says_so_and_that_the_cycle_stays_closed(
    desk: FlaskClient, cycle: Cycle, session: Session, signs_up: Any, language: str
) -> None:
    signs_up(ADA, session)
    cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()

    asked = read(desk.get(f"{HERE}/restore?lang={language}"))
    done = read(desk.get(post(desk, f"{HERE}/restore?lang={language}", {}).location))

    nothing, closed, restored, stay = {
        "fr": (
            "Aucun message n’est encore parti\u00a0: il n’en partira ni pour l’annulation, ni pour le rétablissement.",
            "Les inscriptions restent fermées\u00a0: rouvrez le cycle pour les reprendre.",
            "La séance est rétablie.",
            "Laisser la séance annulée",
        ),
        "en": (
            "No message has left yet: none will, about the cancellation or about the session taking place.",
            "Registrations stay closed: reopen the cycle to take them again.",
            "The session takes place.",
            "Leave the session cancelled",
        ),
    }[language]
    assert f"{nothing} {closed}" in asked.lines
    assert asked.link(stay)
    assert done.notices == [f"{restored} {closed}"]


def test_restoring_in_a_cycle_that_takes_people_says_nothing_of_it(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    session.cancel(now=NOW)
    db.session.commit()

    assert "restent fermées" not in text(desk, f"{HERE}/restore", "fr")


def test_a_cycle_that_is_kept_says_that_it_stays_closed(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    post(desk, f"{WORKSPACE}/delete", {"name": cycle.title, "word": ""})
    page = read(desk.get(f"{WORKSPACE}/delete?lang=fr"))
    kept = read(desk.get(post(desk, f"{WORKSPACE}/delete/take-back", {}).location))

    assert "Suppression demandée par Nadia Benali le lundi 2\u00a0mars\u00a02026 à 10\u00a0h." in page.lines
    assert kept.notices == [
        "Le cycle est gardé. Ses séances restent annulées jusqu’à ce que vous les rétablissiez une à une. Les inscriptions restent fermées\u00a0: rouvrez le cycle pour les reprendre."
    ]


@pytest.mark.parametrize("by_team", [True, False])
def test_who_was_taken_off_did_not_withdraw(
    desk: FlaskClient, session: Session, signs_up: Any, language: str, by_team: bool
) -> None:
    ada = signs_up(ADA, session).registrant
    withdraw(queries.live_registration(ada.id, session.id), by=NADIA if by_team else None, now=NOW)
    db.session.commit()

    [row] = read(desk.get(f"{WORKSPACE}/people?lang={language}")).all("ul", class_="holds")
    words = {"fr": ("désistement", "désinscription"), "en": ("withdrawn", "taken off by the team")}
    assert words[language][by_team] in row.said("status")


def test_the_lines_of_a_published_cycle_promise_no_draft(
    desk: FlaskClient, cycle: Cycle, language: str
) -> None:
    waits = {"fr": "Les dates peuvent attendre", "en": "Dates may wait"}[language]

    assert waits not in text(desk, f"{WORKSPACE}/sessions/add", language)
    page = read(desk.get(f"/organise/vto/cycles/new?lang={language}", follow_redirects=True))
    ends = {"fr": "tant que le cycle est en brouillon.", "en": "as long as the cycle is a draft."}
    [hint] = [hint for hint in page.said("hint") if waits in hint]
    assert hint.endswith(f"{waits} {ends[language]}")


def test_cancelling_a_cycle_counts_messages_by_person_and_session(
    desk: FlaskClient, cycle: Cycle, add_session: Any, signs_up: Any, language: str
) -> None:
    two = [add_session(cycle), add_session(cycle, "Autre", days=20)]
    signs_up(ADA, *two)
    signs_up(BELA, *two)

    counted = {
        "fr": "4 messages partent pour 2 personnes inscrites, un par personne et par séance\u202f; ils demandent",
        "en": "4 messages leave to 2 registered people, one for each person and session; they ask calendars",
    }
    page = read(desk.get(f"{WORKSPACE}/cancel?lang={language}"))
    assert [line.startswith(counted[language]) for line in page.lines].count(True) == 1


@pytest.mark.parametrize("people", [1, 2])
def test_before_a_cycle_is_cancelled_or_deleted_one_message_is_spoken_of_as_one(
    desk: FlaskClient, session: Session, signs_up: Any, language: str, people: int
) -> None:
    for person in (ADA, BELA)[:people]:
        signs_up(person, session)

    waits, gone = {
        "fr": (("Il attend", "Ils attendent"), ("quand il est parti", "quand ils sont partis")),
        "en": (("It waits", "They wait"), ("once it has left", "once they have left")),
    }[language]
    for page, words in (("cancel", waits), ("delete", gone)):
        shown = text(desk, f"{WORKSPACE}/{page}", language)
        assert [one in shown for one in words] == [people == 1, people == 2]


def test_a_place_that_changed_is_told_from_the_former_one(
    desk: FlaskClient, session: Session, signs_up: Any, language: str
) -> None:
    signs_up(ADA, session)
    shown = read(desk.get(HERE)).values
    kept = {name: value for name, value in shown.items() if name != "csrf_token"}
    post(desk, HERE, kept | {"format": "on_site", "place": "Valbrune, salle 2"})

    words = {
        "fr": "Lieu : avant « en visioconférence » ; maintenant « Valbrune, salle 2 »",
        "en": "Venue: before “online”; now “Valbrune, salle 2”",
    }
    page = read(desk.get(f"{WORKSPACE}?lang={language}"))
    assert words[language] in [change.plain for box in page.all(class_="callout") for change in box.all("li")]


@pytest.mark.parametrize("sessions", [0, 1])
def test_the_programme_of_a_cycle_that_is_being_deleted_offers_no_session(
    desk: FlaskClient, cycle: Cycle, add_session: Any, language: str, sessions: int
) -> None:
    for _number in range(sessions):
        add_session(cycle)
    adds = f"{WORKSPACE}/sessions/new"

    before = read(desk.get(f"{WORKSPACE}?lang={language}"))
    cycle.ask_deletion(by=NADIA, now=NOW)
    db.session.commit()
    after = read(desk.get(f"{WORKSPACE}?lang={language}"))

    assert [any(adds in address for address in page.addresses) for page in (before, after)] == [True, False]
    first = {"fr": "Ajoutez la première séance", "en": "Add the first session"}[language]
    assert [first in page.text for page in (before, after)] == [not sessions, False]
