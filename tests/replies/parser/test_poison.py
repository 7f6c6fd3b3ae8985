"""A message that breaks its parser is set aside with its reason, and the next one is read."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from config import ROOT
from tests.processor import LINEAR, growth
from tests.replies.conftest import LATER
from tests.replies.samples import Sample, event, gmail, letter, mail, part
from webinars.replies import words
from webinars.replies.chores import read_source
from webinars.replies.errors import MessageNotRead, ParserUnavailable
from webinars.replies.models import Incoming
from webinars.replies.parser import child, mime, wire
from webinars.replies.parser import program as parser_program
from webinars.replies.parser.bounds import MOST_BYTES
from webinars.replies.parser.child import Parser
from webinars.replies.parser.mime import RawMessage
from webinars.replies.sources.mailboxes import Maildir
from webinars.replies.verdicts import FOR_PEOPLE, Verdict
from webinars.storage.extensions import db

PARENTHESES = b"(" * 3500


def nested(depth: int, inside: bytes) -> bytes:
    """Multiparts within multiparts."""
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(depth)
    )
    return b"From: a@b.example\n" + opened + b"\n" + inside


UNREAD = {
    "From": b"From: " + PARENTHESES,
    "Reply-To": b"From: a@b.example\nReply-To: " + PARENTHESES,
    "a group": b"From: a:" + PARENTHESES,
    "quotation marks": b'From: "a" ' + PARENTHESES,
}
READ = {
    "To": b"From: a@b.example\nTo: " + PARENTHESES,
    "Cc": b"From: a@b.example\nCc: " + PARENTHESES,
    "Sender": b"From: a@b.example\nSender: " + PARENTHESES,
    "Authentication-Results": b"From: a@b.example\nAuthentication-Results: " + PARENTHESES,
    "References": b"From: a@b.example\nReferences: " + b"<" * 100_000,
    "encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?" * 10_000,
    "open quotation marks": b"From: " + b'"' * 100_000,
    "continuations": b"From: a@b.example\nContent-Type: text/plain;\n"
    + b";\n".join(b" a*%d=b" % number for number in range(10_000)),
    "semicolons": b'From: a@b.example\nContent-Type: text/calendar; a="' + b";" * 100_000,
    "semicolons of a part": nested(1, b"").removesuffix(b"\n")
    + b'Content-Type: text/calendar; a="'
    + b";" * 100_000,
    "semicolons, folded": b"From: a@b.example\nContent-Type: text/calendar" + b"\r\n ;a=b" * 20_000,
    "disposition": b'From: a@b.example\nContent-Disposition: attachment; filename="' + b";" * 100_000,
    "messages in messages": b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 48,
    "multiparts in multiparts": nested(48, b"\n" * 1_900_000),
    "reports in a report": b"From: a@b.example\nContent-Type: multipart/report; boundary=a\n\n--a\n"
    b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 100_000,
    "an address in a report": b"From: a@b.example\nContent-Type: multipart/report; boundary=a\n\n--a\n"
    b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; " + PARENTHESES,
    "a subject in a report": b"From: a@b.example\nContent-Type: multipart/report; boundary=a\n\n--a\n"
    b"Content-Type: message/rfc822\n\nSubject: " + b"a " * 50_000,
    "base64": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n" + b"A===" * 500_000,
    "uuencode": b"From: a@b.example\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n"
    + b"M" * 1_900_000,
    "digits": b"From: a@b.example\nContent-Type: text/html\n\n&#" + b"1" * 40_000,
    "boundary": b"From: a@b.example\n\nboundary" + b" " * 1_900_000,
}


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    return tmp_path


def kept() -> list[Incoming]:
    return list(db.session.scalars(select(Incoming).order_by(Incoming.id)))


def brought(maildir: Path, *messages: bytes) -> dict[Verdict, int]:
    """What reading makes of messages that come in one after the other."""
    for number, content in enumerate(messages):
        (maildir / "new" / str(number)).write_bytes(content)
    return dict(read_source(Maildir(maildir), authserv_id="", now=LATER).verdicts)


@pytest.mark.parametrize("name", UNREAD)
def test_a_poison_letter_is_set_aside_and_the_next_one_is_read(name: str, app: Flask, maildir: Path) -> None:
    poison = UNREAD[name] + b"\n\nx"

    assert brought(maildir, poison, letter()) == {Verdict.NOT_READ: 1, Verdict.LETTER: 1}
    assert brought(maildir, poison) == {}  # the same one again is known
    first, _second = kept()
    assert (first.needs_person, first.content, first.sender) == (True, poison, None)
    assert list((maildir / "new").iterdir()) == []


@pytest.mark.parametrize("name", READ)
def test_whatever_a_message_is_made_of_the_next_one_is_read(name: str, app: Flask, maildir: Path) -> None:
    poison = READ[name] + b"\n\nx"
    assert len(poison) <= MOST_BYTES

    first = brought(maildir, poison, letter())

    assert first.pop(Verdict.LETTER) in (1, 2)
    assert first in ({}, {Verdict.UNREADABLE: 1}, {Verdict.TOO_MANY_PARTS: 1}, {Verdict.OTHER_REPORT: 1})
    assert (brought(maildir, poison), len(kept())) == ({}, 2)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_reason_to_leave_a_message_unread_is_a_sentence(language: str, app: Flask) -> None:
    with app.test_request_context(), force_locale(language):
        said = [words.reason(Incoming(verdict=verdict, details={})) for verdict in FOR_PEOPLE]

    assert all(sentence.endswith(".") for sentence in said)
    assert len(set(said)) == len(said)


def test_the_tray_shows_what_was_set_aside(desk: FlaskClient, maildir: Path) -> None:
    brought(maildir, UNREAD["From"])

    assert "could not be read in two tries" in desk.get("/organise/vto/incoming?lang=en").text
    assert "en deux essais" in desk.get("/organise/vto/incoming?lang=fr").text


def test_standard_input_is_read_the_same_way(app: Flask) -> None:
    runner = app.test_cli_runner()
    poison = UNREAD["From"]
    first, second = (runner.invoke(args=["replies", "read", "-"], input=poison) for _time in range(2))

    assert (first.exit_code, first.output.split()[:2]) == (0, ["1", "not_read"])
    assert second.output == "0 read, 1 known already\n"


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """`bounded("while True: pass")`: a child that meets this where it would read the letter "poison", or one of another word."""

    def bound(statement: str, *, word: bytes = b"poison") -> None:
        program = tmp_path / "child.py"
        program.write_text(
            f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import importlib.util
spec = importlib.util.spec_from_file_location("child", {parser_program.__file__!r})
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
child.SECONDS = 1
child._leave_the_application_out()
from webinars.replies.parser import mime
usual = mime.read
def read(raw):
    if {word!r} in raw.content:
        {statement}
    return usual(raw)
mime.read = read
child.parse_all(sys.stdin.buffer, sys.stdout.buffer)
"""
        )
        monkeypatch.setattr(child, "PROGRAM", program)

    return bound


@pytest.mark.skipif(sys.platform != "linux", reason="limits of processes are Linux's")
@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        ("while True: pass", Verdict.TOO_SLOW),
        ("'a' * 10 ** 10", Verdict.TOO_HEAVY),
        ("kept = []\n        while True: kept.append('a' * 10 ** 7)", Verdict.TOO_HEAVY),
        ("import os; os.kill(os.getpid(), 9)", Verdict.NOT_READ),
        ("import os; os._exit(0)", Verdict.NOT_READ),
        ("raise ValueError", Verdict.NOT_READ),
        ("raise SystemExit", Verdict.NOT_READ),
        ("import os; os.write(1, b'garbage' * 100)", Verdict.NOT_READ),
        ("import os; os.close(1)", Verdict.NOT_READ),
    ],
)
def test_a_child_that_falls_is_replaced(
    statement: str, verdict: Verdict, bounded: Callable[..., None], app: Flask, maildir: Path
) -> None:
    bounded(statement)

    assert brought(maildir, letter(), letter("poison", message_id="<p@x.example>"), gmail()) == {
        Verdict.LETTER: 1,
        verdict: 1,
        Verdict.UNKNOWN_UID: 1,
    }


def test_one_that_never_answers_is_ended_by_the_clock(bounded: Callable[..., None]) -> None:
    bounded("import time; time.sleep(60)")

    with Parser(seconds=0.3) as one, pytest.raises(MessageNotRead) as caught:
        one.read(RawMessage.whole(b"poison"))
    assert caught.value.verdict is Verdict.NOT_READ


def test_a_child_that_is_killed_once_has_read_the_letter_the_second_time(
    bounded: Callable[..., None], app: Flask, maildir: Path
) -> None:
    bounded("import time; time.sleep(1.5)")

    with Parser() as one:
        one.read(RawMessage.whole(letter()))
        assert one.process is not None
        Timer(0.3, one.process.kill).start()
        first = one.process.pid
        assert one.read(RawMessage.whole(letter("poison"))) == mime.read(RawMessage.whole(letter("poison")))
        assert one.process.pid != first


@pytest.mark.parametrize("statement", ["import os; os.kill(os.getpid(), 9)", "import os; os._exit(1)"])
def test_a_child_that_is_ended_whatever_it_reads_blames_no_letter(
    statement: str,
    bounded: Callable[..., None],
    app: Flask,
    maildir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = child.PROGRAM
    bounded(statement, word=b"")
    with pytest.raises(ParserUnavailable):
        brought(maildir, letter(), letter("two", message_id="<two@x.example>"))
    assert (kept(), len(list((maildir / "new").iterdir()))) == ([], 2)

    monkeypatch.setattr(child, "PROGRAM", usual)
    assert brought(maildir) == {Verdict.LETTER: 2}


def test_while_no_child_can_be_started_no_message_is_to_blame(
    monkeypatch: pytest.MonkeyPatch, app: Flask, maildir: Path
) -> None:
    monkeypatch.setattr(child.sys, "executable", "/nowhere/python")
    with pytest.raises(ParserUnavailable):
        brought(maildir, letter())
    answer = app.test_cli_runner().invoke(args=["replies", "read", "-"], input=letter())
    assert answer.exit_code == 75

    monkeypatch.undo()
    assert brought(maildir) == {Verdict.LETTER: 1}


def test_a_child_that_falls_at_its_start_blames_no_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(child, "PROGRAM", tmp_path / "none.py")

    with Parser() as one, pytest.raises(ParserUnavailable):
        one.read(RawMessage.whole(letter()))


def test_no_child_lives_while_nothing_is_read(app: Flask, maildir: Path) -> None:
    with Parser() as one:
        assert one.process is None
        one.read(RawMessage.whole(letter()))
        process = one.process
        one.read(RawMessage.whole(gmail()))
        assert one.process is process  # the same for every message
    assert (one.process, process.poll()) == (None, -signal.SIGKILL)


def test_the_child_loads_neither_the_application_nor_the_database() -> None:
    program = f"""
import runpy, sys
sys.stdin = open(0, "rb", buffering=0)
runpy.run_path({parser_program.__file__!r}, run_name="__main__")
print(sorted(name.partition(".")[0] for name in sys.modules if name.partition(".")[0] in
    ("flask", "sqlalchemy", "werkzeug", "babel", "pickle")))
"""
    script = f"import io, sys; exec({program!r})".replace(
        'sys.stdin = open(0, "rb", buffering=0)', "sys.stdin = io.TextIOWrapper(io.BytesIO())"
    )
    answer = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, check=True)

    assert answer.stdout.endswith(b"[]\n")


def test_what_is_read_goes_through_the_pipe_unchanged(app: Flask) -> None:
    odd = gmail(Sample(comment="café \U0001f600", start="20260312T100000Z")).replace(b"Ada", b"\xffA")
    with Parser() as one:
        for content in (odd, letter(), b"", b"\xff" * 50, b"From: \xed\xa0\x80 <a@b>"):
            assert one.read(RawMessage.whole(content)) == mime.read(RawMessage.whole(content))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"digest": 1}', "[" * 100_000])
def test_what_is_no_arrival_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — any of them
        wire.arrival_of(text)


@pytest.mark.processor
@pytest.mark.parametrize(
    "beginning",
    [b"From: a@b.example\n\nboundary", b"From: a@b.example\n\nboundary=", b'Content-Type: a/b; a="'],
    ids=["boundary", "boundary, equals", "parameter"],
)
@pytest.mark.parametrize("sign", [b" ", b"\n", b"\t", b";", b"*1"])
def test_measuring_costs_no_more_than_the_length(beginning: bytes, sign: bytes) -> None:
    def letter_of(length: int) -> RawMessage:
        return RawMessage.whole(beginning + sign * (length // len(sign)))

    assert growth(mime.read, letter_of(100_000), letter_of(1_000_000)) <= LINEAR


def test_a_calendar_of_thousands_of_lines_is_not_read(comes: Callable[..., Incoming], sample: Sample) -> None:
    calendar = event(sample, prodid="-//x//EN", lines=("X-A:b",) * 6_000)
    content = mail(sample, heads=(), parts=(part("text/calendar; method=REPLY", calendar),))

    assert comes(content).verdict is Verdict.UNREADABLE


def test_the_environment_of_the_child_holds_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBINARS_SECRET_KEY", "secret")
    with Parser() as one:
        one.read(RawMessage.whole(letter()))
        given = Path(f"/proc/{one.process.pid}/environ")
        if os.access(given, os.R_OK):
            assert b"WEBINARS_" not in given.read_bytes()
