"""Whether the instance is ready, for whoever operates it."""

from flask import Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webinars import clock
from webinars.access import PublicBlueprint
from webinars.extensions import db
from webinars.outbox import trouble
from webinars.outbox.queries import oldest_due_at

bp = PublicBlueprint("health", __name__)


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 when the database answers, else 503; says how long the oldest due mail has waited, in seconds.

    Since when our mail is refused everywhere is said only while it is.
    """
    now = clock.now()
    try:
        db.session.execute(text("SELECT 1"))
        oldest = oldest_due_at(now=now)
        refused = trouble.in_force()
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="no answer"), 503
    facts = {
        "status": "ok",
        "database": db.engine.dialect.name,
        "queue_age_seconds": 0 if oldest is None else int((now - oldest).total_seconds()),
    }
    if refused is not None:
        facts["mail_refused_since"] = refused.since.isoformat()
    if db.engine.dialect.name == "sqlite":
        facts["sqlite"] = getattr(db.engine.dialect.dbapi, "sqlite_version", "")
    return jsonify(facts), 200
