"""The demonstration shows real cycles as published, and figures that are those of the worked example."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from config import ROOT, Settings
from tests.conftest import NOW
from webinars.accounts.actions import organiser_with
from webinars.accounts.models import Organisation
from webinars.capitalisation.cli import summary
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.demonstration.account import EMAIL, password
from webinars.demonstration.cli import is_needed, load_demonstration
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db

DATA = ROOT / "tests/data"


@pytest.fixture
def demonstration(app: Flask, settings: Settings) -> Organisation:
    organisation = load_demonstration(settings=settings, now=NOW)
    db.session.commit()
    return organisation


def cycle(slug: str) -> Cycle:
    return db.session.scalars(select(Cycle).where(Cycle.slug == slug)).one()


def test_the_figures_are_those_of_the_worked_example(demonstration: Organisation) -> None:
    expected = json.loads((DATA / "expected.json").read_text())["cycle"]["after_decisions"]

    assert summary(cycle_counts(cycle("demo"), now=NOW)) == {
        **expected,
        "pending_review": 0,
        "lines_to_decide": 0,
    }


def test_the_real_cycle_of_three_webinars_stands_by_date(demonstration: Organisation) -> None:
    found = db.session.scalars(
        select(Session)
        .join(Cycle)
        .where(Cycle.source_id == "vto-2020-emploi", Cycle.state == CycleState.PUBLISHED)
        .order_by(Session.starts_at)
    ).all()

    assert [session.local_start.isoformat() for session in found] == [
        "2020-11-17T10:00:00+01:00",
        "2020-11-26T10:00:00+01:00",
        "2020-12-08T10:00:00+01:00",
    ]


def test_the_event_without_an_hour_is_a_draft_and_the_one_of_2021_is_not(demonstration: Organisation) -> None:
    states = dict(db.session.execute(select(Cycle.source_id, Cycle.state)).all())

    assert states["vto-2020-10-15"] is CycleState.DRAFT
    assert states["onpv-rtes-rncrpv-2021-09-21"] is CycleState.PUBLISHED


def test_one_signs_in_with_the_printed_password(demonstration: Organisation) -> None:
    assert organiser_with(EMAIL, password()) is not None
    assert organiser_with(EMAIL, "another password altogether") is None


def test_the_coming_cycle_has_a_full_session_and_somebody_waiting(demonstration: Organisation) -> None:
    counted = db.session.execute(
        select(Registration.state, func.count())
        .join(Session)
        .where(Session.slug == "insertion-activite-economique")
        .group_by(Registration.state)
    )

    assert dict(counted.all()) == {RegistrationState.CONFIRMED: 3, RegistrationState.WAITLISTED: 1}


def test_it_is_loaded_into_an_empty_instance_only(demonstration: Organisation, app: Flask) -> None:
    before = db.session.scalar(select(func.count()).select_from(Cycle))

    printed = app.test_cli_runner().invoke(args=["demonstration", "load"])

    assert not is_needed()
    assert password() in printed.output
    assert db.session.scalar(select(func.count()).select_from(Cycle)) == before


def test_it_is_refused_where_real_people_come(app: Flask) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mode="service")
    refused = app.test_cli_runner().invoke(args=["demonstration", "load"])

    assert refused.exit_code == 1
    assert refused.output == (
        "Error: Real people use this instance: the demonstration is not for service mode.\n"
    )
    assert is_needed()


def test_its_public_pages_answer(demonstration: Organisation, client: FlaskClient) -> None:
    slugs = db.session.scalars(select(Cycle.slug).where(Cycle.state == CycleState.PUBLISHED)).all()

    assert [client.get(f"/vto/{slug}").status_code for slug in slugs] == [200] * len(slugs)
