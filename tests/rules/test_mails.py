"""Every kind of mail has its writer and its three parts."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.rules.sources import TEMPLATES, modules, name_of
from webinars.accounts import actions as accounts
from webinars.accounts import mails as accounts_mails
from webinars.accounts.models import Membership, Organisation, Organiser
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.models import Email
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

COMMAND = "webinars/accounts/cli.py"  # prints the link to whoever runs it
PARTS = ("subject.txt", "body.txt", "body.html")


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_a_mail_has_its_three_parts(kind: str) -> None:
    assert [part for part in PARTS if not (TEMPLATES / "mail" / kind / part).exists()] == []


def test_every_folder_of_a_mail_has_a_writer() -> None:
    folders = {path.parent.name for path in (TEMPLATES / "mail").glob("*/subject.txt")}

    assert folders == set(WRITERS)


def test_every_mail_with_a_one_time_link_is_queued_as_secret(
    app: Flask, organisation: Organisation, nadia: Organiser, outbox: Callable[[], list[Email]]
) -> None:
    """Whoever draws a one-time token for a letter says so when the mail is queued."""
    token = re.compile(rb"/set-password/[A-Za-z0-9_-]{40,}")
    membership = db.session.scalars(select(Membership)).one()
    accounts.ask_for_reset(nadia.email, language="fr", now=NOW)
    accounts.queue_invitation(membership, now=NOW)
    db.session.commit()
    waiting = outbox()
    with only_reading():
        db.session.rollback()
        drawing = {
            mail.kind
            for mail in waiting
            if token.search(WRITERS[mail.kind](mail, Batch([mail], NOW)).as_bytes())
        }
        db.session.rollback()

    assert drawing == {
        kind for kind, writer in WRITERS.items() if writer.__module__ == accounts_mails.__name__
    }
    assert {email.kind for email in outbox() if email.holds_secret} == drawing


def test_only_letters_about_accounts_draw_tokens() -> None:
    drawing = {name_of(path) for path in modules() if "draw_token(" in path.read_text()}

    assert drawing == {"webinars/accounts/mails.py", "webinars/accounts/credentials/tokens.py", COMMAND}
