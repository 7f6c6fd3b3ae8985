"""One line per request, structured, with a request id and no address, token or name in it."""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from config import Settings

log = logging.getLogger("webinars")


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what a visitor typed cannot forge a second one."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON, without a line break inside."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
        }
        line = line | getattr(record, "facts", {}) | line  # no fact takes the place of what happened
        if has_request_context():
            line["request"] = request_id()
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


class Application(Flask):
    """A Flask whose faults are logged by their route: paths hold personal tokens."""

    def log_exception(self, exc_info: Any) -> None:
        """One line for the fault, with its trace and the pattern of the address."""
        route = request.url_rule.rule if has_request_context() and request.url_rule else "-"
        facts = {"method": request.method if has_request_context() else "-", "route": route}
        log.error("fault", exc_info=exc_info, extra={"facts": facts})


def request_id() -> str:
    """The random id of this request: in its log line, its answer and its error page."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def init_app(app: Flask, settings: Settings) -> None:
    """Sends our logs to standard error, and one line for each request."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        log.addHandler(handler)
        log.propagate = False
    log.setLevel(settings.log_level)

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _log_response(response: Response) -> Response:
        if log.isEnabledFor(logging.INFO) and request.endpoint != "static":
            facts = {
                "method": request.method,
                # the pattern, not the path: paths hold personal tokens
                "route": request.url_rule.rule if request.url_rule else "-",
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            }
            log.info("request", extra={"facts": facts})
        response.headers["X-Request-Id"] = request_id()
        return response
