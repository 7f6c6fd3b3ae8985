"""The sessions of a copy keep the hours their clocks show."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from webinars.cycles.models import Session
from webinars.duplication.shift import fingerprint, first_day, shifted, shifted_all

WINTER = date(2026, 3, 12)


def a_session(day: date | None = WINTER, start: time = time(10), *, minutes: int = 90) -> Session:
    session = Session(title="Une", timezone="Europe/Paris", day=day)
    if day is not None:
        starts_at = datetime.combine(day, start, session.zone)
        session.move(
            starts_at=starts_at.astimezone(UTC),
            ends_at=starts_at.astimezone(UTC) + timedelta(minutes=minutes),
            now=datetime(2026, 1, 1, tzinfo=UTC),
        )
    return session


def test_each_session_is_as_many_days_after_the_first_as_before() -> None:
    sessions = [a_session(WINTER), a_session(date(2026, 3, 19)), a_session(None)]

    days = [copy.day for copy in shifted_all(sessions, date(2026, 9, 3))]

    assert days == [date(2026, 9, 3), date(2026, 9, 10), None]


def test_the_first_day_is_the_earliest_known_whatever_the_order() -> None:
    assert first_day([a_session(date(2026, 3, 19)), a_session(WINTER), a_session(None)]) == WINTER
    assert first_day([a_session(None)]) is None


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2026, 3, 20), time(9), time(10, 30)),  # still winter
        (date(2026, 6, 11), time(8), time(9, 30)),  # summer in Paris
        (date(2027, 1, 14), time(9), time(10, 30)),
    ],
)
def test_the_clock_shows_the_same_hour_on_either_side_of_a_change(day: date, start: time, end: time) -> None:
    copy = shifted(a_session(), day)

    assert (copy.starts_at, copy.ends_at) == (
        datetime.combine(day, start, UTC),
        datetime.combine(day, end, UTC),
    )
    assert (copy.local_start and copy.local_start.time(), copy.local_end and copy.local_end.time()) == (
        time(10),
        time(11, 30),
    )
    assert copy.is_possible


def test_a_session_across_midnight_ends_the_day_after() -> None:
    copy = shifted(a_session(start=time(23), minutes=120), date(2026, 6, 11))

    assert copy.local_end is not None
    assert (copy.local_end.date(), copy.local_end.time()) == (date(2026, 6, 12), time(1))


def test_the_window_stays_as_far_from_its_session_on_the_same_clock() -> None:
    session = a_session()
    session.opens_at = datetime(2026, 2, 12, 8, tzinfo=UTC)  # 9:00, four weeks before

    copy = shifted(session, date(2026, 6, 11))

    assert (copy.opens_at, copy.closes_at) == (datetime(2026, 5, 14, 7, tzinfo=UTC), None)


def test_an_hour_clocks_jump_over_is_not_possible() -> None:
    night = a_session(start=time(2, 30))

    assert not shifted(night, date(2026, 3, 29)).is_possible
    assert shifted(night, date(2026, 3, 30)).is_possible


def test_an_hour_that_comes_twice_is_the_first_one() -> None:
    copy = shifted(a_session(start=time(2, 30), minutes=15), date(2026, 10, 25))

    assert copy.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_session_from_one_of_two_hours_to_the_other_stands_on_no_usual_day() -> None:
    night = a_session(date(2026, 10, 25), time(2, 50), minutes=20)  # ends at 2:10, once clocks went back

    assert not shifted(night, date(2026, 11, 25)).is_possible


def test_a_day_no_form_takes_is_not_possible() -> None:
    sessions = [a_session(WINTER), a_session(date(2027, 3, 12))]

    assert [copy.is_possible for copy in shifted_all(sessions, date(2099, 3, 12))] == [True, False]


def test_other_dates_have_another_fingerprint() -> None:
    sessions = [a_session()]

    some, others = (fingerprint(shifted_all(sessions, date(2026, 9, day))) for day in (3, 4))

    assert some == fingerprint(shifted_all(sessions, date(2026, 9, 3)))
    assert some != others
