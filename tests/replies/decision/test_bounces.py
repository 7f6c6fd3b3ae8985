"""Mail that came back: found by its token first, and what it does to the address."""

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.outbox.conftest import delivery, server, sink, watch  # noqa: F401
from tests.page import read
from tests.registration.conftest import ADA as PERSON
from tests.replies.samples import ADA, OURS, exchange_report, report
from webinars.invitations.models import Invitation
from webinars.outbox.actions import send_again
from webinars.outbox.identity import bounce_address
from webinars.outbox.models import AddressMark, Email, MailState
from webinars.outbox.queue.blocked_addresses import clear_mark, is_marked, mark_address
from webinars.outbox.reasons import reason_words
from webinars.registration.address_change import readdress
from webinars.registration.models import Registrant
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

Mails = Callable[..., Email]


def to(email: Email) -> str:
    return bounce_address(email.bounce_token, "example.org")


@pytest.mark.parametrize("shape", [report, exchange_report])
@pytest.mark.parametrize("found_by", ["token", "delivered to", "upper case", "message id"])
def test_an_address_that_does_not_exist_is_marked_at_once(shape, found_by: str, ours, comes) -> None:
    facts = {
        "token": {"to": to(ours), "recipient": "alias@elsewhere.example.net"},
        "delivered to": {"to": OURS, "recipient": "alias@elsewhere.example.net"},
        "upper case": {"to": to(ours).upper(), "recipient": "alias@elsewhere.example.net"},
        "message id": {"to": OURS, "recipient": "alias@elsewhere.example.net", "about": ours.message_id},
    }[found_by]
    content = shape(**facts)
    if found_by == "delivered to":
        content = f"Delivered-To: {to(ours)}\r\n".encode() + content

    incoming = comes(content)
    [returned] = db.session.scalars(select(Email).where(Email.state == MailState.BOUNCED))

    assert returned == ours
    assert (incoming.verdict, incoming.needs_person, incoming.cycle_id) == (
        Verdict.RETURNED,
        True,
        ours.cycle_id,
    )
    assert (is_marked(ADA), is_marked(ADA.upper())) == (True, True)
    assert returned.last_error.startswith("5.1.1")
    assert reason_words(returned.last_error) == "cette adresse n’existe pas."
    assert comes(content) is None


@pytest.mark.parametrize("status", ["5.1.1", "5.2.2"])
def test_a_report_that_only_names_somebody_waits_for_a_person_and_marks_nothing(
    status: str, ours, desk, comes
) -> None:
    kept = [
        comes(report(to=OURS, recipient=ADA.upper(), status=status, words=f"smtp; no {one}", message_id=one))
        for one in ("<r1@mx.example>", "<r2@mx.example>", "<r3@mx.example>", "<r4@mx.example>")
    ]
    db.session.refresh(ours)

    assert {(one.verdict, one.needs_person, one.cycle_id) for one in kept} == {
        (Verdict.OTHER_REPORT, True, ours.cycle_id)
    }
    assert (ours.state, is_marked(ADA), db.session.scalars(select(AddressMark)).all()) == (
        MailState.SENT,
        False,
        [],
    )
    page = read(desk.get("/organise/vto/cycles/emploi/messages/answers?lang=en"))
    said = "A delivery report says that mail to this address comes back, but nothing in it proves"
    assert [one.startswith(said) for one in page.headings].count(True) == 4
    done = "Nothing was marked or counted, mail still goes there. If it repeats, ask the person for the right address."
    assert page.lines.count(done) == 4


def test_a_token_or_an_identity_that_is_not_ours_proves_nothing(ours, comes) -> None:
    incoming = comes(report(to=bounce_address("0" * 32, "example.org"), about="<other@example.org>"))

    assert (incoming.verdict, incoming.needs_person, is_marked(ADA)) == (Verdict.OTHER_REPORT, True, False)


def test_proof_of_one_mail_marks_nobody_else(ours, further, comes) -> None:
    own = further(1, recipient="mallory@x.example.net")
    comes(report(to=to(own), recipient=ADA))

    assert (is_marked(ADA), is_marked("mallory@x.example.net")) == (False, True)


@pytest.mark.parametrize(
    "status", ["5.2.1", "5.2.2", "5.3.0", "5.4.1", "5.7.1", "5.1.0", "5.1.4", "5.1.7", "5.1.8", "5.0.0"]
)
def test_what_else_fails_is_returned_and_marks_nobody_however_often(
    status: str, ours, further, comes
) -> None:
    mails = [ours, further(1), further(2), further(3)]
    for number, email in enumerate(mails):
        for copy in range(2):  # two reports of one mail
            words = f"smtp; 550 no {number} {copy}"
            incoming = comes(
                report(
                    to=to(email), status=status, words=words, message_id=f"<r{number}{copy}@mx.example.net>"
                )
            )
            assert (incoming.verdict, incoming.needs_person) == (Verdict.RETURNED, False)

    assert not is_marked(ADA)
    assert [email.state for email in mails] == [MailState.BOUNCED] * 4


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_a_wrong_address_is_marked_by_its_code(status: str, ours, comes) -> None:
    assert comes(report(to=to(ours), status=status, words="smtp; no")).needs_person
    assert is_marked(ADA)


def test_where_one_copy_arrived_the_address_is_right(ours, comes) -> None:
    two = report(to=to(ours)).replace(
        b"Final-Recipient: rfc822; ada@town.example.org",
        b"Final-Recipient: rfc822; ada@home.example.net\r\nAction: relayed\r\nStatus: 2.0.0\r\n\r\n"
        b"Final-Recipient: rfc822; old@town.example.org",
        1,
    )
    comes(two)

    assert not is_marked(ADA)


def test_a_code_that_a_server_quotes_marks_nobody(ours, further, comes) -> None:
    for number, words in enumerate(
        (
            "smtp; 550 verification of the sender failed: they said 550 5.1.1 unknown",
            "smtp; 550 5.1.1 <bounces+0f@example.org>: Sender address rejected",
            "smtp; 550 no such user",
        )
    ):
        comes(report(to=to(further(number)), status="", words=words, message_id=f"<q{number}@mx.example>"))

    assert not is_marked(ADA)


def test_a_code_more_precise_than_the_stated_one_counts(ours, comes) -> None:
    comes(report(to=to(ours), status="5.0.0", words="smtp; 550 5.1.1 user unknown"))

    assert is_marked(ADA)


def test_what_returns_for_an_attempt_since_repeated_counts_no_more(ours, comes) -> None:
    token = to(ours)
    comes(report(to=token, status="5.2.2", about=ours.message_id))
    assert send_again([ours], now=NOW) == 1
    db.session.commit()
    late = comes(
        report(
            to=token,
            status="5.2.2",
            about=ours.message_id,
            words="smtp; 552 twice",
            message_id="<2@mx.example>",
        )
    )
    db.session.refresh(ours)

    assert (late.verdict, late.needs_person, ours.state) == (Verdict.OTHER_REPORT, False, MailState.QUEUED)
    assert to(ours) != token


def test_what_returns_to_a_corrected_address_does_not_mark_the_new_one(ours, comes) -> None:
    registrant = db.session.scalars(select(Registrant)).one()
    readdress(registrant, "ada@city.example.org", now=NOW)
    db.session.commit()
    comes(report(to=to(ours)))

    assert (is_marked(ADA), is_marked("ada@city.example.org")) == (True, False)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("delayed", "4.4.1"),
        ("delayed", "5.1.1"),
        ("relayed", "2.0.0"),
        ("delivered", "2.0.0"),
        ("expanded", "2.0.0"),
    ],
)
def test_what_has_not_failed_is_only_logged(action: str, status: str, ours, comes) -> None:
    incoming = comes(report(to=to(ours), action=action, status=status))
    db.session.refresh(ours)

    assert (ours.state, incoming.needs_person) == (MailState.SENT, False)
    assert (incoming.verdict is Verdict.DELAYED) is (action == "delayed")
    assert db.session.scalars(select(AddressMark)).all() == []


def test_given_up_for_a_passing_reason_the_mail_is_returned_and_nothing_counted(ours, further, comes) -> None:
    for email in (ours, further(1), further(2), further(3)):
        comes(report(to=to(email), status="4.4.7", message_id=f"<g{email.id}@mx.example.net>"))
    db.session.refresh(ours)

    assert (ours.state, is_marked(ADA)) == (MailState.BOUNCED, False)


def test_a_read_receipt_is_no_delivery_report(ours, comes) -> None:
    content = report(to=to(ours)).replace(
        b"report-type=delivery-status", b"report-type=disposition-notification"
    )

    assert comes(content).verdict is Verdict.OTHER_REPORT
    assert not is_marked(ADA)


def test_a_calendar_in_a_report_is_not_read(sample, ours, comes) -> None:
    from tests.replies.samples import event, part

    content = report(to=to(ours), action="delayed", status="4.4.1")
    content = content.replace(
        b"--\r\n",
        b"\r\n"
        + part("text/calendar; method=REPLY", event(sample, prodid="-//x//EN")).encode()
        + b"\r\n------=_outer--\r\n",
        1,
    )

    assert comes(content).verdict is Verdict.DELAYED
    assert (
        db.session.get(Invitation, db.session.scalar(select(Invitation.id))).partstat.value == "NEEDS-ACTION"
    )


def test_status_is_found_in_the_servers_words(ours, comes) -> None:
    comes(report(to=to(ours), status=""))

    assert is_marked(ADA)


def test_what_waits_for_a_marked_address_is_dropped_and_says_so(ours, further) -> None:
    waits, of_account, of_other = (
        further(1, state=MailState.QUEUED),
        further(2, state=MailState.QUEUED, cycle_id=None),
        further(3, state=MailState.QUEUED, recipient="b@x.example"),
    )
    mark_address(ADA, reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    for email in (waits, of_account, of_other):
        db.session.refresh(email)

    assert [(email.state, email.last_error) for email in (waits, of_account, of_other)] == [
        (MailState.DROPPED, "address marked: 5.1.1 unknown"),
        (MailState.QUEUED, None),
        (MailState.QUEUED, None),
    ]


def test_delivery_refuses_a_marked_address_until_it_is_cleared(ours, further, delivery, sink) -> None:  # noqa: F811
    mark_address(ADA.upper(), reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    refused, of_account = (
        further(1, state=MailState.QUEUED),
        further(2, state=MailState.QUEUED, cycle_id=None),
    )
    delivery.work_off(Event())
    db.session.expire_all()
    assert (refused.state, refused.last_error, of_account.state) == (
        MailState.DROPPED,
        "address marked: 5.1.1 unknown",
        MailState.SENT,
    )

    clear_mark(ADA)
    clear_mark(ADA)
    db.session.commit()
    welcome = further(3, state=MailState.QUEUED)
    delivery.work_off(Event())
    db.session.expire_all()
    assert (is_marked(ADA), welcome.state) == (False, MailState.SENT)


def test_somebody_else_of_the_same_name_is_not_marked(ours, comes) -> None:
    comes(report(to=to(ours)))

    assert not is_marked("ada@town.example.com")
    assert PERSON.email == ADA
