"""What a server refused for everyone leaves again by one command."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.conftest import NOW
from tests.deliverability.test_again import settle
from tests.registration.conftest import ADA, BELA
from webinars.journal.models import JournalEntry
from webinars.outbox import actions
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("then")
LIST = "554 5.7.1 Your host is on a list"


@pytest.fixture
def refused(signs_up, session):
    """Ada’s and Bela’s mails and one of an account, all refused an hour ago."""
    signs_up(ADA, session)
    signs_up(BELA, session)
    actions.queue(
        "note", recipient="nadia@vto.example.org", language="fr", about_id=1, purpose="note:1", now=NOW
    )
    db.session.commit()
    emails = settle(MailState.FAILED, LIST)
    for email in emails:
        email.attempted_at = NOW - timedelta(hours=1)
    db.session.commit()
    return emails


@pytest.fixture
def retry(app):
    def retry(*args: str):
        with time_machine.travel(NOW, tick=False):
            told = app.test_cli_runner().invoke(args=["outbox", "retry", *args])
        db.session.expire_all()
        return told

    return retry


def states() -> set[MailState]:
    return set(db.session.scalars(select(Email.state)))


def test_all_that_was_refused_since_then_leaves_again_once(retry, refused, outbox):
    first, second = retry("--failed", "--since", "2h"), retry("--failed", "--since", "2h")

    assert (first.exit_code, first.output) == (0, "5 leave again\n")
    assert second.output == "Nothing was refused since then that can be sent again\n"
    assert {(mail.state, mail.attempts, mail.due_at) for mail in outbox()} == {(MailState.QUEUED, 0, NOW)}
    [entry] = db.session.scalars(select(JournalEntry)).all()
    assert (entry.deed, entry.actor) == ("refused mail sent again", "operator")


def test_what_was_refused_before_stays(retry, refused):
    told = retry("--failed", "--since", "30m")

    assert (told.output, states()) == (
        "Nothing was refused since then that can be sent again\n",
        {MailState.FAILED},
    )


@pytest.mark.parametrize("error", ["550 5.1.1 No such user", "550 5.1.2 no domain"])
def test_wrong_addresses_stay(retry, refused, error):
    for email in refused:
        email.last_error = error
    db.session.commit()
    retry("--failed", "--since", "2h")

    assert states() == {MailState.FAILED}


def test_a_marked_address_and_what_came_back_stay(retry, refused, outbox):
    mark_address(ADA.email, reason="5.1.1", now=NOW)
    for email in refused:
        if email.recipient == BELA.email:
            email.state = MailState.BOUNCED
    db.session.commit()
    retry("--failed", "--since", "2h")

    assert {mail.recipient: mail.state for mail in outbox()} == {
        ADA.email: MailState.FAILED,
        BELA.email: MailState.BOUNCED,
        "nadia@vto.example.org": MailState.QUEUED,
    }


@pytest.mark.parametrize("since", ["2", "h", "0h", "-1h", "2 h", "2y", "²h", "999999d"])
def test_a_length_that_is_none_is_refused_with_what_to_write(retry, since):
    told = retry("--failed", f"--since={since}")

    assert (told.exit_code, "write a length such as 30m, 2h or 3d" in told.output) == (2, True)


def test_what_to_send_again_is_said(retry):
    assert "--failed" in retry("--since", "2h").output
    assert retry("--failed").exit_code == 2
