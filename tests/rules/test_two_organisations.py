"""What belongs to another organisation is not found, by nobody and by no way, and never changes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from config import Settings
from tests.accounts.signed_in import post, sign_in
from tests.actors import OTTO
from tests.attendance.conftest import demo_1, zoom
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.page import read
from tests.replies.tray import waiting_letter
from tests.rules.test_access import SECRETS, argument, blueprint_of, rules
from tests.rules.test_get_changes_nothing import everything
from webinars import clock
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.actors import Actor
from webinars.attendance import actions, queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.imports.uploads import StoredUploads
from webinars.cycles.models import Session
from webinars.messages import actions as writing
from webinars.messages.audience import Standing
from webinars.messages.models import Message
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import JOIN, ME
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, PublicBlueprint
from webinars.web.links import personal_token

__all__ = ["demo_1", "zoom"]

LOOSE = {"step", "minutes"}  # of no organisation
OVER = {
    "planning.enlarge_session",  # has no page once the session is over
    "incoming.tray",  # is for the operator where there are several organisations
}
DnsResolver = dict[str, str]


@dataclass
class Two:
    """The names in addresses of everything two organisations have, and who works in the second."""

    theirs: DnsResolver
    ours: DnsResolver
    zed: Organiser
    ada: Registrant  # registered with us


def names_of(session: Session, settings: Settings, content: bytes, member: Membership) -> DnsResolver:
    """What stands in addresses for the objects of this session."""
    digest = StoredUploads(settings.storage).keep(session, content, now=clock.now())
    counted = actions.count_heads(session, 3, label="Salle", by=OTTO, now=NOW)
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Bonjour")
    writing.add(session.cycle, message, by=OTTO, now=NOW)
    db.session.commit()
    report, person = (
        queries.reports_of(session)[0],
        db.session.scalars(
            select(Registrant).where(Registrant.cycle_id == session.cycle_id).order_by(Registrant.id)
        ).first(),
    )
    assert person is not None
    return {
        "number": str(waiting_letter(session.cycle_id).id),
        "org": session.cycle.organisation.slug,
        "slug": session.cycle.slug,
        "session_slug": session.slug,
        "session_id": session.public_id,
        "digest": digest,
        "minutes": "1440",
        "report_id": report.public_id,
        "line_id": queries.lines_of(session)[0].public_id,
        "headcount_id": str(counted.id),
        "public_id": person.public_id,
        "member_id": str(member.id),
        "message_id": message.public_id,
    }


@pytest.fixture
def two(
    demo_1: Session,
    zoom: bytes,
    otto: Organiser,
    settings: Settings,
    add_session: Callable[..., Session],
) -> Two:
    imports_actions.apply_report(demo_1, zoom, file_name="zoom.csv", by=OTTO, now=NOW)
    membership = db.session.scalars(select(Membership).where(Membership.organiser_id == otto.id)).one()
    theirs = names_of(demo_1, settings, zoom + b"\n", membership)

    nord = Organisation(
        slug="nord", name="Réseau Nord", short_name="Nord", contact="c@nord.org", created_at=NOW
    )
    zed = Organiser(name="Zed", email="zed@nord.org", email_key="zed@nord.org", created_at=NOW)
    member = Membership(organisation=nord, organiser=zed, role=Role.ADMINISTRATOR, created_at=NOW)
    cycle = published_cycle(nord, "logement", now=NOW)
    db.session.add_all([zed, member])
    db.session.commit()
    session = add_session(
        cycle, "la-nuit", starts_at=demo_1.starts_at, ends_at=demo_1.ends_at, day=demo_1.day
    )
    ada = Registrant(
        cycle_id=cycle.id,
        first_name="Ada",
        last_name="Lovelace",
        email="ada@example.org",
        email_key="ada@example.org",
        created_at=NOW,
        changed_at=NOW,
    )
    db.session.add(
        Registration(
            registrant=ada,
            session=session,
            state=RegistrationState.CONFIRMED,
            created_at=NOW,
            confirmed_at=NOW,
        )
    )
    imports_actions.apply_report(session, zoom, file_name="zoom.csv", by=Actor(None, "Zed"), now=NOW)
    return Two(theirs, names_of(session, settings, zoom + b"\n\n", member), zed, ada)


def filled(rule: Rule, names: DnsResolver) -> str:
    """The address of the rule with these names; a token stays what it is given as."""
    return re.sub(
        r"<(?:([^:>]+):)?(\w+)>",
        lambda found: names.get(found.group(2)) or argument(found.group(1) or "", "nowhere"),
        rule.rule,
    )


def mixtures(rule: Rule, two: Two) -> Iterator[str]:
    """The rule with our names up to some place, and theirs from there on."""
    arguments = [name for name in re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule) if name not in LOOSE]
    for place in range(len(arguments)):
        yield filled(rule, two.theirs | {name: two.ours[name] for name in arguments[:place]})


def organisers(app: Flask) -> list[Rule]:
    return [rule for rule in rules(app) if isinstance(blueprint_of(app, rule), OrganiserBlueprint)]


def answers(client: FlaskClient, rule: Rule, address: str) -> dict[str, int]:
    """What each way of asking is answered with."""
    found = {}
    for method in sorted((rule.methods or set()) & {"GET", "POST"}):
        answer = client.get(address) if method == "GET" else post(client, address, {"confirm": "yes"})
        found[f"{method} {address}"] = answer.status_code
    return found


def test_our_own_objects_are_found(app: Flask, two: Two) -> None:
    desk = sign_in(app.test_client(), two.zed)

    found = {
        (rule.endpoint, desk.get(filled(rule, two.ours)).status_code)
        for rule in organisers(app)
        if "GET" in (rule.methods or ())
    }

    assert {one for one in found if one[1] not in (200, 303)} == {(endpoint, 404) for endpoint in OVER}


def test_each_name_of_no_organisation_stands_in_an_address(app: Flask) -> None:
    assert {name for rule in organisers(app) for name in rule.arguments} >= LOOSE


def test_an_organiser_finds_nothing_of_another_organisation(app: Flask, two: Two) -> None:
    desk = sign_in(app.test_client(), two.zed)
    before = everything()

    found: dict[str, int] = {}
    for rule in organisers(app):
        for address in mixtures(rule, two):
            found |= answers(desk, rule, address)

    assert len(found) > 100
    assert {ask: code for ask, code in found.items() if code != 404} == {}
    assert everything() == before


def test_a_form_cannot_name_somebody_of_another_organisation(app: Flask, two: Two) -> None:
    desk = sign_in(app.test_client(), two.zed)
    before, at = everything(), "/organise/nord/cycles/logement/sessions/la-nuit/attendance"

    foreign = two.theirs["public_id"]
    ticked = post(desk, f"{at}/tick", {"tick": f"{foreign}:present"})
    matched = post(desk, f"{at}/review/{two.ours['line_id']}", {"decision": f"person:{foreign}"})
    withdrawn = post(
        desk,
        f"/organise/nord/cycles/logement/people/{foreign}/withdraw",
        {"sessions": two.theirs["session_slug"]},
    )

    assert (ticked.status_code, matched.status_code, withdrawn.status_code) == (400, 400, 404)
    assert everything() == before


def test_nobody_finds_a_cycle_or_session_under_another_organisation(
    app: Flask, client: FlaskClient, two: Two
) -> None:
    before, found = everything(), {}
    for rule in rules(app):
        public = isinstance(blueprint_of(app, rule), PublicBlueprint) and not SECRETS & rule.arguments
        if public and "slug" in rule.arguments and "GET" in (rule.methods or ()):
            for address in [*mixtures(rule, two)][1:]:  # theirs under their own name is public
                found[address] = client.get(address, follow_redirects=True).status_code
                found[f"POST {address}"] = client.post(address, data={}).status_code

    assert found
    assert set(found.values()) <= {404, 405}
    assert {code for ask, code in found.items() if "POST" not in ask or "register" in ask} == {404}
    assert everything() == before


def test_nobody_changes_or_sees_anything_behind_the_sign_in(
    app: Flask, client: FlaskClient, two: Two
) -> None:
    before, found = everything(), {}
    for rule in organisers(app):
        address = filled(rule, two.theirs)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.get(address) if method == "GET" else client.post(address, data={})
            found[f"{method} {address}"] = answer.status_code, answer.headers.get("Location", "")[:8]

    # without an account no form is read and no page is shown but the one to sign in
    assert {told for ask, told in found.items() if ask.startswith("GET")} == {(303, "/sign-in")}
    assert {told for ask, told in found.items() if ask.startswith("POST")} == {(403, "")}
    assert everything() == before


def token_of(registrant: Registrant, kind: str) -> str:
    return personal_token(kind, registrant.public_id, registrant.token_version)


def test_the_link_of_an_attendee_opens_nothing_of_another_organisation(
    app: Flask, client: FlaskClient, two: Two
) -> None:
    page = read(client.get(f"/me/{token_of(two.ada, ME)}"))
    form = {"form_token": page.values["form_token"]}
    assert form["form_token"]
    before, found = everything(), {}
    for rule in rules(app):
        if not {"token", "session_id"} <= rule.arguments:
            continue
        kind = JOIN if rule.endpoint.startswith("joining.") else ME
        address = filled(rule, two.theirs | {"token": token_of(two.ada, kind)})
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.get(address) if method == "GET" else client.post(address, data=form)
            found[f"{method} {address}"] = answer.status_code

    assert found
    assert set(found.values()) == {404}
    assert everything() == before


def test_the_link_of_an_attendee_opens_no_desk(app: Flask, client: FlaskClient, two: Two) -> None:
    token = token_of(two.ada, ME)
    client.get(f"/me/{token}")

    assert client.get("/organise/nord").location.startswith("/sign-in")
    assert client.get(f"/organise/nord?token={token}").location.startswith("/sign-in")
