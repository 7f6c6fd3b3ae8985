"""Who may send a row, for how long, and what happens when they vanish."""

from datetime import timedelta
from threading import Event, Thread

from flask import current_app

from tests.conftest import NOW
from tests.outbox.conftest import WRITERS, way_to
from webinars.extensions import db
from webinars.outbox import claims
from webinars.outbox.answers import TAKEN
from webinars.outbox.claims import Lease
from webinars.outbox.delivery import Delivery
from webinars.outbox.models import Email, State
from webinars.outbox.pace import FREE
from webinars.outbox.records import Ledger, outcome, record
from webinars.outbox.schedule import WAITS

MINUTE = timedelta(minutes=1)


def claim(lease: Lease, now=NOW) -> list[Email]:
    with current_app.app_context():
        return claims.claim(lease, limit=10, pace=FREE, now=now)


def test_a_claimed_row_is_nobody_elses(add):
    add()

    assert len(claim(Lease(MINUTE))) == 1
    assert claim(Lease(MINUTE)) == []
    assert not claims.has_due(now=NOW)


def test_a_lease_that_ran_out_is_sent_again_with_the_same_octets(add, deliver, sink, watch):
    email = add()
    first = claim(Lease(MINUTE))
    first[0].content = b"not mine to write"
    Ledger(db.engine, Lease(MINUTE), keep_contents=True).keep_texts(first)
    assert deliver() == 0

    watch.pass_(seconds=61)
    deliver()
    assert [mail.message_id for mail in sink.received] == [email.message_id]
    assert (email.state, email.unanswered) == (State.SENT, 1)


def test_whoever_lost_the_lease_records_nothing(add, deliver, watch):
    email = add()
    lease = Lease(MINUTE)
    [claimed] = claim(lease)
    watch.pass_(seconds=61)
    deliver()

    row = outcome(claimed, TAKEN, lease, now=watch.at, waits=WAITS)
    with db.engine.begin() as connection:
        assert record(connection, [row], keep=True) == 0
    db.session.refresh(email)
    assert (email.state, email.attempts, email.sent_at) == (State.SENT, 1, watch.at)


def test_a_renewed_lease_lasts_from_then_on(add, watch):
    add()
    lease = Lease(MINUTE)
    claim(lease)
    claims.renew(lease, now=NOW + timedelta(seconds=50))

    claims.sweep(now=NOW + timedelta(seconds=100))
    assert not claims.has_due(now=NOW)
    claims.sweep(now=NOW + timedelta(seconds=111))
    assert claims.has_due(now=NOW)


def test_a_lease_outlasts_a_mail_that_takes_all_its_time():
    lease = Lease(MINUTE)

    assert not lease.is_ageing()
    lease.renewed -= 16
    assert lease.is_ageing()
    assert lease.seconds_for_one_mail + 15 < 60


def test_released_rows_are_as_if_they_had_never_been_taken(add):
    email = add()
    lease = Lease(MINUTE)
    claim(lease)
    claims.release(lease)
    db.session.refresh(email)

    assert (email.state, email.lease, email.attempts, email.unanswered) == (State.QUEUED, None, 0, 0)


def test_a_server_slower_than_the_lease_allows_is_cut_off(add, sink, server, watch):
    sink.slow = 3
    email = add()
    delivery = Delivery(writers=WRITERS, transport=server, lease=timedelta(seconds=1), now=watch)
    delivery.work_off(Event())
    db.session.refresh(email)

    assert (email.state, email.unanswered) == (State.QUEUED, 1)


def test_two_workers_at_once_send_nothing_twice(app, add, sink, settings):
    for number in range(120):
        add(f"person{number}@town.fr")

    def work() -> None:
        with app.app_context():
            server = way_to(sink.port, settings)
            delivery = Delivery(writers=WRITERS, transport=server, lease=MINUTE, batch=7, now=lambda: NOW)
            while delivery.work_off(Event()):
                pass
            server.close()

    threads = [Thread(target=work) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sink.recipients) == sorted(f"person{number}@town.fr" for number in range(120))
    assert sink.connections > 1
