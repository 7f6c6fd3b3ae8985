"""What can be asked about written messages."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, exists, func, literal, select
from sqlalchemy.orm import joinedload

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle
from webinars.cycles.queries import cycle_of
from webinars.messages.audience import REACHABLE, Audience, belongs
from webinars.messages.models import DECIDED, Message, MessageState
from webinars.outbox.models import Email, MailState
from webinars.registration.models import Registrant
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.storage.extensions import db

KIND = "message"
TEST_KIND = "message_test"
MOST_FOUND = 20
ABOUT = Email.details["message"].as_integer()
_WITH_ALL = (joinedload(Message.session), joinedload(Message.cycle).joinedload(Cycle.organisation))


def messages_of(cycle: Cycle) -> Select[Any]:
    """The messages of a cycle, the latest first, with their sessions."""
    return (
        select(Message)
        .where(Message.cycle_id == cycle.id)
        .order_by(Message.id.desc())
        .options(joinedload(Message.session))
    )


def message_of(cycle: Cycle, public_id: str) -> Message | None:
    """One message of the cycle."""
    wanted = select(Message).where(Message.cycle_id == cycle.id, Message.public_id == public_id)
    return db.session.scalar(wanted.options(*_WITH_ALL))


def message_at(organisation: Organisation, slug: str, public_id: str) -> Message | None:
    """A message of the organisation's cycle, by the names in its address."""
    cycle = cycle_of(organisation, slug)
    return message_of(cycle, public_id) if cycle else None


def message_for_mail(message_id: int) -> Message | None:
    """A message with its session, cycle and organisation, as mails need them."""
    return db.session.scalar(select(Message).where(Message.id == message_id).options(*_WITH_ALL))


def messages_left(ids: Collection[int]) -> set[int]:
    """Those of these messages that there still are."""
    found = select(Message.id).where(Message.id.in_(sorted(ids)))
    return set(db.session.scalars(found.order_by(Message.id)))


def still_in_group(message_id: int, registrant_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those of these people who are in the group the message was written to."""
    message = message_for_mail(message_id)
    if message is None:
        return set()
    wanted = select(Registrant.id).where(Registrant.id.in_(sorted(registrant_ids)))
    return set(db.session.scalars(wanted.where(belongs(message.audience, now=now))))


def due(*, now: datetime) -> Sequence[int]:
    """The ids of scheduled messages whose time has come, the oldest first."""
    return db.session.scalars(
        select(Message.id)
        .join(Message.cycle)
        .where(Message.state == MessageState.SCHEDULED, Message.not_before <= now)
        .where(Cycle.deletion_asked_at.is_(None))
        .order_by(Message.not_before, Message.id)
    ).all()


def recipients(message: Message, *, now: datetime) -> list[tuple[int, str, str]]:
    """Id, address and language of each person of the group who can be written to and has no mail of it yet."""
    purpose = literal(purpose_of(message, "")).concat(cast(Registrant.id, String))
    found = db.session.execute(
        select(Registrant.id, Registrant.email, Registrant.language)
        .where(belongs(message.audience, now=now), REACHABLE, ~exists().where(Email.purpose == purpose))
        .order_by(Registrant.id)
    )
    return [(registrant_id, address, language) for registrant_id, address, language in found if address]


def purpose_of(message: Message, registrant_id: int | str) -> str:
    """What makes the message's mail to one person unique."""
    return f"message:{message.id}:{registrant_id}"


def readers(audience: Audience, words: str, *, now: datetime) -> Sequence[Registrant]:
    """People of the group who can be written to, by name; a few of those the words fit."""
    found = select(Registrant).where(belongs(audience, now=now), REACHABLE, *holds_every_word(words))
    return db.session.scalars(found.order_by(*BY_NAME).limit(MOST_FOUND)).all()


def reader_of(message: Message, public_id: str, *, now: datetime) -> Registrant | None:
    """One person of the group who can be written to."""
    return db.session.scalar(
        select(Registrant).where(
            Registrant.public_id == public_id, belongs(message.audience, now=now), REACHABLE
        )
    )


def progress(cycle: Cycle) -> dict[int, dict[MailState, int]]:
    """For each message of the cycle that has mails, how many stand where."""
    about = ABOUT.label("about")
    rows = db.session.execute(
        select(about, Email.state, func.count())
        .where(Email.cycle_id == cycle.id, Email.kind == KIND)
        .group_by("about", Email.state)
        .order_by("about", Email.state)
    )
    found: dict[int, dict[MailState, int]] = defaultdict(dict)
    for message_id, state, count in rows:
        found[message_id][state] = count
    return found


def written_about(cycle: Cycle) -> dict[tuple[int, str], Message]:
    """The latest message sent or scheduled to each standing of each session."""
    rows = db.session.scalars(
        select(Message)
        .where(
            Message.cycle_id == cycle.id,
            Message.session_id.is_not(None),
            Message.state.in_(DECIDED),
        )
        .order_by(Message.id)
    )
    return {(message.session_id, message.standing): message for message in rows if message.session_id}
