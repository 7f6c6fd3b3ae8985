"""What is held before it changes: the cycle, then the session (security rule 13)."""

from sqlalchemy.orm.attributes import set_committed_value

from webinars.cycles.models import Session
from webinars.registration import seats


def hold_session(session: Session) -> bool:
    """Holds the cycle and the session, read anew, before anything about it changes; whether it is still there."""
    cycle = session.cycle
    seats.hold_cycle(cycle)
    is_there = bool(seats.hold([session.id]))
    set_committed_value(session, "cycle", cycle)
    return is_there
