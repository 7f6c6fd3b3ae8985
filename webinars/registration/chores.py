"""What registration has to do by the clock."""

from datetime import datetime

from webinars.database import AWAY
from webinars.extensions import db
from webinars.logs import log
from webinars.registration import backlog


def send_backlog(now: datetime) -> int:
    """Tells every address what was held back from it until this morning, each in a transaction of its own; says to how many."""
    return sum(_send_one(key, organisation_id, now) for key, organisation_id in backlog.due(now=now))


def _send_one(key: str, organisation_id: int, now: datetime) -> int:
    try:
        told = backlog.release(key, organisation_id, now=now)
        db.session.commit()
    except AWAY:
        raise  # the database is away: no address is to blame
    except Exception as error:  # noqa: BLE001 — one address never keeps the others waiting
        db.session.rollback()
        log.error("backlog not sent", extra={"facts": {"error": type(error).__name__}})
        return 0
    return told
