"""Organisers tick, add, count, import and decide on pages; nonsense gets a sentence and stores nothing."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.accounts.signed_in import post, post_file
from tests.attendance.imports.test_importing import conclusions
from tests.page import read
from webinars import clock
from webinars.attendance import queries
from webinars.attendance.models import Headcount, Report, ReportState
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Session
from webinars.planning.queries import attendance_counts
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

BASE = "/organise/vto/cycles/emploi/sessions/demo-1/attendance"


def drop(desk: FlaskClient, content: bytes, name: str = "zoom.csv") -> TestResponse:
    """Drops a file on the session's page."""
    return post(desk, f"{BASE}/report", {"report": (io.BytesIO(content), name)})


def outward(source_id: str) -> str:
    return db.session.scalars(select(Registrant.public_id).where(Registrant.source_id == source_id)).one()


def counted(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_tick_is_kept_with_who_said_it(desk: FlaskClient, demo_1: Session) -> None:
    answer = post(desk, f"{BASE}/tick", {"tick": f"{outward('P01')}:excused"})

    assert answer.status_code == 303
    assert conclusions(demo_1) == {"P01": ("excused", None)}
    assert [one.stated_by.name for one in queries.live_evidence(demo_1)] == ["Nadia Benali"]


def test_a_tick_can_be_taken_back(desk: FlaskClient, demo_1: Session) -> None:
    post(desk, f"{BASE}/tick", {"tick": f"{outward('P01')}:present"})

    post(desk, f"{BASE}/tick", {"tick": f"{outward('P01')}:"})

    assert conclusions(demo_1) == {}


def test_a_tick_about_nobody_or_nonsense_is_refused(desk: FlaskClient, demo_1: Session) -> None:
    for word in ("nobody:present", f"{outward('P01')}:brief", f"{outward('P01')}:x", "", ":"):
        assert post(desk, f"{BASE}/tick", {"tick": word}).status_code == 400
    assert conclusions(demo_1) == {}


def test_a_walk_in_is_present_at_once(desk: FlaskClient, demo_1: Session) -> None:
    post(
        desk,
        f"{BASE}/walk-in",
        {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"},
    )

    assert conclusions(demo_1) == {"Claire": ("present", None)}


def test_a_walk_in_without_a_name_gets_a_sentence_and_keeps_what_was_typed(
    desk: FlaskClient, demo_1: Session
) -> None:
    answer = post(desk, f"{BASE}/walk-in", {"walk-last_name": "Dumas & <b>", "walk-structure_type": "NR"})

    assert answer.status_code == 422
    page = read(answer)
    assert page.values["walk-last_name"] == "Dumas & <b>"
    assert page.error_for("walk-first_name") in ("Écrivez le prénom.", "Write the first name.")
    assert conclusions(demo_1) == {}


@pytest.mark.parametrize("address", ["Webinaires@example.org", "bounces+0123@example.org"])
def test_an_address_the_instance_reads_is_nobody_who_came(
    desk: FlaskClient, demo_1: Session, address: str
) -> None:
    ours = {"walk-first_name": "Jean", "walk-last_name": "Roux", "walk-email": address}
    session_id = demo_1.id
    db.session.remove()  # nothing that the test knows is at hand for the request
    answer = post(desk, f"{BASE}/walk-in?lang=en", ours | {"walk-structure_type": "NR"})

    assert answer.status_code == 422
    page = read(answer)
    assert page.error_for("walk-email") == (
        "This address belongs to this site, which reads its mail: write your own."
    )
    assert page.values["walk-last_name"] == "Roux"
    assert conclusions(db.session.get_one(Session, session_id)) == {}


def test_somebody_of_the_team_is_not_said_to_be_counted(desk: FlaskClient, demo_1: Session) -> None:
    speaker = {"walk-first_name": "Solène", "walk-last_name": "Abgrall", "walk-structure_type": "NR"}
    post(desk, f"{BASE}/walk-in?lang=en", speaker)

    assert read(desk.get(f"{BASE}?lang=en")).notices == ["Solène Abgrall is of the team, and is not counted."]


def test_a_kind_of_organisation_is_one_of_the_list(desk: FlaskClient, demo_1: Session) -> None:
    typed = {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "XXX"}

    assert (
        read(post(desk, f"{BASE}/walk-in?lang=en", typed)).error_for("walk-structure_type")
        == "Choose an answer of the list."
    )
    assert conclusions(demo_1) == {}


def test_heads_behind_a_screen_are_numbers_from_one_to_ten_thousand(
    desk: FlaskClient, demo_1: Session
) -> None:
    for nonsense in ("0", "-1", "three", "1e3", str(2**63), "NaN"):
        answer = post(desk, f"{BASE}/headcount?lang=en", {"heads-people": nonsense})
        assert answer.status_code == 422
        page = read(answer)
        assert page.error_for("heads-people") == "Write a whole number from 1 to 10,000."
        assert page.values["heads-people"] == nonsense
    assert post(desk, f"{BASE}/headcount", {"heads-people": ""}).status_code == 422
    assert counted(Headcount) == 0

    post(desk, f"{BASE}/headcount", {"heads-people": "3", "heads-label": "Salle"})

    assert [one.people for one in queries.headcounts_of(demo_1)] == [3]


def test_a_headcount_that_is_removed_stays_on_record(desk: FlaskClient, demo_1: Session) -> None:
    post(desk, f"{BASE}/headcount", {"heads-people": "3", "heads-label": "Salle"})
    counted_id = queries.headcounts_of(demo_1)[0].id

    for _again in range(2):
        assert post(desk, f"{BASE}/headcount/{counted_id}/remove").status_code == 303

    kept = db.session.scalars(select(Headcount)).one()
    assert (kept.people, kept.withdrawn_by.name) == (3, "Nadia Benali")
    assert kept.withdrawn_at is not None
    assert queries.headcounts_of(demo_1) == []
    assert [one.extra_headcount for one in cycle_counts(demo_1.cycle, now=clock.now()).sessions] == [0]
    assert attendance_counts([demo_1.cycle_id]) == {}


def test_a_report_goes_from_drop_to_conclusion(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    preview = drop(desk, zoom)
    assert preview.status_code == 303
    page = desk.get(preview.location)
    assert (page.status_code, counted(Report)) == (200, 0)

    applied = post(desk, f"{preview.location.partition('?')[0]}/apply", {"name": "zoom.csv"})

    assert applied.location.endswith("/attendance/review")
    line = desk.get(applied.location)
    assert line.status_code == 303
    assert desk.get(line.location).status_code == 200
    assert conclusions(demo_1)["P01"] == ("present", 90)


def test_every_doubtful_line_is_decided_on_its_page(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    preview = drop(desk, zoom)
    post(desk, f"{preview.location.partition('?')[0]}/apply", {"name": "zoom.csv"})
    answers = {
        "Sylvie Garcia": {"decision": f"person:{outward('P09')}"},
        "Castagne O.": {"decision": f"person:{outward('P12')}"},
        "Claire Dumas": {
            "decision": "walk-in",
            "walk-first_name": "Claire",
            "walk-last_name": "Dumas",
            "walk-structure_type": "NR",
        },
        "***78": {"decision": "ignore"},
    }

    while (step := desk.get(f"{BASE}/review")).status_code == 303:
        [name] = read(desk.get(step.location)).said("line-name")
        assert post(desk, step.location, answers.pop(name)).status_code == 303

    assert answers == {}
    present = {key for key, (word, _minutes) in conclusions(demo_1).items() if word == "present"}
    assert present == {"P01", "P02", "P03", "P04", "P06", "P09", "P10", "P12", "Claire"}


def decided(desk: FlaskClient, session: Session, zoom: bytes, name: str, answer: dict[str, str]) -> str:
    """The page of a line once it was given this answer."""
    preview = drop(desk, zoom)
    post(desk, f"{preview.location.partition('?')[0]}/apply", {"name": "zoom.csv"})
    line = next(one for one in queries.lines_of(session) if one.name == name)
    address = f"{BASE}/review/{line.public_id}"
    assert post(desk, address, answer).status_code == 303
    return address


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("Castagne O.", {"decision": "person:P12"}, "It is Olivier Castagné"),
        (
            "Claire Dumas",
            {
                "decision": "walk-in",
                "walk-first_name": "Claire",
                "walk-last_name": "Dumas",
                "walk-structure_type": "NR",
            },
            "Present without a registration: Claire Dumas.",
        ),
        ("***78", {"decision": "headcount", "heads-people": "3"}, "3 people counted behind this connection."),
        ("Claire Dumas", {"decision": "ignore"}, "Not counted."),
    ],
)
def test_a_decided_line_shows_its_decision_and_the_way_back(
    desk: FlaskClient, demo_1: Session, zoom: bytes, name: str, answer: dict[str, str], told: str
) -> None:
    if answer["decision"].startswith("person:"):
        answer = {"decision": f"person:{outward(answer['decision'].partition(':')[2])}"}
    address = decided(desk, demo_1, zoom, name, answer)

    page = read(desk.get(f"{address}?lang=en"))
    assert [bold.text.startswith(told) for bold in page.all("b")].count(True) == 1
    assert [line.startswith("Decided by Nadia Benali, ") for line in page.lines].count(True) == 1
    assert "Who is it?" not in page.text
    assert page.said("candidates") == []
    assert f"{address}/undo" in page.actions

    other = read(desk.get(f"{address}?lang=en&answer=other"))
    assert "Who is it?" in other.headings
    offered = {part.attributes.get("value") for part in other} - {"ignore"}
    assert answer["decision"] not in offered
    assert post(desk, f"{address}/undo").status_code == 303
    again = read(desk.get(f"{address}?lang=en"))
    assert ("Who is it?" in again.headings, "Decided by" in again.text) == (True, False)


def test_a_line_the_rules_matched_says_how(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    preview = drop(desk, zoom)
    post(desk, f"{preview.location.partition('?')[0]}/apply", {"name": "zoom.csv"})
    matched = next(one for one in queries.lines_of(demo_1) if one.match == "name_fuzzy")

    page = read(desk.get(f"{BASE}/review/{matched.public_id}?lang=en"))

    assert "The report says so: by a similar name." in page.lines
    assert ("Undo this decision" in page.text, "Who is it?" in page.text) == (False, False)


def test_a_refused_report_is_said_on_the_page_and_stores_nothing(
    desk: FlaskClient, demo_1: Session, settings
) -> None:  # type: ignore[no-untyped-def]
    before = sorted(settings.storage.rglob("*.report")) if settings.storage.exists() else []
    for content in (b"", b"%PDF-1.7", b"a,b\n1,2\n", b'Name,Join Time\n"open,10:00\n', b"\x00" * 50):
        answer = drop(desk, content)
        assert answer.status_code == 422
        assert len(read(answer).alerts) == 1
    assert counted(Report) == 0
    assert (sorted(settings.storage.rglob("*.report")) if settings.storage.exists() else []) == before


def test_a_report_that_asks_a_question_is_not_said_to_be_unreadable(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    for hour, earlier in ((b" 09:", b" 04:"), (b" 10:", b" 05:"), (b" 11:", b" 06:")):
        zoom = zoom.replace(hour, earlier)
    address = drop(desk, zoom).location.partition("#")[0]
    page = read(desk.get(f"{address}&lang=en"))

    assert "The times do not fit the session" in page.callouts
    assert "cannot be read" not in page.text


@pytest.mark.parametrize(("megabytes", "status"), [(20.5, 422), (22, 413)])
def test_a_report_too_large_is_refused_on_its_own_form(
    desk: FlaskClient, demo_1: Session, megabytes: float, status: int
) -> None:
    answer = post_file(desk, f"{BASE}/report?lang=en", "report", b"a" * int(megabytes * 1024**2))

    assert answer.status_code == status
    page = read(answer)
    assert "This file is larger than 20 MB. Choose the list of attendees, not the recording." in page.lines
    assert f"{BASE}/report#tool" in page.actions
    assert counted(Report) == 0


def test_a_report_too_large_opens_no_page_to_others(app: Flask, desk: FlaskClient, demo_1: Session) -> None:
    large = bytes(22 * 1024**2)
    foreign = post_file(desk, BASE.replace("/vto/", "/other/") + "/report", "report", large)
    stranger = post_file(app.test_client(), f"{BASE}/report", "report", large)

    assert (foreign.status_code, stranger.status_code) == (404, 403)
    assert "/sign-in" in read(stranger).actions


def test_choosing_no_file_says_what_to_do(desk: FlaskClient, demo_1: Session) -> None:
    answer = post(desk, f"{BASE}/report", {})

    assert answer.status_code == 422
    assert list(read(answer).summary) == ["report"]


def test_an_import_is_undone_after_a_page_that_asks(desk: FlaskClient, demo_1: Session, zoom: bytes) -> None:
    preview = drop(desk, zoom)
    post(desk, f"{preview.location.partition('?')[0]}/apply", {"name": "zoom.csv"})
    report = queries.reports_of(demo_1)[0]

    asked = desk.get(f"{BASE}/imports/{report.public_id}/undo")
    done = post(desk, f"{BASE}/imports/{report.public_id}/undo")

    assert (asked.status_code, done.status_code) == (200, 303)
    assert conclusions(demo_1) == {}


def test_the_list_costs_the_same_whatever_its_length(
    desk: FlaskClient, demo_1: Session, count_queries
) -> None:  # type: ignore[no-untyped-def]
    with count_queries() as few:
        desk.get(BASE)

    assert few.count <= 15


@pytest.mark.parametrize("state", [ReportState.ENTERING, ReportState.LEAVING])
def test_whoever_comes_after_somebody_who_was_killed_imports_at_once(
    desk: FlaskClient, demo_1: Session, zoom: bytes, state: ReportState
) -> None:
    ended, session_id = clock.now() - timedelta(hours=1), demo_1.id
    half_done = {"session_id": session_id, "digest": "0" * 64, "file_name": "half.csv", "tool": "Zoom"}
    half_done |= {"encoding": "utf-8", "delimiter": ",", "imported_at": ended, "imported_by_name": "Otto"}
    db.session.add(Report(state=state, lease="of somebody", leased_until=ended, **half_done))
    db.session.commit()
    db.session.remove()
    preview = drop(desk, zoom).headers["Location"]

    answer = post(desk, f"{preview.partition('?')[0]}/apply", {})

    assert answer.status_code == 303
    assert len(queries.reports_of(db.session.get_one(Session, session_id))) >= 1


def test_a_report_is_refused_on_its_page_whatever_is_at_hand(desk: FlaskClient, demo_1: Session) -> None:
    db.session.remove()  # nothing that the test knows is at hand for the request

    answer = drop(desk, b"%PDF-1.7")

    assert (answer.status_code, len(read(answer).alerts)) == (422, 1)
