"""Messages for the next page, in a signed cookie of their own: showing them writes nothing."""

import itsdangerous
from flask import Flask, Request, Response, json

from webinars.web.links import derived_key

KEY = "_flashes"  # where Flask keeps them in a session
LIFE = 600  # seconds; a message older than that speaks of something forgotten
SIZE = 3500  # what a browser surely keeps of a cookie

Notes = list[tuple[str, str]]


def cookie_name(app: Flask) -> str:
    """The cookie that holds them."""
    return str(app.config["SESSION_COOKIE_NAME"]) + "-said"


def read(app: Flask, request: Request) -> Notes:
    """The messages the browser brought; none when they are not ours or too old."""
    value = request.cookies.get(cookie_name(app))
    if not value:
        return []
    try:
        return [(str(tone), str(words)) for tone, words in _signer().loads(value, max_age=LIFE)]
    except itsdangerous.BadData:
        return []


def write(app: Flask, response: Response, *, said: Notes, before: Notes) -> None:
    """Sends the cookie when its messages changed, removes it when they were shown; what is said twice stands once."""
    said = list(dict.fromkeys(said))
    if said == before:
        return
    name, secure = cookie_name(app), bool(app.config["SESSION_COOKIE_SECURE"])
    if not said:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")
        return
    value = _signer().dumps([(tone, str(words)) for tone, words in said])
    while len(value) > SIZE and len(said) > 1:
        said = said[1:]
        value = _signer().dumps([(tone, str(words)) for tone, words in said])
    response.set_cookie(name, value, max_age=LIFE, secure=secure, httponly=True, samesite="Lax")


def _signer() -> itsdangerous.URLSafeTimedSerializer:
    return itsdangerous.URLSafeTimedSerializer(derived_key("messages"), serializer=json)
