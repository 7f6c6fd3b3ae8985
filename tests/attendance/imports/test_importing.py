"""A report is previewed, applied, decided and undone; evidence and conclusion stay apart."""

from sqlalchemy import func, select

from tests.actors import OTTO
from tests.attendance.demo import expected
from tests.conftest import NOW
from webinars.attendance import actions, queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.imports import preparation
from webinars.attendance.models import Attendance, Conclusion, Decision, Evidence, Headcount, ReportLine
from webinars.attendance.review import actions as review_actions
from webinars.cycles.models import Session
from webinars.registration.identity import Identity
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def conclusions(session: Session) -> dict[str, tuple[str, int | None]]:
    """Who is concluded to be what, with whole minutes."""
    rows = db.session.execute(
        select(Registrant.source_id, Registrant.first_name, Attendance.conclusion, Attendance.seconds)
        .join(Attendance, Attendance.registrant_id == Registrant.id)
        .where(Attendance.session_id == session.id)
        .order_by(Registrant.id)
    )
    return {
        source or name: (conclusion.value, None if seconds is None else seconds // 60)
        for source, name, conclusion, seconds in rows
    }


def apply(session: Session, content: bytes) -> None:
    imports_actions.apply_report(session, content, file_name="zoom.csv", by=OTTO, now=NOW)
    db.session.commit()


def line(session: Session, name: str, *, email: str | None = None) -> ReportLine:
    return next(one for one in queries.lines_of(session) if one.name == name and one.email == email)


def person(source_id: str) -> Registrant:
    return db.session.scalars(select(Registrant).where(Registrant.source_id == source_id)).one()


def test_the_preview_of_the_sample_is_the_expected_one(demo_1: Session, zoom: bytes) -> None:
    seen = preparation.preview_report(demo_1, zoom, now=NOW)
    people = {str(one.id): one.source_id or "" for one in db.session.scalars(select(Registrant))}

    assert seen.as_json(people.__getitem__) == expected("demo-1")


def test_a_preview_stores_nothing(demo_1: Session, zoom: bytes) -> None:
    preparation.preview_report(demo_1, zoom, now=NOW)

    assert db.session.scalar(select(func.count()).select_from(ReportLine)) == 0
    assert conclusions(demo_1) == {}


def test_applying_concludes_present_brief_and_absent(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)

    assert conclusions(demo_1) == {
        "P01": ("present", 90),
        "P02": ("present", 87),
        "P03": ("present", 85),
        "P04": ("present", 87),
        "P05": ("brief", 7),
        "P06": ("present", 90),
        "P07": ("absent", None),
        "P08": ("absent", None),
        "P10": ("present", 89),
        "P11": ("absent", None),
    }


def test_the_same_file_twice_changes_nothing(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    before = (conclusions(demo_1), len(queries.lines_of(demo_1)), len(queries.live_evidence(demo_1)))

    apply(demo_1, zoom)

    assert (conclusions(demo_1), len(queries.lines_of(demo_1)), len(queries.live_evidence(demo_1))) == before


def test_a_phone_number_keeps_its_last_two_digits_only(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)

    phone = next(one for one in queries.lines_of(demo_1) if one.kind == "phone")
    assert [sign for sign in phone.name if sign.isdigit()] == ["7", "8"]


def test_undoing_an_import_leaves_all_as_before(demo_1: Session, zoom: bytes) -> None:
    actions.state(demo_1, person("P07"), Conclusion.EXCUSED, by=OTTO, now=NOW)
    people = db.session.scalar(select(func.count()).select_from(Registrant))
    before = conclusions(demo_1)
    apply(demo_1, zoom)
    claire = line(demo_1, "Claire Dumas", email="claire.dumas@example.org")
    review_actions.decide_walk_in(
        claire, demo_1, Identity(first_name="Claire", last_name="Dumas"), by=OTTO, now=NOW
    )
    review_actions.decide_person(line(demo_1, "Castagne O."), demo_1, [person("P12")], by=OTTO, now=NOW)
    phone = next(one for one in queries.lines_of(demo_1) if one.kind == "phone")
    review_actions.decide_headcount(phone, demo_1, 4, by=OTTO, now=NOW)

    imports_actions.undo_report(demo_1, queries.reports_of(demo_1)[0], by=OTTO, now=NOW)
    db.session.commit()

    assert conclusions(demo_1) == before == {"P07": ("excused", None)}
    assert db.session.scalar(select(func.count()).select_from(Registrant)) == people
    assert queries.headcounts_of(demo_1) == []
    assert [
        (one.people, one.withdrawn_at, one.withdrawn_by) for one in db.session.scalars(select(Headcount))
    ] == [(4, NOW, OTTO)]
    assert queries.aliases_of(demo_1.cycle_id) == {}


def test_an_undone_file_can_be_imported_again(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    first = conclusions(demo_1)
    imports_actions.undo_report(demo_1, queries.reports_of(demo_1)[0], by=OTTO, now=NOW)
    db.session.commit()

    apply(demo_1, zoom)

    assert conclusions(demo_1) == first


def test_a_hand_wins_over_a_report_and_can_be_taken_back(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    actions.state(demo_1, person("P01"), Conclusion.ABSENT, by=OTTO, now=NOW)
    assert conclusions(demo_1)["P01"][0] == "absent"

    actions.state(demo_1, person("P01"), None, by=OTTO, now=NOW)

    assert conclusions(demo_1)["P01"] == ("present", 90)


def test_what_was_said_by_hand_stays_on_record(demo_1: Session) -> None:
    actions.state(demo_1, person("P01"), Conclusion.PRESENT, by=OTTO, now=NOW)
    actions.state(demo_1, person("P01"), Conclusion.EXCUSED, by=OTTO, now=NOW)

    said = db.session.scalars(select(Evidence).order_by(Evidence.id)).all()
    assert [(one.statement, one.stated_by, one.withdrawn_at) for one in said] == [
        (Conclusion.PRESENT, OTTO, NOW),
        (Conclusion.EXCUSED, OTTO, None),
    ]


def test_deciding_a_line_counts_the_person_and_is_remembered(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    castagne = line(demo_1, "Castagne O.")

    review_actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)

    assert conclusions(demo_1)["P12"] == ("present", 87)
    assert queries.aliases_of(demo_1.cycle_id) == {"castagne o": person("P12").id}


def test_a_namesake_is_never_remembered(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)

    review_actions.decide_person(line(demo_1, "Sylvie Garcia"), demo_1, [person("P09")], by=OTTO, now=NOW)

    assert conclusions(demo_1)["P09"] == ("present", 83)
    assert queries.aliases_of(demo_1.cycle_id) == {}


def test_taking_a_decision_back_lets_the_line_wait_again(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    before = conclusions(demo_1)
    castagne = line(demo_1, "Castagne O.")
    review_actions.decide_person(castagne, demo_1, [person("P12")], by=OTTO, now=NOW)

    review_actions.take_back(castagne, demo_1, by=OTTO, now=NOW)

    assert (castagne.decision, castagne.decided_by) == (Decision.REVIEW, None)
    assert conclusions(demo_1) == before
    assert queries.aliases_of(demo_1.cycle_id) == {}


def test_somebody_ignored_makes_the_maybe_absent(demo_1: Session, zoom: bytes) -> None:
    apply(demo_1, zoom)
    assert "P12" not in conclusions(demo_1)

    review_actions.decide_nobody(line(demo_1, "Castagne O."), demo_1, by=OTTO, now=NOW)

    assert conclusions(demo_1)["P12"] == ("absent", None)


def test_a_changed_threshold_needs_no_new_import(demo_1: Session, zoom: bytes) -> None:
    from webinars.attendance.conclusion import conclude_session

    apply(demo_1, zoom)
    demo_1.cycle.threshold_minutes = 5

    conclude_session(demo_1, by=OTTO, now=NOW)

    assert conclusions(demo_1)["P05"] == ("present", 7)


def test_changed_real_times_need_no_new_import(demo_1: Session, zoom: bytes) -> None:
    from datetime import timedelta

    from webinars.attendance.conclusion import conclude_session

    apply(demo_1, zoom)
    assert demo_1.starts_at is not None
    demo_1.really_started_at = demo_1.starts_at + timedelta(minutes=30)

    conclude_session(demo_1, by=OTTO, now=NOW)

    assert conclusions(demo_1)["P01"] == ("present", 60)


def test_a_walk_in_with_a_known_address_is_that_person(demo_1: Session) -> None:
    added = actions.add_walk_in(
        demo_1,
        Identity(first_name="A.", last_name="R."),
        email="Amelie.Roussel@valbrune.example.org",
        by=OTTO,
        now=NOW,
    )

    assert added.source_id == "P01"
    assert conclusions(demo_1) == {"P01": ("present", None)}


def test_the_whole_cycle_is_concluded_again_when_its_threshold_changes(demo_1: Session, zoom: bytes) -> None:
    from webinars.attendance.conclusion import conclude_cycle

    apply(demo_1, zoom)
    demo_1.cycle.threshold_minutes = 89

    conclude_cycle(demo_1.cycle, by=OTTO, now=NOW)

    assert (conclusions(demo_1)["P02"][0], conclusions(demo_1)["P01"][0]) == ("brief", "present")
