"""The order in which those who wait get a place."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from webinars.registration.models import Registration, Status
from webinars.storage.extensions import db


def first_waiting(session_id: int, count: int | None) -> list[Registration]:
    """Those who have waited longest, with their registrants, first come first; all of them without a count."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.session_id == session_id, Registration.status == Status.WAITLISTED)
            .order_by(Registration.id)
            .limit(count)
            .options(joinedload(Registration.registrant))
        )
    )


def ranks(registration_ids: Iterable[int]) -> dict[int, int]:
    """The place of each waiting registration in its queue, from 1."""
    mine, before = aliased(Registration), aliased(Registration)
    counted = db.session.execute(
        select(mine.id, func.count())
        .join(before, before.session_id == mine.session_id)
        .where(
            mine.id.in_(list(registration_ids)),
            mine.status == Status.WAITLISTED,
            before.status == Status.WAITLISTED,
            before.id <= mine.id,
        )
        .group_by(mine.id)
    )
    return dict(counted.all())
