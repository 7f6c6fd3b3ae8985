"""One word a person, all others at once with the way back, and the question before a session has begun."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.signed_in import post
from tests.actors import NADIA, OTTO
from tests.attendance.cast import everybody
from tests.attendance.crowd import crowd
from tests.attendance.imports.test_importing import conclusions
from tests.attendance.test_pages import BASE, outward
from tests.conftest import NOW
from tests.page import Page, read
from webinars import clock
from webinars.attendance import actions, queries
from webinars.attendance.imports.actions import apply_report
from webinars.attendance.models import Conclusion, Evidence, Headcount
from webinars.cycles.models import Session
from webinars.registration.identity import Identity
from webinars.storage.extensions import db

LATER = NOW + timedelta(minutes=5)


def stated(session: Session, source_id: str, conclusion: Conclusion) -> None:
    person = queries.find_person(session, outward(source_id))
    assert person is not None
    actions.state(session, person, conclusion, by=OTTO, now=NOW)
    db.session.commit()


def pressed(page: Page, source_id: str) -> list[str]:
    """The words of a row that are pressed, and what each sends."""
    row = page.part(f"p-{outward(source_id)}")
    return [
        button.attributes["value"]
        for button in row.all("button")
        if button.attributes["aria-pressed"] == "true"
    ]


def parts(page: Page) -> list[str]:
    return [link.plain for link in page.all("nav", class_="chips")[0].all("a")]


@pytest.fixture
def to_come(demo_1: Session) -> Session:
    """The session a week before it begins."""
    starts_at = clock.now() + timedelta(days=7)
    demo_1.move(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), now=clock.now())
    db.session.commit()
    return demo_1


def test_one_word_of_a_row_is_pressed(desk: FlaskClient, demo_1: Session) -> None:
    assert pressed(read(desk.get(BASE)), "P01") == [f"{outward('P01')}::"]

    stated(demo_1, "P01", Conclusion.EXCUSED)

    assert pressed(read(desk.get(BASE)), "P01") == [f"{outward('P01')}:excused:excused hand"]


def test_what_takes_a_word_back_says_what_holds_then(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    actions.add_walk_in(demo_1, Identity(first_name="Claire", last_name="Dumas"), by=NADIA, now=NOW)
    db.session.commit()
    before = read(desk.get(f"{BASE}?lang=en"))
    apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    db.session.commit()
    after = read(desk.get(f"{BASE}?lang=en"))

    def last(page: Page, row: str) -> str:
        return page.row(row).all("button")[-1].plain

    assert [last(before, "Castagné"), last(before, "Dumas")] == [
        "Not recorded Olivier Castagné",
        "Off the list Claire Dumas",
    ]
    assert last(after, "Castagné") == "As the report says Olivier Castagné"


def test_each_part_says_how_many_it_names(desk: FlaskClient, demo_1: Session) -> None:
    stated(demo_1, "P01", Conclusion.EXCUSED)

    page = read(desk.get(f"{BASE}?lang=en&show=excused"))

    assert parts(page) == ["Everybody 12", "Not recorded 11", "Without registration 0", "Excused 1"]
    assert len(page.rows) == 1


def test_all_others_are_present_at_once_and_what_was_said_stays(desk: FlaskClient, demo_1: Session) -> None:
    stated(demo_1, "P01", Conclusion.EXCUSED)

    answer = post(desk, f"{BASE}/others?show=unknown")

    assert answer.status_code == 303
    told = conclusions(demo_1)
    assert told.pop("P01") == ("excused", None)
    assert set(told.values()) == {("present", None)}
    assert len(told) == 11
    assert read(desk.get(f"{answer.location}&lang=en")).said("undo") == ["11 people marked present. Undo"]


def test_all_others_leave_the_team_out(desk: FlaskClient, demo_1: Session) -> None:
    actions.add_walk_in(demo_1, Identity(first_name="Solène", last_name="Abgrall"), by=NADIA, now=NOW)
    db.session.commit()
    actions.state_others_present(demo_1, by=NADIA, now=LATER)

    told = [row for row in everybody(demo_1) if row.attendance and row.attendance.concluded_at == LATER]

    assert len(told) == 12
    assert "Abgrall" not in {row.registrant.last_name for row in told}


def test_all_others_twice_say_it_once(desk: FlaskClient, demo_1: Session) -> None:
    for _again in range(2):
        assert post(desk, f"{BASE}/others").status_code == 303

    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 12


def test_the_way_back_leaves_what_was_said_since(desk: FlaskClient, demo_1: Session) -> None:
    at = post(desk, f"{BASE}/others").location
    stated(demo_1, "P02", Conclusion.ABSENT)
    back = next(address for address in read(desk.get(at)).actions if address.endswith("/undo"))

    for _again in range(2):
        assert post(desk, back).status_code == 303

    assert conclusions(demo_1) == {"P02": ("absent", None)}
    assert read(desk.get(at)).said("undo") == []


def test_nobody_takes_back_the_words_of_another(desk: FlaskClient, demo_1: Session) -> None:
    together = actions.state_others_present(demo_1, by=OTTO, now=NOW)
    db.session.commit()

    assert read(desk.get(f"{BASE}?together={together}")).said("undo") == []
    post(desk, f"{BASE}/others/{together}/undo")

    assert len(conclusions(demo_1)) == 12


@pytest.mark.parametrize("typed", ["x", "-1", "9" * 30, "²", "0", "999999"])
def test_nonsense_about_words_said_together_shows_the_list(
    desk: FlaskClient, demo_1: Session, typed: str
) -> None:
    answer = desk.get(f"{BASE}?together={typed}")

    assert (answer.status_code, read(answer).said("undo")) == (200, [])


def test_all_others_cost_the_same_whatever_their_number(demo_1: Session, count_queries) -> None:  # type: ignore[no-untyped-def]
    asked = []
    for people, after in ((10, 0), (1000, 10)):
        crowd(demo_1, people, after=after)
        with count_queries() as said:
            together = actions.state_others_present(demo_1, by=NADIA, now=NOW + timedelta(seconds=people))
        with count_queries() as taken_back:
            assert actions.take_back_others(demo_1, together or 0, by=NADIA, now=LATER) == 12 + people + after
        asked.append((said.count, taken_back.count))

    assert asked[0] == asked[1]


EARLY = [
    ("tick", lambda: {"tick": f"{outward('P01')}:present"}),
    ("others", dict),
    ("headcount", lambda: {"heads-people": "3", "heads-label": "Salle & <b>"}),
    (
        "walk-in",
        lambda: {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"},
    ),
]


@pytest.mark.parametrize(("what", "typed"), EARLY, ids=[one for one, _typed in EARLY])
def test_before_the_session_begins_a_page_asks_first(
    desk: FlaskClient, to_come: Session, what, typed
) -> None:  # type: ignore[no-untyped-def]
    sent = typed()

    asked = post(desk, f"{BASE}/{what}?q=a&lang=en", sent)

    assert asked.status_code == 200
    assert (conclusions(to_come), db.session.scalars(select(Headcount)).all()) == ({}, [])
    page = read(asked)
    assert "This session has not begun" in page.headings
    again = page.form(f"{BASE}/{what}?q=a&lang=en&early=yes")
    assert {name: value for name, value in again.values.items() if name in sent} == sent

    done = post(desk, f"{BASE}/{what}?q=a&early=yes", again.values)

    assert (done.status_code, "early=yes" in done.location) == (303, True)
    assert conclusions(to_come) or db.session.scalars(select(Headcount)).all()


def test_who_meant_it_is_not_asked_again_and_reads_so(desk: FlaskClient, to_come: Session) -> None:
    first, meant = read(desk.get(f"{BASE}?lang=en")), read(desk.get(f"{BASE}?lang=en&early=yes"))

    assert first.callouts["This session has not begun"].startswith("What is marked now is said in advance")
    assert meant.callouts["This session has not begun"].startswith("You have said that you mark in advance")
    assert f"{BASE}/tick?early=yes" in meant.actions


def test_once_the_session_has_begun_nothing_is_asked(desk: FlaskClient, demo_1: Session) -> None:
    assert "This session has not begun" not in read(desk.get(f"{BASE}?lang=en")).callouts
