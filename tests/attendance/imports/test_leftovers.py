"""Whoever is killed while a report is recorded, or taken back, leaves nothing that counts; the next try clears it, or a chore."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.attendance.long_reports import imports, over_with, report_of, the_one_over, undoes
from tests.conftest import NOW
from webinars import clock
from webinars.attendance import queries
from webinars.attendance.imports import actions, lease, leftovers
from webinars.attendance.imports.errors import ReportInterrupted, ReportUnderWay
from webinars.attendance.imports.lease import ReportLease
from webinars.attendance.models import (
    Attendance,
    Conclusion,
    DraftConclusion,
    Evidence,
    Report,
    ReportLine,
    ReportState,
)
from webinars.cycles.models import Cycle
from webinars.storage.database import Model
from webinars.storage.extensions import db

PEOPLE = 12


class Killed(BaseException):
    """The process ends here, without another word to the database."""


@pytest.fixture(autouse=True)
def over(cycle: Cycle) -> None:
    over_with(cycle, PEOPLE)


@contextmanager
def killed(monkeypatch: pytest.MonkeyPatch, at: str) -> Iterator[None]:
    """Whoever comes to this function of an import is killed."""

    def dies(*_args: object, **_kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(actions, at, dies)
        patched.setattr(ReportLease, "let_go", lambda _self: None)
        with pytest.raises(Killed):
            yield
    db.session.rollback()


@contextmanager
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The lease has ended."""
    now = clock.now()
    with monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: now + lease.LASTS + timedelta(seconds=1))
        yield


def rows(*models: type[Model]) -> tuple[int, ...]:
    found = tuple(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)
    db.session.rollback()
    return found


def counts() -> tuple[int, int, dict[Conclusion, int]]:
    """What anybody sees of reports of the session: how many, their lines, and what is concluded."""
    session = the_one_over()
    found = (
        len(queries.reports_of(session)),
        len(queries.lines_of(session)),
        queries.conclusions_of([session])[session.id],
    )
    db.session.rollback()
    return found


NOTHING: tuple[int, int, dict[Conclusion, int]] = (0, 0, {})
ALL = (1, PEOPLE, {Conclusion.PRESENT: PEOPLE})
WHILE_ENTERING = ("_keep_lines", "_draft", "keep_drafts", "_conclude")
WHILE_LEAVING = ("_draft", "keep_drafts", "_conclude", "_note")


@pytest.mark.parametrize("at", WHILE_ENTERING)
@pytest.mark.parametrize("by_chore", [False, True])
def test_killed_while_it_enters_nothing_counts(
    monkeypatch: pytest.MonkeyPatch, at: str, by_chore: bool
) -> None:
    with killed(monkeypatch, at):
        imports(report_of(PEOPLE))
    assert counts() == NOTHING
    with pytest.raises(ReportUnderWay):
        imports(report_of(PEOPLE))  # whoever was killed may still go on
    db.session.rollback()

    with later(monkeypatch):
        if by_chore:
            assert leftovers.clear_leftovers(NOW) == 1
            assert rows(Report, ReportLine, Evidence, DraftConclusion, Attendance) == (0, 0, 0, 0, 0)
        imports(report_of(PEOPLE))

    assert counts() == ALL
    assert rows(Report, ReportLine, Evidence, DraftConclusion) == (1, PEOPLE, PEOPLE, 0)
    assert leftovers.clear_leftovers(NOW) == 0


@pytest.mark.parametrize("at", WHILE_LEAVING)
@pytest.mark.parametrize("by_chore", [False, True])
def test_killed_while_it_leaves_it_counts_still(
    monkeypatch: pytest.MonkeyPatch, at: str, by_chore: bool
) -> None:
    imports(report_of(PEOPLE))
    with killed(monkeypatch, at):
        undoes()
    assert counts() == ALL

    with later(monkeypatch):
        if by_chore:
            assert leftovers.clear_leftovers(NOW) == 1
            assert (counts(), rows(DraftConclusion)) == (ALL, (0,))
        undoes()

    assert counts() == NOTHING
    assert rows(Evidence, DraftConclusion, Attendance) == (0, 0, 0)


@pytest.mark.parametrize("deed", [lambda: imports(report_of(PEOPLE)), undoes])
def test_killed_once_it_is_through_a_chore_clears_what_is_left(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]
) -> None:
    if deed is undoes:
        imports(report_of(PEOPLE))
    with killed(monkeypatch, "clear_through"):
        deed()
    seen = counts()
    assert seen == (NOTHING if deed is undoes else ALL)

    assert leftovers.clear_leftovers(NOW) == 1

    assert (counts(), rows(DraftConclusion)) == (seen, (0,))
    assert rows(Evidence) == ((0,) if deed is undoes else (PEOPLE,))


def test_who_was_taken_for_dead_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = actions._draft

    def sleeps(mine: ReportLease, *args: object, **kwargs: object) -> None:
        with later(monkeypatch):
            assert leftovers.clear_leftovers(NOW) == 1
        real(mine, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_draft", sleeps)
        with pytest.raises(ReportInterrupted):
            imports(report_of(PEOPLE))
    db.session.rollback()

    assert (counts(), rows(Report, ReportLine, Evidence, DraftConclusion)) == (NOTHING, (0, 0, 0, 0))


def test_what_fails_lets_the_next_one_try_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_conclude", fails)
        with pytest.raises(RuntimeError):
            imports(report_of(PEOPLE))
    assert counts() == NOTHING

    imports(report_of(PEOPLE))

    assert counts() == ALL
    assert list(db.session.scalars(select(Report.state))) == [ReportState.STANDING]


def test_a_lease_taken_by_a_clock_ahead_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        ahead = clock.now() + timedelta(hours=3)
        patched.setattr(clock, "now", lambda: ahead)
        with killed(patched, "_draft"):
            imports(report_of(PEOPLE))

    imports(report_of(PEOPLE))

    assert counts() == ALL
