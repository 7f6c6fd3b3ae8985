"""Web server and mail worker: started by one command, set up again when they fall or are stuck, stopped together."""

import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from webinars import clock
from webinars.app.chores import CHORES
from webinars.app.diagnosis.key_check import keep_key, key_problem
from webinars.app.letters import WRITERS
from webinars.gateway.rsgi import Gateway
from webinars.gateway.server import server
from webinars.outbox.threads import WorkerThreads
from webinars.storage import schema
from webinars.storage.extensions import db
from webinars.storage.heartbeat import last_of
from webinars.web.logs import log
from webinars.web.pages import keep_texts

LOOK_EVERY = 2.0
LEAST_SILENCE = 90.0  # seconds without a sign of life before a process is taken for stuck
GRACE = 20.0  # for requests and mails under way, when told to stop
LONGEST_PAUSE = 30.0
SOUND_AFTER = 10.0  # a process that lived so long did not fall at its start
PARENT_DIES = 1  # PR_SET_PDEATHSIG
STOPPING = (signal.SIGINT, signal.SIGTERM)

# from a sound copy of this process where the system can: the application is loaded once
if sys.platform == "linux":
    processes = multiprocessing.get_context("fork")
else:
    processes = multiprocessing.get_context("spawn")


class Signals:
    """The signals this process was sent, waited for in one place."""

    def __init__(self) -> None:
        # a queue of this kind may be filled from within a handler
        self.heard: SimpleQueue[int] = SimpleQueue()
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, lambda heard, _frame: self.heard.put(heard))

    def wait_for_stop(self, seconds: float) -> bool:
        """Waits until we are told to stop; also returns, with False, when a child ended or the time is over."""
        try:
            return self.heard.get(timeout=seconds) in STOPPING
        except Empty:
            return False


class LastHeartbeat:
    """What a process last showed of its life, read by the one that started it."""

    def __init__(self) -> None:
        self._shown = processes.RawValue("d", 0.0)

    def show(self, sign: float) -> None:
        """Shows a sign; the same one again says that nothing got on."""
        self._shown.value = sign

    @property
    def shown(self) -> float:
        """The last sign."""
        return float(self._shown.value)


Target = Callable[[Settings, LastHeartbeat], None]


class Child:
    """One process, started again when it falls or is stuck, after a pause that grows while it falls at once."""

    def __init__(
        self, name: str, target: Target, settings: Settings, *, silence: float, grace: float = GRACE
    ) -> None:
        self.name, self.target, self.settings = name, target, settings
        self.most_silence, self.grace = silence, grace
        self.heart = LastHeartbeat()
        self.pause = 0.2
        self.due = 0.0

    def start(self) -> None:
        """Starts the process, and its clock of silence anew."""
        self.started = self.looked = time.monotonic()
        self.silence = 0.0
        self.told: float | None = None  # when it was told to end
        arguments = (self.target, self.settings, self.heart)
        self.process = processes.Process(target=_as_child, args=arguments, name=self.name)
        self.process.start()
        self.sign = self.heart.shown

    def look(self) -> None:
        """Ends it when it is stuck; starts it again when it fell and its pause is over."""
        now = time.monotonic()
        if self.process.is_alive():
            self._listen(now)
            return
        if not self.due:
            if now - self.started > SOUND_AFTER:
                self.pause = 0.2
            self.due, self.pause = now + self.pause, min(LONGEST_PAUSE, self.pause * 2)
            log.error("process fell", extra={"facts": {"name": self.name, "code": self.process.exitcode}})
        if now >= self.due:
            self.due = 0.0
            self.start()

    def _listen(self, now: float) -> None:
        """Tells it to end when it has been silent for too long, and kills it, with what it started, when it does not."""
        # time we did not look ourselves, all having been stopped, is no silence of its own
        self.silence = self.silence + min(now - self.looked, 2 * LOOK_EVERY)
        self.looked = now
        if self.heart.shown != self.sign:
            self.sign, self.silence = self.heart.shown, 0.0
        if self.told is not None:
            if now - self.told > self.grace:
                with suppress(ProcessLookupError):
                    os.killpg(self.process.ident or 0, signal.SIGKILL)
        elif self.silence > self.most_silence:
            facts = {"name": self.name, "seconds": round(self.silence)}
            log.error("process is stuck", extra={"facts": facts})
            self.told = now
            self.process.terminate()


def longest_silence(settings: Settings) -> float:
    """Seconds a process may show no sign of life: twice what it may wait for at most, and not too few."""
    one_mail = settings.mail_lease_seconds / 2
    return max(LEAST_SILENCE, 2 * max(one_mail, settings.mail_timeout))


def _as_child(target: Target, settings: Settings, heart: LastHeartbeat) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)  # Ctrl-C is for the parent, who stops us in order
    end_with_parent()
    target(settings, heart)


def end_with_parent() -> None:
    """Has the system stop this process when the one that started it is gone, where it can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DIES, signal.SIGTERM)


def run_web(settings: Settings, heart: LastHeartbeat) -> None:
    """Answers requests until told to stop; a worker that was killed is back at once."""
    web = server(
        host=settings.host, port=settings.port, bodies=settings.web_bodies, kill_timeout=int(GRACE / 2)
    )
    web.serve(target_loader=partial(load_gateway, heart), wrap_loader=False)


def load_gateway(heart: LastHeartbeat) -> Gateway:
    """The application, in the process that answers requests."""
    end_with_parent()
    from wsgi import app

    return Gateway(app, app.config["SETTINGS"], show=heart.show)


def run_mail(settings: Settings, heart: LastHeartbeat) -> None:
    """Works off mail until told to stop."""
    from wsgi import app

    work_off_mail(app, settings, heart)


def work_off_mail(app: Flask, settings: Settings, heart: LastHeartbeat) -> None:
    """Works off mail in this process until it is told to stop, looking for it or called through the carrier."""
    if settings.job_carrier == "procrastinate":
        from webinars.outbox.engine import work_off_jobs

        work_off_jobs(app.app_context, settings, WRITERS, CHORES, show=heart.show)
        return
    signals = Signals()
    crew = WorkerThreads(app.app_context, settings, WRITERS, CHORES)
    crew.start()
    while not signals.wait_for_stop(LOOK_EVERY):
        crew.look()
        heart.show(last_of(crew.heartbeats))
    crew.end()


def supervise(children: list[Child], ready: Callable[[], None], settings: Settings) -> None:
    """Keeps the processes running until told to stop; returns when all have ended."""
    signals = Signals()
    gc.freeze()  # what is loaded stays shared with the children
    for child in children:
        child.start()
    told = False
    while not signals.wait_for_stop(0.05 if not told else LOOK_EVERY):
        for child in children:
            child.look()
        if not told and is_listening(settings):
            told = True
            ready()
    _stop(children, signals)


def _stop(children: list[Child], signals: Signals) -> None:
    until = time.monotonic() + GRACE
    living = [child.process for child in children if child.process.is_alive()]
    while living and time.monotonic() < until:
        for process in living:
            process.terminate()
        if signals.wait_for_stop(0.5):
            break  # told a second time: no more waiting
        living = [process for process in living if process.is_alive()]
    for process in living:
        process.kill()
    for process in living:
        process.join()


def is_listening(settings: Settings) -> bool:
    """Whether somebody listens at our address."""
    try:
        socket.create_connection((_near(settings.host), settings.port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _near(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 — asked from this machine


def _meet_database(*, migrate: bool) -> None:
    """Refuses to start without tables, or on those of another version; a server that is away may come back."""
    try:
        words = "" if migrate else schema.missing()
        words = words or schema.out_of_step(may_be_behind=migrate)
    except SQLAlchemyError as error:
        words = schema.away(error)
        if not migrate and db.engine.dialect.name != "sqlite":
            click.echo(words, err=True)
            return
    if words:
        raise click.ClickException(words)


def _meet_key() -> None:
    """Refuses to start with another key than personal links were made with; keeps it at the first start."""
    problem = key_problem()
    if problem:
        raise click.ClickException(problem)
    try:
        keep_key(now=clock.now())
        db.session.commit()
    except SQLAlchemyError:  # away, or behind: told elsewhere
        db.session.rollback()


def _let_go() -> None:
    """Closes every connection: none is shared with children."""
    db.session.remove()
    db.engine.dispose()


def _run(*command: str) -> None:
    """Runs another command in a child: what it loads and keeps, up to half as much as the application, ends with it.

    Ends this process when it fails, as the command itself has told, or when it was killed.
    """
    process = processes.Process(target=_as_command, args=command)
    process.start()
    process.join()
    code = process.exitcode or 0
    if code < 0:
        raise click.ClickException(f"`flask {' '.join(command)}` was ended by signal {-code}: start again.")
    if code:
        raise SystemExit(1)


def _as_command(*command: str) -> None:
    end_with_parent()
    from wsgi import app

    with app.app_context():
        app.cli.main(command, prog_name="flask")


@click.command("serve")
@click.option("--migrate", is_flag=True, help="Bring the database up to date first.")
@click.option("--demonstration", is_flag=True, help="Load the demonstration first, if it is not there.")
@click.pass_context
def serve(context: click.Context, *, migrate: bool, demonstration: bool) -> None:
    """Start the web server and the mail worker; Ctrl-C stops both."""
    app = context.ensure_object(ScriptInfo).load_app()
    settings: Settings = app.config["SETTINGS"]
    if is_listening(settings):
        raise click.ClickException(
            f"Something answers at {settings.host}:{settings.port} already: stop it, or set WEBINARS_PORT."
        )
    with app.app_context():
        _meet_database(migrate=migrate)
        _let_go()
        if migrate:
            _run("db", "upgrade")
        if demonstration:
            _run("demonstration", "load")
        _meet_key()
        keep_texts(app)
        _let_go()
    silence = longest_silence(settings)
    children = [Child("web", run_web, settings, silence=silence)]
    if settings.job_threads:
        children.append(Child("mail", run_mail, settings, silence=silence))
    supervise(children, lambda: click.echo(f"Ready: {settings.public_url}  (Ctrl-C stops it)"), settings)


@click.command("worker")
@click.pass_context
def worker(context: click.Context) -> None:
    """Work off mail in a process of its own; any number of them may run, on several machines."""
    app = context.ensure_object(ScriptInfo).load_app()
    with app.app_context():
        _meet_database(migrate=False)
        _meet_key()
        keep_texts(app)
        _let_go()
    click.echo("The mail worker is at work (Ctrl-C stops it)")
    work_off_mail(app, app.config["SETTINGS"], LastHeartbeat())
