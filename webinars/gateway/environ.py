"""A request as WSGI applications read it (PEP 3333), from the server's own description of it (RSGI)."""

import sys
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from granian.rsgi import Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SAME: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,  # werkzeug's own word: the body ends where it ends
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}
OF_THE_BODY = ("content-type", "content-length")


def environ_of(scope: Scope) -> "WSGIEnvironment":
    """The environment of this request, with an empty body."""
    name, _colon, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = SAME | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": name.strip("[]"),
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
    }
    for header, value in scope.headers.items():
        if "_" not in header:  # X_Forwarded_For would pass for X-Forwarded-For
            name = _name_of(header)
            environ[name] = f"{environ[name]}{_between(header)}{value}" if name in environ else value
    environ.setdefault("HTTP_HOST", scope.authority or "")
    return environ


@lru_cache(maxsize=256)
def _name_of(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if header in OF_THE_BODY else f"HTTP_{name}"


def _between(header: str) -> str:
    return "; " if header == "cookie" else ","
