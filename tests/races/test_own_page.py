"""Whoever leaves everything while their address is corrected: neither waits for what the other holds."""

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.page import read
from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, signs_up
from webinars.cycles.models import Session
from webinars.registration import links, seats
from webinars.registration.address_change import readdress
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

LONGEST = 5  # seconds that one waits for the other to have taken the first of what it holds
PRESSED = {
    "withdraw": [RegistrationState.CANCELLED] * 2,
    "sessions/{}/withdraw": [RegistrationState.CANCELLED, RegistrationState.CONFIRMED],
}


def meet(monkeypatch: pytest.MonkeyPatch, name: str, here: Event, *, first: bool, there: Event) -> None:
    """What takes sessions so tells that it is there, and lets the other come as far; `first` before it takes them."""
    take: Callable[..., Any] = getattr(seats, name)

    def taking(*arguments: Any) -> Any:
        if first:
            here.set()
            there.wait(LONGEST)
            return take(*arguments)
        found = take(*arguments)
        here.set()
        there.wait(LONGEST)
        return found

    monkeypatch.setattr(seats, name, taking)


@pytest.mark.parametrize("racing", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
@pytest.mark.parametrize("address", PRESSED)
@time_machine.travel(NOW)
def test_what_is_pressed_takes_sessions_before_the_person(
    app: Flask, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with app.app_context():
        a_session(None, count=2)
        signs_up(1)()
        registrant = db.session.scalars(select(Registrant)).one()
        session = db.session.scalars(select(Session).order_by(Session.id)).all()[0]
        own = urlsplit(links.me_link(registrant)).path
        where = f"{own}/{address.format(session.public_id)}"
    client = app.test_client()
    form = read(client.get(where)).values
    leaves, corrects = Event(), Event()
    meet(monkeypatch, "hold", leaves, first=True, there=corrects)
    meet(monkeypatch, "hold_sessions_of", corrects, first=False, there=leaves)

    answers = all_at_once(app, [lambda: client.post(where, data=form).status_code, corrected(NOW)])

    assert answers == [303, True]
    with app.app_context():
        kept = db.session.scalars(select(Registration).order_by(Registration.id))
        assert [one.state for one in kept] == PRESSED[address]


def corrected(now: datetime) -> Callable[[], bool]:
    def job() -> bool:
        readdress(db.session.scalars(select(Registrant)).one(), "new@example.net", now=now)
        db.session.commit()
        return True

    return job
