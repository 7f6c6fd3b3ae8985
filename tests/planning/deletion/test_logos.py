"""The logos of a cycle go with it; never one that is shown elsewhere."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from config import Settings
from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import read
from tests.planning.deletion.test_deleting import A_WHILE, asked, go, is_there
from tests.planning.typed import WORKSPACE
from tests.web.test_pictures import drawn
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Partner, Session
from webinars.cycles.states import CycleState
from webinars.planning.deletion import actions
from webinars.planning.deletion.chores import clear_pictures
from webinars.storage.extensions import db
from webinars.web.pictures import keep_picture

Logo = Callable[..., Path]


@pytest.fixture
def storage(app: Flask, tmp_path: Path) -> Path:
    """A folder of its own for the pictures of this test."""
    settings: Settings = replace(app.config["SETTINGS"], folder=tmp_path)
    app.config["SETTINGS"] = settings  # ends with the test
    return settings.storage


@pytest.fixture
def logo(storage: Path) -> Logo:
    """`logo(cycle, width=40)`: the file of a logo beside a partner of the cycle, another one for each width."""

    def add(cycle: Cycle, *, width: int = 40) -> Path:
        digest = keep_picture(drawn(size=(width, 40)))
        db.session.add(Partner(cycle_id=cycle.id, name="Réseau ESS", logo=digest))
        db.session.commit()
        return storage / digest

    return add


@pytest.fixture
def other(organisation: Organisation, cycle: Cycle) -> Cycle:
    cycle = Cycle(
        organisation=organisation, slug="autre", title="Autre", state=CycleState.DRAFT, created_at=NOW
    )
    db.session.add(cycle)
    db.session.commit()
    return cycle


def stored(storage: Path) -> set[str]:
    return {path.name for path in storage.iterdir()}


def test_logos_go_with_the_data_and_not_before(
    desk: FlaskClient, cycle: Cycle, session: Session, storage: Path, logo: Logo
) -> None:
    files = {logo(cycle).name, logo(cycle, width=50).name}
    asked(desk)
    assert stored(storage) == files

    assert (go(A_WHILE), is_there(), stored(storage)) == (1, False, set())


def test_what_is_shown_elsewhere_stays(
    desk: FlaskClient,
    organisation: Organisation,
    cycle: Cycle,
    other: Cycle,
    session: Session,
    storage: Path,
    logo: Logo,
) -> None:
    own, shared, theirs = logo(cycle), logo(cycle, width=50), logo(cycle, width=60)
    logo(other, width=50)
    organisation.logo = theirs.name
    db.session.commit()
    asked(desk)

    assert go(A_WHILE) == 1
    assert stored(storage) == {shared.name, theirs.name}
    assert not own.exists()


def test_a_file_that_is_missing_keeps_no_data(
    desk: FlaskClient, cycle: Cycle, session: Session, storage: Path, logo: Logo
) -> None:
    logo(cycle).unlink()
    asked(desk)

    assert (go(A_WHILE), is_there()) == (1, False)


def test_a_file_that_cannot_be_removed_keeps_no_data_either(
    desk: FlaskClient, cycle: Cycle, session: Session, storage: Path, logo: Logo
) -> None:
    stuck = logo(cycle)
    stuck.unlink()
    stuck.mkdir()
    asked(desk)

    assert (go(A_WHILE), is_there()) == (1, False)


def test_where_the_data_stays_logos_do(
    desk: FlaskClient, cycle: Cycle, session: Session, storage: Path, logo: Logo
) -> None:
    file = logo(cycle)
    asked(desk)

    assert actions.finish(cycle.id, settles=timedelta(), storage=storage, now=NOW + A_WHILE)
    db.session.rollback()
    db.session.commit()

    assert file.exists()


def test_a_draft_goes_with_its_logos(desk: FlaskClient, other: Cycle, storage: Path, logo: Logo) -> None:
    logo(other)

    assert post(desk, "/organise/vto/cycles/autre/remove", {}).status_code == 303
    assert stored(storage) == set()


def test_pictures_nothing_shows_go_after_eight_days(
    organisation: Organisation, cycle: Cycle, storage: Path, logo: Logo
) -> None:
    shown, unsaved, fresh = logo(cycle), *(storage / keep_picture(drawn(size=(w, 40))) for w in (50, 60))
    note = storage / "secret_key"
    note.write_text("not a picture")
    for file, days in ((shown, 9), (unsaved, 9), (fresh, 7), (note, 9)):
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(file, (at, at))

    assert clear_pictures(NOW, current_app.config["SETTINGS"]) == 1
    assert stored(storage) == {shown.name, fresh.name, note.name}
    assert clear_pictures(NOW, current_app.config["SETTINGS"]) == 0


def test_a_picture_that_is_sent_again_is_as_new(storage: Path) -> None:
    old = storage / keep_picture(drawn())
    at = (NOW - timedelta(days=9)).timestamp()
    os.utime(old, (at, at))

    keep_picture(drawn())

    assert clear_pictures(NOW, current_app.config["SETTINGS"]) == 0


def test_a_logo_that_went_while_a_form_was_open_is_said_once(
    desk: FlaskClient, cycle: Cycle, storage: Path, logo: Logo
) -> None:
    file = logo(cycle)
    partner = {"title": "T", "partners-0-name": "Réseau ESS", "partners-0-role": "partner"}
    file.unlink()

    settings = f"{WORKSPACE}/settings?lang=en"
    page = read(post(desk, settings, partner | {"partners-0-logo": file.name, "summary": "Nouveau"}))
    assert page.error_for("partners-0-picture") == (
        "This logo is no longer there: choose it again, or save without it."
    )
    assert page.values["partners-0-logo"] == ""


def test_a_logo_of_the_organisation_that_went_is_said_too(desk: FlaskClient, storage: Path) -> None:
    gone = keep_picture(drawn())
    (storage / gone).unlink()

    page = read(post(desk, "/organise/vto/settings?lang=en", {"logo-kept": gone, "logo-shown": "none"}))

    assert page.error_for("logo-file").startswith("This logo is no longer there")
