"""What is said by hand of one person concerns that person alone, and comes to what a complete conclusion comes to."""

import random  # noqa: TID251 — the same scenes at each run

import pytest
from flask import Flask
from sqlalchemy import select

from bench.neighbours import analyse
from tests.actors import OTTO
from tests.attendance.crowd import crowd
from tests.plans.conftest import app, demo_1, house, scene, settings, zoom
from tests.plans.cost import Cost, counted
from tests.rules.states import House
from webinars import clock
from webinars.attendance.actions import state
from webinars.attendance.conclusion import conclude_session
from webinars.attendance.models import (
    Attendance,
    Conclusion,
    Decision,
    Evidence,
    EvidenceKind,
    Report,
    ReportLine,
)
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

__all__ = ["app", "demo_1", "house", "scene", "settings", "zoom"]

WORDS = [Conclusion.PRESENT, Conclusion.ABSENT, Conclusion.EXCUSED, None]


def people_of(session: Session) -> list[Registrant]:
    wanted = select(Registrant).where(Registrant.cycle_id == session.cycle_id).order_by(Registrant.id)
    return list(db.session.scalars(wanted))


def concluded(session: Session) -> set[tuple[object, ...]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Attendance).where(Attendance.session_id == session.id))
    return {(row.registrant_id, row.conclusion, row.seconds, row.how, row.match) for row in rows}


def reported(session: Session) -> None:
    """A report that says something of everybody whose number is even; all others are absent."""
    now = clock.now()
    facts = {"digest": "x", "file_name": "a.csv", "tool": "zoom", "encoding": "utf-8", "delimiter": ","}
    report = Report(session_id=session.id, imported_at=now, imported_by=OTTO, **facts)
    line = ReportLine(
        report=report, number=1, name="All", decision=Decision.MATCHED, proposed=Decision.MATCHED
    )
    db.session.add(line)
    db.session.flush()
    for one in people_of(session):
        if one.id % 2 == 0:
            said = {"kind": EvidenceKind.REPORT, "seconds": 600 * (one.id % 9), "stated_by": OTTO}
            said |= {"report_line_id": line.id, "match": "email"}
            db.session.add(Evidence(session_id=session.id, registrant_id=one.id, stated_at=now, **said))
    db.session.flush()
    conclude_session(session, by=OTTO, now=now)
    db.session.commit()


def said_of(ids: list[int], session: Session) -> Cost:
    """What it costs to say that these people came, and to take it back."""
    session_id = session.id
    with counted() as found:
        here = db.session.get_one(Session, session_id)
        db.session.refresh(here, ["cycle"])
        for one in ids:
            person = db.session.get_one(Registrant, one)
            state(here, person, Conclusion.PRESENT, by=OTTO, now=clock.now())
            state(here, person, None, by=OTTO, now=clock.now())
        db.session.commit()
    return found


def test_a_word_about_one_of_ten_thousand_costs_what_it_costs_among_ten(app: Flask, house: House) -> None:
    session = house.scene.past
    crowd(session, 10)
    reported(session)
    analyse()
    ids = [one.id for one in people_of(session)[-2:]]  # one of them was seen, the other was not
    few = said_of(ids, session)
    crowd(session, 10_000, after=10)
    conclude_session(session, by=OTTO, now=clock.now())
    db.session.commit()
    analyse()

    many = said_of(ids, session)

    assert len(many.statements) == len(few.statements)
    assert many.steps <= 1.5 * few.steps + 300


@pytest.mark.parametrize("seed", range(3))
def test_any_words_come_to_what_a_complete_conclusion_comes_to(app: Flask, house: House, seed: int) -> None:
    chance, session = random.Random(seed), house.scene.past
    crowd(session, 12)
    for one in db.session.scalars(select(Registration).where(Registration.session_id == session.id)):
        if chance.choice([False, False, True]):
            one.cancel(by=None, now=clock.now())
    db.session.commit()
    if seed:
        reported(session)
    people = people_of(session)
    conclude_session(session, by=OTTO, now=clock.now())
    db.session.commit()

    for _word in range(15):
        state(session, chance.choice(people), chance.choice(WORDS), by=OTTO, now=clock.now())
        db.session.commit()
        alone = concluded(session)
        conclude_session(session, by=OTTO, now=clock.now())
        db.session.commit()

        assert concluded(session) == alone
