"""Members: invited, given a role, removed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import post, sign_in
from tests.actors import NADIA
from tests.page import read
from webinars.accounts import actions
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.errors import LastAdministrator
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email
from webinars.storage.extensions import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEMBERS = "/organise/vto/settings/members"
INES = {"email": "Ines@vto.example.org", "name": "Inès Aït", "role": "organiser"}


def membership_of(organiser: Organiser) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.organiser_id == organiser.id)).one()


def deeds() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)))


def test_an_administrator_invites_somebody(desk: FlaskClient, outbox: Callable[[], list[Email]]) -> None:
    assert post(desk, MEMBERS, INES).location == MEMBERS

    assert [(mail.kind, mail.recipient) for mail in outbox()] == [
        ("organiser_invitation", "Ines@vto.example.org")
    ]
    assert "Inès Aït" in desk.get(MEMBERS).text
    assert deeds() == ["member invited"]


@pytest.mark.parametrize(
    "wrong", [{"email": "ines@"}, {"name": " "}, {"role": "emperor"}, {"email": "nadia@vto.example.org"}]
)
def test_a_wrong_invitation_is_refused_and_what_was_typed_is_kept(
    desk: FlaskClient, outbox: Callable[[], list[Email]], wrong: dict[str, str]
) -> None:
    typed = {**INES, **wrong}
    answer = post(desk, MEMBERS, typed)

    assert (answer.status_code, outbox()) == (200, [])
    page = read(answer)
    assert len(page.alerts) == 1
    assert [page.values[name] for name in ("email", "name")] == [typed["email"], typed["name"].strip()]


def test_an_invitation_can_be_sent_again_until_it_is_taken(
    desk: FlaskClient, nadia: Organiser, outbox: Callable[[], list[Email]]
) -> None:
    post(desk, MEMBERS, INES)
    invited = db.session.scalars(select(Membership).order_by(Membership.id.desc())).first()
    assert invited is not None
    again = f"{MEMBERS}/{invited.id}/invite"

    assert post(desk, again).status_code == 303
    db.session.get_one(Organiser, invited.organiser_id).password_hash = hash_password(PASSWORD)
    db.session.commit()
    assert post(desk, again).status_code == 409
    assert len(outbox()) == 2


def test_the_last_administrator_stays(desk: FlaskClient, nadia: Organiser, otto: Organiser) -> None:
    address = f"{MEMBERS}/{membership_of(nadia).id}"

    assert [
        post(desk, address, {"role": "organiser"}).status_code,
        post(desk, f"{address}/remove").status_code,
    ] == [409, 409]
    assert membership_of(nadia).role is Role.ADMINISTRATOR


def test_an_administrator_who_never_came_does_not_count(
    organisation: Organisation, nadia: Organiser, otto: Organiser
) -> None:
    membership_of(otto).role = Role.ADMINISTRATOR
    with pytest.raises(LastAdministrator):
        actions.remove_member(membership_of(nadia), by=NADIA, now=NOW)


def test_a_role_changes_at_once(app: Flask, desk: FlaskClient, otto: Organiser) -> None:
    other = sign_in(app.test_client(), otto)
    assert other.get(MEMBERS).status_code == 403

    post(desk, f"{MEMBERS}/{membership_of(otto).id}", {"role": "administrator"})

    assert other.get(MEMBERS).status_code == 200


def test_removing_asks_first_and_then_closes_the_organisation(
    app: Flask, desk: FlaskClient, otto: Organiser
) -> None:
    other = sign_in(app.test_client(), otto)
    address = f"{MEMBERS}/{membership_of(otto).id}/remove"
    assert desk.get(address).status_code == 200
    assert other.get("/organise/vto/settings").status_code == 403

    assert post(desk, address).location == MEMBERS

    assert other.get("/organise/vto/settings").status_code == 404
    assert other.get("/organise/account").status_code == 200


def test_members_of_others_cannot_be_reached(desk: FlaskClient) -> None:
    elsewhere = actions.create_organisation(
        "Réseau Nord", contact="nord@example.org", language="fr", timezone="Europe/Paris", now=NOW
    )
    stranger = actions.add_member(
        elsewhere, email="s@example.org", name="S", role=Role.ORGANISER, language="fr", now=NOW
    )
    db.session.commit()
    address = f"{MEMBERS}/{stranger.id}"

    assert [desk.get(address).status_code, post(desk, f"{address}/remove").status_code] == [404, 404]
    assert [desk.get("/organise/reseau-nord/settings").status_code] == [404]


def test_one_account_may_belong_to_two_organisations(desk: FlaskClient, nadia: Organiser) -> None:
    elsewhere = actions.create_organisation(
        "Réseau Nord", contact="nord@example.org", language="fr", timezone="Europe/Paris", now=NOW
    )
    actions.add_member(
        elsewhere, email=nadia.email, name="Nadia", role=Role.ORGANISER, language="fr", now=NOW
    )
    db.session.commit()
    page = read(desk.get("/organise/"))

    assert {"/organise/vto", "/organise/reseau-nord"} <= set(page.addresses)
    assert desk.get("/organise/reseau-nord/settings").status_code == 403


def test_the_summary_of_errors_follows_the_page(desk: FlaskClient) -> None:
    for address, first, second in (
        ("/organise/vto/settings/members", "name", "email"),
        ("/organise/account/password", "old_password", "password"),
    ):
        fields = list(read(post(desk, address, {})).summary)

        assert fields.index(first) < fields.index(second)
