"""The lines of a report with very many of them: a page at a time, counted all, found by a part of their name."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from tests.actors import NADIA
from tests.attendance.test_attendees import HEAVIEST
from tests.attendance.test_pages import BASE, drop
from tests.conftest import NOW
from tests.page import read
from webinars.attendance.imports.actions import apply_report
from webinars.attendance.models import Decision, Report, ReportLine
from webinars.attendance.queries import reports_of
from webinars.attendance.review.queue import QueuePart, queue_of
from webinars.cycles.models import Session
from webinars.storage.database import public_id
from webinars.storage.extensions import db
from webinars.words.folding import fold


@pytest.fixture
def held(demo_1: Session, zoom: bytes) -> Session:
    """The first session of the demonstration with its report: four lines wait."""
    apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    db.session.commit()
    return demo_1


def add_lines(report: Report, count: int, decision: Decision, *, is_decided: bool = False) -> None:
    """So many more lines, later in the file, each decided a minute after the other."""
    rows = []
    for number in range(1000, 1000 + count):
        name = f"Zoé {decision} {number}"
        decided = {"decided_at": NOW + timedelta(minutes=number), "decided_by_name": "Otto Weiss"}
        rows.append(
            {
                "report_id": report.id,
                "public_id": public_id(),
                "number": number,
                "name": name,
                "folded_name": fold(name),
                "decision": decision,
                "proposed": Decision.UNMATCHED,
                **(decided if is_decided else {}),
            }
        )
    db.session.execute(insert(ReportLine), rows)
    db.session.commit()


def shown(desk: FlaskClient, address: str) -> list[str]:
    """The name of each line the page leads to."""
    links = read(desk.get(address)).all("a")
    leading = [link for link in links if re.search(r"review/[\w-]+$", link.attributes.get("href", ""))]
    return [(link.all("b") or [link])[0].text for link in leading]


@pytest.mark.parametrize("page", ["lines", "lines?show=settled&q=zoe", "review/{line}", "review"])
def test_a_page_costs_and_weighs_the_same_whatever_the_number_of_lines(
    desk: FlaskClient, held: Session, count_queries, page: str
) -> None:  # type: ignore[no-untyped-def]
    report, line = reports_of(held)[0], queue_of(held).waiting[0].public_id
    add_lines(report, 10, Decision.MATCHED)
    address = f"{BASE}/{page}".format(line=line)
    with count_queries() as few:
        desk.get(address)
    add_lines(report, 1000, Decision.UNMATCHED)
    add_lines(report, 1000, Decision.IGNORED, is_decided=True)
    add_lines(report, 1000, Decision.MATCHED)
    with count_queries() as many:
        answer = desk.get(address)

    assert few.count == many.count
    assert len(answer.data) < HEAVIEST


def test_beside_a_line_stand_the_next_fifty_and_the_last_ten(desk: FlaskClient, held: Session) -> None:
    report, line = reports_of(held)[0], queue_of(held).waiting[0].public_id
    add_lines(report, 120, Decision.UNMATCHED)
    add_lines(report, 30, Decision.IGNORED, is_decided=True)

    page = read(desk.get(f"{BASE}/review/{line}?lang=en"))

    assert [part.text for part in page.all(class_="progress")[0].all(class_="num")] == [
        "30 decided",
        "124 left",
    ]
    assert len([item for item in page.all("li") if f"{BASE}/review/" in "".join(item.addresses)]) == 60
    assert page.link("All 124 lines to match")
    assert "Zoé ignored 1029 not counted" in page.lines  # decided last
    assert "Zoé ignored 1019" not in page.text


def test_lines_stand_in_the_order_they_are_worked_through(desk: FlaskClient, held: Session) -> None:
    report = reports_of(held)[0]
    add_lines(report, 60, Decision.UNMATCHED)
    add_lines(report, 12, Decision.IGNORED, is_decided=True)

    first, last = shown(desk, f"{BASE}/lines"), shown(desk, f"{BASE}/lines?page=9")

    assert (len(first), len(last), first[:2]) == (50, 14, ["Sylvie Garcia", "Castagne O."])
    assert last[-1] == "Zoé unmatched 1059"
    assert shown(desk, f"{BASE}/lines?show=decided")[:2] == ["Zoé ignored 1011", "Zoé ignored 1010"]
    assert read(desk.get(f"{BASE}/lines?page=9&lang=en")).turned_to == "Page 2 of 2"


def test_each_line_is_in_one_part(held: Session) -> None:
    add_lines(reports_of(held)[0], 3, Decision.IGNORED, is_decided=True)
    lines = db.session.query(ReportLine).count()

    assert sum(queue_of(held).counts.values()) == lines
    assert queue_of(held).counts[QueuePart.WAITING] == 4


@pytest.mark.parametrize("typed", ["castagne", "CASTAGNÉ o", "o. castagne"])
def test_a_line_is_found_by_its_name(desk: FlaskClient, held: Session, typed: str) -> None:
    assert shown(desk, f"{BASE}/lines?q={typed}") == ["Castagne O."]


def test_words_no_line_holds_say_what_to_do(desk: FlaskClient, held: Session) -> None:
    page = read(desk.get(f"{BASE}/lines?q=zzz&lang=en"))

    assert (
        "No line here holds these words. Try a part of the name, or another part of the report." in page.lines
    )


def test_a_preview_is_shown_a_page_at_a_time(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    heading = zoom.splitlines()
    person = next(row for row in heading if row.startswith(b"Sylvie Garcia"))
    strangers = [person.replace(b"Sylvie Garcia", f"Zoe Inconnue{number}".encode()) for number in range(120)]
    address = drop(desk, zoom.rstrip() + b"\n" + b"\n".join(strangers) + b"\n").location

    first = read(desk.get(f"{address}&lang=en"))
    last = read(desk.get(f"{address}&doubtful=3&lang=en"))

    assert first.turned_to == "Page 1 of 3"
    assert (first.text.count("Zoe Inconnue"), last.text.count("Zoe Inconnue")) == (46, 24)
    assert "124" in [part.text for part in first.part("main")]
