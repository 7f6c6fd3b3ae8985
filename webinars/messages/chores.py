"""What messages need from time to time."""

from datetime import datetime

from sqlalchemy.exc import OperationalError

from webinars.extensions import db
from webinars.logs import log
from webinars.messages import actions, queries
from webinars.messages.models import Message


def send_due(now: datetime) -> int:
    """Queues the mails of scheduled messages whose time has come; closes those that have left. Says how many moved."""
    return sum(_send_one(message, now) for message in queries.due(now=now)) + actions.close_finished()


def _send_one(message: Message, now: datetime) -> bool:
    number = message.id
    try:
        moved = actions.call_off_with_session(message, now=now) or actions.send_scheduled(message, now=now)
        db.session.commit()
    except OperationalError:
        raise  # the database is away: no message is to blame
    except Exception as error:  # noqa: BLE001 — one message never keeps the others waiting
        db.session.rollback()
        log.error("message not sent", extra={"facts": {"message": number, "error": type(error).__name__}})
        return False
    return moved
