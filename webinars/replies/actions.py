"""What becomes of an incoming message: kept once, judged, its answer stored. Mails are queued by `mails` and `decision`."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from webinars.actors import Actor
from webinars.replies.decision import answers, bounces, personal_mail
from webinars.replies.decision.answers import Classification
from webinars.replies.models import Incoming
from webinars.replies.parser.itip import CalendarAnswer
from webinars.replies.parser.mime import RawMessage, ReceivedMessage
from webinars.replies.verdicts import FOR_PEOPLE, Verdict, gravest
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

CONTENT = 256 * 1024  # of a message kept for a person; a larger one stays in the mailbox


def receive(
    arrival: ReceivedMessage, raw: RawMessage, *, authserv_id: str = "", now: datetime
) -> Incoming | None:
    """Keeps a message and does what it asks, once; None when it is known already.

    `authserv_id` is the name our own mail server signs its findings about senders with.
    Two readers with the same message: the second one's statement raises IntegrityError.
    """
    if is_known(arrival):
        return None
    incoming = Incoming(
        digest=arrival.digest,
        message_id=arrival.message_id,
        received_at=now,
        sender=address_key(arrival.writer.sender)[:254] or None,
        subject=arrival.subject,
        verdict=Verdict.AUTOMATIC,
        details={},
    )
    db.session.add(incoming)
    db.session.flush()
    _keep(incoming, _sorted(incoming, arrival, authserv_id, now=now), arrival, raw)
    return incoming


def is_known(arrival: ReceivedMessage) -> bool:
    """Whether the message was kept before, by its identity or its content."""
    same = Incoming.digest == arrival.digest
    if arrival.message_id is not None:
        same = or_(same, Incoming.message_id == arrival.message_id)
    return db.session.scalar(select(Incoming.id).where(same).limit(1)) is not None


def set_aside(raw: RawMessage, verdict: Verdict, *, now: datetime) -> Incoming:
    """Keeps a message for a person without opening it again: it is known by its bytes."""
    return _set_aside(unopened_digest(raw), verdict, content=raw.content[:CONTENT], now=now)


def note_not_given(name: str, *, now: datetime) -> Incoming | None:
    """Tells a person of a message that its mailbox does not give, once; None when that is told already."""
    digest = hashlib.sha256(b"not given\0" + name.encode("utf-8", "surrogateescape")).hexdigest()
    if is_kept(digest):
        return None
    return _set_aside(digest, Verdict.NOT_GIVEN, content=None, now=now)


def unopened_digest(raw: RawMessage) -> str:
    """What a message that was never opened is known by."""
    return hashlib.sha256(b"unopened\0%d\0" % raw.size + raw.content).hexdigest()


def is_kept(digest: str) -> bool:
    """Whether a message of this digest was kept before."""
    return db.session.scalar(select(Incoming.id).where(Incoming.digest == digest)) is not None


def _set_aside(digest: str, verdict: Verdict, *, content: bytes | None, now: datetime) -> Incoming:
    incoming = Incoming(
        digest=digest, received_at=now, verdict=verdict, needs_person=True, content=content, details={}
    )
    db.session.add(incoming)
    return incoming


def handle(incoming: Incoming, *, by: Actor, now: datetime) -> None:
    """Somebody has seen to it; what it said and who wrote is not needed any more. Idempotent."""
    if incoming.handled_at is None:
        incoming.handled_at, incoming.handled_by = now, by
        incoming.sender, incoming.subject, incoming.excerpt = None, "", ""
        incoming.content, incoming.details, incoming.registrant_id = None, {}, None


def _sorted(
    incoming: Incoming, arrival: ReceivedMessage, authserv_id: str, *, now: datetime
) -> Classification:
    if arrival.trouble is not None:
        return Classification(arrival.trouble)
    if bounces.is_report(arrival):
        return bounces.receive(arrival, now=now)
    if arrival.calendars:
        return _answers(arrival, authserv_id, now=now)
    return personal_mail.receive(incoming, arrival, authserv_id=authserv_id, now=now)


def _answers(arrival: ReceivedMessage, authserv_id: str, *, now: datetime) -> Classification:
    """Every answer in the message, identical copies once."""
    found: dict[CalendarAnswer, str] = {}
    for part in arrival.calendars:
        for answer in part.answers:
            # the parameter is judged as the first copy that has one says it
            found[answer] = found.get(answer) or part.method
    if not found:
        return Classification(Verdict.UNREADABLE)
    held = answers.hold({answer.uid for answer in found})
    facts: dict[str, Any] = {"authserv_id": authserv_id, "now": now}
    judged = [
        answers.receive(answer, arrival.writer, held.get(answer.uid), parameter=parameter, **facts)
        for answer, parameter in found.items()
    ]
    verdict = gravest([one.verdict for one in judged])
    chosen = next(one for one in judged if one.verdict is verdict)
    if verdict is Verdict.UNKNOWN_UID:
        return answers.of_no_invitation(chosen, arrival)
    if verdict is Verdict.WRONG_METHOD and not arrival.is_automatic:
        return replace(chosen, excerpt=arrival.text)
    return chosen


def _keep(incoming: Incoming, found: Classification, arrival: ReceivedMessage, raw: RawMessage) -> None:
    incoming.verdict = found.verdict
    incoming.needs_person = found.needs_person or (
        found.verdict in FOR_PEOPLE and not (found.verdict is Verdict.WRONG_METHOD and arrival.is_automatic)
    )
    if found.cycle is not None:
        incoming.cycle_id = found.cycle.id
    if found.registration is not None:
        incoming.registration_id = found.registration.id
    if found.registrant is not None:
        incoming.registrant_id = found.registrant.id
    details: dict[str, Any] = {name: value for name, value in found.details.items() if value}
    incoming.details = incoming.details | details
    if incoming.needs_person:
        incoming.excerpt = found.excerpt
        incoming.content = raw.content if len(raw.content) <= CONTENT else None
    else:
        incoming.subject = ""
