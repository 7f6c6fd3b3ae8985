"""A file of cycles and the hours that clocks show twice: whoever loads it says which is meant, or somebody does later."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.page import Page, read
from tests.planning.loader.test_refused_files import one_cycle
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.storage.extensions import db

LOAD = "/organise/vto/cycles/load?lang=en"
NIGHT = {"id": "w", "title_as_published": "Nuit", "date": "2030-10-27"}  # clocks go back from 3:00 to 2:00
TWICE = NIGHT | {"start": "02:30", "end": "03:30"}
MOMENTS = {"first": "2030-10-27 00:30:00+00:00", "second": "2030-10-27 01:30:00+00:00"}


def seen(desk: FlaskClient, content: bytes) -> Page:
    """The page that shows what the file holds."""
    answer = post(
        desk, LOAD, {"file": (io.BytesIO(content), "cycle.json")}, content_type="multipart/form-data"
    )
    return read(answer)


def loads(desk: FlaskClient, page: Page, **typed: str) -> Page | None:
    """Presses the button below; the page again where it is refused."""
    sent = {name: value for name, value in page.values.items() if name.startswith(("hours-", "text"))}
    sent |= {name: chosen for name, [chosen] in page.ticked.items()}
    answer = post(desk, LOAD, sent | {"apply": "yes"} | typed)
    return None if answer.status_code == 303 else read(answer)


def sessions() -> list[Session]:
    db.session.rollback()
    return list(db.session.scalars(select(Session).order_by(Session.id)))


@pytest.mark.parametrize("meant", ["first", "second"])
def test_an_hour_typed_for_a_session_without_one_is_the_one_chosen(
    desk: FlaskClient, organisation: Organisation, meant: str
) -> None:
    typed = {"hours-0-start_time": "02:30", "hours-0-end_time": "03:30"}
    page = seen(desk, one_cycle(webinars=[NIGHT]))
    assert "hours-0-start_turn" not in page.offered

    page = loads(desk, page, **typed)

    assert page is not None
    assert page.offered["hours-0-start_turn"] == ["first", "second"]
    assert page.error_for("hours-0-start_turn").startswith("2:30 comes twice on Sunday 27")
    assert loads(desk, page, **{"hours-0-start_turn": meant}) is None
    assert [str(one.starts_at) for one in sessions()] == [MOMENTS[meant]]


@pytest.mark.parametrize("meant", ["first", "second"])
def test_an_hour_of_the_file_is_asked_about_at_once(
    desk: FlaskClient, organisation: Organisation, meant: str
) -> None:
    page = seen(desk, one_cycle(webinars=[TWICE]))

    assert (
        "Clocks go back that day, and an hour comes twice. Say which is meant, or empty the hours if you do not know: it stays a draft."
        in page.lines
    )
    assert (page.values["hours-0-start_time"], page.offered["hours-0-start_turn"]) == (
        "02:30",
        ["first", "second"],
    )
    assert loads(desk, page, **{"hours-0-start_turn": meant}) is None
    assert [(str(one.starts_at), str(one.ends_at)) for one in sessions()] == [
        (MOMENTS[meant], "2030-10-27 02:30:00+00:00")
    ]


def test_an_end_that_comes_twice_is_asked_about_too(desk: FlaskClient, organisation: Organisation) -> None:
    page = seen(desk, one_cycle(webinars=[NIGHT | {"start": "22:00", "end": "02:30", "date": "2030-10-26"}]))

    assert {"hours-0-start_turn", "hours-0-end_turn"} & page.offered.keys() == {"hours-0-end_turn"}
    assert loads(desk, page, **{"hours-0-end_turn": "second"}) is None
    assert [str(one.ends_at) for one in sessions()] == [MOMENTS["second"]]


def test_who_does_not_know_leaves_a_draft(desk: FlaskClient, organisation: Organisation) -> None:
    page = seen(desk, one_cycle(webinars=[TWICE]))

    assert loads(desk, page, **{"hours-0-start_time": "", "hours-0-end_time": ""}) is None

    [session] = sessions()
    assert (session.starts_at, str(session.day), str(session.start_time)) == (None, "2030-10-27", "02:30:00")
    assert db.session.scalar(select(Cycle.state)) is CycleState.DRAFT


def test_the_command_leaves_it_to_the_editor_which_asks(
    app: Flask, desk: FlaskClient, organisation: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "cycle.json"
    file.write_bytes(one_cycle(webinars=[TWICE]))

    said = app.test_cli_runner().invoke(args=["cycles", "load", str(file), "--json"]).output

    assert json.loads(said)["loaded"][0]["missing"] == ["Nuit"]
    [session] = sessions()
    here = f"/organise/vto/cycles/{db.session.scalar(select(Cycle.slug))}/sessions/{session.slug}?lang=en"
    page = read(desk.get(here))
    typed = {name: page.values[name] for name in ("title", "day", "start_time", "end_time", "timezone")}
    refused = read(post(desk, here, typed | {"format": "online"}))
    assert refused.error_for("start_turn").startswith("2:30 comes twice")


def test_two_cycles_may_name_their_sessions_alike(desk: FlaskClient, organisation: Organisation) -> None:
    file = json.loads(one_cycle(webinars=[NIGHT]))
    other = {"id": "other", "title_as_published": "Autre", "webinars": [NIGHT | {"title_as_published": "B"}]}
    page = seen(desk, json.dumps({"cycles": [*file["cycles"], other]}).encode())

    assert loads(desk, page, **{"hours-1-start_time": "10:00", "hours-1-end_time": "11:00"}) is None

    assert [(one.title, one.is_dated) for one in sessions()] == [("Nuit", False), ("B", True)]
