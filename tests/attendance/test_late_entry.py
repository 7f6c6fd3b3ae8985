"""The page that answers a late sign-up lets in, for this one time: no address is proved by it."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, signs_up
from tests.registration.reading_pages import registrants, send
from webinars.attendance.actions import state
from webinars.attendance.conclusion import ConclusionBasis, measures_of
from webinars.attendance.models import Attendance, Conclusion, Evidence, EvidenceKind
from webinars.cycles.states import Format, SessionState
from webinars.registration.actions import withdraw
from webinars.registration.queries import live_registration
from webinars.storage.extensions import db

__all__ = ["signs_up"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(session):
    """`at(5)`: it is five minutes after the start of the session."""
    return lambda minutes: time_machine.travel(session.starts_at + minutes * MINUTE, tick=False)


@pytest.fixture
def entry(client, session, at):
    """The page that answered Ada, who came five minutes late."""
    with at(5):
        return send(client, take="some", sessions=[session.public_id]).location


@pytest.fixture
def way_in(client, at, entry):
    """Where its button leads."""
    with at(5):
        (address,) = ways_in(read(client.get(entry)))
    return address


def ways_in(page):
    """Where the page leads in, sending the messages again left aside."""
    return [action for action in page.actions if not action.endswith("/again")]


def evidence():
    return [(one.kind, one.statement) for one in db.session.scalars(select(Evidence))]


def test_one_button_leads_in_and_the_mail_is_announced(client, session, at, entry, way_in):
    with at(5):
        page, answer = client.get(entry), client.post(way_in)

    shown = read(page)
    assert "La séance a commencé\u00a0: entrez dès maintenant." in shown.lines
    assert (
        "Maintenant\u00a0: la confirmation, avec votre lien personnel et l’accès à la séance, au cas où vous perdriez "
        "cette page."
    ) in shown.text
    assert session.join_url not in page.text
    assert "form-action 'self' https: http:" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert (answer.status_code, answer.location) == (303, session.join_url)


def test_looking_counts_nothing_and_pressing_counts_once(client, at, entry, way_in):
    with at(5):
        client.get(entry)
        assert evidence() == []
        for _ in range(2):
            assert client.post(way_in).status_code == 303
    with at(89):
        assert client.post(way_in).status_code == 303

    assert evidence() == [(EvidenceKind.ENTRY, None)]


def test_it_proves_no_address_and_opens_no_personal_page(client, session, at, entry, way_in):
    with at(5):
        client.post(way_in)
    (ada,) = registrants()

    assert ada.proved_at is None
    token = entry.split("/")[2]
    assert client.get(f"/join/{token}/{session.public_id}").status_code == 404
    assert client.get(f"/me/{token}").status_code == 404


@pytest.mark.parametrize("how", ["known", "withdrawn", "unknown"])
def test_it_says_the_same_whoever_owns_the_address(client, session, at, signs_up, how):
    if how != "unknown":
        ada = signs_up(ADA, session, language="en").registrant
    if how == "withdrawn":
        withdraw(live_registration(ada.id, session.id), now=NOW)
        db.session.commit()
    with at(5):
        answer = send(client, take="some", sessions=[session.public_id])
        page = read(client.get(answer.location))

    assert page.language == "fr"
    assert page.heading == "Vous êtes inscrit·e à une séance"
    assert len(ways_in(page)) == 1
    assert "Ada" not in page.text


def moved(session):
    session.move(
        starts_at=session.starts_at + timedelta(days=7), ends_at=session.ends_at + timedelta(days=7), now=NOW
    )


def cancelled(session):
    session.state, session.cancelled_at = SessionState.CANCELLED, NOW


def on_site(session):
    session.format, session.place = Format.ON_SITE, "Hôtel de ville"


def without_link(session):
    session.join_url = ""


def as_it_is(session):
    pass


@pytest.mark.parametrize(
    ("change", "minutes", "words"),
    [
        (as_it_is, 90, "Cette séance est terminée"),
        (cancelled, 6, "Annulée"),
        (on_site, 6, "On vous attend à l’adresse suivante\u00a0: Hôtel de ville."),
        (without_link, 6, "La salle n’est pas encore prête"),
        (moved, 6, "Place confirmée"),
    ],
)
def test_what_has_changed_meanwhile_is_said_and_lets_nobody_in(
    client, session, at, entry, way_in, change, minutes, words
):
    start = session.starts_at
    change(session)
    db.session.commit()
    with time_machine.travel(start + minutes * MINUTE, tick=False):
        page, answer = read(client.get(entry)), client.post(way_in)

    assert words in page.lines
    assert ways_in(page) == []
    assert (answer.status_code, "Location" in answer.headers, evidence()) == (200, False, [])


def test_it_serves_for_this_one_time_alone(client, session, at, entry, way_in):
    moved(session)
    db.session.commit()
    with at(5):  # of the new date
        assert ways_in(read(client.get(entry))) == []
        assert client.post(way_in).status_code == 200


def test_it_opens_no_other_session_that_runs(client, cycle, session, add_session, at, signs_up, way_in):
    other = add_session(cycle, "Autre")
    signs_up(ADA, other)
    with at(5):
        assert client.post(way_in.replace(session.public_id, other.public_id)).status_code == 200
        assert client.post(way_in.replace(session.public_id, "0" * 16)).status_code == 404


@pytest.mark.parametrize("part", [2, 3, 4])
def test_a_changed_address_opens_nothing(client, at, entry, part):
    parts = entry.split("/")
    parts[part] = parts[part][:-1] + ("1" if parts[part][-1] != "1" else "2")
    with at(5):
        assert client.get("/".join(parts)).status_code == 404


def test_it_concludes_nothing_before_a_report_and_wins_over_no_other_word(client, session, at, way_in):
    with at(5):
        client.post(way_in)
    assert list(db.session.scalars(select(Attendance))) == []
    (ada,) = registrants()

    told = list(db.session.scalars(select(Evidence)))
    reported = ConclusionBasis(measures_of(session), has_report=True, spared=set).conclusions(told, {ada.id})
    assert (reported[ada.id].conclusion, reported[ada.id].how) == (Conclusion.PRESENT, EvidenceKind.ENTRY)
    state(session, ada, Conclusion.ABSENT, by=NADIA, now=NOW)
    db.session.commit()
    assert [one.conclusion for one in db.session.scalars(select(Attendance))] == [Conclusion.ABSENT]


def test_what_is_shared_leads_in_as_often_and_counts_one_person(client, app, at, way_in):
    with at(5):
        for _ in range(3):
            assert app.test_client().post(way_in).status_code == 303

    assert evidence() == [(EvidenceKind.ENTRY, None)]
