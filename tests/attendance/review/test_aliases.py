"""What was decided of a line serves the next sessions, and belongs to that line alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.attendance.imports.test_importing import OTTO, apply, person
from tests.attendance.imports.test_importing import line as find
from tests.conftest import NOW
from webinars.attendance import queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.models import Alias, Report, ReportLine
from webinars.attendance.review import actions
from webinars.cycles.models import Session
from webinars.registration.identity import Identity
from webinars.storage.extensions import db


@pytest.fixture
def castagne(demo_1: Session, zoom: bytes) -> ReportLine:
    """A doubtful line of the first session."""
    apply(demo_1, zoom)
    return find(demo_1, "Castagne O.")


@pytest.fixture
def demo_2(demo_1: Session, zoom: bytes, add_session: Callable[..., Session]) -> Session:
    """A second session on the same day, whose report is the same list with one more blank line."""
    second = add_session(
        demo_1.cycle,
        "demo 2",
        starts_at=demo_1.starts_at,
        ends_at=demo_1.ends_at,
        day=demo_1.day,
    )
    imports_actions.apply_report(second, zoom + b"\n", file_name="zoom.csv", by=OTTO, now=NOW)
    db.session.commit()
    return second


def aliases(session: Session) -> dict[str, int]:
    return queries.aliases_of(session.cycle_id)


def test_an_alias_says_which_line_it_came_from(demo_1: Session, castagne: ReportLine) -> None:
    actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)

    kept = db.session.scalars(select(Alias)).one()
    assert (kept.report_line_id, kept.folded_name, kept.registrant_id) == (
        castagne.id,
        "castagne o",
        person("P12").id,
    )


def test_deciding_again_replaces_the_alias(demo_1: Session, castagne: ReportLine) -> None:
    actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)
    actions.decide_person(castagne, demo_1, [person("P11")], by=OTTO, now=NOW)

    assert [one.registrant_id for one in db.session.scalars(select(Alias))] == [person("P11").id]


@pytest.mark.parametrize("answer", ["headcount", "walk-in", "nobody", "two people"])
def test_a_decision_that_names_nobody_alone_forgets_the_alias(
    demo_1: Session, castagne: ReportLine, answer: str
) -> None:
    actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)

    if answer == "headcount":
        actions.decide_headcount(castagne, demo_1, 3, by=OTTO, now=NOW)
    elif answer == "walk-in":
        actions.decide_walk_in(
            castagne, demo_1, Identity(first_name="O.", last_name="Castagne"), by=OTTO, now=NOW
        )
    elif answer == "nobody":
        actions.decide_nobody(castagne, demo_1, by=OTTO, now=NOW)
    else:
        actions.decide_person(castagne, demo_1, [person("P12"), person("P11")], by=OTTO, now=NOW)

    assert aliases(demo_1) == {}


def test_taking_back_leaves_the_alias_of_another_line(
    demo_1: Session, castagne: ReportLine, demo_2: Session
) -> None:
    twin = find(demo_2, "Castagne O.")
    actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)
    actions.decide_person(twin, demo_2, [person("P11")], by=OTTO, now=NOW)
    assert aliases(demo_1) == {"castagne o": person("P11").id}  # the latest word

    actions.take_back(twin, demo_2, by=OTTO, now=NOW)

    assert aliases(demo_1) == {"castagne o": person("P12").id}


def test_undoing_an_import_leaves_the_alias_of_another_report(
    demo_1: Session, castagne: ReportLine, demo_2: Session
) -> None:
    actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)
    actions.decide_person(find(demo_2, "Castagne O."), demo_2, [person("P11")], by=OTTO, now=NOW)

    imports_actions.undo_report(demo_2, queries.reports_of(demo_2)[0], by=OTTO, now=NOW)

    assert aliases(demo_1) == {"castagne o": person("P12").id}


def test_a_line_has_one_alias_at_most(demo_1: Session, castagne: ReportLine) -> None:
    for key in ("P11", "P12"):
        db.session.add(
            Alias(
                report_line_id=castagne.id,
                cycle_id=demo_1.cycle_id,
                folded_name="castagne o",
                registrant_id=person(key).id,
                decided_at=NOW,
            )
        )

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_same_person_named_twice_is_told_once(demo_1: Session, castagne: ReportLine) -> None:
    actions.decide_person(castagne, demo_1, [person("P12"), person("P12")], by=OTTO, now=NOW)

    told = [one for one in queries.live_evidence(demo_1) if one.report_line_id == castagne.id]
    assert [one.registrant_id for one in told] == [person("P12").id]
    assert db.session.scalars(select(Report)).one().undone_at is None
