"""Signing a test's browser in, and posting as a browser does."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from webinars import clock
from webinars.accounts.browser_sessions import PREFIX, find_browser_session, new_browser_session
from webinars.accounts.models import Organiser
from webinars.attempts.forms import new_attempt
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SHOWN = re.compile(r'name="shown"[^>]*value="([^"]*)"')


class Browser(FlaskClient):
    """A browser: nothing of one request is left over for the next but its cookies."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Sends a request; an application context around the test is emptied first, and what the test read is let go."""
        if g:
            for name in list(g):
                g.pop(name)
            if kwargs.get("method", "GET") in SAFE:
                db.session.rollback()  # a page reads in a transaction of its own, which refuses to write
        return super().open(*args, **kwargs)


def sign_in(client: FlaskClient, organiser: Organiser, *, now: datetime | None = None) -> FlaskClient:
    """The same client, signed in as this organiser."""
    identifier = new_browser_session(organiser, now=now or clock.now(), agent="a test")
    db.session.commit()
    client.set_cookie(session_cookie(), identifier)
    return client


def session_cookie() -> str:
    """The name of the session's cookie."""
    return str(current_app.config["SESSION_COOKIE_NAME"])


def csrf_token(client: FlaskClient, url: str) -> str:
    """The token a form of this browser carries: from its session, or from the page itself."""
    cookie = client.get_cookie(session_cookie())
    found = None
    if cookie is not None and cookie.value.startswith(PREFIX):
        found = find_browser_session(cookie.value, now=clock.now())
    if found is not None:
        signer = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
        return str(signer.dumps(found[0].content["csrf_token"]))
    token = TOKEN.search(client.get(url).text)
    return token.group(1) if token else ""


def shown(client: FlaskClient, url: str) -> dict[str, str]:
    """What the form at this address, opened now, says it was made from; nothing where no form says so."""
    adapter = current_app.url_map.bind("localhost")
    if not adapter.test(urlsplit(url).path, method="GET"):
        return {}
    found = SHOWN.search(client.get(url).text)
    return {"shown": found.group(1)} if found else {}


def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
    """Opens the form and posts it with its token, as one attempt of its own; `shown` in the data is an earlier opening."""
    data = data or {}
    made_from = {} if "shown" in data else shown(client, url)
    hidden = {"csrf_token": csrf_token(client, url), "attempt": new_attempt(), **made_from}
    return client.post(url, data={**hidden, **data}, **kwargs)


def post_file(client: FlaskClient, url: str, field: str, content: bytes) -> TestResponse:
    """Posts one file with the form's token, whatever its size."""
    rule = b"--the-rule-between-parts"
    token = csrf_token(client, url).encode()
    named = b'\r\nContent-Disposition: form-data; name="%s"'
    parts = [
        rule,
        named % b"csrf_token",
        b"\r\n\r\n",
        token,
        b"\r\n",
        rule,
        named % field.encode(),
        b'; filename="file.csv"\r\nContent-Type: text/csv\r\n\r\n',
        content,
        b"\r\n",
        rule,
        b"--\r\n",
    ]
    kind = "multipart/form-data; boundary=" + rule.decode().removeprefix("--")
    return client.post(url, data=b"".join(parts), content_type=kind)
