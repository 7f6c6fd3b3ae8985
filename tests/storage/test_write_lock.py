"""SQLite has one write lock: nobody holds it while a sender, a file or a reader is waited for."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from werkzeug.test import EnvironBuilder

from tests.accounts.signed_in import csrf_token, post, session_cookie, shown
from tests.actors import OTTO
from tests.conftest import NOW
from tests.edits.test_other_forms import HOUSE
from webinars.accounts.models import BrowserSession, Organisation, Organiser
from webinars.accounts.organisation import forms
from webinars.app import session_interface
from webinars.attendance.imports import actions, preparation
from webinars.attendance.models import Report
from webinars.cycles.models import Session
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.web.pictures import keep_picture

REPORT = "/organise/vto/cycles/emploi/sessions/achats-responsables/attendance/report"
ZOOM = (
    b"Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    b"Ada Martin,ada@example.org,12/03/2026 10:00:00 AM,12/03/2026 11:30:00 AM,90\n"
)


def somebody_writes(app: Flask) -> bool:
    """Whether another writer gets it at once."""
    done = Event()

    def write() -> None:
        with app.app_context():
            db.session.execute(update(Organisation).values(tagline="somebody wrote"))
            db.session.commit()
        done.set()

    Thread(target=write, daemon=True).start()
    return done.wait(3)


class Slow(io.RawIOBase):
    """A body whose last bytes come when they are let go."""

    def __init__(self, body: bytes) -> None:
        self.rest, self.asked, self.let_go = io.BytesIO(body), Event(), Event()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.asked.set()
        self.let_go.wait(20)
        return self.rest.readinto(buffer)


def sent_slowly(app: Flask, desk: FlaskClient, url: str, data: dict[str, Any]) -> Iterator[Any]:
    """Yields the body while its sender pauses, then the status of the answer."""
    cookie = desk.get_cookie(session_cookie())
    assert cookie is not None
    builder = EnvironBuilder(
        path=url,
        method="POST",
        data={"csrf_token": csrf_token(desk, url), **shown(desk, url), **data},
        base_url="http://localhost",
    )
    environ = builder.get_environ()
    environ["HTTP_COOKIE"] = f"{session_cookie()}={cookie.value}"
    body = Slow(environ["wsgi.input"].read())
    environ["wsgi.input"] = body
    said: list[str] = []

    def answer() -> None:
        for _piece in app(environ, lambda status, _headers, _error=None: said.append(status)):
            pass

    thread = Thread(target=answer, daemon=True)
    db.session.rollback()
    thread.start()
    assert body.asked.wait(5)
    yield body
    body.let_go.set()
    thread.join(20)
    yield said[0]


def test_a_member_who_sends_slowly_keeps_nobody_waiting(
    app: Flask, desk: FlaskClient, nadia: Organiser
) -> None:
    exchange = sent_slowly(app, desk, "/organise/account", {"name": "Nadia B.", "language": "fr"})
    next(exchange)

    assert somebody_writes(app)
    assert next(exchange) == "303 SEE OTHER"
    db.session.rollback()
    assert db.session.scalars(select(Organiser.name)).all() == ["Nadia B."]


def test_a_session_ended_while_the_body_came_does_nothing(
    app: Flask, desk: FlaskClient, nadia: Organiser
) -> None:
    exchange = sent_slowly(app, desk, "/organise/account", {"name": "Nadia B.", "language": "fr"})
    next(exchange)
    db.session.execute(BrowserSession.__table__.delete())
    db.session.commit()

    assert next(exchange) == "403 FORBIDDEN"  # the sign-in page
    assert db.session.scalars(select(Organiser.name)).all() == ["Nadia Benali"]


def test_the_last_deed_is_noted_once_the_body_is_read(app: Flask, desk: FlaskClient) -> None:
    long_ago = db.session.scalars(select(BrowserSession.seen_at)).one() - session_interface.TOUCH
    db.session.execute(update(BrowserSession).values(seen_at=long_ago))
    db.session.commit()

    post(desk, "/organise/account", {"name": "Nadia B.", "language": "fr"})

    assert db.session.scalars(select(BrowserSession.seen_at)).one() > long_ago


@pytest.fixture
def while_reading(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[bool]]:
    """Has somebody write at the very moment a function of ours reads a file."""

    def spy(module: Any, name: str) -> list[bool]:
        wrote: list[bool] = []
        real = getattr(module, name)

        def reads(*args: Any, **kwargs: Any) -> Any:
            wrote.append(somebody_writes(app))
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, reads)
        return wrote

    return spy


def test_a_report_is_read_before_anybody_has_to_wait(
    desk: FlaskClient, session: Session, while_reading: Callable[[Any, str], list[bool]]
) -> None:
    wrote = while_reading(preparation, "read_report")

    dropped = post(desk, REPORT, {"report": (io.BytesIO(ZOOM), "zoom.csv")})
    applied = post(desk, f"{dropped.location.partition('?')[0]}/apply", {"name": "zoom.csv"})

    assert (dropped.status_code, applied.status_code) == (303, 303)
    assert wrote == [True]  # once: the import uses what was kept of it
    assert db.session.scalars(select(Report.file_name)).all() == ["zoom.csv"]


def test_what_changed_since_a_report_was_read_counts(session: Session) -> None:
    prepared = preparation.prepare_report(session, ZOOM)
    session.cycle.organisation.tagline = "something else"
    session.ends_at = session.starts_at.replace(minute=45)
    db.session.commit()

    actions.apply_report(session, ZOOM, file_name="zoom.csv", by=OTTO, now=NOW, prepared=prepared)

    assert actions.queries.lines_of(session)[0].seconds == 45 * 60


def alone(desk: FlaskClient, url: str, data: dict[str, Any]) -> int:
    """Posts as a request of its own, which finds nothing loaded by the test; gives the status."""
    sent = {"csrf_token": csrf_token(desk, url), **data}
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(desk.post, url, data=sent, buffered=True).result().status_code


def test_what_is_read_first_is_loaded_anew_for_writing(desk: FlaskClient, session: Session) -> None:
    dropped = post(desk, REPORT, {"report": (io.BytesIO(ZOOM), "zoom.csv")})
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    cycles = b'{"cycles": []}'

    assert alone(desk, f"{dropped.location.partition('?')[0]}/apply", {"name": "zoom.csv"}) == 303
    logo = HOUSE | {"logo-file": (io.BytesIO(picture.getvalue()), "l"), "logo-shown": "none"}
    assert alone(desk, "/organise/vto/settings", logo) == 303
    assert alone(desk, "/organise/vto/cycles/load", {"file": (io.BytesIO(cycles), "c.json")}) == 200
    assert alone(desk, "/organise/vto/cycles/emploi/participants.csv", {}) == 200


def test_a_report_applied_twice_is_answered_alike(desk: FlaskClient, session: Session) -> None:
    dropped = post(desk, REPORT, {"report": (io.BytesIO(ZOOM), "zoom.csv")})
    address = f"{dropped.location.partition('?')[0]}/apply"

    first = post(desk, address, {"name": "zoom.csv"})
    second = post(desk, address, {"name": "zoom.csv"})

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(db.session.scalars(select(Report.id)).all()) == 1


def test_a_logo_is_drawn_before_anybody_has_to_wait(
    desk: FlaskClient, while_reading: Callable[[Any, str], list[bool]]
) -> None:
    wrote = while_reading(forms, "keep_picture")
    file = io.BytesIO()
    Image.new("RGB", (40, 40)).save(file, "PNG")
    picture = file.getvalue()

    sent = HOUSE | {"logo-file": (io.BytesIO(picture), "logo.png"), "logo-shown": "none"}
    answer = post(desk, "/organise/vto/settings", sent)

    assert (answer.status_code, wrote) == (303, [True])
    assert db.session.scalars(select(Organisation.logo)).one() == keep_picture(picture)


def test_whoever_fetches_the_participants_slowly_keeps_nobody_waiting(
    app: Flask, desk: FlaskClient, session: Session
) -> None:
    post(
        desk,
        REPORT.replace("/report", "/walk-in"),
        {"walk-first_name": "Ada", "walk-last_name": "Martin", "walk-structure_type": "NR"},
    )
    assert len(db.session.scalars(select(Registrant.id)).all()) == 1

    answer = post(desk, "/organise/vto/cycles/emploi/participants.csv", buffered=False)
    pieces = iter(answer.response)
    first = next(pieces)

    assert somebody_writes(app)
    assert "Martin" in "".join(part if isinstance(part, str) else part.decode() for part in [first, *pieces])
    answer.close()
