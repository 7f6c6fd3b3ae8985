"""The loop around delivery: rests, wakes, waits for what is away, clears what is old."""

import time
from datetime import timedelta
from threading import Event, Thread

import pytest

from config import Settings
from tests.conftest import NOW
from tests.outbox.conftest import WRITERS, at_port, delivery_to
from tests.outbox.sink import free_port
from webinars.outbox.chores import Chore, ChoreRound
from webinars.outbox.delivery import Delivery
from webinars.outbox.errors import Unreachable
from webinars.outbox.models import MailState
from webinars.outbox.queue.retention import clear_contents
from webinars.outbox.threads import WorkerThreads
from webinars.outbox.transport import Folder
from webinars.outbox.worker import Worker, worker_of
from webinars.storage.extensions import db

MONTH = timedelta(days=30)


def until(holds, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


@pytest.fixture
def worker(app, delivery: Delivery, settings: Settings) -> Worker:
    return Worker(app.app_context, delivery, poll=60, round=ChoreRound((), settings))


@pytest.fixture
def at_work(worker: Worker):
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    yield thread
    stop.set()
    worker.wake()
    thread.join(5)
    assert not thread.is_alive()


def test_a_resting_worker_wakes_when_called(worker, at_work, add, sink):
    time.sleep(0.2)
    add()
    worker.wake()

    assert until(lambda: sink.recipients == ["ada@town.fr"])


def test_the_connection_is_not_kept_while_resting(worker, at_work, add, server, sink):
    time.sleep(0.2)
    add()
    worker.wake()

    assert until(lambda: sink.connections == 1 and not server.is_open)


def test_a_server_that_is_away_is_asked_less_and_less_often_and_mail_leaves_when_it_is_back(
    worker, add, sink, server
):
    add()
    at_port(server, free_port())
    assert [worker.work_once(Event()) for _time in range(3)] == [0, 0, 0]
    assert worker.trouble == 3

    at_port(server, sink.port)
    assert worker.work_once(Event()) == 1
    assert worker.trouble == 0


def test_a_database_without_tables_is_waited_for(app, worker):
    with app.app_context():
        db.session.execute(db.text("ALTER TABLE email RENAME TO email_away"))
        db.session.commit()
    try:
        assert worker.work_once(Event()) == 0
        assert worker.trouble == 1
    finally:
        with app.app_context():
            db.session.execute(db.text("ALTER TABLE email_away RENAME TO email"))
            db.session.commit()


def test_a_fallen_worker_is_replaced(app, settings):
    crew = WorkerThreads(app.app_context, settings, WRITERS)
    fallen = Thread(name="mail")
    crew.members = [(fallen, worker_of(app.app_context, settings, WRITERS))]
    crew.look()
    [(thread, _worker)] = crew.members
    assert thread.is_alive()

    crew.end()
    assert not thread.is_alive()


def test_a_full_disk_is_waited_for(app, add, watch, tmp_path, outbox):
    (tmp_path / "mail").write_text("a file where the folder should be")
    delivery = delivery_to(Folder(tmp_path / "mail"), app, now=watch)
    add()
    with pytest.raises(Unreachable):
        delivery.work_off(Event())
    db.session.expire_all()

    assert (outbox()[0].state, outbox()[0].attempts) == (MailState.QUEUED, 0)


def test_without_a_mail_server_each_mail_is_one_file(app, add, watch, tmp_path):
    delivery = delivery_to(Folder(tmp_path / "mail"), app, now=watch)
    email = add()
    delivery.work_off(Event())
    [file] = (tmp_path / "mail").iterdir()

    db.session.refresh(email)
    assert file.name == f"20260302-090000-{email.message_id[1:33]}.eml"
    assert file.read_bytes() == email.content


def test_texts_are_cleared_when_they_are_old_and_those_waiting_are_kept(add, deliver, sink, outbox):
    sink.on_recipient = lambda address, _time: "451 Later" if address == "bela@city.fr" else "250 OK"
    add("ada@town.fr")
    add("bela@city.fr")
    deliver()
    assert clear_contents(older_than=MONTH, now=NOW + timedelta(days=29)) == 0
    assert clear_contents(older_than=MONTH, now=NOW + timedelta(days=31)) == 1

    assert [email.content is None for email in outbox()] == [True, False]


def test_where_texts_are_not_kept_none_outlasts_its_sending(add, deliver, delivery, outbox):
    delivery.keep_contents = False
    add()
    deliver()

    assert (outbox()[0].state, outbox()[0].content) == (MailState.SENT, None)


def test_a_text_with_a_secret_is_cleared_with_its_outcome_and_kept_while_it_waits(
    add, deliver, sink, outbox, watch
):
    answers = iter(["451 Later", "250 OK"])
    sink.on_recipient = lambda address, _time: next(answers) if address == "ada@town.fr" else "550 No"
    add("ada@town.fr", holds_secret=True)
    add("bela@city.fr", holds_secret=True)
    deliver()
    assert [(email.state, email.content is None) for email in outbox()] == [
        (MailState.QUEUED, False),
        (MailState.FAILED, True),
    ]

    watch.pass_(minutes=1)
    deliver()
    assert [(email.state, email.content is None) for email in outbox()] == [
        (MailState.SENT, True),
        (MailState.FAILED, True),
    ]


def test_a_secret_that_was_left_in_a_settled_row_is_cleared_whatever_its_age(add, deliver, outbox):
    add("ada@town.fr")
    add("bela@city.fr")
    deliver()
    outbox()[0].holds_secret = True
    db.session.commit()

    assert clear_contents(older_than=MONTH, now=NOW) == 1
    assert [email.content is None for email in outbox()] == [True, False]


def test_chores_are_done_while_the_mail_server_is_away(app, worker, server, add, settings):
    done = []
    worker.round = ChoreRound([Chore("count", MONTH, lambda now, _settings: done.append(now) or 1)], settings)
    at_port(server, free_port())
    add()

    assert worker.work_once(Event()) == 0
    assert len(done) == 1
