"""What a clock that was ahead has let in ends when it would have ended, and shuts nobody out."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from webinars.accounts.browser_sessions import (
    find_browser_session,
    new_browser_session,
    sweep_browser_sessions,
)
from webinars.accounts.credentials import throttle
from webinars.accounts.credentials.tokens import draw_token, owner_of, sweep_tokens, use_up
from webinars.accounts.models import OneTimeToken, Purpose
from webinars.limits.actions import sweep
from webinars.limits.models import Tally
from webinars.storage.extensions import db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEARS = 3652 * DAY


@pytest.mark.parametrize(("by", "is_open", "swept"), [(3 * HOUR, True, 0), (YEARS, False, 1)])
def test_a_browser_session_of_a_clock_far_ahead_has_ended(app, nadia, by, is_open, swept):
    identifier = new_browser_session(nadia, now=NOW + by)
    db.session.commit()

    assert (find_browser_session(identifier, now=NOW) is not None) == is_open
    assert sweep_browser_sessions(now=NOW) == swept


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_made_by_a_clock_far_ahead_opens_nothing(app, nadia, purpose):
    number = nadia.id
    db.session.rollback()
    token = draw_token(purpose, number, now=NOW + YEARS)

    assert owner_of(token, now=NOW) is None
    assert not use_up(token, now=NOW)
    sweep_tokens(now=NOW)
    assert db.session.query(OneTimeToken).count() == 0


def test_tries_counted_by_a_clock_ahead_make_nobody_wait(app):
    counts = [(throttle.PAIR, "ada 1.2.3.4")]
    start = throttle.PAIR.window_at(NOW)
    late = start + 50 * HOUR / 60
    pauses = [throttle.pause_left(counts, now=late) for _try in range(6)]
    assert pauses[-1] == throttle.SHORT_PAUSE

    assert throttle.pause_left(counts, now=start + HOUR / 60) == timedelta(0)
    assert throttle.pause_left(counts, now=start + HOUR / 60) > timedelta(0)


def test_counts_of_a_clock_far_ahead_are_swept(app):
    throttle.pause_left([(throttle.PAIR, "ada 1.2.3.4")], now=NOW + YEARS)
    db.session.commit()

    assert sweep(now=NOW) == 1
    assert db.session.query(Tally).count() == 0
