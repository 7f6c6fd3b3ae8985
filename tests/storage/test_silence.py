"""A PostgreSQL that hangs, as a stopped process or a dead disk does: pages say so in time, and all goes on by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Timer
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from config import Settings
from tests.outbox.conftest import Watch, delivery_to
from tests.outbox.conftest import way_to as way_to_sink
from tests.outbox.sink import OK, Sink, listening
from tests.page import read
from tests.storage.proxy import Proxy, way_to
from webinars import create_app
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle
from webinars.outbox.actions import queue
from webinars.outbox.models import Email, MailState
from webinars.storage import transactions
from webinars.storage.connection_watch import TRIES, limit_questions
from webinars.storage.extensions import db
from webinars.storage.transactions import while_reading

PATIENCE = 0.2
REST = 0.2
PAGE = "/vto?lang=en"
NEVER_SHOWN = "/vto/emploi/premiere?lang=en"


@dataclass
class Far:
    """The product, with a database whose way can be frozen."""

    app: Flask
    settings: Settings
    proxy: Proxy
    client: FlaskClient


@pytest.fixture
def far(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")
    # libpq gives a connection two seconds at least
    monkeypatch.setattr("psycopg.connection.timeout_from_conninfo", lambda _params: PATIENCE)
    monkeypatch.setattr("webinars.storage.connection_watch.REST", REST)
    with way_to(settings.database_url) as (proxy, url):
        settings = replace(
            settings,
            database_url=url,
            database_answer_seconds=PATIENCE,
            database_question_seconds=1,
            database_lock_seconds=1,
            page_seconds=0.05,
        )
        other = create_app(settings)
        with other.app_context():
            limit_questions(db.engine, settings)  # as in the process that answers pages
        yield Far(other, settings, proxy, other.test_client())
        proxy.thaw()
        with other.app_context():
            db.session.remove()
            db.engine.dispose()


def is_out_of_reach(far: Far) -> bool:
    answer = far.client.get(NEVER_SHOWN)
    return (answer.status_code, read(answer).heading) == (503, "This page cannot be shown at the moment")


def test_a_page_that_needs_a_silent_database_says_so_and_the_next_is_not_waited_for(far: Far) -> None:
    assert far.client.get(NEVER_SHOWN).status_code == 404
    far.proxy.freeze()
    assert is_out_of_reach(far)
    far.proxy.taken = 0

    assert [is_out_of_reach(far) for _page in range(20)] == [True] * 20
    assert far.client.get("/health").status_code == 503
    with far.client.get("/static/style.css") as file:
        assert file.status_code == 200
    far.proxy.thaw()
    Event().wait(2 * REST)
    assert far.proxy.taken <= 2  # who asked, and whoever found out that it answers
    assert far.client.get(NEVER_SHOWN).status_code == 404


def test_of_many_at_once_one_tries_the_silent_database(far: Far) -> None:
    far.client.get(NEVER_SHOWN)
    far.proxy.freeze()
    assert is_out_of_reach(far)
    Event().wait(2 * REST)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _n: far.app.test_client().get("/health").status_code, range(40)))
    far.proxy.thaw()
    Event().wait(0.1)

    assert answers == [503] * 40
    assert far.proxy.taken <= 4


def test_a_connection_that_the_server_ended_while_it_rested_is_replaced(far: Far, settings: Settings) -> None:
    own = text("SELECT pg_backend_pid()")
    with far.app.app_context():
        with db.engine.connect() as connection:
            rested = connection.scalar(own)
        db.session.remove()
        with psycopg.connect(settings.database_url.replace("+psycopg", "")) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [rested])
        Event().wait(0.1)  # until the proxy has passed it on

        with db.engine.connect() as connection:
            assert connection.scalar(own) != rested


def test_an_answer_under_way_is_given_up(far: Far) -> None:
    with far.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        far.proxy.freeze()
        with pytest.raises(OperationalError, match="silent"):
            connection.execute(text("SELECT 2"))
        assert connection.invalidated


def test_a_long_question_is_no_silence(far: Far) -> None:
    with far.app.app_context():
        assert db.session.execute(text("SELECT 7 FROM pg_sleep(0.7)")).scalar_one() == 7


def test_a_silence_that_passes_ends_nothing_that_is_asked_outside_a_page(far: Far) -> None:
    with far.app.app_context(), db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.tries = TRIES
        connection.execute(text("SELECT 1"))
        far.proxy.freeze()
        Timer(2.5 * PATIENCE, far.proxy.thaw).start()  # a first try has failed by then

        assert connection.execute(text("SELECT 2")).scalar_one() == 2


def test_one_connection_that_is_silent_for_longer_than_the_server_allows_is_given_up(far: Far) -> None:
    with far.app.app_context():
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            far.proxy.freeze_open_ones()
            with pytest.raises(OperationalError, match="silent"):
                connection.execute(text("SELECT 2"))
        assert db.session.execute(text("SELECT 3")).scalar_one() == 3


def test_a_page_asks_no_longer_than_allowed(far: Far) -> None:
    with far.app.app_context(), pytest.raises(OperationalError) as ended:
        db.session.execute(text("SELECT pg_sleep(3)"))

    assert isinstance(ended.value.orig, psycopg.errors.QueryCanceled)


def test_an_export_asks_as_long_as_it_takes(far: Far) -> None:
    def lines() -> Iterator[str]:
        yield str(db.session.execute(text("SELECT 7 FROM pg_sleep(1.7)")).scalar_one())

    with far.app.app_context():
        assert list(while_reading(lines())) == ["7"]
        transactions.end(None)


def test_a_page_waits_for_a_lock_no_longer_than_allowed(far: Far, cycle: Cycle) -> None:
    held = text("SELECT id FROM cycle FOR UPDATE")
    with db.engine.begin() as other, far.app.app_context():
        other.execute(held)
        db.session.execute(text("SET statement_timeout = 0"))
        with pytest.raises(OperationalError) as ended:
            db.session.execute(held)

    assert isinstance(ended.value.orig, psycopg.errors.LockNotAvailable)


def test_a_public_page_stands_in_for_itself_while_the_database_is_silent(
    far: Far, organisation: Organisation, cycle: Cycle
) -> None:
    shown = far.client.get(PAGE)
    assert shown.status_code == 200
    far.proxy.freeze()
    Event().wait(0.1)

    visitor = far.app.test_client()
    assert [visitor.get(PAGE).text for _again in range(3)] == [shown.text] * 3
    assert visitor.get(NEVER_SHOWN).status_code == 503


def test_a_mail_that_left_as_the_database_fell_silent_leaves_once(far: Far) -> None:
    with listening(Sink()) as sink, far.app.app_context():
        for number in range(3):
            queue(
                "note",
                recipient=f"person{number}@town.fr",
                language="fr",
                about_id=number,
                purpose=f"note:{number}",
                now=Watch().at,
            )
        db.session.commit()
        watch = Watch()
        way = way_to_sink(sink.port, far.settings)
        delivery = delivery_to(way, far.app, lease=timedelta(seconds=0.4), now=watch)

        def freeze(*_mail: object) -> str:
            far.proxy.freeze()
            return OK

        sink.on_message = freeze
        with pytest.raises(OperationalError):
            delivery.work_off(Event())
        with pytest.raises(OperationalError):
            delivery.work_off(Event())
        sink.on_message = lambda *_mail: OK
        far.proxy.thaw()
        watch.pass_(hours=1)  # every lease has run out
        Event().wait(2 * REST)
        while delivery.work_off(Event()):
            pass
        way.close()

        states = [email.state for email in db.session.query(Email).order_by(Email.id)]
        assert states == [MailState.SENT] * 3
        assert sorted(sink.recipients) == [f"person{number}@town.fr" for number in range(3)]
