"""What a server refused for everyone leaves again by one command."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.deliverability.test_again import ALL, PAGE, settle
from tests.page import read
from tests.registration.conftest import ADA, BELA
from tests.replies.tray import waiting_letter
from webinars.accounts.models import Membership
from webinars.app.letters import WRITERS
from webinars.deliverability.reasons import JUDGES
from webinars.journal.models import JournalEntry
from webinars.messages.actions import add as write
from webinars.messages.models import Message
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
    assert (entry.deed, entry.actor.name) == ("refused mail sent again", "operator")


def refuse(
    kind: str, about_id: int, cycle_id: int | None = None, recipient: str = "nadia@vto.example.org"
) -> None:
    mail = actions.queue(
        kind, recipient=recipient, language="fr", about_id=about_id, purpose=kind, cycle_id=cycle_id, now=NOW
    )
    mail.state, mail.last_error, mail.attempted_at = MailState.FAILED, LIST, NOW - timedelta(hours=1)
    db.session.commit()


NOTHING = "Nothing was refused since then that can be sent again\n"


@pytest.mark.parametrize("since", ["", "disabled", "removed"])
def test_a_new_password_is_sent_to_an_account_that_is_open(retry, nadia, since):
    refuse("password_reset", nadia.id if since != "removed" else 0)
    nadia.disabled_at = NOW if since == "disabled" else None
    db.session.commit()

    assert retry("--failed", "--since", "2h").output == (NOTHING if since else "1 leave again\n")


@pytest.mark.parametrize("is_member", [True, False])
def test_an_invitation_is_sent_to_who_is_a_member(retry, nadia, is_member):
    membership = db.session.scalars(select(Membership)).one()
    refuse("organiser_invitation", membership.id if is_member else membership.id + 1)

    assert retry("--failed", "--since", "2h").output == ("1 leave again\n" if is_member else NOTHING)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_test_of_a_message_is_sent_while_there_is_the_message(retry, cycle, is_there):
    message = Message(subject="À lire", body="Bonjour", kinds=[])
    write(cycle, message, by=NADIA, now=NOW)
    db.session.flush()
    refuse("message_test", message.id if is_there else message.id + 1)

    assert retry("--failed", "--since", "2h").output == ("1 leave again\n" if is_there else NOTHING)


@pytest.mark.parametrize("since", ["", "handled", "another contact"])
def test_a_letter_is_handed_on_to_the_contact_while_it_waits(
    retry, desk, signs_up, session, organisation, since
):
    signs_up(ADA, session)
    settle(MailState.SENT)
    cycle = session.cycle
    letter = waiting_letter(cycle.id)
    refuse("forwarded_letter", letter.id, cycle.id, recipient=organisation.contact)
    letter.handled_at, letter.handled_by = (NOW, NADIA) if since == "handled" else (None, None)
    organisation.contact = "other@vto.example.org" if since == "another contact" else organisation.contact
    db.session.commit()

    assert ("Send again 1 message" in desk.get(PAGE).text) == (not since)
    assert retry("--failed", "--since", "2h").output == (NOTHING if since else "1 leave again\n")


def test_of_every_mail_it_is_known_whether_it_is_still_said():
    assert set(JUDGES) == set(WRITERS)


def test_the_page_says_what_is_not_sent_again(desk, refused):
    mark_address(ADA.email, reason="5.1.1", now=NOW)
    db.session.commit()
    post(desk, ALL)

    page = read(desk.get(PAGE))
    assert page.notices == [
        "2 messages leave again.",
        "2 messages that did not arrive are not sent again: their addresses are wrong, or what they say does not hold any more.",
    ]


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
            email.state, email.sent_at = MailState.BOUNCED, NOW
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
