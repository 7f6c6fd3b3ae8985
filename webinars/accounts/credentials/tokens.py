"""Links that work once: 256 random bits, of which only the SHA-256 is kept (specification/security, rule 20)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.engine import CursorResult

from webinars import clock
from webinars.accounts.browser_sessions import digest_of
from webinars.accounts.models import OneTimeToken, Organiser, Purpose
from webinars.storage.extensions import db
from webinars.storage.transactions import written_at_once

LONGEST = timedelta(days=7)
LIVES = {Purpose.RESET: timedelta(minutes=60), Purpose.INVITATION: LONGEST}


def draw_token(purpose: Purpose, organiser_id: int, *, now: datetime) -> str:
    """A new token, known to nobody but whoever called; it is kept at once, in a transaction of its own.

    Mails are written after the commit of what they tell, so the token is drawn when its mail is written.
    """
    token = secrets.token_urlsafe(32)
    with written_at_once() as connection:
        connection.execute(
            insert(OneTimeToken).values(
                digest=digest_of(token),
                purpose=purpose,
                organiser_id=organiser_id,
                created_at=now,
                expires_at=now + LIVES[purpose],
            )
        )
    return token


def owner_of(token: str, *, now: datetime) -> Organiser | None:
    """The account a token opens, while it is good; looking does not use it up."""
    return db.session.scalar(
        select(Organiser)
        .join(OneTimeToken, OneTimeToken.organiser_id == Organiser.id)
        .where(
            OneTimeToken.digest == digest_of(token),
            OneTimeToken.used_at.is_(None),
            _is_in_time(now),
            Organiser.disabled_at.is_(None),
        )
    )


def use_up(token: str, *, now: datetime) -> bool:
    """Whether the token was still good: of two who come at once, one is told yes."""
    used = db.session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.digest == digest_of(token),
            OneTimeToken.used_at.is_(None),
            _is_in_time(now),
        )
        .values(used_at=now)
    )
    return isinstance(used, CursorResult) and used.rowcount == 1


def void_tokens(organiser: Organiser, *, now: datetime) -> None:
    """Closes every link of this account that was not used."""
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.organiser_id == organiser.id, OneTimeToken.used_at.is_(None))
        .values(used_at=now)
    )


def sweep_tokens(*, now: datetime) -> None:
    """Removes links that ended a week ago, and those of a clock far ahead."""
    kept = OneTimeToken.expires_at.between(now - LONGEST, now + LONGEST + clock.MOMENT)
    db.session.execute(delete(OneTimeToken).where(~kept))


def _is_in_time(now: datetime) -> ColumnElement[bool]:
    # a link that lasts longer than any does was made by a clock that was ahead
    return and_(OneTimeToken.expires_at > now, OneTimeToken.expires_at <= now + LONGEST + clock.MOMENT)
