"""What is configured and what is wrong with it; refuses to start production on it (specification/security, rule 25)."""

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import click
from alembic.migration import MigrationContext
from flask import current_app
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from setting_values import PREFIX
from settings_file import file_for
from webinars import clock
from webinars.accounts.credentials.passwords import is_password
from webinars.accounts.models import Organiser
from webinars.app.diagnosis.clock_check import UNSET, clock_problem, is_synchronised
from webinars.app.diagnosis.key_check import ANOTHER, compare_key
from webinars.app.diagnosis.probes import PROBES, Check, Finding
from webinars.app.diagnosis.vitals import Vitals, reasons, vitals
from webinars.demonstration import account as demonstration
from webinars.outbox.carrier import is_prepared
from webinars.replies.sources import mailboxes
from webinars.storage import schema
from webinars.storage.database import SOUND_SQLITE, engine_words, only_reading
from webinars.storage.extensions import db
from webinars.storage.folders import is_open_to_others, open_to_others

OLDEST = {"flask": (3, 1, 3), "werkzeug": (3, 1, 6)}  # the first without known holes
TOWN_HALL = 100  # people behind one network address who sign up within an hour of a mailing
QUOTA_HOLDS = f"What waits leaves by itself then; {PREFIX}MAIL_PER_HOUR and {PREFIX}MAIL_PER_DAY say how much may leave."
LEAST_SPACE = 500 * 1024 * 1024
EXAMPLES = ("secret", "change", "example", "password", "test", "xxxx", "1234")


@click.command("doctor")
@click.option("--deploy", is_flag=True, help="Also refuse what is unsafe where real people come.")
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def doctor(*, deploy: bool, as_json: bool) -> None:
    """Print what is configured and what is wrong; exit with 1 when something is."""
    findings = examine(current_app.config["SETTINGS"], deploy=deploy)
    problems = [finding for finding in findings if finding.problem]
    if as_json:
        facts = {"sound": not problems, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            label = "WRONG" if finding.problem else "look" if finding.warning else "good"
            click.echo(f"{label:5}  {finding.what:16}  {finding.found}")
            if finding.problem or finding.warning:
                click.echo(f"{'':25}{finding.problem or finding.warning}")
        click.echo(f"\n{len(problems)} to mend." if problems else "\nNothing to mend.")
    if problems:
        raise SystemExit(1)


def examine(settings: Settings, *, deploy: bool) -> list[Finding]:
    """Everything that was looked at, in the order of the settings table."""
    checks = (*ALWAYS, *IN_SERVICE, *PROBES) if deploy else ALWAYS
    with only_reading():
        findings = [finding for check in checks for finding in check(settings)]
        db.session.rollback()
    return findings


def _read_from(_settings: Settings) -> Iterator[Finding]:
    file = file_for(os.environ)
    yield Finding("settings", f"{file}, and the environment" if file else "the environment alone")


def _database(settings: Settings) -> Iterator[Finding]:
    kind = make_url(settings.database_url).render_as_string(hide_password=True)
    try:
        with db.engine.connect() as connection:
            current = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as error:
        yield Finding(
            "database", kind, f"It does not answer ({engine_words(error)}): check {PREFIX}DATABASE_URL."
        )
        return
    yield Finding("database", kind)
    yield Finding("migrations", ", ".join(sorted(current)) or "none", schema.difference(current))
    if db.engine.dialect.name == "sqlite":
        found = db.engine.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
        sound = found[:2] > (3, 51) or found[2] >= SOUND_SQLITE.get(found[:2], 1_000)
        words = ".".join(map(str, found))
        yield Finding("SQLite", words, "" if sound else "Install the package pysqlite3, or a newer Python.")


def _mail(settings: Settings) -> Iterator[Finding]:
    server = f"{settings.mail_server}:{settings.mail_port}"
    yield Finding("mail leaves by", server if settings.mail_server else f"files in {settings.mail_folder}")
    for found, problem in mailboxes.findings(settings):
        yield Finding("answers come by", found, problem)


def _service(settings: Settings) -> Iterator[Finding]:
    try:
        seen = vitals(settings, now=clock.now())
    except SQLAlchemyError:
        db.session.rollback()
        return
    wrong = {reason.code: reason.words for reason in reasons(seen, settings)}
    pause, refused, flow = seen.pause, seen.trouble, seen.flow
    if pause is not None:
        held = f"held back since {pause.since:%Y-%m-%d %H:%M} UTC: {pause.reason}"
        yield Finding("mail", held, "Let it leave again: `flask outbox resume`.")
    if refused is not None:
        since = f"refused everywhere since {refused.since:%Y-%m-%d %H:%M} UTC: {refused.words}"
        yield Finding("mail", since, wrong["mail_refused_everywhere"])
    waits = f"the oldest since {_moment(flow.oldest_due_at)}" if flow.oldest_due_at else "none waits"
    yield Finding("due mail", waits, wrong.get("mail_late", ""))
    if flow.held is not None:
        until = f"held back by the quota, goes on at {_moment(flow.held.until)}"
        yield Finding("mail", until, wrong.get("mail_held_by_quota", ""), QUOTA_HOLDS)
    not_taken = f"{flow.tried} tried, {flow.refused} of them refused, put off or returned"
    yield Finding("mail of an hour", not_taken, wrong.get("mail_refused", ""))
    yield Finding("last mail left", _moment(flow.last_left_at))
    yield from _chores(seen, settings)


def _chores(seen: Vitals, settings: Settings) -> Iterator[Finding]:
    if not seen.done_at:
        yield Finding("worker", "none has run yet", warning="Start one: `flask serve` or `flask worker`.")
        return
    told = {"sweep_late": "worker", "replies_late": "answers read", "chore_late": "chore"}
    late = [reason for reason in reasons(seen, settings) if reason.code in told]
    yield from (Finding(told[reason.code], "late", reason.words) for reason in late)
    codes = {reason.code for reason in late}
    if "sweep_late" not in codes:
        yield Finding("worker", f"swept at {_moment(seen.swept_at)}")
    if seen.reads_mailboxes and "replies_late" not in codes:
        yield Finding("answers read", f"at {_moment(seen.read_at)}")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "none"


def _carrier(settings: Settings) -> Iterator[Finding]:
    if settings.job_carrier != "procrastinate":
        return
    try:
        ready = is_prepared()
    except SQLAlchemyError:
        db.session.rollback()  # told above
        return
    missing = "Make its tables: `flask outbox prepare`. Until then mail waits for the sweep."
    yield Finding("workers called", "by Procrastinate", "" if ready else missing)


def _folder(settings: Settings) -> Iterator[Finding]:
    is_kept = os.access(settings.folder, os.W_OK)
    yield Finding(
        "folder", str(settings.folder), "" if is_kept else f"Make it, writable by us: {PREFIX}FOLDER."
    )
    if is_kept:
        disk = os.statvfs(settings.folder)
        free = disk.f_bavail * disk.f_frsize
        full = "" if free > LEAST_SPACE else "Make room: with a full disk nothing is stored."
        yield Finding("free space", f"{free // 1024**2:,} MB", full)


def _libraries(_settings: Settings) -> Iterator[Finding]:
    for name, oldest in OLDEST.items():
        found = version(name)
        parts = tuple(int(part) for part in found.split(".")[:3] if part.isdigit())
        newer = "" if parts >= oldest else f"Install {'.'.join(map(str, oldest))} or newer."
        yield Finding(name, found, newer)


def _clock(settings: Settings) -> Iterator[Finding]:
    problem, unset = clock_problem(settings), "" if is_synchronised() else UNSET
    yield Finding("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC", problem, unset)


def _key_of_links(_settings: Settings) -> Iterator[Finding]:
    try:
        kept = compare_key()
    except SQLAlchemyError:
        db.session.rollback()  # told above
        return
    words = {
        None: "none is kept before the first start",
        True: "as it was at the first start",
        False: "another",
    }
    yield Finding("key of links", words[kept], ANOTHER if kept is False else "")


def _mode(settings: Settings) -> Iterator[Finding]:
    say = f"Set {PREFIX}MODE=service: the demonstration is for looking." if not settings.is_service else ""
    yield Finding("mode", settings.mode, say)
    yield Finding(
        "debug", "yes" if settings.debug else "no", f"Unset {PREFIX}DEBUG." if settings.debug else ""
    )


def _key(settings: Settings) -> Iterator[Finding]:
    key = settings.secret_key
    found = f"{len(key)} signs"
    if len(key) < 32:
        yield Finding(
            "secret key", found, f"Lengthen {PREFIX}SECRET_KEY: 32 signs at least nobody can guess."
        )
    elif len(set(key)) < 12 or any(word in key.lower() for word in EXAMPLES):
        yield Finding(
            "secret key", found, f"Draw {PREFIX}SECRET_KEY by chance; this one looks like an example."
        )
    else:
        yield Finding("secret key", found)


def _addresses(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.public_url).hostname or ""
    https = "" if settings.is_https else f"Set {PREFIX}PUBLIC_URL to an https address."
    if urlsplit(settings.public_url).path:
        https = f"Leave the path out of {PREFIX}PUBLIC_URL: the instance answers at the root of a host of its own."
    yield Finding("public address", settings.public_url, https)
    hosts = settings.trusted_hosts
    wide = [name for name in hosts if name.startswith((".", "*"))]
    problem = f"Name each host in {PREFIX}TRUSTED_HOSTS, without a wildcard." if wide or not hosts else ""
    if not problem and host not in hosts:
        problem = f"Add {host} to {PREFIX}TRUSTED_HOSTS."
    yield Finding("trusted hosts", ", ".join(hosts) or "none", problem)
    hidden = (
        settings.is_https and settings.proxies == 0 and settings.host in ("127.0.0.1", "::1", "localhost")
    )
    count = f"Set {PREFIX}PROXIES=1: behind a proxy all visitors look like one." if hidden else ""
    yield Finding("proxies", str(settings.proxies), count)


def _limits(settings: Settings) -> Iterator[Finding]:
    few = settings.sign_ups_per_hour < TOWN_HALL
    raised = f"Raise {PREFIX}SIGN_UPS_PER_HOUR: people of one administration share one network address."
    yield Finding("sign-ups", f"{settings.sign_ups_per_hour} an hour from one client", raised if few else "")
    by_day = f"{settings.sign_ups_per_address} sign-ups and {settings.mails_per_address} mails a day to one address"
    tight = settings.mails_per_address <= settings.sign_ups_per_address
    raised = f"Raise {PREFIX}MAILS_PER_ADDRESS: a sign-up is a confirmation and an invitation at least."
    yield Finding("sign-ups", by_day, raised if tight else "")


def _relay(settings: Settings) -> Iterator[Finding]:
    near = settings.mail_server in ("localhost", "127.0.0.1", "::1")
    if not settings.mail_server:
        yield Finding("mail server", "none", f"Set {PREFIX}MAIL_SERVER: mail only lands in a folder.")
    elif settings.mail_security == "none" and not near:
        yield Finding("mail server", settings.mail_server, f"Set {PREFIX}MAIL_SECURITY to starttls or tls.")
    else:
        yield Finding("mail server", f"{settings.mail_server} ({settings.mail_security})")


def _files(settings: Settings) -> Iterator[Finding]:
    database = db.engine.url
    kept = [settings.folder, settings.folder / "secret_key", settings.storage, settings.mail_folder]
    if database.get_backend_name() == "sqlite" and database.database:
        kept += [Path(database.database + end) for end in ("", "-wal", "-shm")]
    for path in (path for path in kept if path.exists()):
        shut = f"chmod {'700' if path.is_dir() else '600'} {path}"
        words = f"{path} {stat.S_IMODE(path.stat().st_mode):o}"
        yield Finding("file", words, f"Others can read it: {shut}" if is_open_to_others(path) else "")
    inside = [path for path in open_to_others(settings.folder) if path not in kept]
    if inside:
        others = f" and {len(inside) - 1:,} more" if len(inside) > 1 else ""
        shut = f"chmod -R go= {settings.folder}"
        yield Finding("files inside", f"{inside[0]}{others}", f"Others can read them: {shut}")


def _accounts(_settings: Settings) -> Iterator[Finding]:
    try:
        found = db.session.scalar(select(Organiser).where(Organiser.email_key == demonstration.EMAIL))
        count = db.session.scalar(select(func.count()).select_from(Organiser)) or 0
    except SQLAlchemyError:
        db.session.rollback()
        return
    given = found is not None and is_password(demonstration.password(), found.password_hash)
    problem = "Remove the demonstration's account, or give it another password." if given else ""
    if not count:
        problem = "Make the first one: `flask organiser create`."
    yield Finding("accounts", str(count), problem)


ALWAYS: tuple[Check, ...] = (
    _read_from,
    _database,
    _folder,
    _mail,
    _service,
    _carrier,
    _libraries,
    _clock,
    _key_of_links,
)
IN_SERVICE: tuple[Check, ...] = (_mode, _key, _addresses, _limits, _relay, _files, _accounts)
