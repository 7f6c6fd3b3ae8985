"""Where to go after signing in: a path of a known route, nothing else (security rule 8)."""

import re
from urllib.parse import quote, unquote, urlsplit

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

LONGEST = 500
# as browsers write a path of ours: no backslash, no control, no sign outside ASCII, no second slash first
_PATH = re.compile(r"/(?:[A-Za-z0-9\-._~!$'()*+,;=:@%][A-Za-z0-9\-._~!$'()*+,;=:@%/]*)?")
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$'()*+,;=:@%/?&]*")


def where_next(wanted: str, *, otherwise: str) -> str:
    """The wanted page when it is one of ours that can be shown; else the other one."""
    if len(wanted) > LONGEST or "#" in wanted:
        return otherwise
    path, _mark, query = wanted.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return otherwise
    plain = unquote(path)
    if "//" in plain or "\\" in plain or not plain.isprintable() or not _is_shown(plain):
        return otherwise
    return quote(plain, safe="/~!$'()*+,;=:@") + (f"?{query}" if query else "")


def _is_shown(path: str) -> bool:
    host = urlsplit(current_app.config["PUBLIC_URL"]).netloc
    try:
        endpoint, _values = current_app.url_map.bind(host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return endpoint != "static" and not str(endpoint).startswith("entrance.")
