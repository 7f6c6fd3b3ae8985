"""When a reminder falls due: whole days on the session's clock, the rest in elapsed time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from webinars.reminders.lead_time import DAY, HOUR, due_at

PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")


def paris(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        (HOUR, paris(12, 9)),
        (90, paris(12, 8, 30)),
        (DAY, paris(11, 10)),
        (7 * DAY, paris(5, 10)),
    ],
)
def test_a_reminder_falls_due_so_long_before_the_start(minutes, due):
    assert due_at(paris(12, 10), PARIS, minutes) == due


@pytest.mark.parametrize(("month", "sunday"), [(3, 29), (10, 25)])
def test_days_over_a_change_of_hour_end_at_the_same_hour_of_the_clock(month, sunday):
    start = paris(sunday + 1, 10, month=month)

    for days in (2, 7):
        due = due_at(start, PARIS, days * DAY).astimezone(PARIS)
        assert (due.hour, (start.date() - due.date()).days) == (10, days)
    elapsed = {3: 23, 10: 25}[month]
    monday_to_sunday = due_at(paris(sunday, 10, month=month), PARIS, DAY)
    assert (
        paris(sunday, 10, month=month).astimezone(UTC) - monday_to_sunday
    ).total_seconds() / 3600 == elapsed


def test_hours_over_a_change_of_hour_are_elapsed_hours():
    due = due_at(paris(29, 4), PARIS, 3 * HOUR)

    assert due.astimezone(PARIS) == paris(29, 0)


def test_an_hour_the_clock_jumps_over_is_the_one_it_shows_instead():
    assert due_at(paris(30, 2, 30), PARIS, DAY).astimezone(PARIS) == paris(29, 3, 30)


def test_of_an_hour_that_comes_twice_it_is_the_first():
    due = due_at(paris(26, 2, 30, month=10), PARIS, DAY)

    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_clock_is_the_session_s_own():
    start = datetime(2026, 3, 8, 9, tzinfo=NEW_YORK)

    assert due_at(start, NEW_YORK, DAY) == datetime(2026, 3, 7, 9, tzinfo=NEW_YORK)
