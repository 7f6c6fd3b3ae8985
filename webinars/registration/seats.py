"""Who holds a seat, and how many are left. Hold the session, then count (security rule 13)."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, func, select

from webinars.cycles.models import Session
from webinars.extensions import db
from webinars.registration.models import Registration, Status

SEATED = (Status.CONFIRMED, Status.PENDING)

_TAKEN = (
    select(Registration.session_id, func.count())
    .where(
        Registration.session_id.in_(bindparam("session_ids", expanding=True)),
        Registration.status.in_(SEATED),
    )
    .group_by(Registration.session_id)
)


def hold(session_ids: Iterable[int]) -> list[Session]:
    """The sessions as they stand, in the order of their ids, and nobody else's to change until the commit.

    On SQLite a transaction that may write holds the whole database from its first statement,
    so what this one has read already still stands.
    """
    ids = sorted(set(session_ids))
    if db.session.get_bind().dialect.name == "sqlite":
        return [db.session.get_one(Session, session_id) for session_id in ids]
    return _locked(Session.id.in_(ids))


def hold_cycle(cycle_id: int) -> list[Session]:
    """All sessions of a cycle, held, in the order of their ids."""
    return _locked(Session.cycle_id == cycle_id)


def _locked(condition: ColumnElement[bool]) -> list[Session]:
    return list(
        db.session.scalars(
            select(Session)
            .where(condition)
            .order_by(Session.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def seats_taken(session_ids: Iterable[int]) -> dict[int, int]:
    """How many seats each session has given; every asked session has its number."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    counted = db.session.execute(_TAKEN, {"session_ids": wanted})
    return dict.fromkeys(wanted, 0) | dict(counted.all())


def seats_left(session: Session) -> int | None:
    """How many seats are free, never below zero; None without a limit."""
    if session.capacity is None:
        return None
    return max(0, session.capacity - seats_taken([session.id])[session.id])
