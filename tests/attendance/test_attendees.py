"""The list of a session with many people: a page at a time, searched and narrowed by the server."""

from collections import Counter

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import NADIA, OTTO
from tests.attendance.cast import everybody
from tests.attendance.crowd import crowd
from tests.attendance.test_pages import BASE, outward
from tests.conftest import NOW
from tests.page import Page, read
from webinars.attendance import actions, queries
from webinars.attendance.attendees import AttendanceTally, tally_of
from webinars.attendance.imports.actions import apply_report
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Session
from webinars.registration.identity import Identity
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

HEAVIEST = 150_000  # bytes


def names(page: Page) -> list[str]:
    """The name in each line of the list, which stands above the address."""
    heads = [row.all("th", scope="row")[0] for row in page.rows]
    return [str(head.children[0]).strip() for head in heads]


def listed(desk: FlaskClient, asked: str = "") -> list[str]:
    return names(read(desk.get(f"{BASE}?{asked}")))


def of(name: str) -> str:
    return db.session.scalars(select(Registrant.public_id).where(Registrant.last_name == name)).one()


@pytest.fixture
def held(demo_1: Session, zoom: bytes) -> Session:
    """The first session of the demonstration with its report."""
    apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    db.session.commit()
    return demo_1


@pytest.mark.parametrize("asked", ["", "?page=2", "?q=ville&show=present", "?q=nobody"])
def test_a_page_costs_and_weighs_the_same_whatever_the_number_of_people(
    desk: FlaskClient, demo_1: Session, count_queries, asked: str
) -> None:  # type: ignore[no-untyped-def]
    crowd(demo_1, 10, said=Conclusion.PRESENT)
    with count_queries() as few:
        desk.get(BASE + asked)
    crowd(demo_1, 1000, after=10, said=Conclusion.PRESENT)
    with count_queries() as many:
        page = desk.get(BASE + asked)

    assert few.count == many.count
    assert len(page.data) < HEAVIEST


def test_what_stands_above_the_list_is_of_everybody(desk: FlaskClient, demo_1: Session) -> None:
    crowd(demo_1, 120, said=Conclusion.PRESENT)

    page = read(desk.get(f"{BASE}?page=3&lang=en"))

    assert "120 people present · 132 registrations · 12 not recorded" in page.lines
    assert page.turned_to == "Page 3 of 3"
    assert len(names(page)) == 132 - 100


def test_a_page_past_the_end_is_the_last_one(desk: FlaskClient, demo_1: Session) -> None:
    crowd(demo_1, 50)
    last = listed(desk, "page=2")

    assert len(last) == 12
    assert [listed(desk, f"page={typed}") for typed in ("3", "999999")] == [last, last]
    assert [len(listed(desk, f"page={typed}")) for typed in ("0", "-1", "x", "9" * 50, "")] == [50] * 5


@pytest.mark.parametrize(
    "typed", ["castagne", "CASTAGNÉ", "  castagné  olivier ", "olivier.cast", "mairie castagné"]
)
def test_one_is_found_by_name_address_or_structure(desk: FlaskClient, held: Session, typed: str) -> None:
    person = db.session.scalars(select(Registrant).where(Registrant.last_name == "Castagné")).one()
    person.email, person.structure = "olivier.castagne@example.org", "Mairie de Sète"
    db.session.commit()

    assert listed(desk, f"q={typed}") == ["Castagné Olivier"]


def test_nobody_found_says_what_to_do(desk: FlaskClient, held: Session) -> None:
    page = read(desk.get(f"{BASE}?q=zzz&lang=en"))

    assert names(page) == []
    assert "Nobody matches. Try a part of the name, or see everybody." in page.lines
    assert (page.values["q"], BASE in page.addresses) == ("zzz", True)


def test_what_is_typed_is_bounded(desk: FlaskClient, held: Session) -> None:
    answer = desk.get(f"{BASE}?q={'a' * 1000}&show={'b' * 1000}&page={'1' * 1000}&said={'c' * 1000}")
    page = read(answer)

    assert (answer.status_code, names(page)) == (200, [])
    assert page.values["q"] == "a" * 100
    assert "b" * 101 not in answer.text


def test_each_part_of_the_list_is_what_its_count_says(desk: FlaskClient, held: Session) -> None:
    actions.add_walk_in(held, Identity(first_name="Claire", last_name="Dumas"), by=NADIA, now=NOW)
    actions.state(held, everybody(held)[0].registrant, Conclusion.EXCUSED, by=NADIA, now=NOW)
    db.session.commit()
    told = tally_of(held, 0)

    shown = {
        part: len(listed(desk, f"show={part}"))
        for part in ("present", "brief", "absent", "excused", "unknown")
    }

    assert shown == {part: getattr(told, part) for part in shown}
    assert "Dumas Claire" in listed(desk, "show=walk-in")
    assert listed(desk, "show=nonsense") == listed(desk)


def test_the_counts_are_those_of_the_whole_list(held: Session) -> None:
    actions.add_walk_in(held, Identity(first_name="Claire", last_name="Dumas"), by=NADIA, now=NOW)
    actions.add_walk_in(held, Identity(first_name="Solène", last_name="Abgrall"), by=NADIA, now=NOW)
    lines = [line for line in everybody(held) if not line.is_team]
    by = Counter(line.attendance.conclusion if line.attendance else None for line in lines)
    came = [line for line in lines if line.attendance and line.attendance.conclusion is Conclusion.PRESENT]

    assert len(everybody(held)) == len(lines) + 1
    assert tally_of(held, 7) == AttendanceTally(
        registered=sum(not line.is_walk_in for line in lines),
        unregistered=sum(line.is_walk_in for line in lines),
        present=len(came),
        walk_ins=sum(line.is_walk_in for line in came),
        brief=by[Conclusion.BRIEF],
        absent=by[Conclusion.ABSENT],
        excused=by[Conclusion.EXCUSED],
        unknown=by[None],
        headcount=7,
    )


def test_a_tick_leads_back_to_the_same_place(desk: FlaskClient, demo_1: Session) -> None:
    crowd(demo_1, 120)
    person = of("00090")

    answer = post(desk, f"{BASE}/tick?q=ville&show=unknown&page=2", {"tick": f"{person}:present"})

    assert answer.location == f"{BASE}?q=ville&show=unknown&page=2&said={person}#p-{person}"
    shown = read(desk.get(answer.location))
    assert (names(shown)[0], len(names(shown))) == ("00051 Noël", 50)
    # said, and out of what is asked for: still there to be taken back
    assert f"t-{person}-none" in shown.ids
    assert f"{BASE}/tick?q=ville&show=unknown&page=2" in shown.actions
    assert f"p-{person}" not in read(desk.get(f"{BASE}?q=ville&show=unknown&page=2")).ids


def test_a_word_of_somebody_else_is_shown_though_it_left_the_list(desk: FlaskClient, demo_1: Session) -> None:
    person = outward("P01")
    registrant = queries.find_person(demo_1, person)
    assert registrant is not None
    actions.state(demo_1, registrant, Conclusion.EXCUSED, by=OTTO, now=NOW)
    db.session.commit()

    answer = post(desk, f"{BASE}/tick?show=unknown", {"tick": f"{person}:present"})

    values = [part.attributes.get("value") for part in read(answer)]
    assert (answer.status_code, f"{person}:present:excused hand" in values) == (409, True)


def test_other_forms_of_the_page_lead_back_to_the_same_place(desk: FlaskClient, demo_1: Session) -> None:
    crowd(demo_1, 120)
    place = "q=ville&page=2"
    walk_in = {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"}

    answers = [
        post(desk, f"{BASE}/walk-in?{place}", walk_in),
        post(desk, f"{BASE}/headcount?{place}", {"heads-people": "3"}),
    ]
    counted = queries.headcounts_of(demo_1)[0].id
    answers.append(post(desk, f"{BASE}/headcount/{counted}/remove?{place}"))

    assert [answer.location for answer in answers] == [f"{BASE}?{place}"] * 3


def test_shared_connections_are_counted_all_and_shown_twenty_a_page(
    desk: FlaskClient, demo_1: Session
) -> None:
    for number in range(45):
        actions.count_heads(demo_1, 2, label=f"Salle {number:02}", by=NADIA, now=NOW)
    db.session.commit()

    page = read(desk.get(f"{BASE}?heads=3&lang=en"))

    assert (
        "90 people present, of whom 90 behind a shared connection · 12 registrations · 12 not recorded"
        in page.lines
    )
    rooms = [item.all("span")[0].plain for item in page.all("li", class_="row-between")]
    assert rooms == [f"2 Salle {number} Nadia Benali" for number in range(40, 45)]
