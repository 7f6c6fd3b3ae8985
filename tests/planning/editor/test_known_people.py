"""People of earlier sessions, taken over into another one; documents where there is a time for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import OTTO
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.typed import SESSION, WORKSPACE
from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Cycle, Resource, Session
from webinars.cycles.states import ContributorKind
from webinars.storage.extensions import db

NEW = f"{WORKSPACE}/sessions/new?lang=en"
HERE = f"{WORKSPACE}/sessions/achats-responsables?lang=en"
ADA = {
    "kind": ContributorKind.TEAM,
    "name": "Ada Martin",
    "role": "co-directrice",
    "organisation": "la MedNum",
    "email": "ada@example.org",
}


@pytest.fixture
def ada(session: Session) -> Contributor:
    """Who ran the session, as last entered: her name was known before, with another role."""
    before = Contributor(session_id=session.id, **ADA | {"role": "stagiaire"})
    db.session.add(before)
    db.session.flush()
    ada = Contributor(session_id=session.id, **ADA)
    db.session.add(ada)
    db.session.commit()
    return ada


def offered(page: Page) -> list[str]:
    return [one.text for part in page.all("select", name="known") for one in part.all("option")][1:]


def test_whoever_is_chosen_is_taken_over_with_all_that_is_known(
    desk: FlaskClient, cycle: Cycle, ada: Contributor
) -> None:
    assert offered(read(desk.get(NEW))) == ["Ada Martin, co-directrice, la MedNum"]

    page = read(post(desk, NEW, SESSION | {"take": "yes", "known": str(ada.id)}))

    told = {f"contributors-0-{name}": str(value) for name, value in ADA.items()}
    assert {name: page.values[name] for name in told} == told
    assert page.values["title"] == SESSION["title"]
    assert offered(page) == []
    assert post(desk, NEW, SESSION | told).status_code == 303
    [session] = db.session.scalars(select(Session).where(Session.slug != "achats-responsables"))
    [kept] = db.session.scalars(select(Contributor).where(Contributor.session_id == session.id))
    assert {name: getattr(kept, name) for name in ADA} == ADA


def test_whoever_the_session_names_is_not_offered(desk: FlaskClient, ada: Contributor) -> None:
    assert offered(read(desk.get(HERE))) == []


@pytest.mark.parametrize("known", ["", "0", "9" * 30, "x\0<b>"])
def test_nobody_chosen_is_said_beside_the_list(
    desk: FlaskClient, cycle: Cycle, ada: Contributor, known: str
) -> None:
    page = read(post(desk, NEW, SESSION | {"take": "yes", "known": known}))

    assert page.error_for("known") == "Choose a person of the list."
    assert "contributors-0-name" not in page.values


def test_people_of_another_organisation_are_neither_offered_nor_taken(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Contributor
) -> None:
    other = Organisation(slug="onpv", name="ONPV", short_name="ONPV", contact="a@example.org", created_at=NOW)
    db.session.add(other)
    db.session.flush()
    foreign = Cycle(organisation=other, slug="autre", title="Autre", created_at=NOW)
    db.session.add(foreign)
    db.session.flush()
    session.cycle_id = foreign.id
    db.session.commit()

    page = read(post(desk, NEW, SESSION | {"take": "yes", "known": str(ada.id)}))

    assert offered(page) == []
    assert "contributors-0-name" not in page.values
    assert page.error_for("known") == "Choose a person of the list."


def test_as_many_people_as_there_is_room_for(desk: FlaskClient, cycle: Cycle, ada: Contributor) -> None:
    full = {
        f"contributors-{number}-{name}": value
        for number in range(20)
        for name, value in {
            "kind": "speaker",
            "name": f"Bela {number}",
            "role": "",
            "organisation": "",
            "email": "",
        }.items()
    }

    page = read(post(desk, NEW, SESSION | full | {"take": "yes", "known": str(ada.id)}))

    assert "contributors-20-name" not in page.values
    assert "Ada Martin" not in page.text


def documents(desk: FlaskClient) -> bool:
    return "Documents and replay" in read(desk.get(HERE)).headings


def test_documents_are_asked_for_once_the_session_is_over_or_has_some(
    desk: FlaskClient, session: Session, add_session: Callable[..., Session]
) -> None:
    assert not documents(desk)

    db.session.add(
        Resource(
            cycle_id=session.cycle_id, session_id=session.id, label="Support", url="https://a.example.org"
        )
    )
    db.session.commit()
    assert documents(desk)

    db.session.query(Resource).delete()
    session.starts_at, session.ends_at = NOW - timedelta(days=2), NOW - timedelta(days=1)
    db.session.commit()
    assert documents(desk)


def test_saving_while_documents_are_not_shown_leaves_those_somebody_added_meanwhile(
    desk: FlaskClient, session: Session
) -> None:
    shown = read(desk.get(HERE)).values["shown"]
    db.session.add(
        Resource(
            cycle_id=session.cycle_id, session_id=session.id, label="Support", url="https://a.example.org"
        )
    )
    session.count_edit(["resources"], by=OTTO, now=NOW)
    db.session.commit()

    post(desk, HERE, SESSION | {"shown": shown, "subtitle": "Nouveau"})

    db.session.expire_all()
    assert session.subtitle == "Nouveau"
    assert [one.label for one in db.session.scalars(select(Resource))] == ["Support"]
