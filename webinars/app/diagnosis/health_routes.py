"""Whether the instance is ready, and whether it does its work, for whoever operates it."""

import hmac
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from flask import Response, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from webinars import clock
from webinars.app.diagnosis.vitals import Reason, Vitals, reasons, vitals
from webinars.storage.extensions import db
from webinars.web.access import PublicBlueprint

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")

bp = PublicBlueprint("health", __name__)


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 while the web server and its database answer, else 503: what proxies and supervisors ask.

    Says nothing of mail: a working site is not taken away because mail waits.
    """
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="no answer"), 503
    facts = {"status": "ok", "database": db.engine.dialect.name}
    if db.engine.dialect.name == "sqlite":
        facts["sqlite"] = getattr(db.engine.dialect.dbapi, "sqlite_version", "")
    return jsonify(facts), 200


@bp.get("/health/service")
def service() -> tuple[Response, int]:
    """200 while mail leaves, answers are read and workers live, else 503 with reasons: what operators watch.

    Strangers get codes; figures and sentences go to who brings the token, or else to this machine itself.
    """
    settings: Settings = current_app.config["SETTINGS"]
    try:
        seen = vitals(settings, now=clock.now())
    except SQLAlchemyError:
        return jsonify(status="unavailable", reasons=["database_unavailable"]), 503
    found = reasons(seen, settings)
    body: dict[str, Any] = {
        "status": "trouble" if found else "ok",
        "reasons": list(dict.fromkeys(reason.code for reason in found)),
    }
    if may_see_figures(settings):
        body |= _figures(seen, found)
    return jsonify(body), 503 if found else 200


def may_see_figures(settings: Settings) -> bool:
    """Whether the request brings the token of the settings; without one there, whether it comes from this machine.

    What a proxy hands on does not: whoever stands before it is not known.
    """
    if settings.health_token:
        kind, _blank, brought = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and hmac.compare_digest(
            brought.strip().encode(), settings.health_token.encode()
        )
    return not any(name in request.headers for name in FORWARDED) and _is_here(request.remote_addr or "")


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _figures(seen: Vitals, found: list[Reason]) -> dict[str, Any]:
    flow = seen.flow
    return {
        "sentences": [reason.words for reason in found],
        "mail": {
            "oldest_due_at": _moment(flow.oldest_due_at),
            "behind_seconds": int(flow.behind.total_seconds()),
            "tried_last_hour": flow.tried,
            "refused_last_hour": flow.refused,
            "last_left_at": _moment(flow.last_left_at),
            "refused_everywhere_since": _moment(seen.trouble.since if seen.trouble else None),
            "paused_since": _moment(seen.pause.since if seen.pause else None),
            "held_by_quota_until": _moment(flow.held.until if flow.held else None),
        },
        "last_sweep_at": _moment(seen.swept_at),
        "last_read_of_replies_at": _moment(seen.read_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
