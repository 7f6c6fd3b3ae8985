"""Those who sign up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.conftest import NOW
from tests.registration.signing_up import sign_up
from webinars import clock
from webinars.app.letters import WRITERS
from webinars.cycles.models import Cycle, Session
from webinars.outbox.composition.message import Batch
from webinars.outbox.models import Email
from webinars.registration.identity import Person
from webinars.registration.models import Registration
from webinars.registration.signup.summary import SignUp
from webinars.storage.extensions import db

ADA = Person(
    first_name="Ada",
    last_name="Lovelace",
    email="ada@town.example.org",
    structure="Ville de Valbrune",
    structure_type="COL-COM",
    function="CHM",
    department="31",
)
BELA = Person(first_name="Béla", last_name="Bartók", email="bela@choir.example.org", structure_type="ASS-LOC")
CLEO = Person(
    first_name="Cléo", last_name="Merle", email="cleo@mission.example.org", structure_type="EMP-MIL"
)

SignsUp = Callable[..., SignUp]


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """It is NOW, and stays so until the test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def two(cycle: Cycle, session: Session, add_session: Callable[..., Session]) -> tuple[Session, Session]:
    """A cycle of two sessions."""
    return session, add_session(cycle, "Cités de l’emploi", days=20)


@pytest.fixture
def with_settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`with_settings(sign_ups_per_hour=2)`: the application under other settings."""

    def change(**values: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **values))

    return change


@pytest.fixture
def signs_up(cycle: Cycle) -> SignsUp:
    """`signs_up(ADA, session)`: one sign-up and its commit."""

    def sign(person: Person, *sessions: Session, **details: Any) -> SignUp:
        details = {
            "whole_cycle": False,
            "consents": set(),
            "language": "fr",
            "now": NOW,
            "consent_words": "The words.",
            **details,
        }
        chosen = [session.public_id for session in sessions]
        answer = sign_up(details.pop("cycle", cycle), chosen, person, **details)
        db.session.commit()
        return answer

    return sign


@pytest.fixture
def registrations(app: object) -> Callable[..., list[Registration]]:
    """Every registration, oldest first."""
    return lambda: list(db.session.scalars(db.select(Registration).order_by(Registration.id)))


def states(registrations: list[Registration]) -> list[str]:
    return [str(registration.state) for registration in registrations]


def called(person: Person, first_name: str, email: str) -> Person:
    return replace(person, first_name=first_name, email=email)


def written(email: Email) -> EmailMessage:
    """The mail as a mail program reads it."""
    message = message_from_bytes(
        WRITERS[email.kind](email, Batch([email], clock.now())).as_bytes(), policy=policy.default
    )
    assert isinstance(message, EmailMessage)
    return message
