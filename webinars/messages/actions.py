"""What can happen to a written message."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, inspect, literal, select, update
from sqlalchemy.orm.attributes import set_committed_value

from webinars.actors import Actor
from webinars.cycles.models import Cycle, Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.messages import queries
from webinars.messages.audience import MessageReach, reach_of
from webinars.messages.errors import MessageIsNoDraft
from webinars.messages.models import CHANGEABLE, Message, MessageState
from webinars.outbox.actions import queue, queue_all
from webinars.outbox.chores import TRIES
from webinars.outbox.models import Email, MailState, row
from webinars.storage.extensions import db

CHUNK = 500


def add(cycle: Cycle, message: Message, *, by: Actor, now: datetime) -> None:
    """A new draft of the cycle."""
    message.cycle, message.created_by, message.created_at, message.changed_at = cycle, by, now, now
    db.session.add(message)
    note(Deed.MESSAGE_WRITTEN, message.cycle.organisation_id, message.cycle.subject, by=by, now=now)


def note_edit(message: Message, parts: Collection[str], *, by: Actor, now: datetime) -> None:
    """A draft says something else in these parts."""
    message.changed_at = now
    message.count_edit(parts, by=by, now=now)
    note(Deed.MESSAGE_CHANGED, message.cycle.organisation_id, message.cycle.subject, by=by, now=now)


def hold(message: Message) -> None:
    """Makes whoever else would change or send it wait until the commit; what it says is read anew."""
    columns = [column.key for column in inspect(Message).column_attrs]
    db.session.refresh(message, attribute_names=columns, with_for_update=True)
    session = db.session.get(Session, message.session_id) if message.session_id else None
    set_committed_value(message, "session", session)


def hold_draft(message: Message) -> None:
    """The same for a draft; raises MessageIsNoDraft."""
    hold(message)
    if not message.is_draft:
        raise MessageIsNoDraft()


def send(message: Message, *, by: Actor, now: datetime) -> bool:
    """Queues a mail to each person of the group; False when somebody did so before, or called it off."""
    if not _passes(message, MessageState.SENDING, CHANGEABLE, decided_by=by, sent_at=now):
        return False
    _queue_mails(message, by=by, now=now)
    return True


def send_scheduled(message: Message, *, now: datetime) -> bool:
    """The same for a message whose time has come; False when it has gone or was called off meanwhile."""
    if not _passes(message, MessageState.SENDING, {MessageState.SCHEDULED}, sent_at=now):
        return False
    _queue_mails(message, by=message.decided_by or message.created_by, now=now)
    return True


def note_failure(number: int) -> None:
    """A scheduled message could not be sent; after so many times it waits for an organiser."""
    is_last = Message.tries + 1 >= TRIES
    db.session.execute(
        update(Message)
        .where(Message.id == number, Message.state == MessageState.SCHEDULED)
        .values(
            tries=Message.tries + 1,
            state=case((is_last, literal(MessageState.FAILED, Message.state.type)), else_=Message.state),
        )
        .execution_options(synchronize_session=False)
    )


def call_off_with_session(message: Message, *, now: datetime) -> bool:
    """A scheduled message does not leave once the session it speaks to was cancelled; False when it still may."""
    session = message.session
    if session is None or session.cancelled_at is None or session.cancelled_at <= message.changed_at:
        return False
    return cancel(message, by=message.decided_by or message.created_by, now=now)


def schedule(message: Message, *, at: datetime, by: Actor, now: datetime) -> bool:
    """The message leaves by itself at that moment; False unless it was a draft."""
    facts = {"decided_by": by, "not_before": at, "tries": 0, "changed_at": now}
    if not _passes(message, MessageState.SCHEDULED, CHANGEABLE, **facts):
        return False
    note(Deed.MESSAGE_SCHEDULED, message.cycle.organisation_id, message.cycle.subject, by=by, now=now)
    return True


def cancel(message: Message, *, by: Actor, now: datetime) -> bool:
    """A scheduled message does not leave; False when it is too late, or was done before."""
    if not _passes(message, MessageState.CANCELLED, {MessageState.SCHEDULED}, decided_by=by):
        return False
    note(Deed.MESSAGE_CALLED_OFF, message.cycle.organisation_id, message.cycle.subject, by=by, now=now)
    return True


def discard(message: Message, *, by: Actor, now: datetime) -> bool:
    """A draft is thrown away; False when it is none any more."""
    gone = db.session.execute(
        delete(Message)
        .where(Message.id == message.id, Message.state.in_(CHANGEABLE))
        .execution_options(synchronize_session=False)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        return False
    note(Deed.MESSAGE_THROWN_AWAY, message.cycle.organisation_id, message.cycle.subject, by=by, now=now)
    return True


def send_test(
    message: Message, *, recipient: str, name: str, nonce: str, language: str, now: datetime
) -> bool:
    """Queues a test to an organiser's own address; False when this very button was pressed before."""
    # two presses at once: the second waits here until the first is kept
    db.session.refresh(message, attribute_names=["state"], with_for_update=True)
    purpose = f"{queries.TEST_KIND}:{message.id}:{nonce}"
    if db.session.scalar(select(exists().where(Email.purpose == purpose))):
        return False
    queue(
        queries.TEST_KIND,
        recipient=recipient,
        language=language,
        about_id=message.id,
        purpose=purpose,
        details={"name": name},
        now=now,
    )
    return True


def close_finished() -> int:
    """Messages of which no mail waits any more are sent; says how many."""
    waiting = exists().where(
        Email.cycle_id == Message.cycle_id,
        Email.kind == queries.KIND,
        Email.state.in_((MailState.QUEUED, MailState.SENDING)),
        Message.id == queries.ABOUT,
    )
    closed = db.session.execute(
        update(Message)
        .where(Message.state == MessageState.SENDING, ~waiting)
        .values(state=MessageState.SENT)
        .execution_options(synchronize_session=False)
    )
    return int(closed.rowcount)  # type: ignore[attr-defined]


def _passes(message: Message, to: MessageState, came_from: Collection[MessageState], **facts: Any) -> bool:
    """Moves the message on where it still stands as said; one of two who try gets True.

    By specification/security, rule 14.
    """
    moved = db.session.execute(
        update(Message)
        .where(Message.id == message.id, Message.state.in_(came_from))
        .values(state=to, **facts)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(message, attribute_names=["state", *facts])
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _queue_mails(message: Message, *, by: Actor, now: datetime) -> None:
    reach = reach_of(message.audience, now=now)
    found = queries.recipients(message, now=now)
    for start in range(0, len(found), CHUNK):
        queue_all(
            [
                row(
                    queries.KIND,
                    recipient=address,
                    language=language,
                    about_id=registrant_id,
                    cycle_id=message.cycle_id,
                    purpose=queries.purpose_of(message, registrant_id),
                    details={"message": message.id},
                    can_be_silenced=True,
                    now=now,
                )
                for registrant_id, address, language in found[start : start + CHUNK]
            ]
        )
    _freeze(message, replace(reach, people=len(found)))
    cycle, sent = message.cycle, str(len(found))
    note(Deed.MESSAGE_SENT, cycle.organisation_id, cycle.subject, by=by, now=now, detail=sent)


def _freeze(message: Message, reach: MessageReach) -> None:
    message.people, message.muted = reach.people, reach.muted
    message.without_address, message.returned = reach.without_address, reach.returned
    db.session.flush()
