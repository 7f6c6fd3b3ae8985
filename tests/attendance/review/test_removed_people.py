"""Somebody who is removed leaves the lines that were, or might have been, about them."""

from sqlalchemy import delete, select

from tests.actors import NADIA
from tests.conftest import NOW
from webinars.attendance import queries
from webinars.attendance.imports.actions import apply_report
from webinars.attendance.models import Decision, LineCandidate, LineProposal, ReportLine
from webinars.attendance.review.actions import decide_nobody, take_back
from webinars.attendance.review.candidates import candidates_for
from webinars.cycles.models import Session
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def removed_from(model: type[LineCandidate | LineProposal], session: Session, content: bytes) -> ReportLine:
    """A line of the report from which somebody was removed."""
    apply_report(session, content, file_name="zoom.csv", by=NADIA, now=NOW)
    line_id, person = db.session.execute(
        select(model.report_line_id, model.registrant_id).order_by(model.report_line_id, model.rank)
    ).first() or (0, 0)
    db.session.execute(delete(Registrant).where(Registrant.id == person))
    db.session.commit()
    db.session.expire_all()
    return next(line for line in queries.lines_of(session) if line.id == line_id)


def test_a_decision_about_a_line_of_somebody_removed_is_taken_back(demo_1: Session, zoom: bytes) -> None:
    line = removed_from(LineProposal, demo_1, zoom)

    decide_nobody(line, demo_1, by=NADIA, now=NOW)
    take_back(line, demo_1, by=NADIA, now=NOW)
    db.session.commit()

    assert (line.decision, queries.people_told_by(line)) == (Decision.MATCHED, [])


def test_somebody_removed_is_offered_no_more(demo_1: Session, zoom: bytes) -> None:
    line = removed_from(LineCandidate, demo_1, zoom)
    left = queries.candidates_of(line)

    assert [one.person.id for one in candidates_for(line, demo_1)] == [one.registrant_id for one in left]
    assert left[0].rank == 1
    decide_nobody(line, demo_1, by=NADIA, now=NOW)
    db.session.commit()
