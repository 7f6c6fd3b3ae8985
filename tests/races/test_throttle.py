"""Guesses made at once pass no more often than one after the other; and a control that lets more of them through."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.races.database import all_at_once
from webinars.accounts.credentials import throttle
from webinars.limits.actions import count_one
from webinars.limits.models import Tally
from webinars.storage.extensions import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CROWD = 24
NOTHING = timedelta(0)


def guesses(known: str | None = None, *, now: datetime = NOW):
    """One try to sign in to one account from one client, as the view counts it."""

    def job():
        pause = throttle.pause_left(throttle.counted_as("nadia", "192.0.2.7", known), now=now)
        db.session.commit()
        return pause

    return job


def counted() -> list[int]:
    return sorted(db.session.scalars(select(Tally.count)))


@pytest.mark.parametrize("known", [None, "a browser"])
def test_a_crowd_of_guesses_gets_exactly_the_tries_there_are(app: Flask, known: str | None):
    answers = all_at_once(app, [guesses(known) for _ in range(CROWD)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert answers.count(NOTHING) == 5
    with app.app_context():
        assert counted() == ([5] if known else [5, 5, 5])  # what waits counts nowhere


def test_when_the_pause_is_over_one_guess_passes(app: Flask):
    all_at_once(app, [guesses() for _ in range(CROWD)])

    later = NOW + throttle.SHORT_PAUSE
    answers = all_at_once(app, [guesses(now=later) for _ in range(CROWD)])

    assert answers.count(NOTHING) == 1
    assert {answer for answer in answers if answer} == {throttle.SHORT_PAUSE}


def test_control_looking_before_counting_lets_more_through(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def looks_then_counts(limit, subject, _allowed, *, now):
        if throttle._wait(limit, subject, now=now) > NOTHING:
            return False
        time.sleep(0.05)
        count_one(limit, subject, now=now)
        return True

    def in_two_steps():
        if db.engine.dialect.name != "sqlite":
            return guesses()()
        # as SQLite does by default: looking opens no transaction
        waits = throttle._wait(throttle.PAIR, "nadia 192.0.2.7", now=NOW)
        db.session.commit()
        time.sleep(0.05)
        if waits > NOTHING:
            return waits
        count_one(throttle.PAIR, "nadia 192.0.2.7", now=NOW)
        db.session.commit()
        return NOTHING

    monkeypatch.setattr(throttle, "count_if", looks_then_counts)
    answers = all_at_once(app, [in_two_steps for _ in range(CROWD)])

    assert answers.count(NOTHING) > 5
