"""The product behind its gateway, with some views to look through, and little patience; a process of its own."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, jsonify, request

from config import read_settings
from webinars import create_app
from webinars.gateway.body_limits import BodyTimeouts
from webinars.gateway.rsgi import Gateway
from webinars.gateway.server import WebServer, server
from webinars.storage.extensions import csrf
from webinars.web.access import MEGABYTE, PublicBlueprint, takes_upload

TIMES = BodyTimeouts(prompt=0.2, public=1.4, upload=3.0, writing=0.4, long=0.2, opened=0.5)
UPLOAD = 5 * MEGABYTE
seen: list[str] = []

bp = PublicBlueprint("probe", __name__, url_prefix="/probe")


@bp.route("/echo", methods=["GET", "POST"])
def echo() -> Response:
    """What came, and through which environment."""
    source = request.environ["wsgi.input"]
    source.seek(0)  # the form was read from it already
    body = source.read()
    seen.append(request.method)
    shown = {name: value for name, value in request.environ.items() if isinstance(value, str)}
    return jsonify(
        length=len(body), digest=hashlib.sha256(body).hexdigest(), environ=shown, path=request.path
    )


def _too_large() -> tuple[str, int]:
    return "The file is too large.", 413


@bp.post("/upload")
@takes_upload(UPLOAD, otherwise=_too_large)
def upload() -> Response:
    """Takes a file."""
    seen.append("upload")
    return jsonify(length=len(request.files["file"].read()))


@bp.post("/write")
def write() -> str:
    """A deed that keeps its thread for a while, as a locked database does."""
    time.sleep(float(request.args["seconds"]))
    return "written"


@bp.get("/lines")
def lines() -> Response:
    """A long answer, line by line; a file tells when it was closed."""
    number, pause = int(request.args["number"]), float(request.args.get("pause", 0))
    fails_at = int(request.args.get("fails_at", -1))
    told: Path = current_app.config["SETTINGS"].folder / "closed"

    def written() -> Iterator[bytes]:
        reached = 0
        try:
            for reached in range(number):
                time.sleep(pause)
                if reached == fails_at:
                    raise ValueError(reached)
                yield b"x" * 999 + b"\n"
        finally:
            told.write_text(str(reached))

    return Response(written(), mimetype="text/plain")


@bp.get("/seen")
def what_was_seen() -> Response:
    """Which requests reached a view."""
    return jsonify(seen)


def load() -> Any:
    """The gateway, as the supervisor loads it."""
    return Gateway(app, app.config["SETTINGS"], TIMES)


def main(app: Flask) -> None:
    """Serves until told to stop."""
    settings = app.config["SETTINGS"]
    web: WebServer = server(
        host=settings.host, port=settings.port, bodies=settings.web_bodies, kill_timeout=10, header_seconds=1
    )
    web.read_seconds = 1
    web.serve(target_loader=load, wrap_loader=False)


if __name__ == "__main__":
    app = create_app(read_settings())
    app.register_blueprint(bp)
    csrf.exempt(bp)
    with app.app_context():  # as a command of Flask has one
        main(app)
