"""The browser's session: a row for whoever is signed in, a signed cookie for the sign-in form (security rule 23)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from webinars import clock
from webinars.accounts.models import BrowserSession, Organiser
from webinars.extensions import db

IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)
TOUCH = timedelta(minutes=10)  # a visit is noted at most this often
PREFIX = "s."


class SignedIn(SecureCookieSession):
    """The session of a signed-in browser; its content is kept in the row."""

    def __init__(self, identifier: str, row: BrowserSession) -> None:
        super().__init__(row.content)
        self.identifier = identifier
        self.organiser_id = row.organiser_id


class BrowserSessions(SecureCookieSessionInterface):
    """Opens and saves sessions; anonymous ones live in a signed cookie and write no row."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        """The session the cookie names, when it is still good; else an anonymous one."""
        value = request.cookies.get(self.get_cookie_name(app), "")
        if value.startswith(PREFIX):
            row = find_browser_session(value, now=clock.now())
            return SignedIn(value, row) if row else SecureCookieSession()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # type: ignore[override]
        """Keeps changed content; a page that touched no session gets no cookie."""
        if not isinstance(session, SignedIn):
            super().save_session(app, session, response)
            return
        if session.modified:
            row = db.session.get(BrowserSession, digest_of(session.identifier))
            if row is not None:
                row.content = dict(session)
                db.session.commit()


def find_browser_session(identifier: str, *, now: datetime) -> BrowserSession | None:
    """The row of a cookie that is neither idle for 12 hours nor older than 7 days."""
    row = db.session.get(BrowserSession, digest_of(identifier))
    if row is None or now - row.seen_at > IDLE or now - row.created_at > LIFE:
        return None
    return row


def digest_of(identifier: str) -> str:
    """What the database keeps of a cookie."""
    return hashlib.sha256(identifier.encode()).hexdigest()


def new_browser_session(organiser: Organiser, *, now: datetime, content: dict[str, Any] | None = None) -> str:
    """Starts a signed-in session under a new random id; gives the value of the cookie."""
    identifier = PREFIX + secrets.token_urlsafe(32)
    db.session.add(
        BrowserSession(
            digest=digest_of(identifier),
            organiser_id=organiser.id,
            content=content or {},
            created_at=now,
            seen_at=now,
        )
    )
    return identifier
