"""Mail that came back without a report of its status: what a server says in its own words."""

import pytest
from sqlalchemy import select

from tests.replies.decision.test_bounces import to
from tests.replies.samples import ADA, OURS, bare_bounce, report
from webinars.outbox.identity import bounce_address
from webinars.outbox.models import AddressMark, MailState
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db


def test_without_a_report_a_server_returns_the_mail_and_marks_nobody(ours, further, comes) -> None:
    mails = [ours, further(1), further(2)]
    for email in mails:
        comes(bare_bounce(to=to(email), message_id=f"<b{email.id}@old.example.net>"))
    for email in mails:
        db.session.refresh(email)

    assert ([email.state for email in mails], is_marked(ADA)) == ([MailState.BOUNCED] * 3, False)


def test_without_a_report_a_servers_answer_in_its_words_counts(ours, comes) -> None:
    content = bare_bounce(to=to(ours)).replace(
        b"No luck.", b"<ada@town.example.org>: Remote host said: 550 5.1.1 No such user"
    )

    assert comes(content).needs_person
    assert is_marked(ADA)


@pytest.mark.parametrize(
    "words",
    [
        "Warning: message delayed 24 hours. No action is required; delivery attempts will continue.",
        "Could not send message for past 4 hours. The server will keep trying until it is 5 days old.",
        "Delivery to this address has been delayed. 451 4.4.1 timed out",
        "Votre message n’a pas encore été remis ; le serveur va réessayer pendant deux jours.",
        "Une nouvelle tentative sera effectuée dans une heure.",
        "Die Zustellung wird erneut versucht.",
        "Se seguirá intentando la entrega.",
        "Il server riproverà a consegnare il messaggio.",
    ],
)
def test_a_server_that_tries_on_has_not_returned_the_mail(words: str, ours, comes) -> None:
    content = bare_bounce(to=to(ours)).replace(b"Hi. This is qmail. No luck.", words.encode())
    incoming = comes(content)
    db.session.refresh(ours)

    assert (incoming.verdict, ours.state) == (Verdict.DELAYED, MailState.SENT)


@pytest.mark.parametrize(
    "words", ["Veuillez réessayer plus tard.", "Please try again later.", "I have given up."]
)
def test_a_server_that_asks_us_to_try_again_has_returned_it(words: str, ours, comes) -> None:
    comes(bare_bounce(to=to(ours)).replace(b"Hi. This is qmail. No luck.", words.encode()))
    db.session.refresh(ours)

    assert ours.state is MailState.BOUNCED


@pytest.mark.parametrize(
    ("sender", "heads"),
    [
        ("mailer-daemon@mx.example.net", ()),
        ("Postmaster@mx.example.net", ()),
        ("", ()),
        ("noreply@mx.example.net", ("X-Failed-Recipients: ada@town.example.org",)),
    ],
)
def test_servers_are_known_by_how_they_sign(sender: str, heads, ours, comes) -> None:
    content = bare_bounce(to=to(ours), heads=heads).replace(b"MAILER-DAEMON@old.example.net", sender.encode())
    content = content.replace(b"From: Ada Lovelace <>", b"From: <>")

    assert comes(content).verdict is Verdict.RETURNED


def test_without_a_report_and_without_a_token_nothing_is_known(ours, comes) -> None:
    assert comes(bare_bounce(to=OURS)).verdict is Verdict.AUTOMATIC
    assert comes(report(to=OURS, recipient="nobody@else.example.net")).verdict is Verdict.OTHER_REPORT
    assert (
        comes(
            report(
                to=bounce_address("0" * 32, "example.org"),
                recipient="x@y.example",
                message_id="<z@x.example>",
            )
        ).verdict
        is Verdict.OTHER_REPORT
    )
    assert db.session.scalars(select(AddressMark)).all() == []


def wordy_report(
    words: str, *, to: str, number: int = 1, sender: str = "MAILER-DAEMON@old.example.net"
) -> bytes:
    """A report of a server that calls it one and gives no status."""
    return "\r\n".join(
        [
            "Return-Path: <>",
            f"From: {sender}",
            f"To: {to}",
            "Subject: Delivery report",
            f"Message-ID: <w{number}@old.example.net>",
            "Date: Mon, 2 Nov 2026 09:00:00 +0000",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "",
            "--b",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            words,
            "--b--",
            "",
        ]
    ).encode()


@pytest.mark.parametrize(
    ("words", "verdict", "state", "is_wrong"),
    [
        ("Your message has not yet been delivered, we will retry.", Verdict.DELAYED, MailState.SENT, False),
        ("<ada>: 550 5.1.1 no such user", Verdict.RETURNED, MailState.BOUNCED, True),
        ("<ada>: 552 5.2.2 mailbox full", Verdict.RETURNED, MailState.BOUNCED, False),
        ("Cliquez pour prouver que vous n’êtes pas un robot.", Verdict.CHALLENGE, MailState.SENT, False),
    ],
)
def test_a_report_without_a_status_is_read_by_its_words(words, verdict, state, is_wrong, ours, comes) -> None:
    kept = comes(wordy_report(words, to=bounce_address(ours.bounce_token, "example.org")))
    db.session.refresh(ours)

    assert (kept.verdict, ours.state, is_marked(ours.recipient)) == (verdict, state, is_wrong)
