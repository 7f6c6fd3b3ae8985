"""A cycle goes while people sign up for it, somebody takes that back, or another worker is at it too."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.actors import NADIA
from tests.races.database import all_at_once
from tests.races.test_programme import FIRST, SECOND, crowd, slowly, standing, the_cycle, then, told
from tests.races.test_seats import NOW, a_session
from webinars.cycles.errors import CycleIsDeleted
from webinars.cycles.models import Cycle
from webinars.outbox.models import Email
from webinars.planning.deletion import actions
from webinars.planning.updates.models import PendingUpdate
from webinars.registration.errors import NothingOpen
from webinars.registration.signup import actions as signup
from webinars.storage.extensions import db

SETTLES = {"settles": timedelta(), "now": NOW}


def asks() -> None:
    actions.ask(the_cycle(), by=NADIA, settle_seconds=300, now=NOW)


def goes() -> bool:
    number = db.session.scalars(select(Cycle.id)).first()
    return number is not None and actions.finish(
        number, storage=current_app.config["SETTINGS"].storage, **SETTLES
    )


@pytest.mark.parametrize("is_administrator_first", [True, False])
def test_whoever_signs_up_meanwhile_is_refused_or_told(app, monkeypatch, is_administrator_first):
    with app.app_context():
        a_session(None)
    if is_administrator_first:
        slowly(monkeypatch, actions, "cancel_all")
        jobs = [then(FIRST, asks), *crowd(SECOND)]
    else:
        slowly(monkeypatch, signup, "_outcomes")
        jobs = [then(SECOND, asks), crowd(FIRST)[0]]

    mine, *others = all_at_once(app, jobs)

    with app.app_context():
        assert (mine, standing()) == (None, told(others))
        waits = db.session.scalars(select(PendingUpdate)).all()
    if is_administrator_first:
        assert ({type(answer) for answer in others}, waits) == ({NothingOpen}, [])
    else:
        assert (told(others), len(waits)) == (1, 1)


def test_two_workers_delete_once_and_who_takes_it_back_too_late_is_told(app, monkeypatch):
    with app.app_context():
        a_session(None)
        asks()
        db.session.commit()
    slowly(monkeypatch, actions, "forget_mail")

    def takes_back() -> bool:
        return actions.take_back(the_cycle(), by=NADIA, now=NOW)

    first, second, too_late = all_at_once(
        app, [then(FIRST, goes), then(SECOND, goes), then(SECOND, takes_back)]
    )

    assert first is True
    assert second is False or isinstance(second, CycleIsDeleted)
    # on SQLite whoever writes reads once the other is done: the page finds no cycle
    assert isinstance(too_late, CycleIsDeleted | NoResultFound)
    with app.app_context():
        assert (db.session.scalars(select(Cycle)).all(), db.session.scalars(select(Email)).all()) == ([], [])
