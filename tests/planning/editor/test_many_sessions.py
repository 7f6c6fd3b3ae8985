"""The programme of a cycle of many sessions: fifty a page, and nothing out of reach."""

from datetime import timedelta

from flask.testing import FlaskClient

from tests.page import read
from tests.planning.typed import WORKSPACE
from webinars.cycles.models import Session
from webinars.storage.extensions import db


def listed(desk: FlaskClient, address: str) -> list[str]:
    heads = [head for row in read(desk.get(address)).rows for head in row.all("th", scope="row")]
    return [link.text for head in heads for link in head.all("a")]


def test_the_programme_opens_at_what_comes_next(desk: FlaskClient, sessions: list[Session]) -> None:
    titles = [session.title for session in sessions]

    assert listed(desk, WORKSPACE) == titles[:50]
    assert listed(desk, f"{WORKSPACE}?page=2") == titles[50:]


def test_the_programme_of_what_is_over_opens_at_its_end(desk: FlaskClient, sessions: list[Session]) -> None:
    for session in sessions:
        assert session.starts_at
        assert session.ends_at
        session.starts_at -= timedelta(days=100)
        session.ends_at -= timedelta(days=100)
    db.session.commit()

    assert len(listed(desk, WORKSPACE)) == 10
