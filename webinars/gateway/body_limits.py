"""How much a request may send, and for how long: little, but for the files of whoever is signed in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie

from webinars import clock
from webinars.accounts.browser_sessions import PREFIX, find_browser_session
from webinars.storage.database import AWAY, read_only

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class BodyTimeouts:
    """Seconds that are waited."""

    prompt: float = 1.0  # a body that has arrived by then never counts as open
    public: float = 60.0  # for a body
    upload: float = 600.0  # for the file of somebody who is signed in
    writing: float = 10.0  # for a place among those that write
    long: float = 1.0  # a response that takes longer is given up when its client leaves
    opened: float = 60.0  # by then the server has opened the file of a response


def upload_limit(app: Flask, environ: "WSGIEnvironment") -> int | None:
    """How many bytes the view at this address takes, when it takes files."""
    path = environ["PATH_INFO"].encode("latin-1").decode()
    try:
        endpoint, _values = app.url_map.bind("").match(path, environ["REQUEST_METHOD"])
    except HTTPException:
        return None
    limit: int | None = getattr(app.view_functions.get(endpoint), "upload_limit", None)
    return limit


def is_signed_in(app: Flask, environ: "WSGIEnvironment") -> bool:
    """Whether the request comes from a browser session that is still good; asks the database."""
    value = session_cookie(app, environ)
    with app.app_context():
        read_only(only=True)
        try:
            return find_browser_session(value, now=clock.now()) is not None
        except AWAY:
            return False


def session_cookie(app: Flask, environ: "WSGIEnvironment") -> str:
    """The cookie of a signed-in browser, unchecked; empty without one."""
    value = parse_cookie(environ).get(app.config["SESSION_COOKIE_NAME"], "")
    return value if value.startswith(PREFIX) else ""
