"""What the editor of a session says that saving will send, in each state of the session."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import NOW
from tests.page import read
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import ADA, BELA, signs_up
from webinars.cycles.models import Session
from webinars.registration.models import Registration
from webinars.storage.extensions import db

__all__ = ["signs_up"]

SignsUp = Callable[..., Registration]
NOBODY = "Nothing: nobody expects a message about this session now."
IF_MOVED = "Nothing, unless you move the session to a time to come: whoever has a seat is then told by mail."
SEATS = "New seats go to those who wait, and each of them is invited at once."


def effect(desk: FlaskClient) -> list[str]:
    return [one.plain for one in read(desk.get(f"{WORKSPACE}/sessions/achats-responsables?lang=en")).all("p")]


@pytest.mark.parametrize(("held", "said"), [(True, IF_MOVED), (False, NOBODY)])
def test_a_session_that_has_begun_tells_people_only_if_it_is_moved(
    desk: FlaskClient, session: Session, signs_up: SignsUp, held: bool, said: str
) -> None:
    if held:
        signs_up(ADA, session)
    session.starts_at, session.ends_at = NOW - timedelta(minutes=5), NOW + timedelta(hours=1)
    db.session.commit()

    assert [one for one in effect(desk) if one in (NOBODY, IF_MOVED)] == [said]


@pytest.mark.parametrize("waits", [False, True])
def test_new_seats_are_said_to_go_to_those_who_wait(
    desk: FlaskClient, session: Session, signs_up: SignsUp, waits: bool
) -> None:
    session.capacity = 1
    people: list[dict[str, Any]] = [ADA, BELA] if waits else [ADA]
    for person in people:
        signs_up(person, session)
    db.session.commit()

    assert any(SEATS in one for one in effect(desk)) is waits
