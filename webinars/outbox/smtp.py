"""Mail by a mail server: checked certificates, time limits, one envelope sender per message."""

import smtplib
import ssl
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Message

from config import Settings
from webinars.outbox.answers import TAKEN, Answer, Verdict, answer_of, reply_words
from webinars.outbox.errors import BrokenOff, Unreachable
from webinars.outbox.transport import Parcel

SHUTTING = 421  # the server ends the connection; no mail is to blame
TOO_BIG = 552
GO_AHEAD = 354


@cache
def checked_tls() -> ssl.SSLContext:
    """Certificates are checked against those the machine trusts."""
    return ssl.create_default_context()


class _Limited(smtplib.SMTP):
    """A dialogue that ends in time and knows whether the message was handed over."""

    ends_at: float | None = None
    has_message = False

    def begin(self, seconds: float) -> None:
        """Starts the time of one mail."""
        self.ends_at, self.has_message = time.monotonic() + seconds, False

    def getreply(self) -> tuple[int, bytes]:
        """The next reply, waited for no longer than the mail's time."""
        if self.ends_at is not None and self.sock is not None:
            self.sock.settimeout(max(0.01, min(self.timeout, self.ends_at - time.monotonic())))
        reply = super().getreply()
        self.has_message = self.has_message or reply[0] == GO_AHEAD
        return reply


class _LimitedTls(_Limited, smtplib.SMTP_SSL):
    """The same, on a port that speaks TLS from the first octet."""


class Letter(Message):
    """Octets that stand as they leave: Flask-Mail carries and records them, and changes nothing."""

    # the parent's own start asks the DNS for this machine's name, once for each mail
    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.sender = parcel.sender
        self.recipients = [parcel.recipient]
        self.cc, self.bcc, self.mail_options, self.rcpt_options = [], [], [], []
        self.date = parcel.queued_at.timestamp()

    def has_bad_headers(self) -> bool:
        """Whoever wrote it has seen to that."""
        return False

    def as_bytes(self) -> bytes:
        """The message as it was written."""
        return self.parcel.content


class Server(Connection):
    """The mail server of the settings; one connection serves as many mails as it lasts."""

    host: _Limited | None

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
        """Connects; raises Unreachable with what stood in the way."""
        try:
            self.host = self.configure_host()
        except smtplib.SMTPResponseException as error:
            raise Unreachable(reply_words(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def configure_host(self) -> _Limited:
        """A connection that has said hello, in TLS where the settings want it, and signed in."""
        mail, tls = self.mail, self.tls or checked_tls()
        name = urlsplit(self.settings.public_url).hostname or "localhost"
        where: dict[str, Any] = {
            "host": mail.server,
            "port": mail.port,
            "timeout": self.settings.mail_timeout,
        }
        # a name of our own: the standard library would ask the DNS
        where["local_hostname"] = name if "." in name else "[127.0.0.1]"
        host = _LimitedTls(**where, context=tls) if mail.use_ssl else _Limited(**where)
        try:
            if mail.use_tls:
                host.starttls(context=tls)
            if mail.username and mail.password:
                host.login(mail.username, mail.password)
        except (OSError, smtplib.SMTPException):
            host.close()
            raise
        return host

    def send(self, parcel: Parcel, *, seconds: float) -> Answer:  # type: ignore[override]
        """Hands one mail over; raises BrokenOff when the dialogue ended before it was given."""
        host = self.host
        if host is None:
            raise BrokenOff("not connected")
        host.begin(seconds)
        try:
            super().send(Letter(parcel), envelope_from=parcel.sender)
        except smtplib.SMTPRecipientsRefused as error:
            return self._refused(*next(iter(error.recipients.values())))
        except smtplib.SMTPSenderRefused as error:
            # about us rather than about the mail: it waits instead of being lost
            answer = self._refused(error.smtp_code, error.smtp_error)
            return answer if error.smtp_code == TOO_BIG else Answer(Verdict.LATER, answer.words)
        except smtplib.SMTPResponseException as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            host.close()
            words = f"{type(error).__name__}: {error}"
            if host.has_message:
                return Answer(Verdict.UNANSWERED, words)
            raise BrokenOff(words) from error
        return TAKEN

    def _refused(self, code: int, words: bytes | str) -> Answer:
        if code == SHUTTING:
            self.close()
            raise BrokenOff(reply_words(code, words))
        return answer_of(code, words)

    def close(self) -> None:
        """Takes leave of the server; a server that has gone is not waited for."""
        host, self.host = self.host, None
        if host is not None and host.sock is not None:
            host.begin(1)
            try:
                host.quit()
            except (OSError, smtplib.SMTPException):
                host.close()
