"""From what a clock shows to the moment it is."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from webinars.cycles.wall_clock import end_day, follows, instant, instants

PARIS = ZoneInfo("Europe/Paris")


def test_an_ordinary_hour_is_one_moment() -> None:
    assert instants(date(2026, 3, 2), time(10), PARIS) == (datetime(2026, 3, 2, 9, tzinfo=UTC),)


def test_an_hour_that_clocks_jump_over_is_none() -> None:
    assert instants(date(2026, 3, 29), time(2, 30), PARIS) == ()
    assert instant(datetime(2026, 3, 29, 2, 30), PARIS) is None  # noqa: DTZ001 — what a clock shows


def test_an_hour_that_comes_twice_is_two() -> None:
    assert instants(date(2026, 10, 25), time(2, 30), PARIS) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


def test_an_end_that_comes_first_is_on_the_next_day_within_half_a_day() -> None:
    day = date(2026, 3, 2)
    ends = {
        hours: (end_day(day, *hours).day, follows(*hours))
        for hours in [
            (time(22), time(0, 30)),
            (time(12), time(0)),
            (time(12), time(0, 1)),
            (time(10), time(9)),
            (time(10), time(10)),
            (time(10), time(11)),
        ]
    }

    assert list(ends.values()) == [(3, True), (3, True), (2, False), (2, False), (2, False), (2, True)]


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
)
def test_every_moment_found_shows_the_hour_asked(wall: datetime, name: str) -> None:
    zone = ZoneInfo(name)

    for moment in instants(wall.date(), wall.time(), zone):
        assert moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall
