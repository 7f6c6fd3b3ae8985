"""Nadia and Otto at two desks, at the day the cast lives in."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from tests.accounts.signed_in import sign_in
from tests.conftest import NOW
from webinars.accounts.models import Organiser


@pytest.fixture(autouse=True)
def clock_of_the_day() -> Iterator[Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def other_desk(app: Flask, otto: Organiser) -> FlaskClient:
    """A browser in which Otto is signed in."""
    return sign_in(app.test_client(), otto)
