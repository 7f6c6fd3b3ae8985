"""Instant, zone and wall hours of a session always agree; another zone leaves the hours as they are typed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import read
from tests.planning.typed import SESSION, WORKSPACE
from tests.registration.signing_up import sign_up
from webinars.cycles.models import Session
from webinars.cycles.wall_clock import instants
from webinars.outbox.models import Email
from webinars.planning.editor.session_forms import SessionForm
from webinars.planning.updates.actions import send
from webinars.registration.identity import Person
from webinars.storage.extensions import db

HERE = f"{WORKSPACE}/sessions/achats-responsables"
ZONES = (
    "Europe/Paris", "Europe/London", "UTC", "America/Guadeloupe", "America/New_York", "Australia/Lord_Howe",
    "Pacific/Noumea", "Pacific/Apia", "Asia/Kathmandu",
)  # fmt: skip
TYPED = st.fixed_dictionaries(
    {
        "day": st.dates(date(2026, 3, 1), date(2027, 4, 30)).map(str),
        "start_time": st.times().map(lambda hour: f"{hour:%H:%M}"),
        "end_time": st.times().map(lambda hour: f"{hour:%H:%M}"),
        "timezone": st.sampled_from(ZONES),
        "start_turn": st.sampled_from(["first", "second"]),
        "end_turn": st.sampled_from(["first", "second"]),
    }
)


def agree(session: Session) -> bool:
    """Whether the clock of its zone shows the wall hours at its instants."""
    assert None not in (session.starts_at, session.ends_at, session.day, session.start_time, session.end_time)
    start, end = session.local_start, session.local_end
    return (
        session.starts_at in instants(session.day, session.start_time, session.zone)
        and session.ends_at in instants(end.date(), session.end_time, session.zone)
        and (start.date(), start.time(), end.time()) == (session.day, session.start_time, session.end_time)
    )


@settings(max_examples=150)
@given(st.lists(TYPED, min_size=1, max_size=4))
def test_however_often_hours_and_zone_change_the_three_agree(
    whole_app: Flask, forms: list[dict[str, str]]
) -> None:
    session = Session(timezone="Europe/Paris", revision=0)
    for typed in forms:
        with whole_app.test_request_context("/", method="POST", data=SESSION | typed):
            form = SessionForm(meta={"csrf": False})
            if not (form.validate() and form.check(are_hours_needed=True, seats_taken=0)):
                continue
            form.populate_obj(session)
            form.set_hours(session, timezone=form.zone_name, now=NOW)
        assert agree(session)
        assert (str(session.day), session.timezone) == (typed["day"], typed["timezone"])
        assert f"{session.start_time:%H:%M}" == typed["start_time"]


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    st.integers(1, 1_440),
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
)
def test_a_move_takes_the_clock_of_its_zone_along(at: datetime, minutes: int, old: str, new: str) -> None:
    session = Session(timezone=old, revision=0)
    ends_at = at + timedelta(minutes=minutes)

    session.move(starts_at=at, ends_at=ends_at, now=NOW)
    assert agree(session)

    session.move(starts_at=at, ends_at=ends_at, timezone=new, now=NOW)
    assert agree(session)
    assert (session.starts_at, session.timezone) == (at, new)


def test_another_zone_leaves_the_hours_as_typed_and_tells(
    desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    _ada(session)

    post(desk, HERE, SESSION | {"timezone": "Europe/London"})

    assert _said(session) == ("Europe/London", time(10), datetime(2026, 3, 12, 10, tzinfo=UTC))
    send(session, now=NOW)
    [update] = [mail for mail in outbox() if mail.kind == "invitation_update"]
    assert {"starts_at", "ends_at", "timezone"} <= update.details.keys()


def test_the_same_moment_by_another_clock_has_other_hours(desk: FlaskClient, session: Session) -> None:
    revision = session.revision

    post(desk, HERE, SESSION | {"timezone": "Europe/London", "start_time": "09:00", "end_time": "10:30"})

    assert _said(session) == ("Europe/London", time(9), datetime(2026, 3, 12, 9, tzinfo=UTC))
    assert (session.end_time, session.revision) == (time(10, 30), revision + 1)
    assert read(desk.get(HERE)).values["start_time"] == "09:00"


def test_the_registration_window_is_read_by_the_zone_typed(desk: FlaskClient, session: Session) -> None:
    post(desk, HERE, SESSION | {"timezone": "Europe/London", "opens_at": "2026-03-03T09:00"})

    db.session.expire_all()
    assert session.opens_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


def _ada(session: Session) -> None:
    ada = Person(first_name="Ada", last_name="Lovelace", email="ada@town.example.org")
    sign_up(session.cycle, [session.public_id], ada, language="fr", now=NOW)
    db.session.commit()


def _said(session: Session) -> tuple[Any, ...]:
    db.session.expire_all()
    assert agree(session)
    return session.timezone, session.start_time, session.starts_at
