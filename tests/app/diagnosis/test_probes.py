"""What the doctor finds when it connects: each fault is a sentence that says what to do, and nobody is waited for."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from config import Settings
from tests.outbox.conftest import refuse
from tests.outbox.sink import Sink, free_port, listening, saying
from tests.outbox.test_tls import certificate, server_side
from tests.replies.sources import fake_imap
from webinars.app.diagnosis import doctor, probes
from webinars.app.diagnosis.clock_check import UNSET, is_synchronised
from webinars.app.diagnosis.probes import PROBES, Finding
from webinars.outbox.models import ChoreSchedule
from webinars.storage.extensions import db

__all__ = ["certificate", "refuse", "server_side"]
GREETING = ["220 here", "250-here\r\n250 AUTH PLAIN"]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "LIMIT", 0.5)
    monkeypatch.setattr(probes, "NEAR_LIMIT", 0.5)


@pytest.fixture
def found(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finding]:
    """What one probe finds: `found("mail sign-in", mail_port=25)`."""

    def found(what: str, **changes: object) -> Finding:
        changed = replace(settings, **{"public_url": f"http://localhost:{free_port()}", **changes})
        [one] = [one for probe in PROBES for one in probe(changed) if one.what == what]
        return one

    return found


@pytest.fixture
def sign_in(found: Callable[..., Finding]) -> Callable[..., str]:
    """The problem with a mail server on loopback."""

    def sign_in(port: int, security: str = "none", **changes: object) -> str:
        return found(
            "mail sign-in", mail_server="127.0.0.1", mail_port=port, mail_security=security, **changes
        ).problem

    return sign_in


@contextmanager
def talking(piece: bytes) -> Iterator[int]:
    """A server that accepts, and goes on saying this piece, a tenth of a second apart, or nothing."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            listener.settimeout(5)
            connection, _address = listener.accept()
            with connection:
                while not stop.wait(0.1):
                    try:
                        connection.sendall(piece)
                    except OSError:
                        return

        thread = threading.Thread(target=accept)
        thread.start()
        yield listener.getsockname()[1]
        stop.set()
        thread.join(5)


def test_a_sound_mail_server_is_signed_in_to_and_given_nothing(sign_in) -> None:
    with listening(Sink()) as sink:
        assert sign_in(sink.port) == ""

    assert (sink.connections, sink.tried, sink.received) == (1, [], [])


def test_the_dialogue_goes_to_the_end_of_the_sign_in_and_takes_leave(sign_in) -> None:
    with saying([*GREETING, "235 welcome", "221 bye"]) as script:
        assert sign_in(script.port, mail_username="ada", mail_password="s3cret") == ""

    assert [line.split()[0] for line in script.heard if line] == [b"ehlo", b"AUTH", b"quit"]


def test_a_refused_sign_in_names_its_settings_and_never_the_password(sign_in) -> None:
    with saying([*GREETING, "535 5.7.8 No"]) as script:
        told = sign_in(script.port, mail_username="ada", mail_password="s3cret")

    assert told == (
        "It refuses our sign-in (535 5.7.8 No): check WEBINARS_MAIL_USERNAME and WEBINARS_MAIL_PASSWORD."
    )


def test_a_name_without_a_password_signs_nobody_in(sign_in) -> None:
    assert "Set both WEBINARS_MAIL_USERNAME and" in sign_in(free_port(), mail_username="ada")


def test_a_server_nobody_answers_at_is_said(sign_in) -> None:
    told = sign_in(free_port())

    assert told.startswith("It cannot be reached (ConnectionRefusedError")
    assert told.endswith("check WEBINARS_MAIL_SERVER and WEBINARS_MAIL_PORT, and the firewall.")


@pytest.mark.parametrize("piece", [b"", b"2"])
@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_mail_server_that_says_nothing_or_never_ends_is_not_waited_for(sign_in, piece, security) -> None:
    with talking(piece) as port:
        assert "right for port" in sign_in(port, security)


def test_a_server_that_answers_at_once_without_tls_is_not_called_silent(sign_in) -> None:
    with listening(Sink()) as sink:
        told = sign_in(sink.port, "tls")

    assert told.startswith("It breaks the connection off (SSLError: ")
    assert "is WEBINARS_MAIL_SECURITY=tls right for port" in told
    assert "says nothing" not in told


def test_a_server_that_offers_no_tls_is_said(sign_in) -> None:
    with listening(Sink()) as sink:
        assert sign_in(sink.port, "starttls").startswith("It does not offer what is set (")


def test_a_certificate_nobody_vouches_for_is_said(sign_in, server_side: ssl.SSLContext) -> None:
    with listening(Sink(), tls_context=server_side) as sink:
        assert sign_in(sink.port, "starttls").startswith("Its certificate is not to be trusted (self-signed")


def test_a_server_that_does_not_take_us_is_said(sign_in) -> None:
    with saying(["554 5.7.1 Not from here"]) as script:
        assert "554 5.7.1 Not from here" in sign_in(script.port)


@pytest.fixture
def mailbox(found: Callable[..., Finding]) -> Callable[..., str]:
    def mailbox(port: int, **changes: str) -> str:
        account = {
            "replies_username": "a",
            "replies_password": "secret",
            "replies_security": "none",
            **changes,
        }
        return found("IMAP folder", replies_imap=f"127.0.0.1:{port}", **account).problem

    return mailbox


def test_the_imap_folder_is_opened_for_reading_only_and_left_as_it_is(mailbox) -> None:
    with fake_imap.listening() as server:
        server.messages = {1: b"From: a@b.example\n\nhello"}
        assert mailbox(server.port) == ""

    assert [command.split()[0] for command in server.commands if "CAPABILITY" not in command] == [
        "LOGIN",
        "EXAMINE",
        "LOGOUT",
    ]


def test_an_imap_server_that_refuses_us_or_is_away_is_said(mailbox) -> None:
    with fake_imap.listening() as server:
        told = mailbox(server.port, replies_password="wrong")

    assert told.startswith("It cannot be read (127.0.0.1: error: ")
    assert "WEBINARS_REPLIES_IMAP" in told
    assert "ConnectionRefusedError" in mailbox(free_port())


@pytest.mark.parametrize("piece", [b"", b"*"])
def test_an_imap_server_that_says_nothing_or_never_ends_is_not_waited_for(mailbox, piece) -> None:
    with talking(piece) as port:
        assert "REPLIES_IMAP" in mailbox(port)


def test_the_maildir_is_read_and_left_as_it_is(found, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    message = tmp_path / "new" / "1"
    message.write_bytes(b"From: a@b.example\n\nhello")
    assert found("maildir", replies_maildir=str(tmp_path)).problem == ""
    assert list((tmp_path / "new").iterdir()) == [message]

    message.unlink()
    message.mkdir()  # nothing that could be read
    assert "cannot be read" in found("maildir", replies_maildir=str(tmp_path)).problem
    assert "is no maildir" in found("maildir", replies_maildir="/nowhere/at/all").problem


def test_a_row_is_written_and_taken_back(found) -> None:
    assert found("database write") == Finding("database write", "a row was written and rolled back")
    assert db.session.scalar(select(func.count()).select_from(ChoreSchedule)) == 0


def test_a_row_is_written_where_the_doctor_only_reads(app: Flask, settings: Settings) -> None:
    away = replace(settings, public_url=f"http://localhost:{free_port()}")
    [one] = [one for one in doctor.examine(away, deploy=True) if one.what == "database write"]

    assert one.problem == ""


def test_a_database_that_takes_nothing_is_said_in_its_own_words(found, refuse) -> None:
    refuse(lambda statement: statement.startswith("INSERT INTO chore_turn"), OperationalError)

    told = found("database write").problem
    assert told == "Nothing can be written (refused): make room, let us write, or end what keeps it locked."


@contextmanager
def site(status: int, body: str = "", **headers: str) -> Iterator[tuple[str, list[str]]]:
    """A web server that answers everything so: its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join(5)


OURS = json.dumps({"status": "ok", "database": "sqlite"})


def test_our_own_answer_at_the_public_address_is_good(found) -> None:
    with site(200, OURS) as (url, asked):
        one = found("asked from here", public_url=url)

    assert (one.problem, one.warning, asked) == ("", "", ["/health"])


def test_a_redirect_is_said_and_not_followed(found) -> None:
    with site(200, OURS) as (elsewhere, followed), site(301, Location=f"{elsewhere}/") as (url, _asked):
        one = found("asked from here", public_url=url)

    assert one.problem.startswith(f"It sends elsewhere ({elsewhere}/): set WEBINARS_PUBLIC_URL")
    assert followed == []


@pytest.mark.parametrize(
    ("status", "body"), [(200, "<h1>It works!</h1>"), (200, "[1]"), (404, ""), (400, OURS)]
)
def test_another_site_is_said(found, status: int, body: str) -> None:
    with site(status, body) as (url, _asked):
        assert "Something else answers there" in found("asked from here", public_url=url).problem


@pytest.mark.parametrize("status", [502, 503])
def test_a_proxy_without_a_service_behind_it_is_a_warning(found, status: int) -> None:
    with site(status) as (url, _asked):
        one = found("asked from here", public_url=url)

    assert (one.problem, "The proxy answers, but not the service" in one.warning) == ("", True)


@pytest.mark.parametrize("piece", [b"", b"x"])
def test_an_address_that_cannot_be_reached_from_inside_is_a_warning(found, piece: bytes) -> None:
    with talking(piece) as port:
        silent = found("asked from here", public_url=f"http://127.0.0.1:{port}")
    away = found("asked from here", public_url=f"http://127.0.0.1:{free_port()}")

    assert (silent.problem, away.problem) == ("", "")
    assert "It cannot be reached from this machine" in silent.warning
    assert "open it from outside" in away.warning


def test_an_address_where_no_web_server_answers_is_wrong(found) -> None:
    with saying(GREETING) as script:
        one = found("asked from here", public_url=f"http://127.0.0.1:{script.port}")

    assert one.problem.startswith("What answers there is no web server (220 ")
    assert "\n" not in one.problem


def test_what_the_kernel_says_of_its_clock_is_a_warning_at_most(app: Flask, settings: Settings) -> None:
    [one] = [one for one in doctor.examine(settings, deploy=False) if one.what == "clock"]

    assert (one.problem, one.warning) == ("", "" if is_synchronised() else UNSET)


def test_a_worker_that_never_ran_is_a_warning(app: Flask, settings: Settings) -> None:
    [one] = [one for one in doctor.examine(settings, deploy=False) if one.what == "worker"]

    assert (one.problem, one.warning) == ("", "Start one: `flask serve` or `flask worker`.")
