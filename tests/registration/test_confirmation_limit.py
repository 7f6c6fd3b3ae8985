"""Strangers cause few mails to one address, whatever they send."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA


@pytest.fixture(autouse=True)
def three_a_day(app: Flask) -> Iterator[None]:
    generous = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(generous, confirmations_per_day=3)
    yield
    app.config["SETTINGS"] = generous


def states(outbox, kind):
    return [str(email.state) for email in outbox() if email.kind == kind]


def test_the_fourth_sign_up_of_a_day_is_kept_and_its_mails_withheld(
    cycle, add_session, signs_up, outbox, registrations
):
    sessions = [add_session(cycle, f"Session {n}", days=n + 1) for n in range(5)]
    for session in sessions:
        signs_up(ADA, session)

    assert len(registrations()) == 5
    assert states(outbox, "invitation") == ["queued"] * 3 + ["withheld"] * 2
    assert [
        str(mail.state) for mail in outbox() if mail.kind == "confirmation" and mail.not_before == NOW
    ] == [
        "queued",
        "queued",
        "queued",
        "withheld",
        "withheld",
    ]


def test_what_was_withheld_is_told_once_the_next_day(session, signs_up, outbox):
    for _ in range(6):
        signs_up(ADA, session)

    later = [mail for mail in outbox() if mail.not_before > NOW]
    assert [(mail.kind, str(mail.state), mail.not_before) for mail in later] == [
        ("confirmation", "queued", NOW + timedelta(days=1))
    ]


def test_the_limit_is_one_address_and_all_spellings_of_it(session, signs_up, outbox):
    for email in (ADA.email, "ADA@town.example.org", "ada@TOWN.example.org", "Ada@Town.Example.Org"):
        signs_up(replace(ADA, email=email), session)
    signs_up(BELA, session)

    assert [str(mail.state) for mail in outbox() if mail.kind == "confirmation"] == [
        "queued",
        "queued",
        "queued",
        "withheld",
        "queued",
        "queued",
    ]


def test_a_day_later_mails_leave_again(session, signs_up, outbox):
    for _ in range(4):
        signs_up(ADA, session)

    signs_up(ADA, session, now=NOW + timedelta(days=1, minutes=1))

    assert str(outbox()[-1].state) == "queued"
