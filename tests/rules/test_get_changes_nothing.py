"""GET and HEAD change nothing, for anybody (security rule 11)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import sign_in
from tests.rules.test_access import argument, rules
from webinars.accounts.models import Organiser
from webinars.cycles.models import Session
from webinars.database import Model
from webinars.extensions import db


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    found = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Model.metadata.sorted_tables
    }
    db.session.rollback()
    return found


def address_of(rule: str, session: Session) -> str:
    """The rule with arguments that exist, where the cast has them."""
    known = {
        "org": "vto",
        "organisation": "vto",
        "organisation_slug": "vto",
        "slug": session.cycle.slug,
        "cycle_slug": session.cycle.slug,
        "cycle": session.cycle.slug,
        "session_slug": session.slug,
        "session": session.slug,
    }
    return re.sub(
        r"<(?:([^:>]+):)?(\w+)>",
        lambda found: known.get(found.group(2)) or argument(found.group(1) or "", "x" * 44),
        rule,
    )


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_no_safe_request_changes_a_row(
    app: Flask, client: FlaskClient, session: Session, nadia: Organiser, is_signed_in: bool
) -> None:
    if is_signed_in:
        sign_in(client, nadia)
    addresses = [address_of(rule.rule, session) for rule in rules(app) if "GET" in (rule.methods or ())]
    before = everything()

    for address in addresses:
        assert client.get(address).status_code < 500
        client.head(address)

    assert everything() == before
