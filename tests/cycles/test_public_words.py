"""A cycle in words, and what organisers wrote as it is shown."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from webinars.cycles import excerpts, words
from webinars.cycles.models import Contributor, Session
from webinars.cycles.states import Format, SessionState


def one(day=12, hour=9, minutes=90, **facts):
    start = datetime(2026, 3, day, hour, tzinfo=UTC)
    values = {
        "day": date(2026, 3, day),
        "start_time": time(hour + 1),
        "end_time": time(hour + 2),
        "timezone": "Europe/Paris",
        "starts_at": start,
        "ends_at": start + timedelta(minutes=minutes),
        "format": Format.ONLINE,
        "place": "",
        "state": SessionState.SCHEDULED,
    }
    return Session(**{**values, **facts})


def facts(*sessions, locale="fr"):
    with force_locale(locale):
        return [answer.replace("\u00a0", " ") for _question, answer in words.facts(sessions)]


def test_one_session_has_its_day_and_hours(app):
    assert facts(one()) == ["jeudi 12 mars 2026", "10 h – 11 h 30, heure de Paris", "En visioconférence"]
    assert facts(one(), locale="en") == [
        "Thursday 12 March 2026",
        "10:00–11:30, Paris time",
        "By video conference",
    ]


def test_several_have_a_period_and_a_length(app):
    assert facts(one(), one(20)) == ["12 mars – 20 mars 2026", "2 × 1 h 30, à 10 h", "En visioconférence"]
    assert facts(one(), one(20, hour=13))[1] == "2 × 1 h 30"
    assert facts(one(), one(20, minutes=60))[1] == "De 1 h à 1 h 30"


def test_cancelled_and_undated_ones_do_not_count(app):
    cancelled = one(30, state=SessionState.CANCELLED)
    undated = one(starts_at=None, ends_at=None)

    assert facts(one(), cancelled, undated)[0] == "jeudi 12 mars 2026"
    assert facts(undated) == ["Dates à préciser", "En visioconférence"]
    assert facts() == []


@pytest.mark.parametrize(
    ("sessions", "where"),
    [
        (
            [one(format=Format.ON_SITE, place="Tarbes"), one(20, format=Format.ON_SITE, place="Tarbes")],
            "Tarbes",
        ),
        (
            [one(format=Format.ON_SITE, place="Tarbes"), one(20, format=Format.ON_SITE, place="Albi")],
            "Sur place",
        ),
        ([one(format=Format.ON_SITE, place="Tarbes"), one(20)], "Sur place et en visioconférence"),
        ([one(format=Format.HYBRID, place="Tarbes")], "Sur place et en visioconférence"),
    ],
)
def test_where_follows_the_formats(app, sessions, where):
    assert facts(*sessions)[2] == where


@pytest.mark.parametrize(
    ("contributor", "said"),
    [
        (("Solène", "Chercheuse", "Université"), ("Solène", "Chercheuse, Université")),
        (("", "Témoin", "Tarbes"), ("Témoin", "Tarbes")),
        (("", "", ""), ("", "")),
    ],
)
def test_a_contributor_is_named_or_the_role_stands_for_the_name(contributor, said):
    name, role, organisation = contributor

    assert words.about(Contributor(name=name, role=role, organisation=organisation)) == said


@given(st.text(max_size=2000))
def test_an_opening_is_short(text):
    assert len(excerpts.opening(text)) <= excerpts.WHOLE


@given(st.text(max_size=500))
def test_a_description_is_one_short_line(text):
    said = excerpts.excerpt(text)

    assert len(said) <= excerpts.DESCRIPTION
    assert "\n" not in said
