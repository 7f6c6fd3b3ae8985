"""Dates and times in every shape, one order a file, and the zones they state."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attendance.written_reports import read, row, table
from webinars.attendance.reports.moments import Moments, settle_order
from webinars.attendance.reports.notices import Notice
from webinars.attendance.reports.stamps import StampReader, read_stamp

PARIS = ZoneInfo("Europe/Paris")
TEN = datetime(2024, 3, 12, 10, tzinfo=PARIS)
HALF_PAST = datetime(2024, 3, 12, 9, 30, tzinfo=UTC)


def instant(cell: str, *others: str, starts_at: datetime = TEN) -> datetime | None:
    """When the cell says it was, in a file that also holds the others."""
    moments, _by_event = settle_order([cell, *others], Moments(StampReader(), PARIS, starts_at))
    return moments.instant(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-12 10:30",
        "2024-03-12T10:30:00",
        "2024/03/12 10:30:00.250",
        "12/03/2024 10:30",
        "03/12/2024 10:30:00 AM",
        "3/12/24, 10:30:00\u202fAM",
        "12.03.2024 10:30:00",
        "12/03/2024 à 10h30",
        "12/03/2024 10 h 30",
        "Mar 12, 2024 10:30 AM",
        "Mar 12, 2024 10:30 AM CET",
        "12 mars 2024 10:30",
        "12. März 2024, 10:30",
        "2024-03-12T09:30:00Z",
        "2024-03-12 09:30:00 GMT",
        "2024-03-12 09:30 UTC",
        "2024-03-12T11:30:00+02:00",
        "2024-03-12 04:30 GMT-5",
        "10:30",
        "10:30:00 AM",
        "9:30 GMT",
    ],
)
def test_half_past_ten_in_paris_is_read(cell: str) -> None:
    assert instant(cell) == HALF_PAST


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("Jan", 1), ("janv.", 1), ("Januar", 1), ("févr.", 2), ("fév.", 2), ("February", 2), ("Mar", 3), ("MARS", 3),
        ("März", 3), ("avr.", 4), ("April", 4), ("mai", 5), ("May", 5), ("juin", 6), ("Jun", 6), ("juil.", 7),
        ("Juli", 7), ("août", 8), ("Aug", 8), ("sept.", 9), ("Sep", 9), ("octobre", 10), ("Okt.", 10), ("nov.", 11),
        ("déc.", 12), ("Dezember", 12),
    ],
)  # fmt: skip
def test_a_month_is_read_in_english_french_and_german(month: str, number: int) -> None:
    stamp = read_stamp(f"12 {month} 2024 10:30")

    assert stamp is not None
    assert stamp.date == (2024, number, 12, True)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "soon",
        "2024-03-12",
        "31/02/2024 10:30",
        "13/13/2024 10:30",
        "2024-03-12 25:00",
        "2024-03-12 10:61",
        "13:30 PM",
        "12/03/0001 10:30",
        "12/03/9999 10:30",
        "2024-03-12 10:30 NOWHERE",
        "2024-03-12 10:30 +99:00",
        "1" * 5000,
    ],
)
def test_what_is_no_time_is_not_known(cell: str) -> None:
    assert instant(cell) is None


@pytest.mark.parametrize(
    ("cell", "hour"), [("12:30:00 AM", 0), ("12:30:00 PM", 12), ("1:30 p.m.", 13), ("11:30 pm", 23)]
)
def test_noon_and_midnight_in_halves_of_a_day(cell: str, hour: int) -> None:
    stamp = read_stamp(f"2024-03-12 {cell}")

    assert stamp is not None
    assert stamp.time.hour == hour


def test_a_number_above_twelve_decides_for_the_whole_file() -> None:
    assert instant("03/04/2024 10:30", "25/04/2024 10:30") == datetime(2024, 4, 3, 8, 30, tzinfo=UTC)
    assert instant("03/04/2024 10:30", "04/25/2024 10:30") == datetime(2024, 3, 4, 9, 30, tzinfo=UTC)


def test_the_session_decides_when_no_number_does_and_this_is_told() -> None:
    by_month = read(table([row("Ada", join="03/12/2024 10:00", leave="03/12/2024 11:00")]))
    by_day = read(table([row("Ada", join="12/03/2024 10:00", leave="12/03/2024 11:00")]))

    assert [one.connections[0].joined_at for one in (by_month, by_day)] == [TEN, TEN]
    assert [list(one.notices) for one in (by_month, by_day)] == [[Notice.DATE_ORDER_BY_EVENT]] * 2


def test_a_date_above_the_table_decides_too() -> None:
    above = "Meeting ID,Start Time\r\n1,03/28/2024 10:00\r\n\r\n"

    assert read(above + table([row("Ada", join="03/12/2024 10:00", leave="03/12/2024 11:00")])).notices == {}


def test_a_day_equal_to_its_month_needs_no_decision() -> None:
    _, by_event = settle_order(["03/03/2024 10:30"], Moments(StampReader(), PARIS, TEN))

    assert not by_event


def test_a_heading_may_state_the_zone() -> None:
    headings = ("Name (Original Name)", "Join Time (GMT)", "Leave Time (GMT)")
    report = read(table([("Ada", "2024-03-12 09:00:00", "2024-03-12 10:00:00")], headings=headings))

    assert report.connections[0].joined_at == TEN


@pytest.mark.parametrize(
    ("join", "leave", "minutes"), [("23:50", "00:40", 50), ("00:10", "00:40", 30), ("23:10", "23:55", 45)]
)
def test_times_without_date_may_go_over_midnight(join: str, leave: str, minutes: int) -> None:
    moments = Moments(StampReader(), PARIS, datetime(2024, 3, 12, 23, 30, tzinfo=PARIS))
    joined_at = moments.instant(join)

    assert joined_at is not None
    assert moments.instant(leave, after=joined_at) == joined_at + timedelta(minutes=minutes)


def test_somebody_may_join_before_a_midnight_session() -> None:
    moments = Moments(StampReader(), PARIS, datetime(2024, 3, 12, 0, 5, tzinfo=PARIS))

    assert moments.instant("23:55") == datetime(2024, 3, 11, 23, 55, tzinfo=PARIS)


def test_a_leave_before_the_join_is_missing() -> None:
    report = read(table([row("Ada", leave="2024-03-12 09:00:00")]))

    assert report.connections[0].left_at is None
    assert report.notices == {Notice.MISSING_LEAVE: (2,)}


def test_an_unreadable_value_is_told_with_its_line() -> None:
    report = read(table([row("Ada"), row("Bela", duration="long")]))

    assert report.notices == {Notice.VALUE_UNREADABLE: (3,)}


@given(
    st.datetimes(TEN.replace(year=1991, tzinfo=None), TEN.replace(year=2099, tzinfo=None)),
    st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"]),
)
def test_either_order_is_read_back_when_the_session_is_that_day(moment: datetime, order: str) -> None:
    moment = moment.replace(second=0, microsecond=0, fold=0, tzinfo=PARIS)

    assert instant(moment.strftime(f"{order} %H:%M"), starts_at=moment) == moment.astimezone(UTC)


@given(st.text())
def test_any_cell_is_a_time_or_none(cell: str) -> None:
    found = instant(cell)

    assert found is None or found.tzinfo is UTC
