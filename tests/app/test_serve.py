"""`flask serve` and `flask worker`, as whoever runs the instance meets them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, select, update

from config import ROOT
from tests.conftest import NOW
from tests.outbox.sink import free_port
from tests.processes import environment, make_tables
from webinars.outbox.models import Email, MailState
from webinars.storage.database import Model, sqlite_module

pytestmark = pytest.mark.slow("the command runs in processes of its own, each of which imports everything")

FLASK = [str(Path(sys.executable).parent / "flask")]


class Instance:
    """An instance in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = {
            "WEBINARS_FOLDER": str(folder),
            "WEBINARS_PORT": str(self.port),
            "WEBINARS_PUBLIC_URL": self.url,
            "WEBINARS_MAIL_POLL_SECONDS": "0.1",
            "WEBINARS_MAIL_TIMEOUT": "2",
            "WEBINARS_MAIL_LEASE_SECONDS": "5",
            "WEBINARS_LOG_LEVEL": "ERROR",
        }
        self.environment = environment(settings)
        folder.mkdir(parents=True)
        self.engine = create_engine(f"sqlite:///{folder / 'webinars.db'}", module=sqlite_module())
        make_tables(self.engine)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*FLASK, *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def queue(self) -> int:
        """A mail of a kind nobody writes: whoever works it off marks it as failed."""
        with self.engine.begin() as connection:
            number = len(connection.execute(select(Email.id)).all()) + 1
            values = {
                "purpose": f"p{number}",
                "message_id": f"<{number}@example.org>",
                "about_id": 1,
                "kind": "no",
            }
            values |= {"recipient": "a@b.fr", "recipient_key": "a@b.fr", "domain": "b.fr", "language": "fr"}
            values |= {"created_at": NOW, "not_before": NOW, "bounce_token": str(number)}
            connection.execute(Email.__table__.insert().values(**values))
            return number

    def state(self, number: int) -> MailState:
        with self.engine.connect() as connection:
            return connection.execute(select(Email.state).where(Email.id == number)).scalar_one()

    def is_worked_off(self) -> bool:
        number = self.queue()
        return eventually(lambda: self.state(number) is MailState.FAILED)

    def answers(self) -> bool:
        def asked() -> bool:
            try:
                with urlopen(f"{self.url}/health", timeout=2) as answer:  # noqa: S310
                    return answer.status == 200
            except (URLError, ConnectionError, TimeoutError):
                return False

        return eventually(asked)


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def family(pid: int) -> list[int]:
    """The processes below this one, the oldest first."""
    found = subprocess.run(
        ["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    return [descendant for child in map(int, found) for descendant in (child, *family(child))]


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    instance = Instance(tmp_path / "var")
    yield instance
    instance.engine.dispose()


@pytest.fixture
def serving(instance: Instance) -> Iterator["subprocess.Popen[str]"]:
    process = instance.start("serve")
    assert process.stdout is not None
    first = process.stdout.readline()
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()
    assert first == f"Ready: {instance.url}  (Ctrl-C stops it)\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_command_serves_and_delivers_and_one_signal_stops_both(instance, serving, number):
    assert instance.answers()
    assert instance.is_worked_off()
    processes = family(serving.pid)
    serving.send_signal(number)

    assert serving.wait(10) == 0
    assert [pid for pid in processes if is_alive(pid)] == []
    assert [json.loads(line)["what"] for line in serving.stdout] == ["mail not written"]


def test_whatever_is_killed_is_back(instance, serving):
    assert instance.answers()
    for _round in range(3):
        for pid in reversed(family(serving.pid)):
            os.kill(pid, signal.SIGKILL)

        assert instance.answers()
        assert instance.is_worked_off()


def test_nothing_outlives_a_supervisor_that_is_killed(instance, serving):
    assert instance.answers()
    processes = family(serving.pid)
    serving.kill()

    assert len(processes) == 3
    assert eventually(lambda: not any(map(is_alive, processes)))


def test_a_taken_address_is_said(instance, serving):
    second = instance.start("serve")
    output, _nothing = second.communicate(timeout=20)

    assert second.returncode == 1
    assert output.endswith("already: stop it, or set WEBINARS_PORT.\n")


def test_an_empty_database_is_said(instance):
    Model.metadata.drop_all(instance.engine)
    output, _nothing = instance.start("serve").communicate(timeout=20)

    assert output == (
        f"Error: The database {instance.engine.url} is empty: run `flask db upgrade`,"
        " or name the right one: WEBINARS_DATABASE_URL, WEBINARS_FOLDER.\n"
    )


def test_a_file_that_cannot_be_opened_is_said(instance):
    instance.environment["WEBINARS_DATABASE_URL"] = "sqlite:////nowhere/webinars.db"
    output, _nothing = instance.start("serve", "--migrate").communicate(timeout=20)

    assert output == (
        "Error: sqlite:////nowhere/webinars.db does not answer (OperationalError: unable to open database file):"
        " check WEBINARS_DATABASE_URL.\n"
    )


def test_an_instance_is_made_and_served_by_one_command(instance, tmp_path):
    instance.environment["WEBINARS_FOLDER"] = str(tmp_path / "new")
    process = instance.start("serve", "--migrate", "--demonstration")
    said = [*takewhile(lambda line: not line.startswith("Ready"), process.stdout)]

    assert said[0] == f"Organisers sign in at {instance.url}/sign-in\n"
    assert instance.answers()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process.stdout.close()


def test_nothing_is_served_when_what_comes_first_fails(instance):
    instance.environment |= {"WEBINARS_MODE": "service", "WEBINARS_MAIL_FROM": "cycle@example.org"}
    instance.environment |= {"WEBINARS_SECRET_KEY": "0123456789abcdef" * 3}
    process = instance.start("serve", "--demonstration")
    output, _nothing = process.communicate(timeout=20)

    assert (output, process.returncode) == (
        "Error: Real people use this instance: the demonstration is not for service mode.\n",
        1,
    )


def test_what_is_kept_is_ours_alone_to_read(instance, tmp_path):
    instance.environment["WEBINARS_FOLDER"] = str(tmp_path / "kept" / "var")
    migrated = instance.start("db", "upgrade")
    migrated.communicate(timeout=20)

    assert migrated.returncode == 0
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "kept").rglob("*")} == {
        "var": "0o700",
        "secret_key": "0o600",
        "webinars.db": "0o600",
    }


def test_a_worker_of_its_own_delivers_and_stops_when_told(instance):
    process = instance.start("worker")
    assert instance.is_worked_off()
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 0
    process.stdout.close()


def test_mail_can_be_paused_and_looked_at_from_the_command_line(instance):
    def run(*arguments: str) -> str:
        output, _nothing = instance.start("outbox", *arguments).communicate(timeout=20)
        return output

    instance.queue()
    with instance.engine.begin() as connection:
        connection.execute(update(Email).values(not_before=NOW))
    run("pause", "--reason", "the relay moves")
    assert run("status").splitlines()[-1].endswith(": the relay moves")
    assert '"queued": 1' in run("status", "--json")
    assert run("resume") == "Mail leaves\n"


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["serve", "--migrate"]], ids=" ".join)
def test_a_schema_of_another_version_is_said(instance, command):
    said = {}
    for step in ("0001", "9999"):
        with instance.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM alembic_version")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (step,))
        if step == "0001" and "--migrate" in command:
            continue  # that is what it is for
        process = instance.start(*command)
        said[step] = process.communicate(timeout=20)[0], process.returncode

    assert said.pop("9999") == (
        "Error: A newer version has changed the database (step 9999): start that one, or go back to a copy.\n",
        1,
    )
    behind = "Error: The database is behind this version (step 0001): run `flask db upgrade`.\n"
    assert list(said.values()) == ([] if "--migrate" in command else [(behind, 1)])
