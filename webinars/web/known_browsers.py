"""Browsers that signed in to an account before: a signed cookie, good for nothing but being counted apart."""

import hmac
import secrets

import itsdangerous
from flask import Request, Response, current_app

from webinars.web.links import derived_key

LIFE = 90 * 24 * 3600
MOST = 5  # accounts one browser is known to


def known_name(request: Request, account: str) -> str | None:
    """The name under which this browser is known to the account; None when it never signed in there."""
    return _known(request).get(_key(account))


def remember(request: Request, response: Response, account: str) -> None:
    """Makes the browser known to the account."""
    known = _known(request)
    key = _key(account)
    name = known.pop(key, None) or secrets.token_hex(8)
    known = dict([*known.items(), (key, name)][-MOST:])
    response.set_cookie(
        cookie_name(),
        _signer().dumps(known),
        max_age=LIFE,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def cookie_name() -> str:
    """The cookie that holds them."""
    return str(current_app.config["SESSION_COOKIE_NAME"]) + "-known"


def _known(request: Request) -> dict[str, str]:
    value = request.cookies.get(cookie_name())
    if not value:
        return {}
    try:
        return dict(_signer().loads(value, max_age=LIFE))
    except itsdangerous.BadData:
        return {}


def _key(account: str) -> str:
    # whoever reads the cookie learns nobody's address
    return hmac.digest(derived_key("known browsers"), account.encode(), "sha256").hex()[:24]


def _signer() -> itsdangerous.URLSafeTimedSerializer:
    return itsdangerous.URLSafeTimedSerializer(derived_key("known browsers"))
