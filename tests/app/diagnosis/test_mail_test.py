"""One real mail with a calendar, by the way all others go."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from click.testing import Result
from flask import Flask

from config import Settings
from tests.outbox.sink import DROP, KEEP_AND_DROP, Sink, free_port, listening
from webinars.storage.extensions import mail


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The mail server."""
    with listening(Sink()) as sink:
        yield sink


@pytest.fixture
def send(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Calls the command on a port, or where no mail server is set."""

    def send(port: int, address: str = "ada@town.fr", language: str = "fr") -> Result:
        changes = {"mail_server": "127.0.0.1" if port else "", "mail_port": port, "mail_security": "none"}
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, **changes, language=language))
        return app.test_cli_runner().invoke(args=["mail", "test", address])

    return send


@pytest.mark.parametrize(
    ("language", "subject"), [("fr", "Essai des invitations"), ("en", "Test of the invitations")]
)
def test_a_mail_with_a_calendar_leaves_and_the_answer_is_printed(send, sink, outbox, language, subject):
    sent = send(sink.port, language=language)

    assert (sent.exit_code, sent.output.splitlines()[0]) == (0, "The mail server took it: 250 OK")
    [received] = sink.received
    assert (received.recipient, received.sender.startswith("bounces+")) == ("ada@town.fr", True)
    assert [part.get_content_type() for part in received.message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(part for part in received.message.walk() if part.get_content_type() == "text/calendar")
    content = calendar.get_payload(decode=True)
    assert calendar.get_param("method") == "REQUEST"
    assert f"SUMMARY:{subject}".encode() in content
    assert outbox() == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("550 5.1.1 No such user", "The mail server refuses it: 550 5.1.1 No such user"),
        ("450 Not now", "The mail server puts it off: 450 Not now"),
    ],
)
def test_a_refusal_is_said_in_the_servers_words(send, sink, answer, words):
    sink.on_recipient = lambda *_: answer
    sent = send(sink.port)

    assert (sent.exit_code, sent.output) == (1, f"Error: {words}\n")


def test_a_server_that_is_away_breaks_off_or_gives_no_answer_is_said(send, sink):
    away = send(free_port())
    sink.on_recipient = lambda *_: DROP
    broken = send(sink.port)
    sink.on_recipient, sink.on_message = (lambda *_: "250 OK"), (lambda *_: KEEP_AND_DROP)
    unanswered = send(sink.port)

    assert [sent.exit_code for sent in (away, broken, unanswered)] == [1, 1, 1]
    assert "ConnectionRefusedError" in away.output
    assert "`flask doctor --deploy` says what to look at" in broken.output
    assert "it may have left all the same" in unanswered.output


@pytest.mark.parametrize(
    "address", ["ada", "ada@", "a da@town.fr", "ada@town.fr\nBcc: x@y.fr", "", "é@town.fr"]
)
def test_what_is_no_address_is_refused_with_a_sentence(send, sink, address):
    sent = send(sink.port, address)

    assert (sent.exit_code, "is no address that mail can be sent to" in sent.output) == (1, True)
    assert sink.received == []


def test_without_a_mail_server_it_lies_in_the_folder(send, settings):
    with mail.record_messages() as left:
        sent = send(0)

    assert sent.output == f"No mail server is set: it lies in {settings.mail_folder}\n"
    [letter] = left
    assert letter.recipients == ["ada@town.fr"]
    assert letter.as_bytes() in [file.read_bytes() for file in settings.mail_folder.glob("*.eml")]
