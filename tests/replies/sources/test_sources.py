"""Mail by a maildir, by IMAP, by standard input; by the command and by the clock."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Settings, WrongSetting, read_settings
from tests.processes import environment
from tests.replies.conftest import LATER, history
from tests.replies.samples import Sample, gmail, letter, out_of_office
from tests.replies.sources.fake_imap import FakeImap, free_port, listening
from webinars.outbox.errors import ChoreNotDone
from webinars.replies.chores import read_configured, read_source
from webinars.replies.errors import SourceUnreachable
from webinars.replies.models import Incoming, MailboxPosition
from webinars.replies.sources import mailboxes
from webinars.replies.sources.imap import Imap
from webinars.replies.sources.mailboxes import Maildir
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db
from webinars.web.logs import log


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
    return tmp_path / "mail"


@pytest.fixture
def imap() -> Iterator[FakeImap]:
    with listening() as server:
        yield server


@pytest.fixture
def configured(app: Flask, maildir: Path, imap: FakeImap) -> Iterator[Settings]:
    """The settings name both."""
    usual = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        usual, replies_maildir=str(maildir), replies_imap=f"127.0.0.1:{imap.port}", replies_security="none",
        replies_username="us", replies_password="secret",
    )  # fmt: skip
    yield app.config["SETTINGS"]
    app.config["SETTINGS"] = usual


def folder(imap: FakeImap, **changes: object) -> Imap:
    facts = {
        "host": "127.0.0.1",
        "port": imap.port,
        "security": "none",
        "username": "us",
        "password": "secret",
        "timeout": 5,
    }
    return Imap(**{**facts, **changes})


def count() -> int:
    return db.session.scalar(select(func.count(Incoming.id)))


def test_a_maildir_is_read_once_and_its_files_are_marked(maildir: Path, sample: Sample) -> None:
    (maildir / "new" / "2.second").write_bytes(letter())
    (maildir / "new" / "1.first").write_bytes(gmail(sample))
    (maildir / "cur" / "0.seen:2,S").write_bytes(letter("not looked at", message_id="<seen@x.example>"))
    (maildir / "cur" / "3.flagged:2,F").write_bytes(out_of_office())

    first, second = (read_source(Maildir(maildir), authserv_id="", now=LATER) for _ in range(2))

    assert (dict(first.verdicts), second.read, second.known) == (
        {Verdict.ANSWERED: 1, Verdict.LETTER: 1, Verdict.AUTOMATIC: 1}, 0, 0,
    )  # fmt: skip
    assert sorted(file.name for file in (maildir / "cur").iterdir()) == [
        "0.seen:2,S", "1.first:2,S", "2.second:2,S", "3.flagged:2,FS",
    ]  # fmt: skip
    assert history() == [("ACCEPTED", False)]


def test_a_message_kept_before_its_file_was_marked_is_kept_once(maildir: Path, sample: Sample, comes) -> None:
    comes(gmail(sample))  # and then the reader was killed
    (maildir / "new" / "1").write_bytes(gmail(sample))

    harvest = read_source(Maildir(maildir), authserv_id="", now=LATER)

    assert (harvest.read, harvest.known, count(), list((maildir / "new").iterdir())) == (0, 1, 1, [])


def test_a_large_file_is_not_loaded(maildir: Path, app: Flask) -> None:
    (maildir / "new" / "1").write_bytes(letter() + b"x" * 3_000_000)

    assert dict(read_source(Maildir(maildir), authserv_id="", now=LATER).verdicts) == {Verdict.TOO_BIG: 1}


def test_what_is_no_maildir_is_said(tmp_path: Path, app: Flask) -> None:
    with pytest.raises(SourceUnreachable, match="is no maildir"):
        read_source(Maildir(tmp_path), authserv_id="", now=LATER)


def made_unreadable(new: Path) -> None:
    """Everything that may lie in a maildir and is no message we can open."""
    (new / "1.folder").mkdir()
    (new / "2.link").symlink_to("nowhere")
    (new / "3.circle").symlink_to("3.circle")
    os.mkfifo(new / "4.pipe")
    (new / "5.forbidden").write_bytes(letter("forbidden", message_id="<f@x.example>"))
    (new / "5.forbidden").chmod(0)


def test_what_cannot_be_opened_in_a_maildir_is_told_once_and_the_rest_is_read(
    maildir: Path, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    made_unreadable(maildir / "new")
    (maildir / "new" / "6.sound").write_bytes(letter())
    unreadable = 5 if os.geteuid() else 4  # the superuser opens everything
    log.addHandler(caplog.handler)
    try:
        with caplog.at_level("WARNING", log.name):  # whatever another application of the run asked for
            first, second = (read_source(Maildir(maildir), authserv_id="", now=LATER) for _time in range(2))
    finally:
        log.removeHandler(caplog.handler)

    assert first.verdicts[Verdict.NOT_GIVEN] == unreadable
    assert first.read - unreadable == 6 - unreadable
    assert (second.read, second.known) == (0, 0)
    assert [record.getMessage() for record in caplog.records] == ["message not given"] * unreadable
    given = list(db.session.scalars(select(Incoming).where(Incoming.verdict == Verdict.NOT_GIVEN)))
    assert [(one.needs_person, one.content) for one in given] == [(True, None)] * unreadable


def test_a_file_that_cannot_be_marked_as_read_keeps_no_other_from_being_read(
    maildir: Path, app: Flask
) -> None:
    (maildir / "cur" / "1:2,S").mkdir()  # where the first file would go
    for number in (1, 2):
        (maildir / "new" / str(number)).write_bytes(letter(f"{number}", message_id=f"<{number}@x.example>"))

    harvests = [read_source(Maildir(maildir), authserv_id="", now=LATER) for _time in range(2)]

    assert [(one.read, one.known) for one in harvests] == [(2, 0), (0, 1)]
    assert [file.name for file in (maildir / "new").iterdir()] == ["1"]


def test_a_file_another_reader_has_taken_is_no_trouble(maildir: Path, app: Flask) -> None:
    for number in (1, 2):
        (maildir / "new" / str(number)).write_bytes(letter(f"{number}", message_id=f"<{number}@x.example>"))
    waiting = Maildir(maildir).messages()
    next(waiting)
    (maildir / "new" / "2").unlink()

    assert list(waiting) == []


@pytest.mark.parametrize("refusal", ["NO", "BAD", "gone"])
def test_a_message_the_server_cannot_give_is_told_once_and_the_rest_is_read(
    refusal: str, imap: FakeImap, app: Flask
) -> None:
    imap.messages = {3: letter(), 4: b"never given", 5: out_of_office()}
    imap.refused = {4: refusal}
    first, second = (read_source(folder(imap), authserv_id="", now=LATER) for _time in range(2))

    assert dict(first.verdicts) == {Verdict.LETTER: 1, Verdict.NOT_GIVEN: 1, Verdict.AUTOMATIC: 1}
    assert (second.read, second.known) == (0, 0)
    assert db.session.scalars(select(MailboxPosition)).one().last_uid == 5


def test_a_server_that_falls_silent_altogether_is_to_blame_and_no_message(imap: FakeImap, app: Flask) -> None:
    imap.messages = {3: letter(), 4: out_of_office()}
    waiting = folder(imap).messages()
    next(waiting)
    imap.refused, imap.password = {4: "gone"}, "changed"

    with pytest.raises(SourceUnreachable):
        next(waiting)


def test_a_turn_of_the_clock_ends_in_time_and_the_next_one_goes_on(maildir: Path, app: Flask) -> None:
    for number in range(3):
        (maildir / "new" / f"{number}").write_bytes(letter(f"{number}", message_id=f"<{number}@x.example>"))

    assert [
        read_source(Maildir(maildir), authserv_id="", seconds=0, now=LATER).read for _time in range(4)
    ] == [1, 1, 1, 0]


def test_an_imap_folder_is_read_on_from_where_it_was_and_never_changed(
    imap: FakeImap, sample: Sample
) -> None:
    imap.messages = {3: gmail(sample), 9: letter()}
    first = read_source(folder(imap), authserv_id="", now=LATER)
    second = read_source(folder(imap), authserv_id="", now=LATER)
    imap.messages[12] = out_of_office()
    third = read_source(folder(imap), authserv_id="", now=LATER)

    assert [one.read for one in (first, second, third)] == [2, 0, 1]
    assert second.known == 0  # not even fetched again
    verbs = {
        command.split()[1] if command.startswith("UID") else command.split()[0] for command in imap.commands
    }
    assert verbs == {"CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
    assert db.session.scalars(select(MailboxPosition)).one().last_uid == 12


def test_a_folder_made_anew_is_read_again_and_nothing_kept_twice(imap: FakeImap, sample: Sample) -> None:
    imap.messages = {3: gmail(sample), 4: letter()}
    read_source(folder(imap), authserv_id="", now=LATER)
    imap.uidvalidity, imap.messages = 4_000_000_000, {1: gmail(sample), 2: letter()}

    again = read_source(folder(imap), authserv_id="", now=LATER)

    assert (again.read, again.known, count()) == (0, 2, 2)
    position = db.session.scalars(select(MailboxPosition)).one()
    assert (position.uidvalidity, position.last_uid) == (4_000_000_000, 2)


def test_of_a_large_message_only_the_header_is_fetched(imap: FakeImap, app: Flask) -> None:
    imap.messages = {1: letter() + b"x" * 3_000_000}
    harvest = read_source(folder(imap), authserv_id="", now=LATER)

    assert dict(harvest.verdicts) == {Verdict.TOO_BIG: 1}
    assert [command for command in imap.commands if "BODY" in command] == ["UID FETCH 1 (BODY.PEEK[HEADER])"]


def test_a_folder_that_cannot_be_read_is_said_and_read_the_next_time(imap: FakeImap, app: Flask) -> None:
    for wrong in (
        {"password": "wrong"},
        {"port": free_port()},
        {"security": "tls"},
        {"security": "starttls"},
    ):
        with pytest.raises(SourceUnreachable):
            read_source(folder(imap, **wrong), authserv_id="", now=LATER)

    assert count() == 0


def test_the_clock_reads_both_mailboxes_and_outlives_one_that_is_away(
    configured: Settings, maildir: Path, imap: FakeImap, sample: Sample
) -> None:
    (maildir / "new" / "1").write_bytes(letter())
    imap.messages = {1: gmail(sample)}
    assert (read_configured(LATER, configured), read_configured(LATER, configured)) == (2, 0)

    imap.messages[2] = out_of_office()
    with pytest.raises(ChoreNotDone):
        read_configured(LATER, replace(configured, replies_maildir="/nowhere/at/all"))
    assert count() == 3


def test_the_command_reads_standard_input(app: Flask, sample: Sample) -> None:
    runner = app.test_cli_runner()
    first = runner.invoke(args=["replies", "read", "--json", "-"], input=gmail(sample))
    second = runner.invoke(args=["replies", "read", "--json", "-"], input=gmail(sample))

    assert json.loads(first.output) == {"read": 1, "known": 0, "verdicts": {"answered": 1}}
    assert json.loads(second.output) == {"read": 0, "known": 1, "verdicts": {}}


def test_standard_input_is_read_to_its_end_whatever_its_size(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["replies", "read", "-"], input=letter() + b"x" * 5_000_000)

    assert (answer.exit_code, answer.output.split()[:2]) == (0, ["1", "too_big"])


def test_nothing_on_standard_input_is_nothing(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["replies", "read", "-"], input=b"")

    assert (answer.exit_code, count()) == (0, 0)


def test_the_command_reads_a_maildir_and_the_folder_of_the_settings(
    app: Flask, configured: Settings, maildir: Path, imap: FakeImap, sample: Sample
) -> None:
    runner = app.test_cli_runner()
    (maildir / "new" / "1").write_bytes(letter())
    imap.messages = {1: gmail(sample)}

    by_imap = runner.invoke(args=["replies", "read", "--imap"])
    by_maildir = runner.invoke(args=["replies", "read", "--maildir", str(maildir)])
    by_both = runner.invoke(args=["replies", "read"])

    assert "1  answered" in by_imap.output
    assert "1  letter" in by_maildir.output
    assert by_both.output == "0 read, 0 known already\n"


def test_without_a_mailbox_the_command_says_what_to_give(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    for arguments, words in (
        ((), "No mailbox is set"),
        (("--imap",), "WEBINARS_REPLIES_IMAP"),
        (("--maildir", str(tmp_path)), "no maildir"),
    ):
        answer = runner.invoke(args=["replies", "read", *arguments])
        assert (answer.exit_code, words in answer.output) == (1, True)


def test_the_operator_lists_shows_and_handles_what_belongs_to_no_cycle(app: Flask, invitation, comes) -> None:
    comes(letter("of the cycle"))
    comes(letter("from nowhere", sender="stranger@else.example.net", message_id="<s@x.example>"))
    runner = app.test_cli_runner()

    listed = json.loads(runner.invoke(args=["replies", "list", "--json"]).output)
    everything = json.loads(runner.invoke(args=["replies", "list", "--all", "--json"]).output)
    number = str(listed[0]["number"])
    shown = runner.invoke(args=["replies", "show", number])
    handled = [runner.invoke(args=["replies", "handled", number]).output for _ in range(2)]

    assert [(one["from"], one["reason"], one["cycle"]) for one in listed] == [
        ("stranger@else.example.net", "A person has written.", None)
    ]
    assert [one["cycle"] for one in everything] == ["emploi", None]
    assert "from nowhere" in shown.output
    assert handled == ["Handled\n"] * 2
    assert json.loads(runner.invoke(args=["replies", "list", "--json"]).output) == []
    assert runner.invoke(args=["replies", "show", number]).exit_code == 1
    assert runner.invoke(args=["replies", "handled", "999"]).exit_code == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REPLIES_IMAP", "imap.example.org:x"),
        ("REPLIES_IMAP", ":993"),
        ("REPLIES_SECURITY", "ssl"),
        ("REPLIES_FOLDER", 'a"b'),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"^WEBINARS_{name}: "):
        read_settings(environment({"WEBINARS_FOLDER": str(tmp_path), f"WEBINARS_{name}": value}))


def test_the_doctor_says_what_is_wrong_with_a_mailbox(tmp_path: Path, maildir: Path) -> None:
    def problems(**facts: str) -> list[str]:
        return [problem for _found, problem in mailboxes.findings(replace(Settings(), **facts))]

    assert problems() == [""]
    assert problems(replies_maildir=str(maildir)) == [""]
    assert "REPLIES_MAILDIR" in problems(replies_maildir=str(tmp_path / "none"))[0]
    assert "REPLIES_USERNAME" in problems(replies_imap="imap.example.org")[0]
    signed_in = {"replies_username": "a", "replies_password": "b"}
    assert problems(replies_imap="imap.example.org", **signed_in) == [""]
    assert (
        "REPLIES_SECURITY"
        in problems(replies_imap="imap.example.org", replies_security="none", **signed_in)[0]
    )
