"""What Flask calls a session: a row for whoever is signed in, a signed cookie for the sign-in form.

By specification/security, rule 23. A view signs the browser of its request in or out by saying so in `g`.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from webinars import clock
from webinars.accounts.browser_sessions import LIFE, PREFIX, find_browser_session, keep_browser_session
from webinars.accounts.models import BrowserSession
from webinars.storage import transactions
from webinars.storage.database import AWAY, read_only
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE
from webinars.web import notices
from webinars.web.access import uses_cookies
from webinars.web.logs import log

TOUCH = timedelta(minutes=10)  # a use is noted at most this often


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
        if not uses_cookies():
            return
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
            elif not response.is_streamed:  # a streamed response still reads on this connection
                self._note_use(session)
            notices.write(app, response, said=session.get(notices.KEY, []), before=session.said)

    def _keep(self, session: SignedIn) -> None:
        now = clock.now()
        if session.content == session.kept and abs(now - session.seen_at) < TOUCH:
            return
        transactions.start_writing()  # what the view did not commit is not to be kept either
        try:
            keep_browser_session(session.digest, session.content, now=now)
            db.session.commit()
        except AWAY:  # the response stands: what it tells is stored already, or refused already
            db.session.rollback()
            log.warning("session not noted")

    def _note_use(self, session: SignedIn) -> None:
        now = clock.now()
        if abs(now - session.seen_at) >= TOUCH:
            transactions.keep(transactions.SafeWrite.LAST_USE, session.digest, now)

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
