"""What workers do from time to time: by one of them, once a period."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from webinars.app.chores import CHORES
from webinars.outbox.chores import Chore, ChoreRound, take_chore
from webinars.outbox.models import ChoreSchedule
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)


def counting(name="count"):
    done = []
    return Chore(name, MINUTE, lambda now, _settings: done.append(now) or 1), done


def test_one_worker_has_the_turn_until_the_period_is_over(app):
    chore, _done = counting()
    taken = [take_chore(chore, now=NOW + timedelta(seconds=seconds)) for seconds in (0, 0, 59, 60, 61, 130)]

    assert taken == [True, False, False, True, False, True]


def test_two_workers_do_a_chore_once(app, settings):
    chore, done = counting()
    for worker in (ChoreRound([chore], settings), ChoreRound([chore], settings)):
        worker.go()
        worker.go()

    assert len(done) == 1


def test_a_chore_that_fails_stops_no_other_and_keeps_nothing(app, settings):
    def fail(now, settings):
        db.session.add(ChoreSchedule(name="half done", next_at=now))
        db.session.flush()
        raise RuntimeError

    chore, done = counting()
    ChoreRound([Chore("fail", MINUTE, fail), chore], settings).go()

    assert len(done) == 1
    assert db.session.get(ChoreSchedule, "half done") is None


def test_a_worker_rests_no_longer_than_the_next_chore(app, settings):
    worker = ChoreRound([counting()[0]], settings)
    assert worker.seconds_to_next() == 0
    worker.go()

    assert 0 < worker.seconds_to_next() <= 60
    assert ChoreRound((), settings).seconds_to_next() == float("inf")


@pytest.mark.parametrize("chore", CHORES, ids=lambda chore: chore.name)
def test_every_chore_can_be_done_on_an_empty_database_and_twice(app, chore, settings):
    assert (chore.do(NOW, settings), chore.do(NOW, settings)) == (0, 0)


def test_chores_have_names_of_their_own():
    assert len({chore.name for chore in CHORES}) == len(CHORES)
