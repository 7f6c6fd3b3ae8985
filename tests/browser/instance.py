"""A whole instance in processes of its own: web server, mail worker, database, and a mail server that keeps what comes."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flask import Flask, current_app

from config import ROOT, read_settings
from tests.conftest import SECRET
from tests.outbox.sink import Received, Sink, free_port, listening
from tests.processes import environment, make_tables
from webinars import clock, create_app
from webinars.demonstration.account import EMAIL, password
from webinars.demonstration.cli import load_demonstration
from webinars.storage.extensions import db

FLASK = Path(sys.executable).parent / "flask"


@dataclass(frozen=True)
class Instance:
    """Where it answers, its mail, and the application behind it for what a test must know."""

    url: str
    app: Flask
    sink: Sink
    email: str
    password: str
    environment: dict[str, str]

    def takes_in(self, content: bytes) -> dict[str, object]:
        """What the command says that a mail server pipes a message into."""
        done = subprocess.run(
            [FLASK, "replies", "read", "--json", "-"],
            cwd=ROOT,
            env=environment(self.environment),
            input=content,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        said: dict[str, object] = json.loads(done.stdout)
        return said

    def mails(self, recipient: str, number: int) -> list[Received]:
        """The mails of one person in the order they came, as soon as there are so many."""

        def found() -> list[Received]:
            return [mail for mail in self.sink.received if mail.recipient == recipient]

        eventually(lambda: len(found()) >= number, f"{number} mails to {recipient}")
        return found()

    def kept_mail(self) -> str:
        """The name of a mail in the mailbox of an instance without a mail server."""
        folder = self.app.config["SETTINGS"].mail_folder
        eventually(lambda: any(folder.glob("*.eml")), "a mail in the folder")
        return min(folder.glob("*.eml")).name


def eventually(holds: Callable[[], bool], what: str, *, seconds: float = 20) -> None:
    """Returns as soon as it holds; fails after some time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.05)


@contextmanager
def running(folder: Path, *, sends_mail: bool = True, keeps_pages: bool = False) -> Iterator[Instance]:
    """An instance with the demonstration loaded; its mails are caught, or kept in its own folder.

    Public pages are written anew each time, unless they are to be kept, and so compressed, as in service.
    """
    with listening(Sink()) as sink:
        settings = _settings(folder, sink)
        if keeps_pages:
            del settings["WEBINARS_PAGE_SECONDS"]
        if not sends_mail:
            del settings["WEBINARS_MAIL_SERVER"]
        app = create_app(read_settings(environment(settings)))
        with app.app_context():
            _fill()
            known = EMAIL, password()
        instance = Instance(settings["WEBINARS_PUBLIC_URL"], app, sink, *known, settings)
        with _serving(settings, instance, folder / "log"):
            yield instance
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _settings(folder: Path, sink: Sink) -> dict[str, str]:
    port = str(free_port())
    return {
        "WEBINARS_FOLDER": str(folder),
        "WEBINARS_DATABASE_URL": f"sqlite:///{folder / 'webinars.db'}",
        "WEBINARS_SECRET_KEY": SECRET,
        "WEBINARS_PORT": port,
        "WEBINARS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEBINARS_MAIL_SERVER": "127.0.0.1",
        "WEBINARS_MAIL_PORT": str(sink.port),
        "WEBINARS_MAIL_SECURITY": "none",
        "WEBINARS_SETTLE_SECONDS": "86400",  # an update waits as long as pages are looked at
        "WEBINARS_MAIL_POLL_SECONDS": "0.1",
        "WEBINARS_PAGE_SECONDS": "0",
        "WEBINARS_FORM_MIN_SECONDS": "0",
        "WEBINARS_SIGN_UPS_PER_HOUR": "1000",
        "WEBINARS_LOG_LEVEL": "ERROR",
    }


def _fill() -> None:
    make_tables(db.engine)
    load_demonstration(settings=current_app.config["SETTINGS"], now=clock.now())
    db.session.commit()
    db.session.remove()
    db.engine.dispose()


@contextmanager
def _serving(settings: dict[str, str], instance: Instance, log: Path) -> Iterator[None]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            [FLASK, "serve"],
            cwd=ROOT,
            env=environment(settings),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        eventually(lambda: process.poll() is not None or _answers(instance.url), "the web server")
        assert process.poll() is None, log.read_text(errors="replace")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
