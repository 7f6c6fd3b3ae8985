"""Sessions of browsers in which somebody is signed in: a row each (specification/security, rule 23)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from webinars.accounts.models import BrowserSession, Organiser
from webinars.storage.extensions import db
from webinars.web.forms.owner_token import token_of

IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)
PREFIX = "s."


def find_browser_session(identifier: str, *, now: datetime) -> tuple[BrowserSession, Organiser] | None:
    """The row of a cookie that is neither idle for 12 hours nor older than 7 days, with its account."""
    return _alive(digest_of(identifier), now=now)


def is_still_open(digest: str, *, now: datetime) -> bool:
    """Whether the session has not ended, nor its account been closed, while the request's body arrived."""
    return _alive(digest, now=now) is not None


def _alive(digest: str, *, now: datetime) -> tuple[BrowserSession, Organiser] | None:
    found = db.session.execute(
        select(BrowserSession, Organiser)
        .join(Organiser, Organiser.id == BrowserSession.organiser_id)
        .where(BrowserSession.digest == digest, Organiser.disabled_at.is_(None))
    ).one_or_none()
    if found is None or not is_alive(found[0], now=now):
        return None
    return found[0], found[1]


def is_alive(row: BrowserSession, *, now: datetime) -> bool:
    """Whether the session is neither idle for too long nor too old, nor was opened by a clock far ahead."""
    return abs(now - row.seen_at) <= IDLE and abs(now - row.created_at) <= LIFE


def digest_of(secret: str) -> str:
    """What the database keeps of a cookie or a one-time token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_browser_session(organiser: Organiser, *, now: datetime, agent: str = "") -> str:
    """Starts a signed-in session under a new random id; gives the value of the cookie."""
    identifier = PREFIX + secrets.token_urlsafe(32)
    row = BrowserSession(
        digest=digest_of(identifier),
        organiser_id=organiser.id,
        # there from the start, so that no page has to write the row to show a form
        content={"csrf_token": token_of(secrets.token_hex(20), organiser.id)},
        agent=agent[:200],
        created_at=now,
        seen_at=now,
    )
    db.session.add(row)
    return identifier


def end_browser_session(digest: str) -> None:
    """Ends a signed-in session, whatever the cookie says."""
    db.session.execute(delete(BrowserSession).where(BrowserSession.digest == digest))


def keep_browser_session(digest: str, content: dict[str, Any], *, now: datetime) -> None:
    """Keeps what a session holds now, and that it was used."""
    kept = update(BrowserSession).where(BrowserSession.digest == digest)
    db.session.execute(kept.values(content=content, seen_at=now))


def sweep_browser_sessions(*, now: datetime) -> int:
    """Removes sessions that have ended; says how many."""
    used = BrowserSession.seen_at.between(now - IDLE, now + IDLE)
    young = BrowserSession.created_at.between(now - LIFE, now + LIFE)
    ended = delete(BrowserSession).where(or_(~used, ~young))
    return db.session.execute(ended).rowcount  # type: ignore[attr-defined,no-any-return]
