"""A cycle and its sessions are entered on one page."""

from datetime import date, datetime, timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import read
from tests.planning.settled import MINUTE
from tests.planning.typed import CYCLE, WORKSPACE, lines
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import CycleState
from webinars.storage.extensions import db

NEW = "/organise/vto/cycles/new"
EIGHT = [
    {"day": str(date(2026, 4, 2) + timedelta(weeks=week)), "title": f"Webinaire {week + 1}"}
    for week in range(8)
]


def titles(values: dict[str, str]) -> list[str]:
    """What stands in the field of each line's title."""
    return [
        value for name, value in values.items() if name.startswith("sessions-") and name.endswith("-title")
    ]


def the_cycle() -> Cycle:
    return db.session.scalars(select(Cycle)).one()


def test_eight_sessions_take_one_page(desk: FlaskClient) -> None:
    usual = {"usual_start": "10:00", "usual_end": "11:30", "usual_link": "https://video.example.org/room"}

    answer = post(desk, NEW, CYCLE | usual | lines(*EIGHT))

    assert (answer.status_code, answer.location) == (303, "/organise/vto/cycles/acces-au-numerique")
    cycle = the_cycle()
    sessions = sessions_of(cycle)
    assert (cycle.state, cycle.timezone, len(sessions)) == (CycleState.DRAFT, "Europe/Paris", 8)
    assert {str(session.start_time) for session in sessions} == {"10:00:00"}
    assert {session.join_url for session in sessions} == {"https://video.example.org/room"}
    assert len({session.slug for session in sessions}) == 8


def test_a_line_keeps_its_own_hours(desk: FlaskClient) -> None:
    row = {"day": "2026-04-02", "title": "Matinée", "start_time": "9 h 30", "end_time": "12h"}

    post(desk, NEW, CYCLE | {"usual_start": "14:00", "usual_end": "15:00"} | lines(row))

    [session] = sessions_of(the_cycle())
    assert (str(session.start_time), str(session.end_time)) == ("09:30:00", "12:00:00")


def test_a_wrong_usual_link_or_hour_is_said_once_and_not_copied_into_the_lines(desk: FlaskClient) -> None:
    wrong = {"usual_start": "10:00", "usual_end": "09:00", "usual_link": "visio"}

    answer = post(desk, f"{NEW}?lang=en", CYCLE | wrong | lines(*EIGHT))

    page = read(answer)
    assert page.text.count("Choose an end time after 10:00.") == 2  # in the summary and at the field
    assert page.error_for("usual_end") == page.summary["usual_end"] == "Choose an end time after 10:00."
    assert [name for name, value in page.values.items() if value == "visio"] == ["usual_link"]
    assert page.points == "The cycle is not kept yet: 2 points to correct"


def test_a_title_alone_is_enough(desk: FlaskClient) -> None:
    post(desk, NEW, CYCLE | lines({"title": "Un jour"}))

    [session] = sessions_of(the_cycle())
    assert (session.title, session.day, session.is_dated) == ("Un jour", None, False)


def test_a_button_adds_lines_and_keeps_everything(desk: FlaskClient) -> None:
    answer = post(desk, f"{NEW}?lang=en", CYCLE | lines({"title": "Premier"}) | {"add": "sessions-5"})

    values = read(answer).values
    assert len(titles(values)) == 8
    assert (values["sessions-0-title"], values["title"]) == ("Premier", "Accès au numérique")
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_lines_stop_at_their_number(desk: FlaskClient) -> None:
    many = lines(*[{"title": f"S{number}"} for number in range(60)])

    answer = post(desk, f"{NEW}?lang=en", CYCLE | many | {"add": "sessions-5"})

    page = read(answer)
    assert len(titles(page.values)) == 30
    assert "Add a line" not in page.text


def test_what_is_wrong_is_said_beside_the_line_and_above(desk: FlaskClient) -> None:
    good = {"day": "2026-04-02", "start_time": "10:00", "end_time": "11:00", "title": "Un"}
    wrong = {"day": "2026-04-09", "start_time": "10:00", "end_time": "09:00", "title": ""}

    answer = post(desk, f"{NEW}?lang=en", CYCLE | lines(good, wrong))

    assert answer.status_code == 200
    assert read(answer).points == "The cycle is not kept yet: 2 points to correct"
    page = read(answer)
    said = {
        "sessions-1-end_time": "Choose an end time after 10:00.",
        "sessions-1-title": "Give the session a title.",
    }
    assert {name: page.error_for(name) for name in said} == said
    assert page.summary == {name: f"Line 2: {words}" for name, words in said.items()}
    assert page.title.startswith("Error:")
    assert page.values["sessions-1-end_time"] == "09:00"


def test_strange_names_of_lines_are_no_lines(desk: FlaskClient) -> None:
    strange = {
        "sessions-²-title": "A",
        "sessions-99999999999-title": "B",
        "sessions--title": "C",
        "sessions-x": "D",
    }

    post(desk, NEW, CYCLE | strange)

    assert db.session.scalar(select(func.count()).select_from(Session)) == 0
    assert the_cycle().title == "Accès au numérique"


def test_a_preview_keeps_nothing(desk: FlaskClient) -> None:
    answer = post(desk, NEW, CYCLE | {"presentation": "Un **mot** <script>", "preview": "yes"})

    page = read(answer)
    assert "mot" in [strong.text for strong in page.all("strong")]
    assert "Un mot <script>" in page.lines
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_two_cycles_of_one_name_have_two_addresses(desk: FlaskClient) -> None:
    post(desk, NEW, CYCLE)

    assert post(desk, NEW, CYCLE).location == "/organise/vto/cycles/acces-au-numerique-2"


def test_several_sessions_are_added_to_a_cycle(desk: FlaskClient, cycle: Cycle) -> None:
    usual = {"usual_start": "10:00", "usual_end": "11:30", "usual_link": ""}

    answer = post(desk, f"{WORKSPACE}/sessions/add", usual | lines(*EIGHT[:3]))

    assert answer.status_code == 303
    assert len(sessions_of(cycle)) == 3


def test_a_published_cycle_needs_dates(desk: FlaskClient, cycle: Cycle) -> None:
    answer = post(
        desk, f"{WORKSPACE}/sessions/add?lang=en",
        {"usual_start": "", "usual_end": "", "usual_link": ""} | lines({"title": "Un jour"}),
    )  # fmt: skip

    assert read(answer).error_for("sessions-0-day") == "Give the day."
    assert sessions_of(cycle) == []


def made_by(page: str, desk: FlaskClient, title: str, *, at: datetime = NOW) -> TestResponse:
    """The form of this showing, sent with another title."""
    with time_machine.travel(at, tick=False):
        return post(desk, NEW, CYCLE | lines({"title": "Une séance"}) | {"title": title, "attempt": page})


def drafts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Cycle.title).order_by(Cycle.id)))


def test_whoever_comes_back_and_corrects_has_one_draft(desk: FlaskClient) -> None:
    page = "a-page-of-this-test"
    first = made_by(page, desk, "Un cyle")
    told = read(desk.get(f"{NEW}?attempt={page}"))
    assert "Cette page a créé le brouillon «\u00a0Un cyle\u00a0»" in told.callouts

    second = made_by(page, desk, "Un cycle", at=NOW + MINUTE)
    third = made_by(page, desk, "Un cycle", at=NOW + 2 * MINUTE)  # twice
    assert (first.location, second.location, third.location) == (
        "/organise/vto/cycles/un-cyle",
        *["/organise/vto/cycles/un-cycle"] * 2,
    )
    assert drafts() == ["Un cycle"]

    back = made_by(page, desk, "Un cyle", at=NOW + 3 * MINUTE)  # as it was at first
    assert (back.location, drafts()) == ("/organise/vto/cycles/un-cyle", ["Un cyle"])


def test_a_draft_that_was_changed_since_does_not_give_way(desk: FlaskClient) -> None:
    page = "a-page-of-this-test"
    made_by(page, desk, "Un cycle")
    with time_machine.travel(NOW + MINUTE, tick=False):
        one_more = lines({"title": "Une de plus"}) | dict.fromkeys(
            ("usual_start", "usual_end", "usual_link"), ""
        )
        assert post(desk, "/organise/vto/cycles/un-cycle/sessions/add", one_more).status_code == 303

    answer = made_by(page, desk, "Un autre", at=NOW + 2 * MINUTE)

    assert (
        "Le brouillon créé par cette page a été modifié depuis\u00a0: corrigez-le directement."
        in read(answer).lines
    )
    assert read(answer).values["title"] == "Un autre"
    assert drafts() == ["Un cycle"]


def test_a_page_opened_anew_makes_another_cycle(desk: FlaskClient) -> None:
    first, second = (read(desk.get(NEW, follow_redirects=True)).values["attempt"] for _opened in range(2))

    made_by(first, desk, "Un cycle")
    made_by(second, desk, "Un cycle")

    assert drafts() == ["Un cycle", "Un cycle"]
