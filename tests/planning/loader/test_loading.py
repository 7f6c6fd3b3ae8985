"""A file of cycles: read strictly, put in place once."""

import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select

from config import ROOT
from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.loader.test_refused_files import one_cycle
from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Cycle, Partner, Session
from webinars.cycles.queries import partners_of, sessions_of, themes_of
from webinars.cycles.states import CycleState, PartnerRole
from webinars.journal.models import JournalEntry
from webinars.planning.loader.actions import load_cycles
from webinars.planning.loader.cycle_file import CycleFile, read_cycle_file
from webinars.storage.extensions import db

FILE = ROOT / "webinars/demonstration/data/cycle.json"


@pytest.fixture
def file(app: Flask) -> CycleFile:
    with force_locale("fr"):
        return read_cycle_file(FILE.read_bytes())


@pytest.fixture
def loaded(organisation: Organisation, file: CycleFile) -> dict[str, Cycle]:
    outcome = load_cycles(organisation, file, by=NADIA, now=NOW)
    db.session.commit()
    return {one.cycle.source_id or "": one.cycle for one in outcome}


def test_the_cycle_stands_as_it_was_published(loaded: dict[str, Cycle]) -> None:
    cycle = loaded["vto-2020-emploi"]

    assert cycle.state is CycleState.PUBLISHED
    assert cycle.title == "cycle de 3 webinaires : IAE, Achats responsables et Cité de l’emploi"
    assert cycle.noun == "webinar"
    assert "132 participants" in cycle.published_sentence
    assert list(themes_of(cycle)) == ["Achats responsables", "IAE", "Cités de l’emploi"]
    assert partners_of(cycle) == []  # the organisation itself


def test_its_sessions_come_by_date_with_their_own_titles(loaded: dict[str, Cycle]) -> None:
    sessions = sessions_of(loaded["vto-2020-emploi"])

    assert [str(session.local_start) for session in sessions] == [
        "2020-11-17 10:00:00+01:00",
        "2020-11-26 10:00:00+01:00",
        "2020-12-08 10:00:00+01:00",
    ]
    assert [session.slug for session in sessions] == ["achats-responsables", "iae", "cites-de-l-emploi"]
    assert sessions[0].title == (
        "Achats Responsables au service du quartier prioritaire – zoom sur le volet environnemental– "
        "Eléments de cadrage méthodologique et sécurisation juridique"
    )
    assert sessions[0].abstract == "- Eléments de cadrage méthodologique\n- sécurisation juridique"


def test_an_event_without_hours_waits_as_a_draft(loaded: dict[str, Cycle]) -> None:
    cycle = loaded["vto-2020-10-15"]
    [session] = sessions_of(cycle)

    assert cycle.state is CycleState.DRAFT
    assert (str(session.day), session.start_time, session.is_dated) == ("2020-10-15", None, False)
    people = db.session.scalars(select(Contributor).order_by(Contributor.position)).all()
    assert [(one.role, one.organisation) for one in people] == [
        ("Directeur innovation, études, Recherche", "Chronos – Auxilia"),
        ("co-directrice", "la MedNum, coopérative nationale des acteurs de la médiation numérique"),
        ("coordonnateur du projet « Centres Sociaux Connectés 2.0 »", "Métropole de Lille"),
        ("coordonnateur « Pratiques Numériques »", "association Combustible-Numérique, Toulouse"),
    ]


def test_three_organisers_are_named_together(loaded: dict[str, Cycle]) -> None:
    cycle = loaded["onpv-rtes-rncrpv-2021-09-21"]

    assert (cycle.state, cycle.noun) == (CycleState.PUBLISHED, "video_conference")
    assert cycle.title == "économies populaires / économies informelles"
    assert [(one.role, one.name) for one in partners_of(cycle)] == [
        (PartnerRole.CO_ORGANISER, "Observatoire national de la politique de la ville (ONPV)"),
        (
            PartnerRole.CO_ORGANISER,
            "Réseau des collectivités territoriales pour une économie solidaire (RTES)",
        ),
        (
            PartnerRole.CO_ORGANISER,
            "Réseau national des Centres de ressources politique de la ville (RNCRPV)",
        ),
    ]


def test_loading_twice_changes_nothing(
    organisation: Organisation, loaded: dict[str, Cycle], file: CycleFile
) -> None:
    before = counts()

    outcome = load_cycles(organisation, file, by=NADIA, now=NOW)
    db.session.commit()

    assert [one.is_new for one in outcome] == [False, False, False]
    assert counts() == before


def counts() -> list[int | None]:
    return [
        db.session.scalar(select(func.count()).select_from(model))
        for model in (Cycle, Session, Contributor, Partner, JournalEntry)
    ]


def test_names_that_mean_nothing_are_told_and_comments_are_not(file: CycleFile) -> None:
    assert {"registration_tool", "when_as_published"} <= set(file.ignored)
    assert {"about", "timezone_note", "year_note", "note"}.isdisjoint(file.ignored)


def test_a_session_of_the_file_may_end_after_midnight_and_a_site_needs_no_https(
    organisation: Organisation,
) -> None:
    night = {"id": "w", "title_as_published": "A", "date": "2030-01-08", "start": "22:00", "end": "00:30"}
    content = one_cycle(webinars=[night], organisers=[{"name": "Town", "url": "town.example.org"}])

    [one] = load_cycles(organisation, read_cycle_file(content), by=NADIA, now=NOW)

    [session] = sessions_of(one.cycle)
    assert (str(session.local_start), str(session.local_end)) == (
        "2030-01-08 22:00:00+01:00",
        "2030-01-09 00:30:00+01:00",
    )
    assert [partner.url for partner in partners_of(one.cycle)] == ["https://town.example.org"]


def test_what_is_to_come_is_loaded_as_a_draft(organisation: Organisation) -> None:
    content = one_cycle(
        webinars=[
            {"id": "w", "title_as_published": "A", "date": "2030-01-08", "start": "10:00", "end": "11:00"}
        ]
    )

    [one] = load_cycles(organisation, read_cycle_file(content), by=NADIA, now=NOW)

    assert (one.cycle.state, one.missing) == (CycleState.DRAFT, ())


def test_the_page_asks_for_the_missing_hours_and_loads(desk: FlaskClient) -> None:
    seen = post(
        desk, "/organise/vto/cycles/load", {"file": (io.BytesIO(FILE.read_bytes()), "cycle.json")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert seen.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0

    done = post(
        desk,
        "/organise/vto/cycles/load",
        {
            "text": FILE.read_text(),
            "apply": "yes",
            "hours-0-cycle_id": "vto-2020-10-15",
            "hours-0-source_id": "vto-2020-10-15",
            "hours-0-day": "2020-10-15",
            "hours-0-start_time": "14:00",
            "hours-0-end_time": "16:00",
        },
    )

    assert done.status_code == 303
    states = db.session.scalars(select(Cycle.state).order_by(Cycle.id)).all()
    assert states == [CycleState.PUBLISHED] * 3


def test_the_page_keeps_hours_that_cannot_be(desk: FlaskClient) -> None:
    answer = post(
        desk,
        "/organise/vto/cycles/load?lang=en",
        {
            "text": FILE.read_text(),
            "apply": "yes",
            "hours-0-cycle_id": "vto-2020-10-15",
            "hours-0-source_id": "vto-2020-10-15",
            "hours-0-day": "2020-10-15",
            "hours-0-start_time": "14:00",
            "hours-0-end_time": "13:00",
        },
    )

    page = read(answer)
    assert page.error_for("hours-0-end_time") == "Choose an end time after 14:00."
    assert page.values["hours-0-end_time"] == "13:00"
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == 0


def test_a_file_that_cannot_be_used_is_refused_beside_its_field(desk: FlaskClient) -> None:
    answer = post(desk, "/organise/vto/cycles/load?lang=en", {"file": (io.BytesIO(b"{"), "cycle.json")})

    assert answer.status_code == 200
    assert read(answer).error_for("file") == "This is not JSON: look at line 1, column 2."


def test_the_command_prints_for_a_program(app: Flask, organisation: Organisation) -> None:
    runner = app.test_cli_runner()

    first = json.loads(runner.invoke(args=["cycles", "load", str(FILE), "--json"]).output)
    again = json.loads(runner.invoke(args=["cycles", "load", str(FILE), "--json"]).output)

    assert [(one["id"], one["state"], one["sessions"]) for one in first["loaded"]] == [
        ("vto-2020-emploi", "published", 3),
        ("vto-2020-10-15", "draft", 1),
        ("onpv-rtes-rncrpv-2021-09-21", "published", 1),
    ]
    assert (len(again["loaded"]), len(again["unchanged"])) == (0, 3)


def test_the_command_says_what_is_wrong(app: Flask, organisation: Organisation, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    runner = app.test_cli_runner()

    assert (
        runner.invoke(args=["cycles", "load", str(broken)]).output
        == "Error: This is not JSON: look at line 1, column 2.\n"
    )
    assert (
        "no organisation is called"
        in runner.invoke(args=["cycles", "load", str(FILE), "--organisation", "x"]).output
    )


def test_half_a_sign_in_a_name_is_told_without_it(desk: FlaskClient) -> None:
    content = b'{"\\ud800 odd": 1, "cycles": [{"id": "a\\udfff", "title_as_published": "Un cycle", "\\udc80": 2, "webinars": []}]}'

    page = post(desk, "/organise/vto/cycles/load", {"file": (io.BytesIO(content), "cycles.json")})
    shown = read(page)
    assert (page.status_code, shown.row("Un cycle").tag, shown.said()[0].endswith(", odd")) == (
        200,
        "tr",
        True,
    )


# an object of ten times the names; a text of ten times the escaped quotation marks, never closed, closed, ended by a backslash
