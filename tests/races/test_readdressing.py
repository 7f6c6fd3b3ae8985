"""A correction beside another one, and beside a sign-up: whoever is written to is whom we know; and a control."""

from collections.abc import Callable
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, signs_up
from webinars.outbox.models import Email, MailState
from webinars.registration import address_change
from webinars.registration.address_change import readdress
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

OLD = "p1@example.net"
ROUNDS = 4


def registered(app: Flask, sessions: int = 1) -> None:
    with app.app_context():
        a_session(None, count=sessions)
        signs_up(1)()


def corrects(address: str, loaded: Barrier) -> Callable[[], int]:
    """One request's worth; on PostgreSQL all have seen the page's state before anybody changes it."""

    def job() -> int:
        registrant = db.session.scalars(select(Registrant).where(Registrant.last_name == "1")).one()
        if db.engine.dialect.name == "postgresql":  # the other engine lets one in at a time
            loaded.wait(30)
        sent = readdress(registrant, address, now=NOW)
        db.session.commit()
        return sent

    return job


def two_correct(app: Flask) -> list[object]:
    loaded = Barrier(2)
    return all_at_once(app, [corrects(f"{name}@example.net", loaded) for name in ("left", "right")])


def waiting_for() -> set[str]:
    return set(db.session.scalars(select(Email.recipient).where(Email.state == MailState.QUEUED)))


def test_two_corrections_at_once_leave_mail_to_one_address(app: Flask) -> None:
    registered(app)

    two_correct(app)

    with app.app_context():
        assert waiting_for() == {db.session.scalars(select(Registrant.email)).one()}


@pytest.mark.parametrize("racing", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_the_second_of_two_corrections_is_told_of_the_first(app: Flask) -> None:
    registered(app)

    answers = two_correct(app)

    assert sorted(type(one).__name__ for one in answers) == ["AddressCorrectedMeanwhile", "int"]


@pytest.mark.parametrize("racing", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_control_without_holding_mail_to_both_addresses_waits(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(app)
    monkeypatch.setattr(address_change, "hold_with", lambda _registrant, _key: None)

    two_correct(app)

    with app.app_context():
        assert waiting_for() == {"left@example.net", "right@example.net"}


def test_crossed_corrections_do_not_wait_for_each_other(app: Flask) -> None:
    with app.app_context():
        a_session(None)
        signs_up(1)()
        signs_up(2)()
    loaded = Barrier(2)

    def swaps(name: str, address: str) -> Callable[[], object]:
        def job() -> object:
            registrant = db.session.scalars(select(Registrant).where(Registrant.last_name == name)).one()
            if db.engine.dialect.name == "postgresql":
                loaded.wait(30)
            return readdress(registrant, address, now=NOW)

        return job

    answers = all_at_once(app, [swaps("1", "p2@example.net"), swaps("2", "p1@example.net")])

    assert [type(one).__name__ for one in answers] == ["AddressTaken", "AddressTaken"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_sign_up_with_the_old_address_is_theirs_or_somebody_elses(app: Flask, _round: int) -> None:
    registered(app, sessions=2)

    answers = all_at_once(app, [corrects("new@example.net", Barrier(1)), signs_up(1)])

    assert [one for one in answers if isinstance(one, Exception)] == []
    with app.app_context():
        known = {one.id: one.email for one in db.session.scalars(select(Registrant))}
        assert waiting_for() == set(known.values())
        mails = db.session.scalars(
            select(Email).where(Email.kind == "invitation", Email.state == MailState.QUEUED)
        )
        holders = {mail.recipient: set[int]() for mail in mails}
        for one in db.session.scalars(select(Registration)):
            holders[known[one.registrant_id] or ""].add(one.session_id)
        assert all(len(held) == 2 for held in holders.values())
