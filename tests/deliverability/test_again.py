"""What was refused for another reason than the address leaves again, to the same address, when somebody says so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_session, edit_session, restore_session
from tests.registration.conftest import ADA, BELA, called, written
from webinars.invitations.models import Invitation
from webinars.journal.models import JournalEntry
from webinars.messages.audience import Standing
from webinars.messages.models import Message, MessageState
from webinars.outbox.actions import queue
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email, EmailText, MailState
from webinars.outbox.queue import trouble
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.planning.updates.actions import send
from webinars.registration.actions import withdraw_from_all
from webinars.registration.models import Registrant, Registration
from webinars.reminders.models import ReminderRound
from webinars.storage.extensions import db
from webinars.words.dates import moment_words

pytestmark = pytest.mark.usefixtures("then")
PAGE = "/organise/vto/cycles/emploi/messages/deliveries?lang=en"
ALL = PAGE.replace("?", "/again?")
FULL = "552 5.2.2 Mailbox full"


@pytest.fixture
def ada(signs_up, session) -> Registrant:
    return signs_up(ADA, session).registrant


def again(registrant: Registrant) -> str:
    return PAGE.replace("?", f"/{registrant.public_id}/again?")


def settle(state: MailState, error: str | None = None, *, of: str | None = None) -> list[Email]:
    emails = [
        mail for mail in db.session.scalars(select(Email).order_by(Email.id)) if of in (None, mail.recipient)
    ]
    for mail in emails:
        mail.state, mail.last_error, mail.attempts = state, error, 3
        mail.attempted_at = mail.attempted_at or NOW
        mail.sent_at = NOW if state in (MailState.SENT, MailState.BOUNCED) else None
        mail.lease, mail.leased_until = ("x", NOW) if state is MailState.SENDING else (None, None)
        db.session.merge(EmailText(email_id=mail.id, content=b"what was said then"))
    db.session.commit()
    return emails


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (MailState.FAILED, FULL),
        (MailState.FAILED, "554 5.7.1 Your host is on a list"),
        (MailState.FAILED, "550 No"),
        (MailState.FAILED, "451 4.3.0 for three days"),
        (MailState.BOUNCED, "5.2.2 552 full"),
        (MailState.BOUNCED, "returned without a report"),
    ],
)
def test_a_refused_mail_leaves_again_once_to_the_same_address(desk, ada, outbox, state, error):
    emails = settle(state, error)
    tokens = [mail.bounce_token for mail in emails]
    identities = [(mail.id, mail.message_id, mail.recipient) for mail in emails]
    assert "Send 2 mails again" in desk.get(PAGE).text

    assert [post(desk, again(ada)).status_code for _time in range(2)] == [303, 303]

    mails = outbox()
    assert [(mail.state, mail.attempts, mail.last_error) for mail in mails] == [
        (MailState.QUEUED, 0, None)
    ] * 2
    assert [(mail.id, mail.message_id, mail.recipient) for mail in mails] == identities
    assert not set(tokens) & {mail.bounce_token for mail in mails}
    assert db.session.scalars(select(EmailText)).all() == []  # it is written anew
    assert [one.deed for one in db.session.scalars(select(JournalEntry))] == ["refused mail sent again"]
    page = read(desk.get(PAGE))
    assert page.notices == ["2 messages leave again."]
    assert "Send 2 mails again" not in page.text
    assert [written(mail)["To"].addresses[0].addr_spec for mail in mails] == [ADA.email] * 2


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.SENT, MailState.DROPPED, MailState.WITHHELD])
def test_what_was_not_refused_does_not_leave_again(desk, ada, outbox, state):
    settle(state, FULL)
    post(desk, again(ada))

    assert {mail.state for mail in outbox()} == {state}
    assert db.session.scalars(select(JournalEntry)).all() == []
    assert read(desk.get(PAGE)).notices == ["Nothing was left to send again."]


@pytest.mark.parametrize("error", ["550 5.1.1 No such user", "5.1.10 unknown", "550 5.1.2 no domain"])
def test_what_a_wrong_address_refused_does_not_leave_again(desk, ada, outbox, error):
    settle(MailState.FAILED, error)
    post(desk, again(ada))

    assert ({mail.state for mail in outbox()}, "mail again" in desk.get(PAGE).text) == (
        {MailState.FAILED},
        False,
    )


def test_nothing_leaves_again_to_a_marked_address(desk, ada, outbox):
    settle(MailState.FAILED, FULL)
    mark_address(ADA.email, reason="5.1.1", now=NOW)
    db.session.commit()
    post(desk, again(ada))

    assert {mail.state for mail in outbox()} == {MailState.FAILED}


def test_what_went_to_a_former_address_does_not_leave_again(desk, ada, outbox):
    settle(MailState.FAILED, FULL)
    ada.email, ada.email_key = "ada@city.example.org", "ada@city.example.org"
    db.session.commit()
    post(desk, again(ada))

    assert {mail.state for mail in outbox()} == {MailState.FAILED}


def test_a_calendar_that_was_told_something_newer_is_not_told_the_former_thing(desk, ada, session, outbox):
    settle(MailState.FAILED, FULL)
    week = timedelta(days=7)
    edit_session(session, starts_at=session.starts_at + week, ends_at=session.ends_at + week, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    post(desk, again(ada))

    states = {mail.kind: mail.state for mail in outbox()}
    assert states == {
        "invitation": MailState.FAILED,
        "confirmation": MailState.QUEUED,
        "invitation_update": MailState.QUEUED,
    }


def test_everybodys_leave_again_at_once_and_cost_few_statements(
    desk, cycle, session, signs_up, outbox, count_queries
):
    def cost(number: int) -> int:
        for one in range(number):
            signs_up(called(ADA, "Ada", f"a{number}-{one}@town.example.org"), session)
        settle(MailState.FAILED, "554 5.7.1 On a list")
        with count_queries() as counted:
            assert post(desk, ALL).status_code == 303
        assert {mail.state for mail in outbox()} == {MailState.QUEUED}
        return counted.count

    assert cost(3) == cost(15)
    assert [one.deed for one in db.session.scalars(select(JournalEntry))] == ["refused mail sent again"] * 2


def test_the_page_offers_to_send_everybodys_when_there_are_several(desk, ada, signs_up, session):
    signs_up(BELA, session)
    settle(MailState.SENT)
    assert "that were returned" not in desk.get(PAGE).text
    settle(MailState.FAILED, FULL)

    assert "Send again 4 messages that were returned" in read(desk.get(PAGE)).buttons


def test_another_cycles_person_is_not_found(desk, ada, organisation):
    from webinars.cycles.models import Cycle

    db.session.add(Cycle(organisation=organisation, slug="autre", title="Autre", created_at=NOW))
    db.session.commit()

    assert post(desk, again(ada).replace("/emploi/", "/autre/")).status_code == 404


def test_what_may_have_arrived_is_still_owed_its_cancellation(desk, ada, session, outbox):
    from webinars.registration.actions import withdraw

    settle(MailState.BOUNCED, "5.2.2 full")
    post(desk, again(ada))
    withdraw(db.session.scalars(select(Registration)).one(), now=NOW)
    db.session.commit()

    waiting = [mail.kind for mail in outbox() if mail.state is MailState.QUEUED]
    assert "invitation_cancelled" in waiting
    assert db.session.scalars(select(Invitation.cancelled_at)).one() == NOW


def test_the_page_says_that_our_mail_is_refused_everywhere(desk, ada):
    trouble.begin("554 5.7.1 Your host is on a list", now=NOW)
    db.session.commit()
    page = read(desk.get(PAGE))

    assert (
        "Our mail is refused everywhere: nothing is lost, and nobody’s address is to blame" in page.callouts
    )
    assert (
        "Whoever runs this site is told. The next message tries on Monday 2\u00a0March 2026, 10:01; once one is taken, all of them leave. In the server’s words: 554 5.7.1 Your host is on a list"
        in page.lines
    )


def test_the_page_says_when_mail_that_the_quota_holds_back_goes_on(desk, ada, app, monkeypatch, outbox):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_per_hour=1))
    assert "As much mail as the mail server allows" not in desk.get(PAGE).text
    first, second = outbox()[:2]
    first.state, first.attempted_at, first.sent_at = MailState.SENT, NOW, NOW
    second.state = MailState.QUEUED
    db.session.commit()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        page = read(desk.get(PAGE))

    assert "As much mail as the mail server allows has left" in page.callouts
    goes_on = moment_words((NOW + timedelta(hours=1)).astimezone(ZoneInfo("Europe/Paris")))
    assert f"What waits leaves by itself, from {goes_on} on." in page.lines


@pytest.mark.parametrize("comes_back", ["the session", "the person"])
def test_a_refused_cancellation_of_what_stands_again_does_not_leave(
    desk, ada, signs_up, session, outbox, comes_back
):
    settle(MailState.SENT)
    if comes_back == "the session":
        cancel_session(session, by=NADIA, now=NOW)
        send(session, now=NOW)
    else:
        withdraw_from_all(ada, now=NOW)
    db.session.commit()
    cancellation = outbox()[-1]
    cancellation.state, cancellation.last_error = MailState.FAILED, FULL
    db.session.commit()
    if comes_back == "the session":
        restore_session(session, by=NADIA, now=NOW + timedelta(hours=1))
    else:
        signs_up(ADA, session)
    db.session.commit()

    post(desk, again(ada))

    with pytest.raises(ReasonGone):
        written(db.session.get(Email, cancellation.id))


def test_who_waits_is_not_told_again_of_a_cancellation_that_was_taken_back(
    desk, ada, signs_up, session, outbox
):
    session.capacity = 1
    db.session.commit()
    bela = signs_up(BELA, session).registrant
    settle(MailState.SENT)
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    [news] = [mail for mail in outbox() if mail.kind == "session_news"]
    settle(MailState.FAILED, FULL, of=BELA.email)
    restore_session(session, by=NADIA, now=NOW + timedelta(hours=1))
    db.session.commit()

    post(desk, again(bela))

    with pytest.raises(ReasonGone):
        written(db.session.get(Email, news.id))


def nothing_to_send_again(desk, person):
    """Nothing is offered for this person, and whoever presses an old button is not told that a mail leaves."""
    offered = "mail again" in desk.get(PAGE).text
    post(desk, again(person))
    return (offered, "Nothing was left to send again." in desk.get(PAGE).text) == (False, True)


def refuse_one(kind: str) -> None:
    """The last mail of this kind was refused, and all others have left."""
    settle(MailState.SENT)
    mail = db.session.scalars(select(Email).where(Email.kind == kind).order_by(Email.id.desc())).first()
    assert mail is not None
    mail.state, mail.last_error, mail.sent_at = MailState.FAILED, FULL, None
    db.session.commit()


@pytest.mark.parametrize("kind", ["invitation", "confirmation"])
def test_what_was_given_back_since_is_neither_offered_nor_counted(desk, ada, kind):
    refuse_one(kind)
    assert "Send 1 mail again" in desk.get(PAGE).text
    withdraw_from_all(ada, now=NOW)
    db.session.commit()

    assert nothing_to_send_again(desk, ada)


def test_a_cancellation_that_was_taken_back_is_neither_offered_nor_counted(desk, ada, session):
    settle(MailState.SENT)
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    refuse_one("invitation_cancelled")
    assert "Send 1 mail again Ada Lovelace" in read(desk.get(PAGE)).buttons
    restore_session(session, by=NADIA, now=NOW + timedelta(hours=1))
    db.session.commit()

    assert nothing_to_send_again(desk, ada)


def test_news_that_was_taken_back_is_neither_offered_nor_counted(desk, ada, signs_up, session):
    session.capacity = 1
    db.session.commit()
    bela = signs_up(BELA, session).registrant
    settle(MailState.SENT)
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    refuse_one("session_news")
    assert "Send 1 mail again Béla Bartók" in read(desk.get(PAGE)).buttons
    restore_session(session, by=NADIA, now=NOW + timedelta(hours=1))
    db.session.commit()

    assert nothing_to_send_again(desk, bela)


def about(registrant: Registrant, kind: str, about_id: int, **facts: Any) -> None:
    queue(
        kind,
        recipient=registrant.email or "",
        language="en",
        about_id=about_id,
        purpose=f"{kind}:1",
        now=NOW,
        cycle_id=registrant.cycle_id,
        **facts,
    )
    db.session.commit()
    refuse_one(kind)


@pytest.mark.parametrize("since", ["moved", "withdrawn", "muted", "cancelled"])
def test_a_reminder_of_what_is_no_more_is_neither_offered_nor_counted(desk, ada, session, since):
    held = db.session.scalars(select(Registration)).one()
    starts_at = session.starts_at
    db.session.add(ReminderRound(session_id=session.id, minutes=60, starts_at=starts_at, left_at=NOW))
    facts = {"minutes": 60, "starts_at": starts_at.isoformat()}
    about(ada, "reminder", held.id, details=facts, can_be_silenced=True)
    assert "Send 1 mail again" in desk.get(PAGE).text
    if since == "moved":
        week = timedelta(days=7)
        edit_session(session, starts_at=starts_at + week, ends_at=session.ends_at + week, now=NOW)
    elif since == "withdrawn":
        withdraw_from_all(ada, now=NOW)
    elif since == "muted":
        ada.muted_at = NOW
    else:
        cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()

    assert nothing_to_send_again(desk, ada)


def test_a_mail_that_came_too_late_is_neither_offered_nor_counted(desk, ada):
    settle(MailState.FAILED, FULL)
    for mail in db.session.scalars(select(Email)):
        mail.not_after = NOW
    db.session.commit()

    assert nothing_to_send_again(desk, ada)


def test_a_message_to_a_group_one_has_left_is_neither_offered_nor_counted(desk, ada, cycle):
    message = Message(
        cycle_id=cycle.id,
        standing=Standing.CONFIRMED,
        subject="Room",
        body="Room",
        state=MessageState.SENT,
        created_at=NOW,
        created_by=NADIA,
        changed_at=NOW,
        decided_by=NADIA,
        sent_at=NOW,
    )
    db.session.add(message)
    db.session.commit()
    about(ada, "message", ada.id, details={"message": message.id}, can_be_silenced=True)
    assert "Send 1 mail again Ada Lovelace" in read(desk.get(PAGE)).buttons
    withdraw_from_all(ada, now=NOW)
    db.session.commit()

    assert nothing_to_send_again(desk, ada)
