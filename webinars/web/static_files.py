"""The site's own files: read and compressed once, when the process starts, and given from memory ever after."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app, url_for

from config import Settings
from webinars.web.compression import compressed, may_compress
from webinars.web.headers import CSP

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

YEAR = 365 * 24 * 3600
# said here, since what a machine calls a suffix differs; a file of another kind takes the long way, through Flask
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
WORTH = 0.95  # of its length, at most: what shrinks less is given as it is
HEADERS = {
    "Cache-Control": f"public, max-age={YEAR}",
    "Content-Security-Policy": CSP,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it was at the start; `zipped` is missing where compression gains nothing."""

    kind: str
    body: bytes
    zipped: bytes | None
    version: str

    def response_to(self, environ: "WSGIEnvironment") -> Response:
        """The file as its reader takes it, or 304 when they have it."""
        zipped = self.zipped if may_compress(environ.get("HTTP_ACCEPT_ENCODING", "")) else None
        response = Response(zipped or self.body, headers=HEADERS, content_type=self.kind)
        response.set_etag(f"{self.version}-gzip" if zipped else self.version)
        if zipped:
            response.content_encoding = "gzip"
        if self.zipped:
            response.vary.add("Accept-Encoding")
        response.make_conditional(environ)
        return response


class StaticFiles:
    """Answers for the files of one folder, before the application wakes up."""

    def __init__(self, app: "WSGIApplication", folder: Path, address: str) -> None:
        self._app = app
        self._address = address
        self._files = {
            f"{address}/{path.relative_to(folder).as_posix()}": _read(path)
            for path in folder.rglob("*")
            if path.suffix in KINDS
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        file = self._files.get(environ.get("PATH_INFO", ""))
        if file is None or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        return file.response_to(environ)(environ, start_response)

    def version(self, name: str) -> str:
        """What tells the file of this name from what it was before."""
        return self._files[f"{self._address}/{name}"].version


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    zipped = compressed(body, level=9)
    return StaticFile(
        KINDS[path.suffix], body, zipped if len(zipped) < WORTH * len(body) else None, _version(body)
    )


def _version(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


def init_app(app: Flask, settings: Settings) -> None:
    """Puts the files in front of the application, but where they are being worked on: Flask reads them each time then."""
    app.jinja_env.globals["asset"] = asset
    if not settings.debug:
        files = StaticFiles(app.wsgi_app, Path(app.static_folder or ""), app.static_url_path or "")
        app.extensions["static_files"] = files
        app.wsgi_app = files  # type: ignore[method-assign]


def asset(name: str) -> str:
    """The address of a static file, with a version that changes when the file does."""
    files: StaticFiles | None = current_app.extensions.get("static_files")
    if files is None:
        version = _version((Path(current_app.static_folder or "") / name).read_bytes())
    else:
        version = files.version(name)
    return url_for("static", filename=name, v=version)
