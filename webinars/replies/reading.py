"""Reads mailboxes: one message, one transaction; what was kept is never read again, what failed is."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import and_, delete, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from config import Settings
from webinars.extensions import db
from webinars.logs import log
from webinars.replies import actions, mime
from webinars.replies.errors import SourceUnreachable
from webinars.replies.mime import Raw
from webinars.replies.models import Incoming
from webinars.replies.sources import Source, configured
from webinars.replies.verdicts import Verdict

TRIES = 3
KEEP_ROWS = timedelta(days=365)  # so long a message that comes again is known


@dataclass
class Harvest:
    """What reading brought."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    known: int = 0

    @property
    def read(self) -> int:
        """How many messages were new."""
        return self.verdicts.total()


def read_source(source: Source, *, now: datetime) -> Harvest:
    """Keeps every message that waits there, each with its own commit; raises SourceUnreachable."""
    harvest = Harvest()
    for name, raw in source.messages():
        verdict = _read_one(source, name, raw, now=now)
        source.done(name)
        if verdict is None:
            harvest.known += 1
        else:
            harvest.verdicts[verdict] += 1
    return harvest


def read_configured(now: datetime) -> int:
    """Reads the mailboxes of the settings; one that cannot be reached is logged and read the next time."""
    read = 0
    for source in configured(current_app.config["SETTINGS"]):
        try:
            read += read_source(source, now=now).read
        except SourceUnreachable as error:
            db.session.rollback()
            log.warning("mailbox not read", extra={"facts": {"words": str(error)}})
    return read


def clear_old(now: datetime) -> int:
    """Clears what messages said when mail is kept no longer, and forgets them after a year; says of how many.

    What waits for a person keeps its words until it is handled.
    """
    settings: Settings = current_app.config["SETTINGS"]
    old = Incoming.received_at < now - timedelta(days=settings.replies_keep_days)
    waits = and_(Incoming.needs_person, Incoming.handled_at.is_(None))
    cleared = db.session.execute(
        update(Incoming)
        .where(
            old, ~waits, Incoming.content.is_not(None) | (Incoming.excerpt != "") | (Incoming.sender != "")
        )
        .values(content=None, excerpt="", subject="", sender="", details={})
    )
    forgotten = db.session.execute(delete(Incoming).where(Incoming.received_at < now - KEEP_ROWS))
    return int(cleared.rowcount + forgotten.rowcount)  # type: ignore[attr-defined]


def _read_one(source: Source, name: str, raw: Raw, *, now: datetime) -> Verdict | None:
    """The verdict; None when the message was known. Raises OperationalError while the database is away."""
    settings: Settings = current_app.config["SETTINGS"]
    for _try in range(TRIES):
        try:
            incoming = actions.receive(raw, authserv_id=settings.authserv_id, now=now)
            verdict = incoming.verdict if incoming else None
            source.kept(name)
            db.session.commit()
        except IntegrityError:
            db.session.rollback()  # another reader has just kept it, or met the same address: look again
        except OperationalError:
            db.session.rollback()
            raise
        except Exception as error:  # noqa: BLE001 — one message never keeps the next from being read
            db.session.rollback()
            log.error("message not sorted", extra={"facts": {"error": type(error).__name__}})
            return _put_aside(source, name, raw, now=now)
        else:
            return verdict
    return _put_aside(source, name, raw, now=now)


def _put_aside(source: Source, name: str, raw: Raw, *, now: datetime) -> Verdict | None:
    """Keeps a message that we stumble over for a person, so that it is not met every minute."""
    arrival = mime.read(raw)
    known = db.session.scalar(select(Incoming.id).where(Incoming.digest == arrival.digest))
    if known is None:
        incoming = Incoming(
            digest=arrival.digest,
            received_at=now,
            verdict=Verdict.UNREADABLE,
            needs_person=True,
            content=raw.octets[: actions.CONTENT],
            details={},
        )
        db.session.add(incoming)
    source.kept(name)
    db.session.commit()
    return None if known else Verdict.UNREADABLE
