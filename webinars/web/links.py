"""Links that leave the site: from PUBLIC_URL only, and the tokens of personal pages.

By specification/security, rules 8 and 20.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

ID_LENGTH = 16


def outward(endpoint: str, **values: Any) -> str:
    """The whole address of a page, built from PUBLIC_URL and never from the request."""
    return _adapter().build(endpoint, values, force_external=True)


def public_domain() -> str:
    """The instance's domain, as it stands in PUBLIC_URL."""
    return urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost"


def _adapter() -> MapAdapter:
    adapter: MapAdapter | None = current_app.extensions.get("outward")
    if adapter is None:
        public = urlsplit(current_app.config["PUBLIC_URL"])
        adapter = current_app.url_map.bind(
            public.netloc, script_name=public.path or "/", url_scheme=public.scheme
        )
        current_app.extensions["outward"] = adapter
    return adapter


def personal_token(kind: str, public_id: str, version: int) -> str:
    """The secret part of a personal link: derived, so that the database holds nothing to steal."""
    return public_id + _mac(derived_key("personal link"), kind, public_id, version)


def subject_of(token: str) -> str:
    """The outward id a personal token speaks of; says nothing about its being genuine."""
    return token[:ID_LENGTH]


def is_genuine(token: str, kind: str, public_id: str, version: int) -> bool:
    """Whether this token was made by this instance for this kind, subject and version."""
    return hmac.compare_digest(token.encode(), personal_token(kind, public_id, version).encode())


@lru_cache(maxsize=4)  # a mail leads to one's page more than once
def _mac(key: bytes, kind: str, public_id: str, version: int) -> str:
    digest = hmac.digest(key, f"{kind}\n{public_id}\n{version}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:21]).decode()


def sealed(kind: str, value: Any, *, now: datetime) -> str:
    """What JSON can say, as nobody but this instance can read it, in characters an address may have."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _fernet(kind).encrypt_at_time(text.encode(), int(now.timestamp())).decode().rstrip("=")


def unsealed(kind: str, token: str, *, life: timedelta, now: datetime) -> Any:
    """What was sealed for this kind within that time; None for anything else, and for another spelling of the same token."""
    from cryptography.fernet import InvalidToken

    try:
        padded = (token + "=" * (-len(token) % 4)).encode()
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)) != padded:
            return None
        text = _fernet(kind).decrypt_at_time(padded, int(life.total_seconds()), int(now.timestamp()))
    except (InvalidToken, ValueError):
        return None
    return json.loads(text)


def _fernet(kind: str) -> "Fernet":
    from cryptography.fernet import Fernet  # loaded where something is sealed, and nowhere else

    return Fernet(base64.urlsafe_b64encode(derived_key(f"sealed {kind}")))


def derived_key(purpose: str) -> bytes:
    """A key of its own for each purpose, from the instance's secret."""
    return _key(current_app.config["SECRET_KEY"], purpose)


@lru_cache(maxsize=16)
def _key(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
