"""The same folder, kept by a real IMAP server."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.replies.conftest import LATER, history
from tests.replies.samples import Sample, gmail, letter, out_of_office
from tests.replies.sources import dovecot
from tests.replies.sources.dovecot import Dovecot
from tests.requirements import need
from webinars.replies.chores import read_source
from webinars.replies.models import Incoming
from webinars.replies.sources.imap import Imap
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db


@pytest.fixture
def server() -> Iterator[Dovecot]:
    need(dovecot.PROGRAM, "Dovecot (dovecot-imapd)")
    # near the root: its sockets have no room for long names
    with tempfile.TemporaryDirectory(prefix="imap") as folder, dovecot.running(Path(folder)) as server:
        yield server


def folder(server: Dovecot) -> Imap:
    return Imap("127.0.0.1", server.port, "none", "us", "secret", timeout=5)


def verdicts() -> list[Verdict]:
    return list(db.session.scalars(select(Incoming.verdict).order_by(Incoming.id)))


def test_what_comes_is_read_once_and_the_folder_stays_as_it_was(server: Dovecot, sample: Sample) -> None:
    server.take(gmail(sample))
    server.take(letter())
    read_source(folder(server), authserv_id="", now=LATER)
    read_source(folder(server), authserv_id="", now=LATER)
    first = verdicts()
    server.take(out_of_office())
    read_source(folder(server), authserv_id="", now=LATER)

    assert first == [Verdict.ANSWERED, Verdict.LETTER]
    assert verdicts() == [*first, Verdict.AUTOMATIC]
    assert history() == [("ACCEPTED", False)]
    flags = server.flags()
    assert len(flags) == 3
    assert not any(b"\\Seen" in one for one in flags)


def test_of_three_megabytes_the_header_is_read_and_what_follows_too(server: Dovecot, sample: Sample) -> None:
    server.take(letter() + b"x" * 3_000_000)
    server.take(gmail(sample))
    read_source(folder(server), authserv_id="", now=LATER)

    assert verdicts() == [Verdict.TOO_BIG, Verdict.ANSWERED]
