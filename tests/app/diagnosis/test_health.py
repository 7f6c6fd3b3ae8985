"""What proxies ask, and what operators watch."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.outbox.conftest import add, deliver, delivery, server, sink, watch, write_note
from webinars.app.chores import CHORES, READING, SWEEP
from webinars.outbox import actions
from webinars.outbox.models import ChoreSchedule
from webinars.outbox.queue.pace import Pace
from webinars.storage.extensions import db

__all__ = ["add", "deliver", "delivery", "server", "sink", "watch"]

MINUTE = timedelta(minutes=1)
STRANGER = {"REMOTE_ADDR": "203.0.113.9"}
TOKEN = "a token drawn by chance".replace(" ", "-")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alive(app):
    """Every chore was just done."""
    for chore in CHORES:
        db.session.add(ChoreSchedule(name=chore.name, next_at=NOW, done_at=NOW))
    db.session.commit()


@pytest.fixture
def set_to(app, monkeypatch):
    """Changes settings: `set_to(health_token=…)`."""

    def set_to(**changes):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **changes))

    return set_to


def asked(client, *, after: float = 0, **facts):
    with time_machine.travel(NOW + after * MINUTE, tick=False):
        answer = client.get("/health/service", **facts)
    return answer.status_code, answer.json["reasons"]


def done(name: str, at) -> None:
    db.session.get(ChoreSchedule, name).done_at = at
    db.session.commit()


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize("answer", ["550 No", "450 4.7.1 Not now"])
def test_when_all_mail_is_refused_the_service_says_so_and_the_site_stays(client, add, deliver, sink, answer):
    sink.on_recipient = lambda *_: answer
    for one in range(48):
        add(f"person{one}@{'town' if one % 2 else 'city'}.fr")
    assert asked(client) == (200, [])
    deliver()

    assert asked(client) == (503, ["mail_refused"])
    assert client.get("/health").status_code == 200
    page = client.get("/health/service").json
    assert page["mail"]["refused_last_hour"] == 48
    assert page["sentences"][0].startswith("48 of 48 mails of the last hour were refused")


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize(
    ("refused", "taken", "is_well"), [(9, 0, True), (10, 0, False), (10, 10, False), (10, 11, True)]
)
def test_half_of_ten_is_too_many(client, add, deliver, sink, refused, taken, is_well):
    sink.on_recipient = lambda address, _time: "550 No" if address.startswith("no") else "250 OK"
    for one in range(refused):
        add(f"no{one}@town.fr")
    for one in range(taken):
        add(f"yes{one}@town.fr")
    deliver()

    assert asked(client)[1] == ([] if is_well else ["mail_refused"])


@pytest.mark.usefixtures("alive")
def test_messages_that_the_quota_holds_are_a_figure_and_mail_that_cannot_wait_is_a_reason(
    client, add, deliver, delivery, set_to
):
    set_to(mail_per_hour=2, health_sweep_minutes=100, health_reading_periods=100)
    delivery.pace, delivery.writers = Pace(per_hour=2), {"message": write_note, "confirmation": write_note}
    for one in range(3):
        add(f"person{one}@town.fr", kind="message")
    deliver()

    assert asked(client, after=16) == (200, [])
    with time_machine.travel(NOW + 16 * MINUTE, tick=False):
        held = client.get("/health/service").json["mail"]["held_by_quota_until"]
    assert datetime.fromisoformat(held) == NOW + 60 * MINUTE
    add("ada@town.fr", kind="confirmation")
    assert asked(client, after=16) == (503, ["mail_held_by_quota"])
    assert asked(client, after=61) == (200, [])


@pytest.mark.usefixtures("alive")
def test_mail_that_should_have_left_a_quarter_of_an_hour_ago_is_late(client, add, set_to):
    add()
    set_to(health_sweep_minutes=100)

    assert asked(client, after=15) == (200, [])
    assert asked(client, after=16) == (503, ["mail_late"])
    set_to(health_late_minutes=20)
    assert asked(client, after=16) == (200, [])


@pytest.mark.usefixtures("alive")
def test_mail_that_is_held_back_by_us_and_late_says_so(client, add, set_to):
    add()
    actions.pause(reason="the server moves", now=NOW)
    db.session.commit()
    set_to(health_sweep_minutes=100)

    assert asked(client, after=1) == (200, [])
    assert asked(client, after=16) == (503, ["mail_paused"])


@pytest.mark.usefixtures("alive")
def test_without_a_sweep_for_five_minutes_no_worker_lives(client):
    done(SWEEP, NOW - 5 * MINUTE)
    assert asked(client) == (200, [])
    done(SWEEP, NOW - 6 * MINUTE)

    assert asked(client) == (503, ["sweep_late"])


@pytest.mark.usefixtures("alive")
def test_a_sweep_still_to_come_proves_nothing(client):
    done(SWEEP, NOW + 180 * MINUTE)  # a clock that was ahead

    assert asked(client) == (503, ["sweep_late"])


def test_an_instance_no_worker_ever_swept_for_is_not_well(client):
    assert asked(client) == (503, ["sweep_late"])


@pytest.mark.usefixtures("alive")
def test_mailboxes_not_read_for_three_periods_are_said_where_there_are_some(client, set_to):
    done(READING, NOW - 4 * MINUTE)
    assert asked(client) == (200, [])
    set_to(replies_maildir="/var/mail/answers")

    assert asked(client) == (503, ["replies_late"])
    set_to(health_reading_periods=5)
    assert asked(client) == (200, [])


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize("at", [None, NOW - 4 * timedelta(hours=1)])
def test_a_chore_that_never_comes_to_its_end_is_said(client, at):
    done("clear old mail", at)

    assert asked(client) == (503, ["chore_late"])
    assert "“clear old mail”" in client.get("/health/service").json["sentences"][0]


@pytest.mark.usefixtures("alive")
def test_strangers_get_codes_and_no_figures(client, add, set_to):
    add()
    set_to(health_sweep_minutes=100)

    for facts in (
        {"environ_base": STRANGER},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"environ_base": STRANGER, "headers": {"Authorization": f"Bearer {TOKEN}"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ):
        with time_machine.travel(NOW + 20 * MINUTE, tick=False):
            answer = client.get("/health/service", **facts)
        assert (answer.status_code, answer.json) == (503, {"status": "trouble", "reasons": ["mail_late"]})
    assert client.get("/health", environ_base=STRANGER).json.keys() <= {"status", "database", "sqlite"}


@pytest.mark.usefixtures("alive")
def test_the_token_opens_the_figures_from_anywhere_and_nothing_else_does(client, set_to):
    set_to(health_token=TOKEN)

    def sees(**facts) -> bool:
        return "mail" in client.get("/health/service", **facts).json

    assert sees(environ_base=STRANGER, headers={"Authorization": f"Bearer {TOKEN}"})
    for wrong in ("", f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x", "Bearer é", TOKEN):
        assert not sees(headers={"Authorization": wrong})


def test_a_database_that_is_away_is_a_reason(client, refuse_all):
    assert asked(client) == (503, ["database_unavailable"])
    assert client.get("/health").status_code == 503


@pytest.fixture
def refuse_all(app):
    from sqlalchemy import event
    from sqlalchemy.exc import OperationalError

    def look(_connection, _cursor, statement, *_more):
        raise OperationalError(statement, {}, Exception("away"))

    event.listen(db.engine, "before_cursor_execute", look)
    yield
    event.remove(db.engine, "before_cursor_execute", look)


@pytest.mark.usefixtures("alive")
def test_what_the_service_says_costs_the_same_however_much_mail_there_is(client, add, count_queries):
    add()
    with count_queries() as few:
        client.get("/health/service")
    for _mail in range(30):
        add()
    with count_queries() as many:
        client.get("/health/service")

    assert few.count == many.count <= 10


@pytest.mark.usefixtures("alive")
def test_the_doctor_says_the_same(app, add, deliver, sink):
    sink.on_recipient = lambda *_: "550 No"
    for one in range(12):
        add(f"person{one}@town.fr")
    deliver()
    done(SWEEP, NOW - 10 * MINUTE)
    told = app.test_cli_runner().invoke(args=["doctor"]).output

    assert "WRONG  mail of an hour   12 tried, 12 of them refused, put off or returned" in told
    assert "`flask outbox retry --failed --since 2h`" in told
    assert "No worker has swept for 0:05:00" in told
