"""Drafts of conclusions: what holds once a report under way counts, or counts no more (specification/figures, section 6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, delete, insert, literal, select, update

from webinars.actors import Actor
from webinars.attendance import queries
from webinars.attendance.models import Attendance, DraftConclusion, Report
from webinars.cycles.models import Session
from webinars.storage.database import inserting, public_id
from webinars.storage.extensions import db

RowValues = dict[str, Any]  # what a row is to hold, by column
CONCLUDED = ("registrant_id", "conclusion", "seconds", "how", "match")


def overtake(session: Session, people: Sequence[int] | None, *, now: datetime) -> None:
    """Somebody stated something about these people: what a report under way has drafted of them no longer holds.

    None: of everybody. Then the report does not go on.
    """
    under_way = db.session.scalar(
        select(Report.id).where(Report.session_id == session.id, Report.lease.is_not(None))
    )
    if under_way is None:
        return
    if people is None:
        others = {"lease": public_id(), "leased_until": now}
        db.session.execute(update(Report).where(Report.id == under_way).values(others))
        return
    overtaken = inserting(DraftConclusion, db.engine.dialect.name).on_conflict_do_update(
        index_elements=[DraftConclusion.report_id, DraftConclusion.registrant_id],
        set_={"is_overtaken": True},
    )
    rows = [draft_row(under_way, person) | {"is_overtaken": True} for person in people]
    if rows:
        db.session.execute(overtaken, rows)


def draft_row(report_id: int, person: int, **concluded: Any) -> RowValues:
    """A draft about one person; nothing concluded of them when nothing is said."""
    nothing = {"conclusion": None, "seconds": None, "how": None, "match": None}
    return {"report_id": report_id, "registrant_id": person, "is_overtaken": False} | nothing | concluded


def keep_drafts(rows: Sequence[RowValues]) -> None:
    """Keeps what is to be concluded; what was overtaken meanwhile stays so."""
    known = queries.hold_people({row["registrant_id"] for row in rows})
    still_there = [row for row in rows if row["registrant_id"] in known]
    if still_there:
        fresh = inserting(DraftConclusion, db.engine.dialect.name).on_conflict_do_nothing()
        db.session.execute(fresh, still_there)


def make_drafts_count(report_id: int, session_id: int, *, by: Actor, now: datetime) -> Sequence[int]:
    """Concludes what was drafted, with two statements; says whom somebody has overtaken: they are concluded anew."""
    mine, holds = DraftConclusion.report_id == report_id, DraftConclusion.is_overtaken.is_(False)
    drafted = select(DraftConclusion.registrant_id).where(mine, holds)
    db.session.execute(
        delete(Attendance)
        .where(Attendance.session_id == session_id, Attendance.registrant_id.in_(drafted))
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        insert(Attendance).from_select(
            ["session_id", *CONCLUDED, "concluded_at", "concluded_by_id", "concluded_by_name"],
            select(
                literal(session_id),
                *(getattr(DraftConclusion, name) for name in CONCLUDED),
                literal(now, Attendance.concluded_at.type),
                literal(by.id, Integer),
                literal(by.name),
            ).where(mine, holds, DraftConclusion.conclusion.is_not(None)),
        )
    )
    overtaken = select(DraftConclusion.registrant_id).where(mine, DraftConclusion.is_overtaken)
    return db.session.scalars(overtaken.order_by(DraftConclusion.registrant_id)).all()
