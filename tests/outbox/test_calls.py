"""A commit that queues mail calls the workers of its machine, and nothing else does; who cannot be called is no harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, current_thread
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from flask import Flask

from config import ROOT, Settings
from tests.app.test_serve import Instance, eventually, instance  # noqa: F401
from tests.conftest import NOW
from tests.outbox.test_worker import until
from tests.page import Page
from webinars.accounts.models import Organiser
from webinars.outbox import actions
from webinars.outbox.carrier import PIPE, PipeCarrier
from webinars.outbox.chores import ChoreRound
from webinars.outbox.delivery import Delivery
from webinars.outbox.models import Email, MailState
from webinars.outbox.threads import WorkerThreads
from webinars.outbox.worker import LEAST_REST, LONGEST_REST, Worker, worker_of
from webinars.storage.extensions import db

Calls = Callable[[], int]


@pytest.fixture
def calls(settings: Settings) -> Iterator[Calls]:
    """How often somebody called since it was last asked."""
    path = settings.folder / PIPE
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def heard() -> int:
        try:
            return len(os.read(end, 4096))
        except BlockingIOError:
            return 0

    yield heard
    os.close(end)
    path.unlink()


@pytest.fixture
def queue(app: Flask) -> Callable[[], Email]:
    """Queues one mail, and does not commit."""
    numbers = iter(range(100))

    def queue() -> Email:
        purpose = f"note:{next(numbers)}"
        facts = {"recipient": "ada@town.fr", "language": "fr", "about_id": 1}
        return actions.queue("note", purpose=purpose, now=NOW, **facts)

    return queue


def test_workers_are_called_once_what_queues_mail_is_committed(queue, calls) -> None:
    queue()
    queue()
    db.session.flush()
    before = calls()
    db.session.commit()

    assert (before, calls()) == (0, 1)


def test_what_is_rolled_back_calls_nobody_nor_does_the_commit_after_it(queue, calls) -> None:
    queue()
    db.session.rollback()
    rolled_back = calls()
    db.session.execute(db.text("SELECT 1"))
    db.session.commit()

    assert (rolled_back, calls()) == (0, 0)


def test_a_step_within_a_transaction_calls_nobody_before_its_commit(queue, calls) -> None:
    queue()
    with db.session.begin_nested():
        queue()
    before = calls()
    db.session.commit()

    assert (before, calls()) == (0, 1)


def test_mail_that_may_leave_again_calls_workers(queue, calls) -> None:
    actions.pause(reason="", now=NOW)
    db.session.commit()
    paused = calls()
    actions.resume()
    db.session.commit()

    assert (paused, calls()) == (0, 1)


def nobody(path: Path) -> None:
    """Nothing is there."""


def left_behind(path: Path) -> None:
    """The pipe of a worker that was killed."""
    os.mkfifo(path)


def a_file(path: Path) -> None:
    """A copy that did not know pipes."""
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    """Nothing of ours."""
    path.mkdir()


@pytest.fixture(params=[nobody, left_behind, a_file, a_folder])
def in_its_place(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Path]:
    """What stands where the pipe should be."""
    path = settings.folder / PIPE
    request.param(path)
    yield path
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def test_a_commit_does_without_workers(queue, in_its_place, outbox) -> None:
    queue()
    db.session.commit()

    assert len(outbox()) == 1


def test_a_commit_does_not_wait_for_a_worker_that_does_not_listen(queue, calls, outbox, settings) -> None:
    carrier = PipeCarrier(settings.folder)
    end = os.open(carrier.path, os.O_WRONLY | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(end, bytes(4096))
    os.close(end)
    queue()
    db.session.commit()

    assert len(outbox()) == 1


def listening(settings: Settings) -> tuple[Thread, Event, Event]:
    """Somebody who listens, with what is set when they are called and what ends them."""
    called, stop = Event(), Event()
    thread = Thread(target=PipeCarrier(settings.folder).listen, args=(called.set, stop), daemon=True)
    thread.start()
    return thread, called, stop


def test_one_of_two_who_listen_hears_a_call_and_each_ends_when_told(settings) -> None:
    carrier = PipeCarrier(settings.folder)
    both = [listening(settings), listening(settings)]
    assert until(lambda: carrier.write() or any(called.is_set() for _thread, called, _stop in both))
    for _thread, _called, stop in both:
        stop.set()

    assert until(lambda: carrier.write() or not any(thread.is_alive() for thread, _called, _stop in both))
    carrier.path.unlink()


@pytest.mark.parametrize("in_its_place", [a_file, a_folder], indirect=True)
def test_who_cannot_listen_says_so_and_wakes_nobody(settings, in_its_place, caplog) -> None:
    thread, called, _stop = listening(settings)
    thread.join(5)

    assert (thread.is_alive(), called.is_set()) == (False, False)
    assert [record.message for record in caplog.records] == ["workers are not called"]


@pytest.fixture
def crew(app: Flask, settings: Settings) -> Iterator[WorkerThreads]:
    """Who looks after one worker, which does not run, and after a listener that fell."""
    crew = WorkerThreads(app.app_context, settings, {})
    crew.members = [(current_thread(), worker_of(app.app_context, settings, {}))]
    fallen = crew.calls = Thread(name="calls")
    yield crew
    crew.stop.set()
    assert crew.calls is not fallen
    assert until(lambda: crew.carrier.write() or not crew.calls.is_alive())
    crew.carrier.path.unlink(missing_ok=True)


def test_a_fallen_listener_is_replaced_and_hears_calls(crew: WorkerThreads) -> None:
    [(_thread, worker)] = crew.members
    crew.look()

    assert until(lambda: crew.carrier.write() or worker.call.is_set())


@pytest.mark.parametrize("in_its_place", [a_file, a_folder], indirect=True)
def test_where_no_pipe_can_stand_nobody_tries_again_and_again(
    crew: WorkerThreads, in_its_place, caplog
) -> None:
    crew.look()
    tried = crew.calls
    assert tried is not None
    tried.join(5)
    crew.look()

    assert crew.calls is tried
    assert [record.message for record in caplog.records] == ["worker fell", "workers are not called"]


class Stop(Event):
    """Nobody stops us, and no time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0.0)
        return False


@pytest.mark.parametrize(
    ("trouble", "rest"), [(0, LEAST_REST), (1, 1.0), (3, 4.0), (20, 30.0), (20, LONGEST_REST)]
)
def test_no_call_has_a_worker_look_sooner_than_the_trouble_allows(
    app: Flask, delivery: Delivery, settings: Settings, trouble: int, rest: float
) -> None:
    """Called again and again while a server is away or mail is held back, it would do nothing else."""
    worker = Worker(app.app_context, delivery, poll=60, round=ChoreRound((), settings))
    worker.trouble = trouble
    worker.wake()
    stop = Stop()
    worker._rest(stop)

    assert stop.rests == [rest]
    assert not worker.call.is_set()


@pytest.fixture
def start(instance: Instance) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:  # noqa: F811
    """Starts one more worker, which looks once a minute unless it is called."""
    instance.environment["WEBINARS_MAIL_POLL_SECONDS"] = "60"
    running: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.outbox.lone_worker"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=instance.environment))
        return running[-1]

    yield start
    for process in running:
        process.terminate()
        process.wait()


def left_waiting(instance: Instance) -> int:  # noqa: F811
    """A mail that no worker was called for: all rest."""
    for _time in range(100):
        number = instance.queue()
        if not eventually(lambda number=number: instance.state(number) is MailState.FAILED, 1):
            break
    return number


def leaves(instance: Instance, number: int) -> bool:  # noqa: F811
    return eventually(
        lambda: instance.state(number) is MailState.FAILED, 50
    )  # sooner than it looks by itself


@pytest.mark.slow("workers and commands are processes of their own, each of which imports everything")
def test_a_command_calls_workers_in_other_processes_also_when_one_was_killed(instance, start) -> None:  # noqa: F811
    first = start()
    assert leaves(instance, instance.queue())
    first.kill()
    first.wait()
    start()
    assert leaves(instance, instance.queue())
    number = left_waiting(instance)
    instance.start("outbox", "resume").communicate(timeout=60)

    assert leaves(instance, number)


@pytest.fixture
def web(instance: Instance) -> Iterator[Instance]:  # noqa: F811
    """A web server alone, and somebody with an account."""
    with instance.engine.begin() as connection:
        values = {"email": "a@b.fr", "email_key": "a@b.fr", "name": "Ada", "created_at": NOW}
        connection.execute(Organiser.__table__.insert().values(**values))
    instance.environment["WEBINARS_JOB_THREADS"] = "0"
    process = instance.start("serve")
    yield instance
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


@pytest.mark.slow("the web server and its worker are processes, each of which imports everything")
def test_a_visitor_calls_the_worker(web, start) -> None:
    first = web.queue()
    start()
    assert web.answers()
    assert leaves(web, first)
    number = left_waiting(web)
    browser, address = build_opener(HTTPCookieProcessor()), f"{web.url}/forgotten-password"
    hidden = Page(browser.open(address).read().decode()).values
    browser.open(address, urlencode({**hidden, "email": "a@b.fr"}).encode())

    assert leaves(web, number)
