"""Decisions about an import that was undone count nowhere, and hold again when the same file comes again."""

import pytest
from sqlalchemy import delete, func, select

from tests.actors import NADIA, OTTO
from tests.attendance.imports.test_importing import apply, conclusions, line, person
from tests.conftest import NOW
from webinars.attendance import queries
from webinars.attendance.actions import state
from webinars.attendance.imports.actions import undo_report
from webinars.attendance.imports.leftovers import clear_leftovers
from webinars.attendance.imports.preparation import preview_report
from webinars.attendance.models import Alias, Conclusion, Decision, ReportLine
from webinars.attendance.pending_lines import waiting_in
from webinars.attendance.review import actions
from webinars.cycles.models import Session
from webinars.registration.identity import Identity
from webinars.registration.models import Qpv, Registrant
from webinars.storage.extensions import db

CLAIRE = Identity(first_name="Claire", last_name="Dumas", structure="Mairie", works_in_qpv=Qpv.YES)
Decided = dict[str, tuple[Decision, str | None, list[str]]]


@pytest.fixture
def decided(demo_1: Session, zoom: bytes) -> Session:
    """The first session, its report imported and its four doubtful lines decided, each in another way."""
    apply(demo_1, zoom)
    actions.decide_person(line(demo_1, "Castagne O."), demo_1, [person("P12")], by=NADIA, now=NOW)
    actions.decide_walk_in(claire(demo_1), demo_1, CLAIRE, by=OTTO, now=NOW)
    phone = next(one for one in queries.lines_of(demo_1) if one.kind == "phone")
    actions.decide_headcount(phone, demo_1, 4, by=OTTO, now=NOW)
    actions.decide_team(line(demo_1, "Sylvie Garcia"), demo_1, by=OTTO, now=NOW)
    db.session.commit()
    return demo_1


def claire(session: Session) -> ReportLine:
    return line(session, "Claire Dumas", email="claire.dumas@example.org")


def undo(session: Session) -> None:
    undo_report(session, queries.reports_of(session)[0], by=OTTO, now=NOW)
    db.session.commit()


def said(session: Session) -> Decided:
    """What was decided of each line by somebody, by whom, about whom."""
    return {
        one.name: (
            one.decision,
            one.decided_by.name if one.decided_by else None,
            [known.name for known in queries.people_told_by(one)],
        )
        for one in queries.lines_of(session)
        if one.decided_at
    }


def heads(session: Session) -> list[tuple[int, str, str]]:
    return [(one.people, one.label, one.counted_by.name) for one in queries.headcounts_of(session)]


def people() -> list[tuple[str, str | None, str | None, Qpv | None]]:
    columns = (Registrant.last_name, Registrant.email, Registrant.structure, Registrant.works_in_qpv)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns[:2]))]


def test_the_same_file_brings_every_decision_back(decided: Session, zoom: bytes) -> None:
    before = (
        said(decided),
        conclusions(decided),
        heads(decided),
        people(),
        queries.aliases_of(decided.cycle_id),
    )
    assert len(before[0]) == 4

    for _twice in range(2):
        undo(decided)
        assert (said(decided), conclusions(decided), heads(decided)) == ({}, {}, [])
        apply(decided, zoom)
        after = (
            said(decided),
            conclusions(decided),
            heads(decided),
            people(),
            queries.aliases_of(decided.cycle_id),
        )
        assert after == before
    assert waiting_in(decided) == 0


def test_an_import_that_is_undone_gives_no_name_to_other_sessions(decided: Session) -> None:
    assert queries.aliases_of(decided.cycle_id) == {"castagne o": person("P12").id}

    undo(decided)

    assert queries.aliases_of(decided.cycle_id) == {}
    assert db.session.scalar(select(func.count()).select_from(Alias)) == 1


def test_what_is_left_of_an_undone_import_is_cleared_but_for_decisions(decided: Session, zoom: bytes) -> None:
    before = said(decided)
    undo(decided)
    clear_leftovers(NOW)

    apply(decided, zoom)

    assert said(decided) == before


def test_a_decision_that_comes_back_can_be_taken_back(decided: Session, zoom: bytes) -> None:
    undo(decided)
    apply(decided, zoom)

    for name in ("Castagne O.", "Sylvie Garcia"):
        actions.take_back(line(decided, name), decided, by=OTTO, now=NOW)
    actions.take_back(claire(decided), decided, by=OTTO, now=NOW)

    assert [one.decision for one in queries.lines_of(decided) if one.name == "Castagne O."] == [
        Decision.REVIEW
    ]
    assert "Claire" not in conclusions(decided)
    assert waiting_in(decided) == 3
    undo(decided)
    apply(decided, zoom)
    assert waiting_in(decided) == 3  # the last word is that they wait


def test_somebody_who_was_removed_meanwhile_leaves_the_line_to_decide(decided: Session, zoom: bytes) -> None:
    undo(decided)
    db.session.execute(delete(Registrant).where(Registrant.id == person("P12").id))
    db.session.commit()

    apply(decided, zoom)

    castagne = line(decided, "Castagne O.")
    assert (castagne.decided_at, queries.people_told_by(castagne)) == (None, [])


def test_a_walk_in_who_registered_meanwhile_is_that_person(decided: Session, zoom: bytes) -> None:
    undo(decided)
    somebody = {"first_name": "C.", "last_name": "Dumas", "created_at": NOW, "changed_at": NOW}
    address = "claire.dumas@example.org"
    db.session.add(Registrant(cycle_id=decided.cycle_id, email=address, email_key=address, **somebody))
    db.session.commit()

    apply(decided, zoom)

    assert [one.first_name for one in queries.people_told_by(claire(decided))] == ["C."]


def test_what_was_said_of_a_walk_in_is_kept_while_they_are_gone_alone(decided: Session, zoom: bytes) -> None:
    def kept() -> list[object]:
        return [one for one in db.session.scalars(select(ReportLine.walk_in)) if one]

    assert kept() == []
    undo(decided)
    assert [one["structure"] for one in kept()] == ["Mairie"]  # type: ignore[index]
    apply(decided, zoom)
    assert kept() == []


def test_another_file_brings_nothing_back(decided: Session, zoom: bytes) -> None:
    undo(decided)

    apply(decided, zoom + b"\n")

    assert said(decided) == {}
    assert waiting_in(decided) == 4


def test_the_preview_says_what_comes_back(decided: Session, zoom: bytes) -> None:
    state(decided, person("P01"), Conclusion.ABSENT, by=OTTO, now=NOW)
    before = conclusions(decided)
    undo(decided)

    seen = preview_report(decided, zoom, now=NOW)

    assert [one.presence.shown_as for one, _said in seen.decided] == [
        "Sylvie Garcia", "Castagne O.", "33612***78", "Claire Dumas"
    ]  # fmt: skip
    assert (seen.as_json()["review"], seen.as_json()["unmatched"]) == ([], [])
    present = [one for one in seen.attended if one.is_present]
    assert (seen.added, len(present) + 1) == (5, [word for word, _m in before.values()].count("present"))
    apply(decided, zoom)
    assert conclusions(decided) == before
