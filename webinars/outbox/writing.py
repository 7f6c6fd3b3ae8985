"""Turns rows into messages, once, before their first attempt."""

import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy.exc import OperationalError

from webinars.database import only_reading
from webinars.extensions import db
from webinars.logs import log
from webinars.outbox import claims
from webinars.outbox.claims import Lease
from webinars.outbox.errors import ReasonGone
from webinars.outbox.marks import marked_among, words_of
from webinars.outbox.models import Email, State
from webinars.outbox.records import set_aside
from webinars.outbox.together import written_together

Writers = Mapping[str, Callable[[Email], EmailMessage]]


def write_all(emails: list[Email], writers: Writers, lease: Lease, *, now: datetime) -> list[Email]:
    """Writes what is not written yet and keeps the octets; those that cannot be written, or come too late, are left out."""
    for email in emails:
        if _is_late(email, now):
            set_aside(db.engine, email, lease, state=State.DROPPED)
    emails = _welcome([email for email in emails if not _is_late(email, now)], lease)
    fresh = [email for email in emails if email.content is None]
    unwritten: dict[int, BaseException] = {}
    with only_reading(), written_together(fresh) as batch:
        for email in fresh:
            error = _write(email, writers)
            if error is not None:
                unwritten[email.id] = error
                batch.forget()
        db.session.rollback()
    claims.keep_contents(lease, [(email.id, email.content) for email in fresh if email.content is not None])
    for email in fresh:
        if email.id in unwritten:
            _set_aside(email, unwritten[email.id], lease)
    return [email for email in emails if email.id not in unwritten]


def _welcome(emails: list[Email], lease: Lease) -> list[Email]:
    """Those whose address takes mail; accounts' own mail is sent in any case: somebody has just asked for it."""
    with only_reading():
        marked = marked_among({email.recipient_key for email in emails if email.cycle_id is not None})
        db.session.rollback()
    refused = [email for email in emails if email.cycle_id is not None and email.recipient_key in marked]
    for email in refused:
        words = words_of(marked[email.recipient_key])
        set_aside(db.engine, email, lease, state=State.DROPPED, words=words)
    return [email for email in emails if email not in refused]


def _is_late(email: Email, now: datetime) -> bool:
    return email.not_after is not None and email.not_after <= now


def _write(email: Email, writers: Writers) -> Exception | None:
    try:
        email.content = octets(writers[email.kind](email), email)
    except OperationalError:
        raise  # the database is away: no mail is to blame
    except Exception as error:  # noqa: BLE001 — whatever is wrong with one mail never stops the next
        db.session.rollback()
        return error
    return None


def octets(message: EmailMessage, email: Email) -> bytes:
    """The message as a server takes it; raises ValueError when it is not this row's."""
    # asked for by name, the standard library parses it
    identities = [value for name, value in message.raw_items() if name == "Message-ID"]
    if identities != [email.message_id]:
        raise ValueError(f"the writer of {email.kind} gave the message another identity")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def _set_aside(email: Email, error: BaseException, lease: Lease) -> None:
    if isinstance(error, ReasonGone):
        set_aside(db.engine, email, lease, state=State.DROPPED)
        return
    set_aside(db.engine, email, lease, state=State.FAILED, words=f"{type(error).__name__}: {error}")
    # the words stay in the row: they may hold an address, which logs must not
    place = traceback.extract_tb(error.__traceback__)[-1]
    facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
    log.error(
        "mail not written", extra={"facts": facts | {"place": f"{Path(place.filename).name}:{place.lineno}"}}
    )
