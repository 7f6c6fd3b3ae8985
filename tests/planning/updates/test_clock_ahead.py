"""A change that settles by a clock that was ahead is told when the clock is right again, once."""

import logging
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.planning.settled import MINUTE, ada, edit, send_settled, updates, waits
from tests.planning.test_actions import next_week

__all__ = ["ada"]


@pytest.mark.parametrize("by", [timedelta(hours=3), timedelta(days=8)], ids=["three hours", "eight days"])
def test_a_change_put_off_by_a_clock_ahead_is_told_when_it_is_right(session, ada, outbox, caplog, by):
    caplog.set_level(logging.WARNING, "webinars")
    edit(session, now=NOW + by, **next_week(session))

    assert (send_settled(NOW + MINUTE), send_settled(NOW + 2 * MINUTE)) == (1, 0)
    assert [mail.recipient for mail in updates(outbox)] == ["ada@example.org"]
    assert [record.facts["of"] for record in caplog.records] == ["updates"]
    assert waits() is None


def test_a_change_of_a_clock_a_little_ahead_settles_as_any_other(session, ada, outbox):
    edit(session, now=NOW + MINUTE / 2, **next_week(session))

    assert (send_settled(NOW), send_settled(NOW + 6 * MINUTE)) == (0, 1)
