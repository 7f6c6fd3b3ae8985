"""A process that does not work any more is ended and started again, and only such a one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask

from config import ROOT, Settings
from tests.processes import environment
from webinars.app.supervisor import LOOK_EVERY, Child, LastHeartbeat, longest_silence
from webinars.storage.extensions import db
from webinars.storage.heartbeat import Heartbeat, beat, last_of

SOON = 0.3


def hangs(settings: Settings, heart: LastHeartbeat) -> None:
    heart.show(1.0)
    time.sleep(60)


def hangs_and_is_deaf(settings: Settings, heart: LastHeartbeat) -> None:
    """With a process of its own, as the web server has."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (settings.folder / "below").write_text(str(below.pid))
    time.sleep(60)


def works(settings: Settings, heart: LastHeartbeat) -> None:
    while True:
        heart.show(time.monotonic())
        time.sleep(SOON / 10)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Starts a child that is ended with the test."""
    started: list[Child] = []

    def start(target: Callable[[Settings, LastHeartbeat], None]) -> Child:
        started.append(Child("one", target, Settings(folder=tmp_path), silence=SOON, grace=SOON))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.join()


def looked_after(child: Child, holds: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        child.look()
        time.sleep(0.02)
    return holds()


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_a_process_without_a_sign_is_told_to_end_and_is_back(child: Callable[..., Child]) -> None:
    one = child(hangs)
    first = one.process

    assert looked_after(one, lambda: one.process is not first and one.process.is_alive())
    assert first.exitcode == -signal.SIGTERM
    assert looked_after(one, lambda: one.told is None)


def test_one_that_does_not_end_is_killed_with_what_it_started(
    child: Callable[..., Child], tmp_path: Path
) -> None:
    one = child(hangs_and_is_deaf)
    first = one.process
    assert looked_after(one, lambda: first.exitcode is not None)
    below = tmp_path / "below"

    assert first.exitcode == -signal.SIGKILL
    assert looked_after(one, lambda: not is_alive(int(below.read_text())))


def test_one_that_shows_signs_is_left_alone(child: Callable[..., Child]) -> None:
    one = child(works)
    first = one.process
    looked_after(one, lambda: False, 4 * SOON)

    assert (one.process, first.is_alive(), one.told) == (first, True, None)


def test_time_in_which_nobody_looked_is_no_silence(child: Callable[..., Child]) -> None:
    """Everything was stopped for an hour, the supervisor too: a pause of the machine."""
    one = child(hangs)
    one.most_silence = 3 * LOOK_EVERY
    one.looked -= 3_600
    one.look()

    assert one.told is None


def test_the_bound_is_twice_the_longest_time_limit_and_not_too_short(settings: Settings) -> None:
    assert [
        longest_silence(replace(settings, mail_timeout=timeout, mail_lease_seconds=lease))
        for timeout, lease in [(30, 120), (2, 5), (300, 600)]
    ] == [120, 90, 600]


@pytest.fixture
def at_work() -> Iterator[Callable[[Callable[[], object]], Heartbeat]]:
    """The heartbeat of a thread that does this until the test ends."""
    over, threads = Event(), list[Thread]()

    def begin(act: Callable[[], object]) -> Heartbeat:
        heartbeat, begun = Heartbeat(), Event()

        def work() -> None:
            with heartbeat.at_work():
                begun.set()
                while not over.is_set():
                    act()

        threads.append(Thread(target=work))
        threads[-1].start()
        begun.wait()
        return heartbeat

    yield begin
    over.set()
    for thread in threads:
        thread.join()


def is_getting_on(*heartbeats: Heartbeat) -> bool:
    before = last_of(heartbeats)
    time.sleep(SOON)
    return last_of(heartbeats) > before


def test_one_that_hangs_is_seen_beside_those_that_get_on(at_work: Callable[..., Heartbeat]) -> None:
    hanging = at_work(lambda: time.sleep(SOON * 4))
    beating = at_work(lambda: (beat(), time.sleep(0.01)))

    assert [is_getting_on(hanging, beating), is_getting_on(beating)] == [False, True]


def test_one_that_rests_owes_no_sign() -> None:
    resting = Heartbeat()
    resting.at -= 1_000

    assert is_getting_on(resting)
    assert is_getting_on()


def test_whoever_waits_for_the_database_is_not_stuck(app: Flask, at_work: Callable[..., Heartbeat]) -> None:
    if db.engine.dialect.name == "postgresql":
        wait = "SELECT pg_sleep(0.7)"
    else:
        wait = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n"

    def ask() -> None:
        with app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql(wait)

    assert is_getting_on(at_work(ask))


def test_a_process_that_is_not_there_any_more_is_not_signalled(child: Callable[..., Child]) -> None:
    one = child(hangs)
    os.kill(one.process.pid or 0, signal.SIGKILL)
    one.process.join()
    first = one.process

    assert looked_after(one, lambda: one.process is not first)


# of what is installed, what most processes never need; each is loaded where it is used
SELDOM_NEEDED = {"PIL", "cryptography", "dns", "procrastinate", "psycopg", "rapidfuzz"}


@pytest.mark.slow("a process of its own imports everything")
def test_what_is_seldom_needed_takes_no_memory_on_sqlite(tmp_path: Path) -> None:
    asked = [sys.executable, "-c", f"import sys, wsgi; print({SELDOM_NEEDED!r} & sys.modules.keys())"]
    settings = environment({"WEBINARS_FOLDER": str(tmp_path)})
    answer = subprocess.run(asked, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)

    assert answer.stdout == "set()\n"
