"""How the value of a setting is written: a field for each way, whose error says what to write.

In such a sentence `%s` is the value as it was written; one that may hold a secret is not repeated.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from marshmallow import ValidationError
from marshmallow.fields import IP, Boolean, Field, Float, Integer, String
from marshmallow.validate import OneOf, Range, Regexp

PREFIX = "WEBINARS_"
NOT_A_CHOICE = "write one of {choices}, not “%s”"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z"


def text() -> Field[str]:
    """Any text."""
    return String()


def one_of(*choices: str, missing: str = "") -> Field[str]:
    """One of these words; where there is no default, with what is said when none is written."""
    return String(
        validate=OneOf(choices, error=NOT_A_CHOICE),
        required=bool(missing),
        error_messages={"required": missing},
    )


def number(low: float, high: float, kind: type[Integer] | type[Float] = Integer) -> Integer | Float:
    """A number between these, both included."""
    say = f"write a number from {low} to {high}, not “%s”"
    return kind(
        validate=Range(low, high, error=say),
        error_messages=dict.fromkeys(("invalid", "too_large", "special"), say),
    )


def yes() -> Field[bool]:
    """Whether the word is yes; no is the other one."""
    say = NOT_A_CHOICE.format(choices="yes, no")
    return Boolean(truthy={"yes"}, falsy={"no"}, error_messages={"invalid": say})


def folder() -> Field[Path]:
    """A folder, which need not be there yet."""
    return String(post_load=Path)  # type: ignore[return-value]


def names() -> Field[tuple[str, ...]]:
    """Names between commas."""
    return String(post_load=lambda raw: tuple(filter(None, map(str.strip, raw.split(",")))))  # type: ignore[return-value]


def web_address() -> Field[str]:
    """An address of the web without query, and without a slash at its end."""
    say = "write an address such as https://webinars.example.org, not “%s”"
    return String(validate=_true(_is_web_address, say), post_load=lambda raw: raw.rstrip("/"))


def _is_web_address(raw: str) -> bool:
    address = urlsplit(raw)
    is_plain = not address.query and not address.fragment
    return address.scheme in ("http", "https") and bool(address.hostname) and is_plain


def database() -> Field[str]:
    """Where the database is, as SQLAlchemy writes it."""
    say = "write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    return String(
        pre_load=lambda raw: (
            raw.replace("postgresql://", "postgresql+psycopg://", 1)
            if raw.startswith("postgresql://")
            else raw
        ),
        validate=Regexp(r"sqlite:///|postgresql\+psycopg://", error=say),
    )


def listening_address() -> Field[str]:
    """An address of this machine."""
    say = "write an address of this machine such as 127.0.0.1, or 0.0.0.0 for all, not “%s”"
    return IP(  # type: ignore[return-value]
        pre_load=lambda raw: "127.0.0.1" if raw == "localhost" else raw,
        post_load=str,
        error_messages={"invalid_ip": say},
    )


def mail_address() -> Field[str]:
    """One plain mail address."""
    return String(
        validate=_true(_is_mail_address, "write one plain address such as webinars@example.org, not “%s”")
    )


def _is_mail_address(raw: str) -> bool:
    local, _at, domain = raw.rpartition("@")
    return bool(local) and "." in domain and raw.isascii() and " " not in raw


def label() -> Field[str]:
    """One label of a DNS name."""
    return String(validate=Regexp(_LABEL, error="write a name such as mail2026, not “%s”"))


def zone() -> Field[str]:
    """A time zone of the IANA database."""
    return String(
        validate=_true(
            lambda raw: raw in available_timezones(), "write a zone such as Europe/Paris, not “%s”"
        )
    )


def host_and_port() -> Field[str]:
    """A host, or a host with a port after a colon."""
    say = "write a host such as imap.example.org, or with a port imap.example.org:993, not “%s”"
    return String(validate=_true(_is_host_and_port, say))


def _is_host_and_port(raw: str) -> bool:
    host, _colon, port = raw.partition(":")
    return (
        bool(host)
        and "/" not in host
        and (not port or (port.isascii() and port.isdigit() and 0 < int(port) < 65536))
    )


def folder_name() -> Field[str]:
    """A folder of a mailbox, as IMAP names it."""
    return String(
        validate=_true(
            lambda raw: raw.isascii() and raw.isprintable() and not set('"\\') & set(raw),
            "write the folder in plain letters, as the server names it, not “%s”",
        )
    )


def token() -> Field[str]:
    """A secret that a program brings in a header."""
    say = "write at least 20 letters and digits drawn by chance, without spaces"
    return String(validate=Regexp(r"[!-~]{20,}\Z", error=say))


def _true(is_so: Callable[[str], bool], say: str) -> Callable[[str], None]:
    """A validator; what Python itself cannot read as such a value is not one either."""

    def check(raw: str) -> None:
        try:
            is_good = is_so(raw)
        except ValueError:
            is_good = False
        if not is_good:
            raise ValidationError(say)

    return check
