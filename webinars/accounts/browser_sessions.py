"""The browser's session: a row for whoever is signed in, a signed cookie for the sign-in form.

By specification/security, rule 23.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy import delete, or_, select, update

from webinars import clock
from webinars.accounts.models import BrowserSession, Organiser
from webinars.storage import transactions
from webinars.storage.database import AWAY, read_only
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE
from webinars.web import notices
from webinars.web.logs import log

IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)
TOUCH = timedelta(minutes=10)  # a use is noted at most this often
PREFIX = "s."


class SignedIn(SecureCookieSession):
    """The session of a signed-in browser; its content is kept in the row, its messages in a cookie of their own."""

    def __init__(self, row: BrowserSession, said: list[tuple[str, str]]) -> None:
        super().__init__(row.content | ({notices.KEY: said} if said else {}))
        self.digest = row.digest
        self.agent = row.agent
        self.kept = dict(row.content)
        self.seen_at = row.seen_at
        self.said = said

    @property
    def content(self) -> dict[str, Any]:
        """What the row keeps."""
        return {key: value for key, value in self.items() if key != notices.KEY}


class BrowserSessions(SecureCookieSessionInterface):
    """Opens and saves sessions; anonymous ones live in a signed cookie and write no row."""

    def open_session(self, app: Flask, incoming: Request) -> SessionMixin | None:  # type: ignore[override]
        """The session the cookie names, when it is still good; else an anonymous one."""
        g.browser_session = g.organiser = g.stated_language = None
        value = incoming.cookies.get(self.get_cookie_name(app), "")
        if not value.startswith(PREFIX):
            return super().open_session(app, incoming)
        read_only(only=True)
        try:
            found = find_browser_session(value, now=clock.now())
        except AWAY:  # error pages exist only once the session is open: the guard answers
            db.session.rollback()
            g.browser_session_unknown = True
            found = None
        if found is None:
            return SecureCookieSession()
        row, g.organiser = found
        g.stated_language = g.organiser.language
        g.browser_session = SignedIn(row, notices.read(app, incoming))
        if incoming.method not in SAFE:
            db.session.rollback()  # the body is still to come, perhaps slowly: nothing is held meanwhile
        return g.browser_session  # type: ignore[no-any-return]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keeps what changed; a page that touched no session gets no cookie, and GET notes the use alone."""
        if "browser_session_opened" in g:
            self._hand_out(app, response, g.pop("browser_session_opened"))
            if isinstance(session, SignedIn):
                notices.write(app, response, said=session.get(notices.KEY, []), before=session.said)
        elif not isinstance(session, SignedIn):
            super().save_session(app, session, response)
        elif g.pop("browser_session_closed", False):
            self._take_back(app, response)
        else:
            response.vary.add("Cookie")
            if request.method not in SAFE:
                self._keep(session)
            elif not response.is_streamed:  # a streamed answer still reads on this connection
                self._note_use(session)
            notices.write(app, response, said=session.get(notices.KEY, []), before=session.said)

    def _keep(self, session: SignedIn) -> None:
        now = clock.now()
        if session.content == session.kept and abs(now - session.seen_at) < TOUCH:
            return
        transactions.start_writing()  # what the view did not commit is not to be kept either
        deed = update(BrowserSession).where(BrowserSession.digest == session.digest)
        try:
            db.session.execute(deed.values(content=session.content, seen_at=now))
            db.session.commit()
        except AWAY:  # the answer stands: what it tells is stored already, or refused already
            db.session.rollback()
            log.warning("session not noted")

    def _note_use(self, session: SignedIn) -> None:
        now = clock.now()
        if abs(now - session.seen_at) >= TOUCH:
            transactions.keep(transactions.Kept.LAST_USE, session.digest, now)

    def _hand_out(self, app: Flask, response: Response, identifier: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            identifier,
            max_age=LIFE,
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )

    def _take_back(self, app: Flask, response: Response) -> None:
        for name in (self.get_cookie_name(app), notices.cookie_name(app)):
            response.delete_cookie(name, secure=self.get_cookie_secure(app), httponly=True, samesite="Lax")


def find_browser_session(identifier: str, *, now: datetime) -> tuple[BrowserSession, Organiser] | None:
    """The row of a cookie that is neither idle for 12 hours nor older than 7 days, with its account."""
    return _alive(digest_of(identifier), now=now)


def is_still_open(session: SignedIn, *, now: datetime) -> bool:
    """Whether the session has not ended, nor its account been closed, while the request's body arrived."""
    return _alive(session.digest, now=now) is not None


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
        content={"csrf_token": secrets.token_hex(20)},
        agent=agent[:200],
        created_at=now,
        seen_at=now,
    )
    db.session.add(row)
    return identifier


def open_browser_session(organiser: Organiser, *, now: datetime, agent: str) -> None:
    """Signs the browser of this request in, under a new id; the one it came with ends."""
    close_browser_session()
    g.pop("browser_session_closed", None)
    g.browser_session_opened = new_browser_session(organiser, now=now, agent=agent)


def close_browser_session() -> None:
    """Signs the browser of this request out, on the server and in its cookie."""
    if g.browser_session is not None:
        db.session.execute(delete(BrowserSession).where(BrowserSession.digest == g.browser_session.digest))
        g.browser_session_closed = True


def sweep_browser_sessions(*, now: datetime) -> int:
    """Removes sessions that have ended; says how many."""
    used = BrowserSession.seen_at.between(now - IDLE, now + IDLE)
    young = BrowserSession.created_at.between(now - LIFE, now + LIFE)
    ended = delete(BrowserSession).where(or_(~used, ~young))
    return db.session.execute(ended).rowcount  # type: ignore[attr-defined,no-any-return]
