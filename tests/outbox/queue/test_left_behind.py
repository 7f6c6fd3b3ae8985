"""What a worker that was killed leaves behind is tried again by itself, and no mail ends workers for ever."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from multiprocessing import get_context
from threading import Event

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE, Watch, delivery_to, write_note
from webinars.outbox.composition.message import Batch
from webinars.outbox.delivery import Delivery
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.attempt import UNANSWERED_AT_MOST
from webinars.outbox.queue.lease import ENDED_WORKERS, Lease, OverlongLeases, claim, sweep
from webinars.outbox.queue.pace import FREE, Pace
from webinars.outbox.transport import Folder, Parcel, ServerReply
from webinars.storage.extensions import db

FATAL = PEOPLE[1]
MINUTE = timedelta(minutes=1)
KILLED, ENDED = -signal.SIGKILL, 0


def write_or_die(email: Email, batch: Batch) -> EmailMessage:
    """As memory that runs out ends who writes too much."""
    if email.recipient == FATAL:
        os.kill(os.getpid(), signal.SIGKILL)
    return write_note(email, batch)


class FatalFolder(Folder):
    """Ends whoever hands one certain mail over."""

    def send(self, parcel: Parcel, *, seconds: float) -> ServerReply:
        if parcel.recipient == FATAL:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().send(parcel, seconds=seconds)


@pytest.fixture(params=["while it is written", "while it is handed over"])
def fatal(request: pytest.FixtureRequest, app: Flask, watch: Watch, tmp_path) -> Delivery:
    """Delivery that one mail ends."""
    if request.param == "while it is written":
        return delivery_to(Folder(tmp_path), app, now=watch, writers={"note": write_or_die})
    return delivery_to(FatalFolder(tmp_path), app, now=watch)


def in_a_process(delivery: Delivery) -> int | None:
    """Works off what is due in a process of its own; says how that ended."""

    def work() -> None:
        while delivery.work_off(Event()):
            pass

    db.session.remove()
    db.engine.dispose()  # no connection is shared
    process = get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.slow("a process for each time that the mail ends one")
def test_a_mail_that_ends_whoever_has_it_in_hand_stops_no_other_and_is_set_aside(
    add: Callable[..., Email], fatal: Delivery, watch: Watch, outbox
) -> None:
    for person in PEOPLE:
        add(person)
    ends = []
    for _lease in range(UNANSWERED_AT_MOST + 1):
        ends.append((in_a_process(fatal), in_a_process(fatal)))  # the second one as it is started again
        if len(ends) == 2:
            left = [email.recipient for email in outbox() if email.state is MailState.SENT]
        watch.pass_(seconds=61)
    db.session.rollback()

    assert ends == [(KILLED, ENDED)] * UNANSWERED_AT_MOST + [(ENDED, ENDED)]
    assert left == [person for person in PEOPLE if person != FATAL]
    [failed] = [email for email in outbox() if email.state is not MailState.SENT]
    assert (failed.state, failed.recipient) == (MailState.FAILED, FATAL)
    assert (failed.unanswered, failed.attempted_at, failed.last_error) == (
        UNANSWERED_AT_MOST,
        watch.at - timedelta(seconds=61),
        ENDED_WORKERS,
    )


def test_what_was_left_behind_is_a_batch_of_its_own_at_its_place(add, delivery, sink) -> None:
    emails = [add(person) for person in PEOPLE]
    emails[1].unanswered = 1
    db.session.commit()

    batches = [(delivery.work_off(Event()), delivery.may_be_more) for _batch in range(4)]
    assert batches == [(1, True), (1, True), (2, False), (0, False)]
    assert sink.recipients == PEOPLE


def test_a_mail_of_another_class_that_was_left_behind_is_not_taken_with_what_cannot_wait(app, add) -> None:
    add("ada@town.fr", kind="reminder").unanswered = 1
    db.session.commit()
    add("bela@city.fr", kind="confirmation")

    taken = [claim(Lease(MINUTE), limit=10, pace=pace, now=NOW) for pace in (FREE, Pace(per_domain=5))]
    assert [[email.recipient for email in batch] for batch in taken] == [["bela@city.fr"], ["ada@town.fr"]]


def test_operators_are_told_of_a_mail_that_is_set_aside_and_of_no_other(app, add, outbox, caplog) -> None:
    ended, other = add("ada@town.fr"), add("bela@city.fr")
    ended.unanswered = UNANSWERED_AT_MOST - 1
    for email in (ended, other):
        email.state, email.lease, email.leased_until = MailState.SENDING, "x", NOW
    db.session.commit()
    sweep(OverlongLeases(MINUTE), now=NOW + MINUTE)
    db.session.expire_all()

    assert [(email.state, email.unanswered) for email in outbox()] == [
        (MailState.FAILED, UNANSWERED_AT_MOST),
        (MailState.QUEUED, 1),
    ]
    [told] = [record.facts for record in caplog.records if record.message == "mail set aside"]
    assert told == {"emails": [ended.id]}
