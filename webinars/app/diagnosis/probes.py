"""What shows only when one connects: mail server, mailboxes, a write, the public address. Nothing is sent or kept."""

import http.client
import json
import smtplib
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from setting_values import PREFIX
from webinars import clock
from webinars.outbox.errors import Unreachable
from webinars.outbox.models import ChoreSchedule
from webinars.outbox.smtp import MailServer
from webinars.replies.errors import SourceUnreachable
from webinars.replies.sources.imap import Imap
from webinars.replies.sources.mailboxes import Maildir
from webinars.storage.transactions import written_at_once


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; with a problem, what to do about it; with a warning, what to look at oneself."""

    what: str
    found: str
    problem: str = ""
    warning: str = ""


Check = Callable[[Settings], Iterator[Finding]]


LIMIT = 10  # seconds for each server, from its name to its last response
NEAR_LIMIT = 5  # for our own web server
SOME = 4096  # bytes of a response
SILENT = f"It says nothing within {LIMIT} s"

Result = TypeVar("Result")


def _within(seconds: float, ask: Callable[[], Result]) -> Result:
    """The result; raises TimeoutError after so many seconds, however slowly somebody goes on talking."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    result: Future[Result] = Future()

    def run() -> None:
        try:
            with app.app_context():
                result.set_result(ask())
        except BaseException as error:  # noqa: BLE001 — raised where it was asked
            result.set_exception(error)

    Thread(target=run, name="probe", daemon=True).start()
    return result.result(seconds)


def _mail_server(settings: Settings) -> Iterator[Finding]:
    if not settings.mail_server:
        return
    server = f"{settings.mail_server}:{settings.mail_port} ({settings.mail_security})"
    if bool(settings.mail_username) != bool(settings.mail_password):
        both = f"Set both {PREFIX}MAIL_USERNAME and {PREFIX}MAIL_PASSWORD, or neither: now nobody signs in."
        yield Finding("mail sign-in", server, both)
        return
    try:
        problem = _within(LIMIT, lambda: _sign_in_problem(settings))
    except TimeoutError:
        problem = _slow_words(settings)
    yield Finding("mail sign-in", server, problem)


def _sign_in_problem(settings: Settings) -> str:
    server = MailServer(replace(settings, mail_timeout=min(settings.mail_timeout, LIMIT)))
    try:
        server.open()
    except Unreachable as error:
        return _mail_words(settings, str(error), error.__cause__)
    server.close()
    return ""


def _slow_words(settings: Settings) -> str:
    return f"{SILENT}: {_port_words(settings)} Does a firewall swallow it?"


def _port_words(settings: Settings) -> str:
    port = f"is {PREFIX}MAIL_SECURITY={settings.mail_security} right for port {settings.mail_port}"
    return f"{port} (587 is for starttls, 465 for tls)?"


def _mail_words(settings: Settings, words: str, cause: BaseException | None) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            f"Its certificate is not to be trusted ({cause.verify_message}): write the name that stands in it into "
            f"{PREFIX}MAIL_SERVER, or have it renewed."
        )
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return f"It refuses our sign-in ({words}): check {PREFIX}MAIL_USERNAME and {PREFIX}MAIL_PASSWORD."
    if isinstance(cause, smtplib.SMTPNotSupportedError):
        return f"It does not offer what is set ({words}): check {PREFIX}MAIL_SECURITY and {PREFIX}MAIL_PORT."
    if isinstance(cause, TimeoutError | ssl.SSLError | smtplib.SMTPServerDisconnected):
        is_silent = isinstance(cause, TimeoutError) or "timed out" in words
        broken = f"It breaks the connection off ({words}): {_port_words(settings)}"
        return f"{words}. {_slow_words(settings)}" if is_silent else broken
    if isinstance(cause, smtplib.SMTPResponseException):
        return f"It does not take us ({words}): ask whoever runs it whether this machine may send."
    return (
        f"It cannot be reached ({words}): check {PREFIX}MAIL_SERVER and {PREFIX}MAIL_PORT, and the firewall."
    )


def _mailboxes(settings: Settings) -> Iterator[Finding]:
    if settings.replies_imap and settings.replies_username and settings.replies_password:
        mailbox = f"{settings.replies_imap}, folder {settings.replies_folder}"
        folder = replace(Imap.of(settings), timeout=LIMIT)
        yield Finding(
            "IMAP folder", mailbox, _mailbox_problem(folder.look, "IMAP, _SECURITY, _USERNAME, _FOLDER")
        )
    if settings.replies_maildir:
        maildir = Maildir(Path(settings.replies_maildir))
        # a message is read, and stays where it is
        problem = _mailbox_problem(lambda: next(maildir.messages(), None), "MAILDIR, and who may read it")
        yield Finding("maildir", settings.replies_maildir, problem)


def _mailbox_problem(look: Callable[[], object], check: str) -> str:
    try:
        found = _within(LIMIT, look)
    except TimeoutError:
        return f"{SILENT}: check {PREFIX}REPLIES_{check}."
    except SourceUnreachable as error:
        return f"It cannot be read ({error}): check {PREFIX}REPLIES_{check}."
    if isinstance(found, tuple) and found[1] is None:
        return f"{found[0]} cannot be read: let us read what is delivered there."
    return ""


class _Undone(Exception):
    """What was written is rolled back."""


def _write(_settings: Settings) -> Iterator[Finding]:
    try:
        with suppress(_Undone), written_at_once() as connection:
            connection.execute(insert(ChoreSchedule).values(name="doctor", next_at=clock.now()))
            raise _Undone
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", None) or type(error).__name__).strip()
        problem = f"Nothing can be written ({words}): make room, let us write, or end what keeps it locked."
        yield Finding("database write", "failed", problem)
    else:
        yield Finding("database write", "a row was written and rolled back")


def _public_address(settings: Settings) -> Iterator[Finding]:
    public = urlsplit(settings.public_url)
    try:
        status, words = _within(NEAR_LIMIT, lambda: _asked(public))
    except ssl.SSLCertVerificationError as error:
        shown = f"Its certificate is not to be trusted ({error.verify_message}): visitors are warned off; renew it."
        yield Finding("asked from here", settings.public_url, shown)
    except (OSError, http.client.HTTPException) as error:
        words = " ".join(str(error).split()) or type(error).__name__
        if not isinstance(error, OSError):  # something was said
            spoken = f"What answers there is no web server ({words}): check the port of {PREFIX}PUBLIC_URL, and the proxy."
            yield Finding("asked from here", settings.public_url, spoken)
            return
        look = (
            f"It cannot be reached from this machine ({words}): open it from outside, once the service runs."
        )
        yield Finding("asked from here", settings.public_url, warning=look)
    else:
        problem, warning = _judged(status, words)
        yield Finding("asked from here", f"{settings.public_url} answers {status}", problem, warning)


def _asked(public: SplitResult) -> tuple[int, str]:
    """The status of `/health`, and where it sends or the beginning of what it says; no redirect is followed."""
    host = public.hostname or ""
    if public.scheme == "https":
        tls = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, public.port, timeout=NEAR_LIMIT, context=tls
        )
    else:
        connection = http.client.HTTPConnection(host, public.port, timeout=NEAR_LIMIT)
    try:
        connection.request("GET", f"{public.path}/health", headers={"Accept": "application/json"})
        response = connection.getresponse()
        sent_to = response.getheader("Location")
        return response.status, sent_to or response.read(SOME).decode("utf-8", "replace")
    finally:
        connection.close()


def _judged(status: int, words: str) -> tuple[str, str]:
    """The problem or the warning there is with an answer."""
    if 300 <= status < 400:
        return (
            f"It sends elsewhere ({words[:200]}): set {PREFIX}PUBLIC_URL to the address that answers itself.",
            "",
        )
    if status >= 500:
        return (
            "",
            "The proxy answers, but not the service: start it, or see why its database does not answer.",
        )
    if status != 200 or not _is_ours(words):
        hosts = f"check the proxy, and {PREFIX}TRUSTED_HOSTS"
        return f"Something else answers there, or our own refusal: {hosts}.", ""
    return "", ""


def _is_ours(words: str) -> bool:
    try:
        said = json.loads(words)
    except ValueError:
        return False
    return isinstance(said, dict) and {"status", "database"} <= said.keys()


PROBES: tuple[Check, ...] = (_mail_server, _mailboxes, _write, _public_address)
