"""Reads mailboxes: one message, one transaction; what was kept is never read again, what failed is, so many times."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, update
from sqlalchemy.exc import IntegrityError

from config import Settings
from webinars.outbox.errors import ChoreNotDone
from webinars.replies import actions
from webinars.replies.errors import MessageNotRead, ParserUnavailable, SourceUnreachable
from webinars.replies.models import Incoming
from webinars.replies.parser.child import Parser
from webinars.replies.parser.mime import RawMessage, ReceivedMessage
from webinars.replies.sources.mailboxes import MailSource, configured
from webinars.replies.verdicts import Verdict
from webinars.storage.database import is_trouble
from webinars.storage.extensions import db
from webinars.storage.heartbeat import beat
from webinars.web.logs import log

TRIES = 2
RACES = 5  # another reader has just kept it, or met the same address: we look again
KEEP_ROWS = timedelta(days=365)  # so long a message that comes again is known
LONGEST = 10.0  # seconds of one reading: mail that waits to leave waits for this


@dataclass
class ReadingCounts:
    """What reading brought."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    known: int = 0

    @property
    def read(self) -> int:
        """How many messages were new."""
        return self.verdicts.total()


def read_source(
    source: MailSource, *, authserv_id: str, seconds: float | None = None, now: datetime
) -> ReadingCounts:
    """Keeps every message that waits there, each with its own commit, or those that can be read in so many seconds.

    Of results of authentication only those under this `authserv_id` are believed.
    Raises SourceUnreachable, ParserUnavailable, and what the database raises: the rest is read the next time.
    """
    harvest, until = ReadingCounts(), time.monotonic() + seconds if seconds is not None else None
    with Parser() as parser:
        for name, raw in source.messages():
            beat()
            if raw is None:
                verdict = _pass_over(source, name, now=now)
            else:
                verdict = _read_one(source, name, raw, parser, authserv_id=authserv_id, now=now)
                harvest.known += verdict is None
            if verdict is not None:
                harvest.verdicts[verdict] += 1
            if until is not None and time.monotonic() > until:
                break
    return harvest


def read_configured(now: datetime, settings: Settings) -> int:
    """Reads the mailboxes of the settings; one that cannot be reached is logged and read the next time.

    Raises NotDone when there was such a one, after the others were read.
    """
    read, is_whole = 0, True
    for source in configured(settings):
        try:
            read += read_source(source, authserv_id=settings.authserv_id, seconds=LONGEST, now=now).read
        except (SourceUnreachable, ParserUnavailable) as error:
            db.session.rollback()
            log.warning("mailbox not read", extra={"facts": {"words": str(error)}})
            is_whole = False
    if not is_whole:
        raise ChoreNotDone
    return read


def clear_old(now: datetime, settings: Settings) -> int:
    """Clears what messages said when mail is kept no longer, and forgets them after a year; says of how many.

    What waits for a person keeps its words until it is handled.
    """
    old = Incoming.received_at < now - timedelta(days=settings.replies_keep_days)
    waits = and_(Incoming.needs_person, Incoming.handled_at.is_(None))
    cleared = db.session.execute(
        update(Incoming)
        .where(
            old,
            ~waits,
            Incoming.content.is_not(None) | (Incoming.excerpt != "") | Incoming.sender.is_not(None),
        )
        .values(content=None, excerpt="", subject="", sender=None, registrant_id=None, details={})
    )
    forgotten = db.session.execute(delete(Incoming).where(Incoming.received_at < now - KEEP_ROWS))
    return int(cleared.rowcount + forgotten.rowcount)  # type: ignore[attr-defined]


def _read_one(
    source: MailSource, name: str, raw: RawMessage, parser: Parser, *, authserv_id: str, now: datetime
) -> Verdict | None:
    """The verdict; None when the message was known. Trouble of the machine or the database is raised, and counts nothing."""
    if actions.is_kept(actions.unopened_digest(raw)):
        return _keep(source, name, None)
    try:
        arrival = parser.read(raw)
    except MessageNotRead as error:
        return _set_aside(source, name, raw, error.verdict, now=now)
    tries = races = 0
    while tries < TRIES and races < RACES:
        try:
            return _sort(source, name, arrival, raw, authserv_id=authserv_id, now=now)
        except IntegrityError:
            db.session.rollback()
            races += 1
        except Exception as error:
            db.session.rollback()
            if is_trouble(error):
                raise
            tries += 1
            log.error("message not sorted", extra={"facts": {"error": type(error).__name__, "try": tries}})
    return _set_aside(source, name, raw, Verdict.NOT_READ, now=now)


def _sort(
    source: MailSource,
    name: str,
    arrival: ReceivedMessage,
    raw: RawMessage,
    *,
    authserv_id: str,
    now: datetime,
) -> Verdict | None:
    incoming = actions.receive(arrival, raw, authserv_id=authserv_id, now=now)
    return _keep(source, name, incoming)


def _set_aside(
    source: MailSource, name: str, raw: RawMessage, verdict: Verdict, *, now: datetime
) -> Verdict | None:
    """Keeps a message that we stumble over for a person, so that it is not met every minute."""
    try:
        return _keep(source, name, actions.set_aside(raw, verdict, now=now))
    except IntegrityError:  # another reader has just done so
        db.session.rollback()
        return _keep(source, name, None)


def _pass_over(source: MailSource, name: str, *, now: datetime) -> Verdict | None:
    """Tells a person, once, of a message that the mailbox does not give; those behind it are read."""
    incoming = actions.note_not_given(name, now=now)
    if incoming is not None:
        log.warning("message not given", extra={"facts": {"message": name}})
    return _keep(source, name, incoming)


def _keep(source: MailSource, name: str, incoming: Incoming | None) -> Verdict | None:
    verdict = incoming.verdict if incoming else None
    source.kept(name)
    db.session.commit()
    source.done(name)
    return verdict
