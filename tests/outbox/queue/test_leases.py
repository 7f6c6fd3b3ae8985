"""Who may send a row, for how long, and what happens when they vanish."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from flask import current_app
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from tests.conftest import NOW
from tests.outbox.conftest import delivery_to, way_to
from tests.outbox.sink import OK
from webinars.outbox.models import Email, EmailText, MailState
from webinars.outbox.queue import lease as queue_lease
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.pace import FREE
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)
PEOPLE = [f"person{number}@town.fr" for number in range(4)]


def claim(lease: Lease, now=NOW) -> list[Email]:
    with current_app.app_context():
        return queue_lease.claim(lease, limit=10, pace=FREE, now=now)


def test_a_claimed_row_is_nobody_elses(add):
    add()

    assert len(claim(Lease(MINUTE))) == 1
    assert claim(Lease(MINUTE)) == []
    assert not queue_lease.has_due(now=NOW)


def test_a_lease_that_ran_out_is_sent_again_with_the_same_bytes(add, deliver, sink, watch):
    email = add()
    first = claim(Lease(MINUTE))
    first[0].content = b"not mine to write"
    with current_app.app_context():
        queue_lease.keep_texts(first, Lease(MINUTE))
        db.session.commit()
    assert deliver() == 0

    watch.pass_(seconds=61)
    deliver()
    assert [mail.message_id for mail in sink.received] == [email.message_id]
    assert (email.state, email.unanswered) == (MailState.SENT, 1)


def test_whoever_lost_the_lease_records_nothing(add, deliver, watch):
    email = add()
    lease = Lease(MINUTE)
    [claimed] = claim(lease)
    watch.pass_(seconds=61)
    deliver()

    with current_app.app_context():
        assert not queue_lease.settle(claimed, lease, state=MailState.FAILED)
    db.session.refresh(email)
    assert (email.state, email.attempts, email.sent_at) == (MailState.SENT, 1, watch.at)


def test_the_text_of_a_row_that_is_ours_no_more_is_not_kept(add):
    lost, ours = add("ada@town.fr"), add("bela@town.fr")
    lease = Lease(MINUTE)
    emails = claim(lease)
    for email in emails:
        email.content = b"written"
    db.session.execute(update(Email).where(Email.id == lost.id).values(lease="somebody else"))
    db.session.commit()
    with current_app.app_context():
        queue_lease.keep_texts(emails, lease)
        queue_lease.keep_texts(emails, lease)  # a first try that seemed to fail
        db.session.commit()

    assert list(db.session.scalars(select(EmailText.email_id))) == [ours.id]


def test_whoever_finds_a_row_lost_looks_after_the_others_before_the_next_mail(add, deliver, sink):
    engine = db.engine

    def lose(*_):
        with engine.begin() as connection:
            connection.execute(update(Email).values(lease="somebody else"))
        return OK

    sink.on_message = lose
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == PEOPLE[:1]


def test_a_renewed_lease_lasts_from_then_on(add, watch):
    add()
    lease = Lease(MINUTE)
    claim(lease)
    queue_lease.renew(lease, now=NOW + timedelta(seconds=50))

    vigil = queue_lease.OverlongLeases(MINUTE)
    queue_lease.sweep(vigil, now=NOW + timedelta(seconds=100))
    assert not queue_lease.has_due(now=NOW)
    queue_lease.sweep(vigil, now=NOW + timedelta(seconds=111))
    assert queue_lease.has_due(now=NOW)


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
    queue_lease.release(lease)
    db.session.refresh(email)

    assert (email.state, email.lease, email.attempts, email.unanswered) == (MailState.QUEUED, None, 0, 0)


def test_a_server_slower_than_the_lease_allows_is_cut_off(app, add, sink, server, watch):
    sink.slow = 3
    email = add()
    delivery = delivery_to(server, app, lease=timedelta(seconds=1), now=watch)
    delivery.work_off(Event())
    db.session.refresh(email)

    assert (email.state, email.unanswered) == (MailState.QUEUED, 1)


def test_two_workers_at_once_send_nothing_twice(app, add, sink, settings):
    for number in range(120):
        add(f"person{number}@town.fr")

    def work() -> None:
        with app.app_context():
            server = way_to(sink.port, settings)
            delivery = delivery_to(server, app, lease=MINUTE, at_once=7, now=lambda: NOW)
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


@pytest.mark.parametrize("when", range(4))
@pytest.mark.parametrize("step", ["on_recipient", "on_message"])
def test_connections_cut_in_the_midst_of_a_batch_send_nothing_twice(add, deliver, sink, outbox, step, when):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")
    engine = db.engine
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"

    def cut(recipient, _time):
        if recipient == PEOPLE[when]:
            with engine.connect() as connection:
                connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        return OK

    setattr(sink, step, cut)
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == PEOPLE
    assert [email.state for email in outbox()] == [MailState.SENT] * 4


def test_an_outcome_that_could_not_be_kept_is_kept_once_the_database_is_there_again(
    add, delivery, deliver, sink, outbox, refuse, watch
):
    is_away = True
    refuse(lambda statement: is_away and "attempted_at=" in statement, OperationalError)
    delivery.lease = timedelta(seconds=1)
    for person in PEOPLE:
        add(person)
    with pytest.raises(OperationalError):
        deliver()
    with pytest.raises(OperationalError):
        deliver()
    is_away = False
    watch.pass_(seconds=30)  # the lease ran out meanwhile
    deliver()

    assert sink.recipients == PEOPLE
    assert [(email.state, email.unanswered) for email in outbox()] == [(MailState.SENT, 0)] * 4


def test_a_mail_whose_outcome_is_never_kept_may_have_left(
    add, delivery, deliver, sink, outbox, refuse, watch
):
    is_away = True
    refuse(lambda statement: is_away and "attempted_at=" in statement, OperationalError)
    delivery.lease = timedelta(seconds=1)
    add()
    with pytest.raises(OperationalError):
        deliver()
    db.session.rollback()

    assert [email.state for email in outbox()] == [
        MailState.SENDING
    ]  # nobody may take it for one that never left

    is_away = False
    watch.pass_(seconds=2)
    delivery.lease = MINUTE
    delivery.owed = None  # as when the worker's process is gone
    deliver()
    assert [(email.state, email.unanswered) for email in outbox()] == [(MailState.SENT, 1)]
    assert len({mail.message_id for mail in sink.received}) == 1


def test_whoever_lost_the_lease_sends_nothing_further(add, deliver, sink, outbox, monkeypatch):
    monkeypatch.setattr(Lease, "is_ageing", lambda _lease: True)
    engine = db.engine

    def take_over(_recipient, _time):
        with engine.begin() as connection:
            connection.execute(update(Email).values(lease="another worker's"))
        return OK

    sink.on_message = take_over
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == PEOPLE[:1]
    assert {email.lease for email in outbox()} == {"another worker's"}
