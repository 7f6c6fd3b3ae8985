"""One edit of a session, and all that follows from it."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.test_actions import Outbox, joins, left, next_week
from webinars.cycles.models import Session
from webinars.journal.models import JournalEntry
from webinars.planning.errors import SeatsAreTaken
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.models import Registration
from webinars.storage.extensions import db


def edits(session: Session, **changes: object) -> NotifiedCounts:
    return deeds.edit_session(session, by=NADIA, now=NOW, **changes)


def deeds_kept() -> list[tuple[str, str]]:
    found = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    return [(one.deed, one.actor.name) for one in found]


def test_what_is_not_named_stays(session: Session) -> None:
    session.subtitle, session.place = "Un sous-titre", "Mairie"
    hours = (session.starts_at, session.ends_at, session.day, session.start_time)

    edits(session, title="Achats durables")

    assert (session.title, session.subtitle, session.place) == ("Achats durables", "Un sous-titre", "Mairie")
    assert (session.starts_at, session.ends_at, session.day, session.start_time) == hours


def test_nothing_said_is_no_edit(session: Session) -> None:
    assert edits(session) == NotifiedCounts()
    assert (session.edits, deeds_kept()) == (0, [])


def test_the_edit_is_counted_once_under_the_parts_that_differ(session: Session) -> None:
    edits(session, **next_week(session), title=session.title, capacity=9)

    assert (session.edits, set(session.edited)) == (1, {"hours", "capacity"})
    assert session.edited["hours"]["by"] == "Nadia Benali"


def test_seats_that_are_new_go_to_those_who_wait(session: Session, outbox: Outbox) -> None:
    session.capacity = 1
    for name in ("Ada", "Bela", "Chloe"):
        joins(session, name)
    left(outbox)

    edits(session, capacity=2)

    found = db.session.scalars(select(Registration).order_by(Registration.id))
    assert [str(one.state) for one in found] == ["confirmed", "confirmed", "waitlisted"]
    assert deeds_kept() == [("session changed", "Nadia Benali"), ("seats changed", "Nadia Benali")]


def test_seats_that_are_taken_do_not_go(session: Session) -> None:
    for name in ("Ada", "Bela"):
        joins(session, name)

    with pytest.raises(SeatsAreTaken):
        edits(session, capacity=1)


def test_the_same_number_of_seats_is_no_change_of_seats(session: Session) -> None:
    edits(session, capacity=session.capacity, title="Achats durables")

    assert deeds_kept() == [("session changed", "Nadia Benali")]


def test_a_session_whose_day_is_known_alone_has_no_moment(session: Session) -> None:
    edits(session, day=date(2026, 5, 4), start_time=time(10), end_time=None)

    assert (session.starts_at, session.ends_at) == (None, None)
    assert (session.day, session.start_time, session.end_time) == (date(2026, 5, 4), time(10), None)


def test_another_zone_alone_keeps_the_moment(session: Session) -> None:
    starts_at = session.starts_at

    edits(session, timezone="Indian/Reunion")

    assert (session.starts_at, session.timezone) == (starts_at, "Indian/Reunion")
    assert session.start_time == session.local_start.time()


def test_a_session_that_ends_later_still_starts_then(session: Session) -> None:
    starts_at, ends_at = session.starts_at, session.ends_at
    assert ends_at

    edits(session, ends_at=ends_at + timedelta(minutes=15))

    assert (session.starts_at, session.ends_at) == (starts_at, ends_at + timedelta(minutes=15))
