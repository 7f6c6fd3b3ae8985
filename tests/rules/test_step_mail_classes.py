"""The step that tells classes of mail apart keeps what waits, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
KINDS = "SELECT kind, recipient FROM email ORDER BY id"
URGENCIES = "SELECT kind, urgency FROM email ORDER BY id"


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with a mail of each class that waits."""
    upgrade(revision="0019")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        for kind in ("message", "confirmation", "reminder"):
            facts = {"purpose": kind, "message_id": f"<{kind}@example.org>", "state": "queued"}
            add(connection, "email", kind=kind, recipient=f"{kind}@town.fr", **facts)
    return empty


def test_mail_that_waits_has_the_class_of_its_kind(before: Flask) -> None:
    kept = rows(KINDS)
    upgrade(revision="0019")

    assert rows(URGENCIES) == [("message", 3), ("confirmation", 1), ("reminder", 2)]
    downgrade(revision="-1")
    assert rows(KINDS) == kept
    upgrade(revision="0019")
    assert rows(URGENCIES) == [("message", 3), ("confirmation", 1), ("reminder", 2)]
