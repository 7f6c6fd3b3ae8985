"""How the value of a setting is written, and what is said of one that is not.

Each function takes what stands in the environment; it raises ValueError with a sentence that says what to write.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

PREFIX = "WEBINARS_"
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


@dataclass
class Reader:
    """Reads one environment, remembering what it was asked for."""

    environment: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def read(self, name: str, default: Any, parse: Callable[[str], Any]) -> Any:
        """The value of a setting; the default when there is none, or when it is wrong, which is noted."""
        variable = PREFIX + name.upper()
        raw = self.environment.get(variable, "").strip()
        if not raw:
            return default
        try:
            return parse(raw)
        except ValueError as error:
            self.wrong.append(f"{variable}: {error}")
            return default


def one_of(*choices: str) -> Callable[[str], str]:
    """One of these words."""

    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"write one of {', '.join(choices)}, not “{raw}”")
        return raw

    return parse


def number(low: float, high: float, kind: type[int] | type[float] = int) -> Callable[[str], float]:
    """A number between these, both included."""

    def parse(raw: str) -> float:
        try:
            value = kind(raw)
        except ValueError:
            raise ValueError(f"write a number from {low} to {high}, not “{raw}”") from None
        if not low <= value <= high:
            raise ValueError(f"write a number from {low} to {high}, not “{raw}”")
        return value

    return parse


def web_address(raw: str) -> str:
    """An address of the web without query, and without a slash at its end."""
    address = urlsplit(raw)
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise ValueError(f"write an address such as https://webinars.example.org, not “{raw}”")
    return raw.rstrip("/")


def database(raw: str) -> str:
    """Where the database is, as SQLAlchemy writes it."""
    if raw.startswith("postgresql://"):
        raw = raw.replace("postgresql://", "postgresql+psycopg://", 1)
    if not raw.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME")
    return raw


def listening_address(raw: str) -> str:
    """An address of this machine."""
    try:
        return "127.0.0.1" if raw == "localhost" else str(ip_address(raw))
    except ValueError:
        raise ValueError(
            f"write an address of this machine such as 127.0.0.1, or 0.0.0.0 for all, not “{raw}”"
        ) from None


def mail_address(raw: str) -> str:
    """One plain mail address."""
    local, _at, domain = raw.rpartition("@")
    if not local or "." not in domain or not raw.isascii() or " " in raw:
        raise ValueError(f"write one plain address such as webinars@example.org, not “{raw}”")
    return raw


def label(raw: str) -> str:
    """One label of a DNS name."""
    if not _LABEL.fullmatch(raw):
        raise ValueError(f"write a name such as mail2026, not “{raw}”")
    return raw


def zone(raw: str) -> str:
    """A time zone of the IANA database."""
    if raw not in available_timezones():
        raise ValueError(f"write a zone such as Europe/Paris, not “{raw}”")
    return raw


def host_and_port(raw: str) -> str:
    """A host, or a host with a port after a colon."""
    host, _colon, port = raw.partition(":")
    if (
        not host
        or "/" in host
        or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536))
    ):
        raise ValueError(
            f"write a host such as imap.example.org, or with a port imap.example.org:993, not “{raw}”"
        )
    return raw


def folder_name(raw: str) -> str:
    """A folder of a mailbox, as IMAP names it."""
    if not raw.isascii() or not raw.isprintable() or '"' in raw or "\\" in raw:
        raise ValueError(f"write the folder in plain letters, as the server names it, not “{raw}”")
    return raw


def token(raw: str) -> str:
    """A secret that a program brings in a header."""
    if len(raw) < 20 or not raw.isascii() or not raw.isprintable() or " " in raw:
        raise ValueError("write at least 20 letters and digits drawn by chance, without spaces")
    return raw


def names(raw: str) -> tuple[str, ...]:
    """Names between commas."""
    return tuple(name.strip() for name in raw.split(",") if name.strip())


def yes(raw: str) -> bool:
    """Whether the word is yes; no is the other one."""
    return one_of("yes", "no")(raw) == "yes"
