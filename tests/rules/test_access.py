"""Access belongs to the blueprint: every address says who may call it, and the open ones are listed here."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.accounts.signed_in import sign_in
from webinars.accounts.models import Organiser
from webinars.cycles.models import Cycle
from webinars.web.access import DeclaredBlueprint, OrganiserBlueprint, PublicBlueprint, SignedInBlueprint

# who needs no account: a new address fails until it is added here on purpose
FOR_EVERYBODY = {
    "registration.likely",
    "calendar_help.page",
    "cycles.agenda",
    "cycles.home",
    "cycles.manifest",
    "cycles.session",
    "entrance.forgotten_password",
    "entrance.link_sent",
    "entrance.sign_in",
    "entrance.sign_out",
    "entrance.signed_out",
    "feeds.cycle",
    "feeds.session",
    "health.health",
    "health.service",
    "pages.accent_sheet",
    "pages.icon",
    "pages.picture",
    "pages.robots",
    "privacy.accessibility",
    "privacy.notice",
    "privacy.notices",
    "registration.choice",
    "registration.cycle",
    "registration.form",
    "registration.register",
    "share.cycle",
    "share.organisation",
    "share.session",
}
FOR_THE_HOLDER_OF_A_LINK = {  # the address holds a secret
    "receipts.answered",
    "receipts.correct",
    "receipts.other_address",
    "receipts.send_again",
    "entrance.set_password",
    "entering.enter",
    "entering.answered",
    "entering.page",
    "joining.enter",
    "joining.join",
    "joining.send_page",
    "personal.answer_claims",
    "personal.choices",
    "personal.identity",
    "personal.me",
    "personal.release_withheld",
    "personal.reminders",
    "personal.take",
    "personal.withdraw",
    "personal.withdraw_from_all",
    "personal_feeds.held",
    "personal_feeds.personal",
    "registration.registered",
    "unsubscribing.one_click",
    "unsubscribing.page",
}
SECRETS = {"token", "summary"}  # what only a link that was given holds


def rules(app: Flask) -> list[Rule]:
    """Every address but the static files'."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def blueprint_of(app: Flask, rule: Rule) -> object:
    return app.blueprints.get(rule.endpoint.rpartition(".")[0])


def filled(rule: Rule) -> str:
    """An address of the rule with arguments that exist nowhere."""
    return re.sub(r"<(?:([^:>]+):)?\w+>", lambda found: argument(found.group(1) or "", "nowhere"), rule.rule)


def argument(converter: str, otherwise: str) -> str:
    """A value that the converter of an address lets through."""
    if converter == "int":
        return "1"
    return re.split("[(,)]", converter)[1] if converter.startswith("any(") else otherwise


def test_every_address_declares_who_may_call_it(app: Flask) -> None:
    assert [
        rule.rule for rule in rules(app) if not isinstance(blueprint_of(app, rule), DeclaredBlueprint)
    ] == []


def test_a_view_without_declaration_is_forbidden(whole_app: Flask) -> None:
    from flask import Flask as Bare

    from webinars.web import headers

    bare = Bare("bare")
    bare.config["PUBLIC_URL"] = "http://localhost"
    bare.before_request(headers.refuse_undeclared)
    bare.add_url_rule("/", "page", lambda: "open")

    assert bare.test_client().get("/").status_code == 403


@pytest.mark.parametrize(
    ("blueprint", "address"),
    [(SignedInBlueprint, "/organise/page"), (OrganiserBlueprint, "/organise/vto/page")],
)
def test_without_a_guard_nobody_comes_in(blueprint: type[DeclaredBlueprint], address: str) -> None:
    from flask import Flask as Bare

    bare, pages = Bare("bare"), blueprint("pages", "bare")
    pages.add_url_rule("/page", "page", lambda: "open")
    bare.register_blueprint(pages)

    assert bare.test_client().get(address).status_code == 500


def test_open_addresses_are_listed_one_by_one(app: Flask) -> None:
    open_ones = {
        rule.endpoint: rule.arguments
        for rule in rules(app)
        if not isinstance(blueprint_of(app, rule), OrganiserBlueprint | SignedInBlueprint)
    }

    assert open_ones.keys() == FOR_EVERYBODY | FOR_THE_HOLDER_OF_A_LINK
    assert {endpoint for endpoint, names in open_ones.items() if names & SECRETS} == FOR_THE_HOLDER_OF_A_LINK


def test_nobody_enters_organisers_pages_without_signing_in(
    app: Flask, client: FlaskClient, cycle: Cycle
) -> None:
    guarded = [
        rule
        for rule in rules(app)
        if isinstance(blueprint_of(app, rule), OrganiserBlueprint | SignedInBlueprint)
    ]
    assert guarded

    for rule in guarded:
        if "GET" in (rule.methods or ()):
            answer = client.get(filled(rule).replace("/organise/nowhere", "/organise/vto"))
            assert (rule.rule, answer.status_code) == (rule.rule, 303)
            assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("slug", ["nowhere", "vto"])
def test_foreign_and_missing_organisations_are_both_404(
    app: Flask, client: FlaskClient, slug: str, cycle: Cycle
) -> None:
    from tests.conftest import NOW
    from webinars.storage.extensions import db

    stranger = Organiser(name="Zed", email="zed@example.org", email_key="zed@example.org", created_at=NOW)
    db.session.add(stranger)
    db.session.commit()
    sign_in(client, stranger)

    for rule in rules(app):
        if isinstance(blueprint_of(app, rule), OrganiserBlueprint) and "GET" in (rule.methods or ()):
            address = filled(rule).replace("/organise/nowhere", f"/organise/{slug}")
            assert (rule.rule, client.get(address).status_code) == (rule.rule, 404)


def test_every_post_of_organisers_needs_the_token(app: Flask, desk: FlaskClient, cycle: Cycle) -> None:
    for rule in rules(app):
        blueprint = blueprint_of(app, rule)
        if "POST" in (rule.methods or ()) and not isinstance(blueprint, PublicBlueprint):
            address = filled(rule).replace("/organise/nowhere", "/organise/vto")
            assert (rule.rule, desk.post(address, data={}).status_code) == (rule.rule, 400)


def test_no_post_comes_from_another_site(app: Flask, desk: FlaskClient, cycle: Cycle) -> None:
    for rule in rules(app):
        if "POST" in (rule.methods or ()):
            address = filled(rule)
            foreign = desk.post(address, data={}, headers={"Origin": "https://evil.example"})
            crossing = desk.post(address, data={}, headers={"Sec-Fetch-Site": "cross-site"})
            text = desk.post(address, data="a=b", content_type="text/plain")
            assert (rule.rule, foreign.status_code, crossing.status_code) == (rule.rule, 403, 403)
            assert (rule.rule, text.status_code) == (rule.rule, 415)
