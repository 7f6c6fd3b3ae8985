"""Whoever signs up while a long report is imported or taken back is taken; of two who import it at once one is told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.actors import NADIA
from tests.attendance.long_reports import imports, over_with, report_of, the_one_over, undoes
from tests.conftest import NOW
from tests.races.database import all_at_once
from tests.races.test_seats import a_session, person
from tests.registration.signing_up import sign_up
from webinars.attendance import queries
from webinars.attendance.actions import state
from webinars.attendance.imports import actions
from webinars.attendance.imports.errors import ReportInterrupted, ReportUnderWay
from webinars.attendance.models import (
    Attendance,
    Conclusion,
    DraftConclusion,
    Evidence,
    Report,
    ReportLine,
    ReportState,
)
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant
from webinars.storage.database import Model
from webinars.storage.extensions import db


def furnished(people: int) -> None:
    a_session(None)
    over_with(db.session.scalars(select(Cycle)).one(), people)


def rows(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def states() -> list[ReportState]:
    return list(db.session.scalars(select(Report.state).order_by(Report.id)))


def signs_up(number: int) -> None:
    """Somebody takes the session that is still to come."""
    cycle = db.session.scalars(select(Cycle)).one()
    coming = db.session.scalars(select(Session.public_id).where(Session.slug == "s0")).one()
    sign_up(
        cycle,
        [coming],
        person(number),
        whole_cycle=False,
        consents=set(),
        consent_words="The words.",
        language="fr",
        now=NOW,
        attempt=None,
    )
    db.session.commit()


@contextmanager
def people_sign_up(app: Flask) -> Iterator[list[object]]:
    """Two at a time, one after the other, as long as what is inside lasts; says what each was answered."""
    is_over, answers = Event(), list[object]()

    def one_after_the_other(first: int) -> None:
        with app.app_context():
            for number in count(first):
                if is_over.is_set():
                    return
                try:
                    signs_up(number)
                    answers.append("taken")
                except Exception as error:  # noqa: BLE001 — the test looks at what went wrong
                    db.session.rollback()
                    answers.append(error)

    with ThreadPoolExecutor(2) as pool:
        list_of_jobs = [pool.submit(one_after_the_other, first) for first in (100_000, 200_000)]
        try:
            yield answers
        finally:
            is_over.set()
        for job in list_of_jobs:
            job.result()


# writes and takes back so many rows: more than two seconds
@pytest.mark.parametrize("people", [5_000, pytest.param(45_000, marks=pytest.mark.full)])
def test_nobody_is_refused_while_a_long_report_comes_and_goes(app: Flask, people: int) -> None:
    with app.app_context():
        furnished(people)

    with people_sign_up(app) as answers, app.app_context():
        imports(report_of(people, but=7))
        came = queries.conclusions_of([the_one_over()])[the_one_over().id]
        db.session.rollback()
        undoes()

    assert came == {Conclusion.PRESENT: people - 7, Conclusion.ABSENT: 7}
    assert (len(answers) > 20, set(map(str, answers))) == (True, {"taken"})
    with app.app_context():
        assert rows(Registrant) == people + len(answers)
        assert (rows(Attendance), rows(Evidence), rows(DraftConclusion)) == (0, 0, 0)


def test_of_two_who_import_the_same_report_at_once_one_is_told(app: Flask) -> None:
    with app.app_context():
        furnished(600)

    answers = all_at_once(app, [lambda: imports(report_of(600)).id, lambda: imports(report_of(600)).id])

    told = [one for one in answers if isinstance(one, ReportUnderWay)]
    assert len(told) == 1 or answers[0] == answers[1]  # the second one came when the first was through
    with app.app_context():
        assert (states(), rows(ReportLine), rows(Attendance)) == ([ReportState.STANDING], 600, 600)


def test_of_two_who_undo_it_at_once_it_is_undone_once(app: Flask) -> None:
    with app.app_context():
        furnished(600)
        imports(report_of(600))
        number = db.session.scalars(select(Report.id)).one()

    def job() -> None:
        session = the_one_over()
        actions.undo_report(session, db.session.get_one(Report, number), by=NADIA, now=NOW)

    answers = all_at_once(app, [job, job])

    assert [one for one in answers if not (one is None or isinstance(one, ReportUnderWay))] == []
    with app.app_context():
        assert (states(), rows(Attendance), rows(Evidence)) == ([ReportState.UNDONE], 0, 0)


@contextmanager
def between_lots(monkeypatch: pytest.MonkeyPatch, app: Flask, deed: Callable[[], None]) -> Iterator[None]:
    """Somebody does this, once, before a draft is kept."""
    real, was_done = actions.keep_drafts, Event()

    def keep(drafts: list[dict[str, object]]) -> None:
        real(drafts)
        if not was_done.is_set():
            was_done.set()
            db.session.commit()  # the lot ends here: the other one gets the turn
            with ThreadPoolExecutor(1) as pool:
                pool.submit(lambda: _done_apart(app, deed)).result()

    with monkeypatch.context() as patched:
        patched.setattr(actions, "keep_drafts", keep)
        yield
    assert was_done.is_set()


def _done_apart(app: Flask, deed: Callable[[], None]) -> None:
    with app.app_context():
        deed()
        db.session.commit()


def says(name: str, word: Conclusion) -> Callable[[], None]:
    def deed() -> None:
        who = db.session.scalars(select(Registrant).where(Registrant.last_name == name)).one()
        state(the_one_over(), who, word, by=NADIA, now=NOW)

    return deed


def concluded(name: str) -> Conclusion | None:
    asked = select(Attendance.conclusion).join(Registrant, Registrant.id == Attendance.registrant_id)
    return db.session.scalar(asked.where(Registrant.last_name == name))


@pytest.mark.parametrize("name", ["00001", "00700"])  # of the first lot, and of one still to come
def test_a_word_by_hand_meanwhile_wins_over_the_report(
    app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with app.app_context():
        furnished(700)
        with between_lots(monkeypatch, app, says(name, Conclusion.EXCUSED)):
            imports(report_of(700))

        assert (concluded(name), concluded("00002")) == (Conclusion.EXCUSED, Conclusion.PRESENT)
        assert rows(Attendance) == 700
        with between_lots(monkeypatch, app, says("00003", Conclusion.ABSENT)):
            undoes()
        assert (concluded(name), concluded("00003")) == (Conclusion.EXCUSED, Conclusion.ABSENT)
        assert rows(Attendance) == 2


def moves() -> None:
    the_one_over().ends_at = NOW.replace(day=1, hour=9, minute=5)


def test_a_session_moved_meanwhile_leaves_nothing_recorded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        furnished(600)
        with between_lots(monkeypatch, app, moves), pytest.raises(ReportInterrupted):
            imports(report_of(600))
        assert (queries.reports_of(the_one_over()), rows(Attendance)) == ([], 0)
        db.session.rollback()

        again = imports(report_of(600))  # what was left is cleared at once

        assert (rows(Report), again.state, rows(ReportLine)) == (1, ReportState.STANDING, 600)
        assert set(db.session.scalars(select(Attendance.conclusion))) == {Conclusion.BRIEF}


def test_a_report_entering_counts_nowhere_and_another_one_waits(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def looks() -> None:
        session = the_one_over()
        seen.append(
            (
                queries.reports_of(session),
                queries.lines_of(session),
                queries.live_evidence(session),
                rows(Attendance),
            )
        )
        db.session.rollback()
        for what in (lambda: imports(report_of(5)), lambda: imports(report_of(600))):
            try:
                what()
            except ReportUnderWay as refused:
                db.session.rollback()
                seen.append(refused.status)

    with app.app_context():
        furnished(600)
        with between_lots(monkeypatch, app, looks):
            imports(report_of(600))

    assert seen == [([], [], [], 0), 409, 409]
