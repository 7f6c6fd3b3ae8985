"""What planning has to do by the clock."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from webinars.cycles.models import Session
from webinars.database import only_reading
from webinars.extensions import db
from webinars.logs import log
from webinars.planning import settling
from webinars.planning.models import PendingUpdate
from webinars.planning.telling import Told
from webinars.registration import seats


def send_settled(now: datetime) -> int:
    """Tells every change that has settled, each in a transaction of its own; says how many people hear of one."""
    due = (
        select(PendingUpdate.session_id)
        .where(PendingUpdate.due_at <= now)
        .order_by(PendingUpdate.due_at, PendingUpdate.session_id)
    )
    with only_reading():
        session_ids = db.session.scalars(due).all()
        db.session.rollback()
    return sum(_send_one(session_id, now).people for session_id in session_ids)


def _send_one(session_id: int, now: datetime) -> Told:
    try:
        told = _send(session_id, now)
        db.session.commit()
    except OperationalError:
        raise  # the database is away: no update is to blame
    except Exception as error:  # noqa: BLE001 — one session never keeps the others waiting
        db.session.rollback()
        facts = {"session": session_id, "error": type(error).__name__}
        log.error("update not sent", extra={"facts": facts})
        return Told()
    return told


def _send(session_id: int, now: datetime) -> Told:
    session = db.session.get(Session, session_id)
    if session is None:
        return Told()
    seats.hold([session_id])
    update = settling.find(session)
    # an edit may have come in between, and moved it on
    return settling.send(session, now=now) if update is not None and update.due_at <= now else Told()
