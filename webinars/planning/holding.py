"""What is held before it changes: the cycle, then the session (security rule 13)."""

from webinars.cycles.models import Session
from webinars.registration import seats


def hold_session(session: Session) -> bool:
    """Holds the cycle and the session, read anew, before anything about it changes; whether it is still there."""
    cycle = session.cycle
    seats.hold_cycle(cycle)
    return bool(seats.hold([session.id]))
