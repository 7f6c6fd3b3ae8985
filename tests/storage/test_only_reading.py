"""What only reads cannot write: the database itself refuses it, whatever the view does, and is clean afterwards."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select, text, update

from config import Settings
from tests.accounts.signed_in import Browser, session_cookie, sign_in
from tests.page import read
from tests.storage.test_unavailable import another_process_writes, only_on_sqlite
from webinars import clock, create_app
from webinars.accounts.models import BrowserSession, Organisation, Organiser
from webinars.app.session_interface import TOUCH
from webinars.errors import Refusal
from webinars.storage.database import LOCK_SECONDS, WrittenWhileReading, only_reading, read_only
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE, start_writing, while_reading, written_at_once
from webinars.web.access import PublicBlueprint
from webinars.web.logs import log

WRITE = update(Organisation).values(tagline="written by a page")


def by_the_session() -> None:
    db.session.scalars(select(Organisation)).one().tagline = "written by a page"
    db.session.commit()


def by_a_statement() -> None:
    db.session.execute(WRITE)
    db.session.commit()


def on_another_connection() -> None:
    db.session.scalars(select(Organisation)).one()
    with db.engine.begin() as connection:
        connection.execute(WRITE)


def after_a_rollback() -> None:
    db.session.scalars(select(Organisation)).one()
    db.session.rollback()
    db.session.execute(WRITE)
    db.session.commit()


def after_a_commit() -> None:
    db.session.scalars(select(Organisation)).one()
    db.session.commit()
    db.session.execute(WRITE)
    db.session.commit()


def in_a_savepoint() -> None:
    with db.session.begin_nested():
        db.session.execute(WRITE)
    db.session.commit()


def after_a_savepoint() -> None:
    db.session.begin_nested().rollback()
    db.session.execute(WRITE)
    db.session.commit()


def after_reading_inside() -> None:
    with only_reading():
        db.session.scalars(select(Organisation)).one()
        db.session.rollback()
    db.session.execute(WRITE)
    db.session.commit()


def once_it_has_started_writing() -> None:
    start_writing()
    db.session.execute(WRITE)
    db.session.commit()


def apart() -> None:
    with written_at_once() as connection:
        connection.execute(WRITE)


def by_holding() -> None:
    db.session.execute(select(Organisation.id).with_for_update()).all()


def by_holding_together() -> None:
    db.session.execute(select(Organisation.id).with_for_update(read=True)).all()


def by_deleting() -> None:
    db.session.execute(delete(Organisation))
    db.session.commit()


def by_making_a_table() -> None:
    db.session.execute(text("CREATE TABLE made_by_a_page (id INTEGER)"))
    db.session.commit()


WAYS = (
    by_the_session,
    by_a_statement,
    on_another_connection,
    after_a_rollback,
    after_a_commit,
    in_a_savepoint,
    after_a_savepoint,
    after_reading_inside,
    once_it_has_started_writing,
    apart,
    by_holding,
    by_holding_together,
    by_deleting,
    by_making_a_table,
)

bp = PublicBlueprint("probe", __name__, url_prefix="/probe")


@bp.route("/ways/<int:number>", methods=["GET", "PROPFIND"])
def page(number: int) -> str:
    WAYS[number]()
    return "written"


@bp.get("/lines")
@bp.get("/lines/<any(apart):way>")
def lines(way: str = "") -> Response:
    def found() -> Iterator[str]:
        yield "first\n"
        by_a_statement()
        yield "written\n"

    return Response(stream_with_context(while_reading(found()) if way else found()))


@bp.get("/ends/<word>")
def ends(word: str) -> str:
    db.session.scalars(select(Organisation)).one()
    if word == "refused":
        raise Refusal()
    if word == "broken":
        raise RuntimeError("broken on purpose")
    if word == "savepoint":
        db.session.begin_nested()
    return word


@bp.post("/write")
def write() -> str:
    by_a_statement()
    return "written"


@pytest.fixture
def probe(app: Flask, settings: Settings, organisation: Organisation) -> Iterator[Flask]:
    """An application on the same database with pages that do what no page may, and one connection at hand."""
    db.session.rollback()
    made = create_app(settings)
    made.register_blueprint(bp)
    made.config["WTF_CSRF_ENABLED"] = False
    made.test_client_class = Browser
    yield made
    with made.app_context():
        db.engine.dispose()


def tagline() -> str:
    with only_reading():
        db.session.rollback()
        found = db.session.scalars(select(Organisation.tagline)).one()
        db.session.rollback()
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PROPFIND"])
def test_no_page_writes_in_any_way(probe: Flask, way: Callable[[], None], method: str) -> None:
    probe.testing = True
    visitor = probe.test_client()

    with pytest.raises(WrittenWhileReading):
        visitor.open(f"/probe/ways/{WAYS.index(way)}", method=method)

    assert tagline() == ""
    assert visitor.post("/probe/write").text == "written"
    assert tagline() == "written by a page"


@pytest.mark.parametrize("address", ["/probe/lines", "/probe/lines/apart"])
def test_what_is_read_while_it_is_sent_writes_nothing(probe: Flask, address: str) -> None:
    probe.testing = True
    visitor = probe.test_client()

    with pytest.raises(WrittenWhileReading):
        list(visitor.get(address, buffered=False).response)

    assert tagline() == ""
    assert visitor.post("/probe/write").text == "written"


def test_a_page_that_would_write_is_a_fault_told_with_its_number(
    probe: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    log.addHandler(caplog.handler)
    try:
        answer = probe.test_client().get(f"/probe/ways/{WAYS.index(by_the_session)}")
    finally:
        log.removeHandler(caplog.handler)

    [fault] = [record for record in caplog.records if record.getMessage() == "fault"]
    assert answer.status_code == 500
    assert read(answer).said("request-id") == [answer.headers["X-Request-Id"]]
    assert fault.exc_info
    assert fault.exc_info[0] is WrittenWhileReading
    assert tagline() == ""


@pytest.mark.parametrize("word", ["well", "refused", "broken", "savepoint"])
def test_a_connection_that_has_read_writes_again_however_the_page_ended(probe: Flask, word: str) -> None:
    probe.test_client().get(f"/probe/ends/{word}")

    with probe.app_context():
        assert db.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
        raw = db.engine.raw_connection()
        cursor = raw.cursor()
        cursor.execute("UPDATE organisation SET tagline = 'past every hook'")
        raw.commit()
        cursor.close()
        raw.close()
    assert tagline() == "past every hook"


def test_one_connection_reads_and_writes_by_turns(app: Flask, organisation: Organisation) -> None:
    db.session.rollback()
    with db.engine.connect() as connection:
        for _turn in range(2):
            connection.execute(WRITE)
            connection.commit()
            with only_reading():
                with pytest.raises(WrittenWhileReading):
                    connection.execute(WRITE)
                connection.rollback()
                with pytest.raises(WrittenWhileReading):
                    connection.execute(WRITE)
                connection.rollback()


def test_what_says_that_it_only_reads_stays_so_until_it_says_otherwise(
    app: Flask, organisation: Organisation
) -> None:
    db.session.rollback()
    read_only(only=True)
    with pytest.raises(WrittenWhileReading):
        by_a_statement()
    db.session.rollback()
    read_only(only=False)
    by_a_statement()

    assert tagline() == "written by a page"


def is_noted() -> bool:
    """Whether the browser's last use was noted within the last minutes."""
    db.session.rollback()
    seen_at = db.session.scalars(select(BrowserSession.seen_at)).one()
    db.session.rollback()
    return clock.now() - seen_at < TOUCH


@pytest.fixture
def idle(app: Flask, nadia: Organiser) -> FlaskClient:
    """Nadia's browser, an hour after its last use."""
    desk = sign_in(app.test_client(), nadia)
    db.session.execute(update(BrowserSession).values(seen_at=clock.now() - 6 * TOUCH))
    db.session.commit()
    return desk


@pytest.mark.parametrize("method", SAFE)
def test_the_use_of_a_browser_is_noted_by_a_page(idle: FlaskClient, method: str) -> None:
    assert not is_noted()
    assert idle.open("/organise/account", method=method).status_code == 200

    assert is_noted()


def test_a_page_never_has_two_connections_at_once(app: Flask, idle: FlaskClient) -> None:
    held, most = set(), []

    def take(raw: object, *_rest: object) -> None:
        held.add(id(raw))
        most.append(len(held))

    def give(raw: object, *_rest: object) -> None:
        held.discard(id(raw))

    db.session.rollback()
    event.listen(db.engine, "checkout", take)
    event.listen(db.engine, "checkin", give)
    try:
        assert idle.get("/organise/vto").status_code == 200
    finally:
        event.remove(db.engine, "checkout", take)
        event.remove(db.engine, "checkin", give)

    assert max(most) == 1
    assert is_noted()


def test_while_somebody_writes_pages_are_shown_at_once_and_the_use_is_left_out(
    app: Flask, idle: FlaskClient
) -> None:
    only_on_sqlite()
    db.session.rollback()
    with another_process_writes(app):
        began = time.monotonic()
        assert idle.get("/organise/vto").status_code == 200
        assert time.monotonic() - began < LOCK_SECONDS
    assert not is_noted()

    assert idle.get("/organise/vto").status_code == 200
    assert is_noted()


def test_while_a_writer_of_this_process_is_at_it_pages_are_shown_at_once(
    app: Flask, idle: FlaskClient, organisation: Organisation
) -> None:
    db.session.rollback()
    begun, over = Barrier(2), Barrier(2)

    def somebody_writes() -> None:
        with app.app_context():
            db.session.execute(update(BrowserSession).values(agent="held"))
            begun.wait(10)
            over.wait(10)
            db.session.rollback()

    writer = Thread(target=somebody_writes)
    writer.start()
    begun.wait(10)
    began = time.monotonic()
    assert idle.get("/organise/vto").status_code == 200
    assert time.monotonic() - began < LOCK_SECONDS
    over.wait(10)
    writer.join(10)

    assert not is_noted()
    with db.engine.connect() as connection:  # whoever has this connection next waits as everybody does
        connection.execute(update(Organisation).values(tagline="later"))
        if db.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == LOCK_SECONDS * 1000


def test_with_one_connection_left_four_pages_at_once_are_shown(
    app: Flask, idle: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = db.engine.pool
    monkeypatch.setattr(pool, "_max_overflow", 0)
    cookie = idle.get_cookie(session_cookie())
    assert cookie is not None
    db.session.rollback()
    held = [db.engine.raw_connection() for _number in range(pool.size() - 1)]

    def look(_number: int) -> int:
        browser = app.test_client()
        browser.set_cookie(cookie.key, cookie.value)
        return browser.get("/organise/vto").status_code

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(look, range(4))) == [200] * 4
    for connection in held:
        connection.close()

    assert is_noted()
