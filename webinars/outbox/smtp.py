"""Mail by a mail server: checked certificates, time limits, one envelope sender per message."""

import re
import smtplib
import ssl
import time
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from config import Settings
from webinars.outbox.errors import BrokenOff, MailRefused, Unreachable
from webinars.outbox.transport import (
    TAKEN,
    AttemptVerdict,
    Parcel,
    ServerReply,
    reply_words,
    server_reply,
    tell_recorders,
)
from webinars.storage.extensions import mail
from webinars.storage.heartbeat import beat

SHUTTING = 421  # the server ends the connection; no mail is to blame
TOO_BIG = 552
NEVER = 500  # from here on an answer is for good
GO_AHEAD = 354
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

    def hand_over(self, parcel: Parcel) -> ServerReply:
        """Offers one mail; raises BrokenOff when the server takes leave instead of answering, MailRefused for our sender."""
        size = f" SIZE={len(parcel.content)}" if self.has_extn("size") else ""
        commands = [
            f"MAIL FROM:<{_plain(parcel.sender)}>{size}\r\n",
            f"RCPT TO:<{_plain(parcel.recipient)}>\r\n",
            "DATA\r\n",
        ]
        replies = self._all_at_once(commands) if self.has_extn("pipelining") else self._one_by_one(commands)
        for step, (code, words) in enumerate(replies):
            if code >= 400:
                return self._refused(step, code, words, replies[-1][0])
        self.has_message = True
        end = b".\r\n" if parcel.content.endswith(b"\r\n") else b"\r\n.\r\n"
        self.send(_pointed(parcel.content) + end)
        code, words = self.getreply()
        if code == SHUTTING:
            raise BrokenOff(reply_words(code, words))
        return server_reply(code, words)

    def _all_at_once(self, commands: list[str]) -> list[tuple[int, bytes]]:
        """The replies to commands sent together (RFC 2920)."""
        self.send("".join(commands))
        return [self.getreply() for _command in commands]

    def _one_by_one(self, commands: list[str]) -> list[tuple[int, bytes]]:
        """The replies up to the first that refuses."""
        replies: list[tuple[int, bytes]] = []
        for command in commands:
            self.send(command)
            replies.append(self.getreply())
            if replies[-1][0] >= 400:
                break
        return replies

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
        reply = server_reply(code, words)
        if step == 0 and code >= NEVER and code != TOO_BIG:
            raise MailRefused(reply.words)  # a refused sender is about us rather than about the mail
        return reply


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


class MailServer:
    """The mail server of the settings; one connection serves as many mails as it lasts."""

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None) -> None:
        self.settings = settings
        self.mail = mail.init_mail(settings.flask())
        self.tls = tls
        self.dialogue: Dialogue | None = None

    @property
    def is_open(self) -> bool:
        """Whether the last dialogue left the connection standing."""
        return self.dialogue is not None and self.dialogue.sock is not None

    def open(self) -> None:
        """Connects; raises Unreachable with what stood in the way, MailRefused when we may not sign in."""
        try:
            self.dialogue = self._signed_in()
        except smtplib.SMTPAuthenticationError as error:
            kind = MailRefused if error.smtp_code >= NEVER else Unreachable
            raise kind(reply_words(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise Unreachable(reply_words(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    def _signed_in(self) -> Dialogue:
        """A connection that has said hello, in TLS where the settings want it, and signed in."""
        name = urlsplit(self.settings.public_url).hostname or "localhost"
        where: dict[str, Any] = {
            "host": self.mail.server,
            "port": self.mail.port,
            "timeout": self.settings.mail_timeout,
            # a name of our own: the standard library would ask the DNS
            "local_hostname": name if "." in name else "[127.0.0.1]",
        }
        if self.mail.use_ssl:
            dialogue: Dialogue = DialogueInTls(**where, context=self.tls or checked_tls())
        else:
            dialogue = Dialogue(**where)
        try:
            if self.mail.use_tls:
                dialogue.starttls(context=self.tls or checked_tls())
            dialogue.ehlo_or_helo_if_needed()
            if self.mail.username and self.mail.password:
                dialogue.login(self.mail.username, self.mail.password)
        except (OSError, smtplib.SMTPException):
            dialogue.close()
            raise
        return dialogue

    def send(self, parcel: Parcel, *, seconds: float) -> ServerReply:
        """Hands one mail over; raises BrokenOff when the dialogue ended before it was given."""
        dialogue = self.dialogue
        if dialogue is None:
            raise BrokenOff("not connected")
        dialogue.begin(seconds)
        try:
            reply = dialogue.hand_over(parcel)
        except (OSError, smtplib.SMTPException) as error:
            dialogue.close()
            words = f"{type(error).__name__}: {error}"
            if dialogue.has_message:
                return ServerReply(AttemptVerdict.NO_REPLY, words)
            raise BrokenOff(words) from error
        if reply is TAKEN:
            tell_recorders(parcel)
        return reply

    def close(self) -> None:
        """Takes leave of the server; a server that has gone is not waited for."""
        dialogue, self.dialogue = self.dialogue, None
        if dialogue is not None and dialogue.sock is not None:
            dialogue.begin(1)
            try:
                dialogue.quit()
            except (OSError, smtplib.SMTPException):
                dialogue.close()
