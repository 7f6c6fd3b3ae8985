"""Where to go after signing in: a page for who is signed in, nothing else (specification/security, rule 8)."""

import re
from urllib.parse import quote, unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webinars.web.access import OrganiserBlueprint, SignedInBlueprint

LONGEST = 500
# as our own links are written: no backslash, no control, nothing outside ASCII
_PATH = re.compile(r"/[A-Za-z0-9\-._~%/]*")
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$'()*+,;=:@%/?&]*")


def where_next(wanted: str, *, otherwise: str) -> str:
    """The wanted page when it is one of the desk; else the other one."""
    path, _mark, query = wanted.partition("?")
    if len(wanted) > LONGEST or not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return otherwise
    plain = unquote(path)
    if "//" in plain or "\\" in plain or not plain.isprintable() or not _is_of_the_desk(plain):
        return otherwise
    return quote(plain) + (f"?{query}" if query else "")


def _is_of_the_desk(path: str) -> bool:
    host = urlsplit(current_app.config["PUBLIC_URL"]).netloc
    try:
        endpoint, _values = current_app.url_map.bind(host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    blueprint = current_app.blueprints.get(str(endpoint).rpartition(".")[0])
    return isinstance(blueprint, SignedInBlueprint | OrganiserBlueprint)
