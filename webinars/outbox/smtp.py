"""Mail by a mail server: checked certificates, time limits, one envelope sender per message."""

import re
import smtplib
import ssl
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Message, email_dispatched

from config import Settings
from webinars.outbox.errors import BrokenOff, MailRefused, Unreachable
from webinars.outbox.queue.attempt import TAKEN, AttemptVerdict, ServerReply, answer_of, reply_words
from webinars.outbox.transport import Meanwhile, Parcel
from webinars.storage.heartbeat import beat

SHUTTING = 421  # the server ends the connection; no mail is to blame
TOO_BIG = 552
NEVER = 500  # from here on an answer is for good
GO_AHEAD = 354
STEPS = 3  # sender, recipient, message
PLAIN = re.compile(r"[!-;=?-~]+@[!-;=?A-~]+")


@cache
def checked_tls() -> ssl.SSLContext:
    """Certificates are checked against those the machine trusts."""
    return ssl.create_default_context()


class Dialogue(smtplib.SMTP):
    """What is said to the server for one mail; ends in time and knows whether the message was handed over."""

    ends_at: float | None = None
    has_message = False
    heard: tuple[int, bytes] = (0, b"")  # last

    @property
    def heard_words(self) -> str:
        """The last reply, on one line."""
        return reply_words(*self.heard)

    def begin(self, seconds: float) -> None:
        """Starts the time of one mail."""
        self.ends_at, self.has_message = time.monotonic() + seconds, False

    def getreply(self) -> tuple[int, bytes]:
        """The next reply, waited for no longer than the mail's time."""
        beat()
        if self.ends_at is not None and self.sock is not None:
            self.sock.settimeout(max(0.01, min(self.timeout, self.ends_at - time.monotonic())))
        self.heard = super().getreply()
        return self.heard

    def hand_over(self, parcel: Parcel, meanwhile: Meanwhile) -> ServerReply:
        """Offers one mail; raises BrokenOff when the server takes leave instead of answering, Refused for our sender."""
        size = f" SIZE={len(parcel.content)}" if self.has_extn("size") else ""
        steps = [
            f"MAIL FROM:<{_plain(parcel.sender)}>{size}\r\n",
            f"RCPT TO:<{_plain(parcel.recipient)}>\r\n",
            "DATA\r\n",
        ]
        if self.has_extn("pipelining"):
            steps = ["".join(steps)]
        *over_the_envelope, over_the_message = meanwhile
        replies = self._replies(steps, deque(over_the_envelope))
        for step, (code, words) in enumerate(replies):
            if code >= 400:
                return self._refused(step, code, words, replies[-1][0])
        return self._give(parcel.content, over_the_message)

    def _replies(self, steps: list[str], meanwhile: "deque[Callable[[], None]]") -> list[tuple[int, bytes]]:
        replies: list[tuple[int, bytes]] = []
        for step in steps:
            self.send(step)
            while meanwhile:
                meanwhile.popleft()()
                if len(steps) > 1:
                    break  # there is time again after the next step
            replies += [self.getreply() for _ in range(STEPS // len(steps))]
            if replies[-1][0] >= 400:
                break
        return replies

    def _give(self, content: bytes, meanwhile: Callable[[], None]) -> ServerReply:
        self.has_message = True
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        self.send(_pointed(content) + end)
        meanwhile()
        code, words = self.getreply()
        if code == SHUTTING:
            raise BrokenOff(reply_words(code, words))
        return answer_of(code, words)

    def _refused(self, step: int, code: int, words: bytes, last: int) -> ServerReply:
        if code == SHUTTING:
            raise BrokenOff(reply_words(code, words))
        try:
            if last == GO_AHEAD:  # asked for a message nobody shall get
                self.send(".\r\n")
                self.getreply()
            self.rset()
        except (OSError, smtplib.SMTPException):
            self.close()  # it has answered this mail all the same
        answer = answer_of(code, words)
        if step == 0 and code >= NEVER and code != TOO_BIG:
            raise MailRefused(answer.words)  # a refused sender is about us rather than about the mail
        return answer


def _plain(address: str) -> str:
    if not PLAIN.fullmatch(address):
        raise ValueError("an address that cannot stand on an envelope")
    return address


def _pointed(content: bytes) -> bytes:
    # a line that is a point ends a message; a plain replacement is far quicker than an expression
    content = content.replace(b"\n.", b"\n..")
    return b"." + content if content.startswith(b".") else content


class DialogueInTls(Dialogue, smtplib.SMTP_SSL):
    """The same, on a port that speaks TLS from the first octet."""


class Letter(Message):
    """A mail that has left, for whoever listens to Flask-Mail: `with mail.record_messages() as outbox`."""

    # the parent's own start asks the DNS for this machine's name, once for each mail
    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.sender = parcel.sender
        self.recipients = [parcel.recipient]

    def as_bytes(self) -> bytes:
        """The message as it was written."""
        return self.parcel.content


class MailServer(Connection):
    """The mail server of the settings; one connection serves as many mails as it lasts."""

    host: Dialogue | None
    leaves_time = True

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(current_app.extensions["mail"])
        self.settings = settings
        self.tls = tls
        self.host = None

    @property
    def is_open(self) -> bool:
        """Whether the last dialogue left the connection standing."""
        return self.host is not None and self.host.sock is not None

    def open(self) -> None:
        """Connects; raises Unreachable with what stood in the way, Refused when we may not sign in."""
        try:
            self.host = self.configure_host()
        except smtplib.SMTPAuthenticationError as error:
            kind = MailRefused if error.smtp_code >= NEVER else Unreachable
            raise kind(reply_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise Unreachable(reply_words(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def configure_host(self) -> Dialogue:
        """A connection that has said hello, in TLS where the settings want it, and signed in."""
        mail = self.mail
        name = urlsplit(self.settings.public_url).hostname or "localhost"
        where: dict[str, Any] = {
            "host": mail.server,
            "port": mail.port,
            "timeout": self.settings.mail_timeout,
        }
        # a name of our own: the standard library would ask the DNS
        where["local_hostname"] = name if "." in name else "[127.0.0.1]"
        host = (
            DialogueInTls(**where, context=self.tls or checked_tls()) if mail.use_ssl else Dialogue(**where)
        )
        try:
            if mail.use_tls:
                host.starttls(context=self.tls or checked_tls())
            host.ehlo_or_helo_if_needed()
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
        return host

    def send(  # type: ignore[override]
        self, parcel: Parcel, *, seconds: float, meanwhile: Meanwhile
    ) -> ServerReply:
        """Hands one mail over; raises BrokenOff when the dialogue ended before it was given."""
        host = self.host
        if host is None:
            raise BrokenOff("not connected")
        host.begin(seconds)
        try:
            answer = host.hand_over(parcel, meanwhile)
        except (OSError, smtplib.SMTPException) as error:
            host.close()
            words = f"{type(error).__name__}: {error}"
            if host.has_message:
                return ServerReply(AttemptVerdict.UNANSWERED, words)
            raise BrokenOff(words) from error
        if answer is TAKEN and email_dispatched.receivers:
            email_dispatched.send(current_app._get_current_object(), message=Letter(parcel))  # type: ignore[attr-defined]  # noqa: SLF001
        return answer

    def close(self) -> None:
        """Takes leave of the server; a server that has gone is not waited for."""
        host, self.host = self.host, None
        if host is not None and host.sock is not None:
            host.begin(1)
            try:
                host.quit()
            except (OSError, smtplib.SMTPException):
                host.close()
