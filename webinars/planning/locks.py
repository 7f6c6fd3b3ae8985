"""What is held before it changes: the cycle, then the session (specification/security, rule 13)."""

from sqlalchemy import inspect

from webinars.cycles.models import Cycle, Session
from webinars.registration import seats
from webinars.storage.extensions import db


def hold_cycle(cycle: Cycle) -> None:
    """Holds the cycle, read anew as a whole, before its settings change."""
    seats.hold_cycle(cycle)
    db.session.refresh(cycle, [column.key for column in inspect(Cycle).column_attrs])


def hold_session(session: Session) -> bool:
    """Holds the cycle and the session, read anew, before anything about it changes; whether it is still there."""
    cycle = session.cycle
    seats.hold_cycle(cycle)
    return bool(seats.hold([session.id]))
