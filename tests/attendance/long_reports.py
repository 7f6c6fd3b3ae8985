"""A report of many lines about a session that is over, beside one that still takes people."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.actors import NADIA
from tests.attendance.crowd import crowd
from tests.attendance.written_reports import row, table
from tests.conftest import NOW
from webinars.actors import Actor
from webinars.attendance import queries
from webinars.attendance.imports.actions import apply_report, undo_report
from webinars.attendance.imports.preparation import prepare_report
from webinars.attendance.models import Report
from webinars.cycles.models import Cycle, Session
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

PART = 5_000


def over_with(cycle: Cycle, people: int) -> Session:
    """A session of the day before, with so many registered."""
    session = Session(
        cycle=cycle, slug="over", title="Over", timezone="Europe/Paris", created_at=NOW, changed_at=NOW
    )
    session.move(starts_at=NOW.replace(day=1, hour=9), ends_at=NOW.replace(day=1, hour=10), now=NOW)
    db.session.add(session)
    db.session.commit()
    for after in range(0, people, PART):
        crowd(session, min(PART, people - after), after=after)
    return the_one_over()


def report_of(people: int, *, but: int = 0) -> bytes:
    """A report that names so many of them, by name and address, an hour each; the first ones it leaves out."""
    at = {"join": "2026-03-01 10:00:00", "leave": "2026-03-01 11:00:00"}
    numbers = range(but + 1, people + 1)
    return table(row(f"Noël {n:05}", f"p{n:05}@example.org", **at) for n in numbers).encode()


def doubtful_report_of(people: int) -> bytes:
    """A report of so many names, without addresses, that are like those of several people."""
    at = {"join": "2026-03-01 10:00:00", "leave": "2026-03-01 11:00:00"}
    return table(row(f"Noëlle {n:05}", **at) for n in range(1, people + 1)).encode()


def the_one_over() -> Session:
    """That session as it stands now."""
    wanted = select(Session).where(Session.slug == "over").options(joinedload(Session.cycle))
    return db.session.scalars(wanted).one()


def imports(content: bytes, *, by: Actor = NADIA) -> Report:
    """What the view does: reads without a lock, then writes."""
    with only_reading():
        prepared = prepare_report(the_one_over(), content)
        db.session.rollback()
    return apply_report(the_one_over(), content, file_name="zoom.csv", by=by, now=NOW, prepared=prepared)


def undoes(*, by: Actor = NADIA) -> None:
    """Takes back the report that counts."""
    session = the_one_over()
    undo_report(session, queries.reports_of(session)[0], by=by, now=NOW)
