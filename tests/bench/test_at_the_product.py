"""The benchmark's visitors meet the product itself: what they know of its pages and addresses is so."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, update
from werkzeug.test import TestResponse

from bench.bare import Visitor
from bench.bare import create_app as create_bare_app
from bench.databases import Databases, Written, database_options, written
from bench.http1 import FORM, HttpConnection, HttpResponse
from bench.seed import PATH, sow
from bench.site import IDENTITY, product_environment, product_plan
from bench.visits import Plan, Unexpected, bare_sign_up, browse, look, sign_up
from config import Settings, read_settings
from webinars import clock
from webinars.cycles.models import Session
from webinars.outbox.models import MailState
from webinars.storage.extensions import db


class Walked(HttpConnection):
    """A connection without a socket: the application answers in this process."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self.got: list[str] = []

    def get(self, path: str) -> HttpResponse:
        self.got.append(path)
        return _answer(self._client.get(path))

    def post(self, path: str, fields: Iterable[tuple[str, str]], *, cookie: str = "") -> HttpResponse:
        heads = {"Cookie": cookie} if cookie else {}
        body = urlencode(list(fields))
        return _answer(self._client.post(path, data=body, content_type=FORM, headers=heads))


def _answer(answer: TestResponse) -> HttpResponse:
    return HttpResponse(
        answer.status_code, {name.lower(): value for name, value in answer.headers}, answer.data
    )


@pytest.fixture
def visitor(app: Flask) -> Walked:
    """Somebody who comes to the cycle of the bench."""
    sow(clock.now())
    return Walked(app.test_client(use_cookies=False))


def test_a_visitor_takes_three_sessions_and_is_thanked(visitor: Walked, settings: Settings) -> None:
    browse(visitor, product_plan("browse", 0, 1, 1), 0)

    [cycle, thanks] = visitor.got
    assert (cycle, thanks.startswith(f"{PATH}/registered/")) == (PATH, True)
    assert written(settings.database_url) == Written(1, 3, {MailState.QUEUED: 4})


def test_each_visitor_of_a_round_is_somebody_else(visitor: Walked, settings: Settings) -> None:
    plan = product_plan("sign_up", 0, 3, 1)
    for number in range(plan.visits):
        sign_up(visitor, plan, number)

    assert written(settings.database_url) == Written(3, 9, {MailState.QUEUED: 12})


def test_a_place_on_the_waiting_list_stops_the_run(visitor: Walked) -> None:
    plan = product_plan("sign_up", 0, 2, 1)
    sign_up(visitor, plan, 0)
    db.session.execute(update(Session).values(capacity=1))
    db.session.commit()

    with pytest.raises(Unexpected, match="not taken for three sessions"):
        sign_up(visitor, plan, 1)


def test_the_bare_form_takes_its_visitors(databases: Databases) -> None:
    app = create_bare_app(databases.bare, 1000)
    visitor = Walked(app.test_client(use_cookies=False))

    for number in range(2):
        bare_sign_up(visitor, Plan("bare_sign_up", 0, "/", 2, 1, "round", IDENTITY), number)
    look(visitor, Plan("look", 0, "/page", 1, 1, "round"), 0)

    with create_engine(databases.bare, **database_options(databases.bare)).connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Visitor)) == 2


def test_the_product_knows_every_setting_it_is_given(databases: Databases, tmp_path: Path) -> None:
    environment = product_environment(databases, tmp_path, port=8001, job_threads=1, mail_port=2525)

    settings = read_settings(environment)

    assert (settings.port, settings.public_url) == (8001, "http://127.0.0.1:8001")
    assert (settings.database_url, settings.mail_port, settings.job_threads) == (databases.product, 2525, 1)
