"""The figures are those of the worked example, to the last decimal."""

from fractions import Fraction
from typing import Any

from flask_babel import force_locale

from tests.conftest import NOW
from webinars.capitalisation.cli import summary
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Cycle, Session
from webinars.words.numbers import decimal_words, percent_words


def test_the_worked_example_gives_its_numbers(demo_cycle: Cycle, expected: dict[str, Any]) -> None:
    found = summary(cycle_counts(demo_cycle, now=NOW))

    assert found == {**expected["cycle"]["after_decisions"], "pending_review": 0, "lines_to_decide": 0}


def test_each_session_has_its_own_counts(demo_cycle: Cycle) -> None:
    counts = cycle_counts(demo_cycle, now=NOW)

    assert [
        (one.registrations, one.present_registered, one.walk_ins, one.extra_headcount, one.present)
        for one in counts.sessions
    ] == [(12, 8, 1, 0, 9), (12, 9, 1, 0, 10), (10, 7, 0, 3, 10)]


def test_the_show_rate_is_pooled(demo_cycle: Cycle) -> None:
    counts = cycle_counts(demo_cycle, now=NOW)

    with force_locale("fr"):
        assert [percent_words(one.show_rate) for one in counts.sessions] == [
            "66,7\N{NO-BREAK SPACE}%",
            "75,0\N{NO-BREAK SPACE}%",
            "70,0\N{NO-BREAK SPACE}%",
        ]
        assert percent_words(counts.show_rate) == "70,6\N{NO-BREAK SPACE}%"
    assert counts.show_rate == Fraction(24, 34)


def test_the_mean_is_of_people_not_of_heads(demo_cycle: Cycle) -> None:
    mean = cycle_counts(demo_cycle, now=NOW).mean_attendances

    assert mean == Fraction(26, 18)
    with force_locale("fr"):
        assert decimal_words(mean) == "1,44"


def test_regions_follow_from_departments(demo_cycle: Cycle) -> None:
    counts = cycle_counts(demo_cycle, now=NOW)

    assert sum(counts.departments.values()) == 18
    assert counts.regions == {"76": 17, "NR": 1}


def test_a_cycle_without_sessions_has_no_rate(cycle: Cycle) -> None:
    counts = cycle_counts(cycle, now=NOW)

    assert (counts.attendances, counts.unique_participants, counts.show_rate) == (0, 0, None)
    assert (counts.mean_attendances, counts.loyalty) == (None, {})


def test_sessions_that_have_not_begun_count_nowhere(session: Session) -> None:
    counts = cycle_counts(session.cycle, now=NOW)

    assert (counts.sessions, counts.coming) == ((), 1)


def test_half_a_decimal_goes_up() -> None:
    with force_locale("fr"):
        assert percent_words(Fraction(625, 10_000)) == "6,3\N{NO-BREAK SPACE}%"
        assert percent_words(None) == "—"
