"""A scheduled message that cannot be sent keeps no other waiting, and ends where an organiser sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.messages.conftest import at
from tests.page import read
from webinars.messages import actions, queries
from webinars.messages.chores import send_due
from webinars.messages.models import Message, MessageState
from webinars.outbox.chores import TRIES
from webinars.storage.extensions import db

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def broken(ada, writes) -> Message:
    """Its time has come, and whom it is for cannot be read."""
    message = scheduled(writes(subject="Cassé"))
    spoil(message, 5)
    return message


def scheduled(message: Message) -> Message:
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    db.session.commit()
    return message


def spoil(message: Message, kinds: object) -> None:
    db.session.execute(update(Message).where(Message.id == message.id).values(kinds=kinds))
    db.session.commit()
    db.session.expire_all()


def sends(times: int) -> list[int]:
    return [send_due(LATER) for _time in range(times)]


def test_one_that_always_fails_keeps_no_other_waiting(broken, writes, outbox):
    sound = [scheduled(writes(subject=f"Nr {number}")) for number in range(2)]

    assert sends(1) == [2]
    assert [mail.details["message"] for mail in outbox()] == [message.id for message in sound]


def test_after_three_tries_it_waits_for_an_organiser_who_sends_it_again(broken, desk, outbox):
    assert sends(TRIES + 2) == [0] * (TRIES + 2)
    db.session.refresh(broken)
    assert (broken.state, broken.tries) == (MessageState.FAILED, TRIES)

    spoil(broken, [])
    page = read(desk.get(f"{at(broken)}?lang=en"))
    assert "Could not leave" in page.said("status")
    assert (
        "Was to leave on Monday 2\u00a0March 2026, 13:00, and three tries failed: nobody has received it"
        in page.lines
    )
    post(desk, at(broken, "/send"))
    db.session.refresh(broken)
    assert (broken.state, len(outbox())) == (MessageState.SENDING, 1)


def test_a_message_that_failed_can_be_changed_planned_anew_and_thrown_away(broken):
    sends(TRIES)
    spoil(broken, [])
    actions.hold_draft(broken)
    assert actions.schedule(broken, at=LATER, by=NADIA, now=NOW)
    db.session.commit()
    assert (broken.state, broken.tries) == (MessageState.SCHEDULED, 0)

    spoil(broken, 5)
    sends(TRIES)
    spoil(broken, [])
    assert actions.discard(broken, by=NADIA, now=NOW)


def test_trouble_of_the_database_is_nobodys_try(broken, writes, outbox, refuse):
    spoil(broken, [])
    troubles = [1]
    refuse(
        lambda statement: statement.startswith("INSERT INTO email") and troubles and troubles.pop(),
        OperationalError,
    )
    later = scheduled(writes())

    with pytest.raises(OperationalError):
        send_due(LATER)
    db.session.expire_all()
    assert (broken.state, broken.tries, later.state) == (MessageState.SCHEDULED, 0, MessageState.SENDING)
    assert queries.due(now=LATER) == [broken.id]
