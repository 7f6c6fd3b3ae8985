"""How long somebody was there."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attendance.written_reports import MORNING
from webinars.attendance.reports.connections import Connection
from webinars.attendance.reports.presence import Threshold, seconds_present, whole_minutes

WINDOW = 90 * 60


def at(minute: float) -> datetime:
    """So many minutes after the start of the session."""
    return MORNING.starts_at + timedelta(minutes=minute)


def stay(join: float | None = None, leave: float | None = None, *, stated: int | None = None) -> Connection:
    """A connection in minutes after the start, and what the tool states in seconds."""
    return Connection(
        1,
        "Ada",
        joined_at=None if join is None else at(join),
        left_at=None if leave is None else at(leave),
        seconds=stated,
    )


@pytest.mark.parametrize(
    ("stays", "minutes"),
    [
        ([stay(0, 90)], 90),
        ([stay(-20, 200)], 90),
        ([stay(-20, -10)], 0),
        ([stay(100, 120)], 0),
        ([stay(0, 20), stay(30, 60)], 50),
        ([stay(0, 45), stay(40, 90)], 90),  # two devices
        ([stay(0, 45), stay(0, 45)], 45),
        ([stay(0, 90, stated=65 * 60)], 65),  # the tool knows of breaks
        ([stay(-30, 90, stated=110 * 60)], 90),
        ([stay(0, 60, stated=59 * 60 + 30)], 60),  # a rounded minute
        ([stay(5, stated=20 * 60)], 20),  # no leave
        ([stay(5)], 85),
        ([stay(95)], 0),
        ([stay(leave=30, stated=20 * 60)], 20),
        ([stay(stated=20 * 60), stay(stated=15 * 60)], 35),
        ([stay(stated=80 * 60), stay(stated=80 * 60)], 90),
        ([stay(0, 30), stay(stated=20 * 60)], 50),
        ([stay(stated=0)], 0),
        ([stay(60, 30)], 0),
    ],
)
def test_the_minutes_inside_the_window(stays: list[Connection], minutes: int) -> None:
    assert whole_minutes(seconds_present(stays, MORNING)) == minutes


@pytest.mark.parametrize("stays", [[stay()], [stay(), stay()], [stay(leave=30)]])
def test_somebody_listed_without_any_time_is_present_for_an_unknown_time(stays: list[Connection]) -> None:
    assert seconds_present(stays, MORNING) is None
    assert Threshold().is_reached(None, MORNING)


def test_minutes_are_rounded_down() -> None:
    assert [whole_minutes(seconds) for seconds in (None, 0, 59, 60, 5399)] == [None, 0, 0, 1, 89]


def test_time_is_counted_once_and_inside_the_window() -> None:
    stays = [stay(50, 120), stay(-5, 20), stay(10, 30), stay(95, 99)]

    assert seconds_present(stays, MORNING) == (30 + 40) * 60


@pytest.mark.parametrize(
    ("threshold", "seconds", "is_present"),
    [
        (Threshold(), 599, False),
        (Threshold(), 600, True),
        (Threshold(minutes=0), 0, True),
        (Threshold(percent=50), WINDOW // 2 - 1, False),
        (Threshold(percent=50), WINDOW // 2, True),
        (Threshold(percent=100), WINDOW, True),
    ],
)
def test_the_threshold_is_in_minutes_or_percent(threshold: Threshold, seconds: int, is_present: bool) -> None:
    assert threshold.is_reached(seconds, MORNING) == is_present


STAYS = st.lists(
    st.builds(
        stay,
        st.none() | st.integers(-100, 200),
        st.none() | st.integers(-100, 200),
        stated=st.none() | st.integers(0, 20_000),
    ),
    max_size=6,
)


@given(STAYS)
def test_nobody_is_there_longer_than_the_session(stays: list[Connection]) -> None:
    seconds = seconds_present(stays, MORNING)

    assert seconds is None or 0 <= seconds <= WINDOW


@given(STAYS)
def test_the_order_and_repetition_of_lines_with_times_change_nothing(stays: list[Connection]) -> None:
    timed = [one for one in stays if one.joined_at and one.left_at and one.seconds is None]

    assert seconds_present([*reversed(timed), *timed], MORNING) == seconds_present(timed, MORNING)
