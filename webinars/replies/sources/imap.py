"""An IMAP folder: opened for reading only; how far it was read stands in our database."""

import hashlib
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from config import Settings
from webinars.replies.errors import SourceUnreachable
from webinars.replies.models import MailboxPosition
from webinars.replies.parser.bounds import MOST_BYTES
from webinars.replies.parser.mime import RawMessage
from webinars.storage.extensions import db
from webinars.storage.heartbeat import beat

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TRIES = 2
AT_ONCE = 200  # messages of one reading: mail that waits to leave waits for this
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,18})")
_VALIDITY = re.compile(rb"\d+")


@dataclass
class Imap:
    """One folder of one account."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str = "INBOX"
    timeout: int = 30
    uidvalidity: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Imap":
        """The folder of the settings."""
        host, _colon, port = settings.replies_imap.partition(":")
        return cls(
            host=host,
            port=int(port or PORTS[settings.replies_security]),
            security=settings.replies_security,
            username=settings.replies_username,
            password=settings.replies_password,
            folder=settings.replies_folder,
            timeout=settings.mail_timeout,
        )

    @property
    def name(self) -> str:
        """What the folder is called in our database: says neither server nor account."""
        text = f"{self.host}:{self.port}\n{self.username}\n{self.folder}"
        return hashlib.sha256(text.encode()).hexdigest()

    def look(self) -> None:
        """Signs in, opens the folder for reading only and leaves; raises SourceUnreachable."""
        try:
            _leave(self._connected())
        except (OSError, imaplib.IMAP4.error) as error:
            raise SourceUnreachable(f"{self.host}: {type(error).__name__}: {error}"[:300]) from error

    def messages(self) -> Iterator[tuple[str, RawMessage | None]]:
        """What came after the last message read, oldest first; None for one the server fails at twice.

        Raises SourceUnreachable, also when the server cannot be spoken to after it failed.
        """
        server: imaplib.IMAP4 | None = None
        try:
            server = self._connected()
            for uid in self._waiting(server):
                server, raw, is_there = self._given(server, uid)
                if is_there:
                    yield f"{self.name} {self.uidvalidity} {uid}", raw
        except (OSError, imaplib.IMAP4.error) as error:
            raise SourceUnreachable(f"{self.host}: {type(error).__name__}: {error}"[:300]) from error
        finally:
            if server is not None:
                _leave(server)

    def _given(self, server: imaplib.IMAP4, uid: int) -> tuple[imaplib.IMAP4, RawMessage | None, bool]:
        """A connection that stands, the message, and whether there is one; fails where a new connection does."""
        for _try in range(TRIES):
            beat()
            try:
                raw = self._fetched(server, uid)
            except (OSError, imaplib.IMAP4.error):
                # whoever answers on a new connection was not away: it is the message
                _leave(server)
                server = self._connected()
            else:
                return server, raw, raw is not None
        return server, None, True

    def kept(self, name: str) -> None:
        """Moves on to this message, with the commit that keeps it."""
        uid = int(name.rpartition(" ")[2])
        found = db.session.get(MailboxPosition, self.name, with_for_update=True)
        if found is None:
            db.session.add(MailboxPosition(name=self.name, uidvalidity=self.uidvalidity, last_uid=uid))
        elif found.uidvalidity != self.uidvalidity:
            found.uidvalidity, found.last_uid = self.uidvalidity, uid
        else:
            found.last_uid = max(found.last_uid, uid)

    def done(self, name: str) -> None:
        """Nothing: the folder stays as it is."""

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        server: imaplib.IMAP4
        if self.security == "tls":
            server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=self.timeout)
        else:
            server = imaplib.IMAP4(self.host, self.port, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(ssl_context=context)
            beat()
            server.login(self.username, self.password)
            beat()
            _good(server.select(f'"{self.folder}"', readonly=True))
        except (OSError, imaplib.IMAP4.error):
            _leave(server)
            raise
        return server

    def _waiting(self, server: imaplib.IMAP4) -> list[int]:
        _name, values = server.response("UIDVALIDITY")
        found = _VALIDITY.search(values[0]) if values and isinstance(values[0], bytes) else None
        self.uidvalidity = int(found.group()) if found else 0
        position = db.session.get(MailboxPosition, self.name)
        is_same = position is not None and position.uidvalidity == self.uidvalidity
        last = position.last_uid if position is not None and is_same else 0
        db.session.rollback()
        response = _good(server.uid("SEARCH", "UID", f"{last + 1}:*"))
        uids = sorted(int(uid) for line in response if isinstance(line, bytes) for uid in line.split())
        # "n:*" names the last message even when it was read
        return [uid for uid in uids if uid > last][:AT_ONCE]

    def _fetched(self, server: imaplib.IMAP4, uid: int) -> RawMessage | None:
        sizes = _good(server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        found = next((_SIZE.search(_response(one)) for one in sizes if _SIZE.search(_response(one))), None)
        size = int(found.group(1)) if found else 0
        wanted = "(BODY.PEEK[])" if size <= MOST_BYTES else "(BODY.PEEK[HEADER])"
        response = _good(server.uid("FETCH", str(uid), wanted))
        content = next((one[1] for one in response if isinstance(one, tuple)), None)
        # somebody may have taken it out meanwhile
        return RawMessage(content, max(size, len(content))) if isinstance(content, bytes) else None


def _response(one: object) -> bytes:
    if isinstance(one, tuple):
        return bytes(one[0])
    return one if isinstance(one, bytes) else b""


def _good(response: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, values = response
    if status != "OK":
        words = b" ".join(value for value in values if isinstance(value, bytes))
        raise imaplib.IMAP4.error(words.decode("utf-8", "replace"))
    return values


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):
        with suppress(OSError):
            server.shutdown()
