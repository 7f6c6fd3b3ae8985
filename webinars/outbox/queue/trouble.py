"""Our mail is refused, whoever it is for: nothing fails, one mail at a time tries again, and operators are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update

from webinars import clock
from webinars.outbox.models import WORDS, Email, EmailText, MailState, Trouble, is_in
from webinars.outbox.queue.attempt import THEN, wait_after
from webinars.outbox.queue.status_codes import code_of, is_wrong_address, status_of
from webinars.storage.database import inserting
from webinars.storage.extensions import db
from webinars.web.logs import log

RECIPIENTS = 10  # refused alike, with none taken between,
DOMAINS = 3  # of so many domains: the refusal is about us

LAST_TAKEN = (
    select(Email.attempted_at, Email.id)
    .where(Email.attempted_at <= bindparam("latest", type_=Email.created_at.type), Email.sent_at.is_not(None))
    .order_by(Email.attempted_at.desc(), Email.id.desc())
    .limit(1)
)
REFUSED = (Email.attempted_at.is_not(None), is_in(MailState.FAILED))


def begin(words: str, *, now: datetime) -> None:
    """From now on one mail at a time tries; known trouble keeps its times and takes the latest words."""
    words = words[:WORDS]
    first = {"id": Trouble.ONLY, "words": words, "since": now, "tries": 1, "next_at": _after(1, now)}
    fresh = inserting(Trouble, db.engine.dialect.name).values(first).on_conflict_do_nothing()
    if db.session.execute(fresh).rowcount:  # type: ignore[attr-defined]
        log.error("our mail is refused", extra={"facts": {"words": words}})
    else:
        db.session.execute(update(Trouble).where(Trouble.id == Trouble.ONLY).values(words=words))


def end() -> None:
    """A mail was taken: all of them leave again."""
    if db.session.execute(delete(Trouble)).rowcount:  # type: ignore[attr-defined]
        log.info("our mail is taken again")


def in_force() -> Trouble | None:
    """The trouble, while our mail is refused."""
    return db.session.get(Trouble, Trouble.ONLY, populate_existing=True)


def is_early(*, now: datetime) -> bool:
    """Whether our mail is refused, and the next one may not try yet."""
    known = in_force()
    return known is not None and known.next_at > now and not _is_ahead(known, now)


def take_trial(trouble: Trouble, *, now: datetime) -> bool:
    """Takes the right to try one mail; False when it is too early, or another worker tries."""
    until, is_ahead = trouble.next_at, _is_ahead(trouble, now)
    if until > now and not is_ahead:
        return False
    taken = db.session.execute(
        update(Trouble)
        .where(Trouble.next_at == until)
        .values(tries=Trouble.tries + 1, next_at=_after(trouble.tries + 1, now))
    )
    if taken.rowcount and is_ahead:  # type: ignore[attr-defined]
        clock.say_ahead("trouble", until=until, now=now)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def hasten(*, now: datetime) -> None:
    """The next mail may try at once: the one that tried had a wrong address, which says nothing about us."""
    db.session.execute(update(Trouble).values(next_at=now))


def recognise(words: str, *, now: datetime) -> bool:
    """Begins the trouble where what was just refused with these words is ours: what was refused alike waits again.

    Says whether it did.
    """
    since = _since_last_taken(now)
    counted = select(func.count(Email.recipient_key.distinct()), func.count(Email.domain.distinct()))
    recipients, domains = db.session.execute(counted.where(*REFUSED, since)).one()
    if recipients < RECIPIENTS or domains < DOMAINS:
        return False  # most often: nothing further is read
    found = select(Email.id, Email.recipient_key, Email.domain, Email.last_error).where(*REFUSED, since)
    alike = [row for row in db.session.execute(found) if code_of(row.last_error or "") == code_of(words)]
    if len({row.recipient_key for row in alike}) < RECIPIENTS or len({row.domain for row in alike}) < DOMAINS:
        return False
    begin(words, now=now)
    _wait_again([row.id for row in alike], now=now)
    return True


def is_refusal(words: str) -> bool:
    """Whether a server has refused the mail for another reason than its address."""
    return bool(status_of(words)) and not is_wrong_address(words)


def _since_last_taken(now: datetime) -> ColumnElement[bool]:
    """The condition that a mail was tried after the last one that was taken; a clock that was ahead knows neither."""
    latest = now + clock.MOMENT
    taken = db.session.execute(LAST_TAKEN, {"latest": latest}).first()
    if taken is None:
        return Email.attempted_at <= latest
    at, number = taken
    after = or_(Email.attempted_at > at, and_(Email.attempted_at == at, Email.id > number))
    return and_(after, Email.attempted_at <= latest)


def _wait_again(ids: Sequence[int], *, now: datetime) -> None:
    # it is written anew: what it says may have changed since
    db.session.execute(delete(EmailText).where(EmailText.email_id.in_(ids)))
    db.session.execute(
        update(Email)
        .where(Email.id.in_(ids), Email.state == MailState.FAILED)
        .values(state=MailState.QUEUED, attempts=0, not_before=_after(1, now))
    )


def _after(tries: int, now: datetime) -> datetime:
    return now + (wait_after(tries) or THEN)


def _is_ahead(trouble: Trouble, now: datetime) -> bool:
    return clock.is_ahead(trouble.next_at, _after(trouble.tries, now))
