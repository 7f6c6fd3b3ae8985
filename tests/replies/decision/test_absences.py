"""Mailboxes that answer by themselves: absences and challenges, which silence nobody."""

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.outbox.conftest import delivery, server, sink, watch  # noqa: F401
from tests.replies.samples import ADA, bare_bounce, letter, out_of_office
from webinars.outbox.identity import bounce_address
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import clear_mark, is_marked
from webinars.replies.actions import handle
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db


def to(email: Email) -> str:
    return bounce_address(email.bounce_token, "example.org")


@pytest.mark.parametrize(
    "heads",
    [("Auto-Submitted: auto-generated",), ("Auto-Submitted: auto-replied",), ("Precedence: bulk",), ()],
)
def test_somebodys_mailbox_with_the_null_sender_silences_nobody(heads, ours, further, comes) -> None:
    mails = [ours, further(1), further(2)]
    for number, email in enumerate(mails):
        content = bare_bounce(to=to(email), message_id=f"<a{number}@x.example>", heads=heads).replace(
            b"MAILER-DAEMON@old.example.net", b"absences@town.example.org"
        )
        assert comes(content).verdict is Verdict.AUTOMATIC
    for email in mails:
        db.session.refresh(email)

    assert ([email.state for email in mails], is_marked(ADA)) == ([MailState.SENT] * 3, False)


@pytest.mark.parametrize(
    "words",
    [
        "Je me protège du spam avec Mailinblack. Cliquez ici pour vous authentifier.",
        "Please confirm that you are a human: click the link below.",
        "Pour que votre message me parvienne, recopiez le captcha.",
    ],
)
def test_a_mailbox_that_asks_for_a_proof_is_told_once_and_marks_nobody(
    words: str, ours, further, desk, comes
) -> None:
    kept = []
    for number, email in enumerate((ours, further(1), further(2))):
        content = bare_bounce(to=to(email), message_id=f"<c{number}@x.example>").replace(
            b"MAILER-DAEMON@old.example.net", b"noreply@protection.example.net"
        )
        kept.append(comes(content.replace(b"Hi. This is qmail. No luck.", words.encode())))
    db.session.refresh(ours)

    assert [(one.verdict, one.needs_person) for one in kept] == [
        (Verdict.CHALLENGE, True),
        (Verdict.CHALLENGE, False),
        (Verdict.CHALLENGE, False),
    ]
    assert (ours.state, is_marked(ADA)) == (MailState.SENT, False)
    page = desk.get("/organise/vto/cycles/emploi/messages/answers?lang=en").text
    assert page.count("This mailbox asks for a proof: write to the person.") == 1
    # said once, also after somebody has seen to it
    handle(kept[0], by=NADIA, now=NOW)
    assert clear_mark(ADA) is False
    again = bare_bounce(to=to(ours), message_id="<c9@x.example>").replace(
        b"MAILER-DAEMON@old.example.net", b"noreply@protection.example.net"
    )
    assert not comes(again.replace(b"Hi. This is qmail. No luck.", words.encode() + b" !")).needs_person


def test_a_challenge_without_the_null_sender_is_found_by_what_it_answers(ours, comes) -> None:
    content = letter(
        "Merci de vous authentifier pour que votre message me parvienne.",
        sender="noreply@protection.example.net",
        heads=("Auto-Submitted: auto-replied", f"In-Reply-To: {ours.message_id}"),
    )
    incoming = comes(content)

    assert (incoming.verdict, incoming.needs_person, incoming.details) == (
        Verdict.CHALLENGE,
        True,
        {"address": ADA},
    )


def test_a_person_who_writes_of_robots_has_written_a_letter(ours, comes) -> None:
    assert comes(letter("Je ne suis pas un robot !")).verdict is Verdict.LETTER


@pytest.mark.parametrize("heads", [(), ("Return-Path: <>",)])
def test_an_absence_said_to_the_bounce_address_counts_nothing(heads: tuple[str, ...], ours, comes) -> None:
    incoming = comes(out_of_office(to=to(ours), heads=heads))
    db.session.refresh(ours)

    assert (incoming.verdict, ours.state) == (Verdict.AUTOMATIC, MailState.SENT)
