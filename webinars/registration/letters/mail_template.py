"""Mails that are alike but for a few personal values: each sheet is written once, and each person's values put in.

A sheet is made of nothing but the facts it is kept under, so that it cannot say to one what was meant for another.
"""

import re
import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import escape

from webinars.accounts.models import Organisation
from webinars.words.accent import accent
from webinars.words.mail_environment import render_mail

SHEETS = 64  # kinds, languages and sessions that are written about at one time

# letters and digits only: no escaping changes them, and nobody can write what was drawn when the process began
_MARK = f"mark{secrets.token_hex(16)}n"
_MARKS = re.compile(rf"{_MARK}([a-z_]+?)x{_MARK}")


@dataclass(frozen=True, slots=True)
class Titled:
    """A cycle or a session, as far as these mails name it."""

    title: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs."""

    name: str
    contact: str


Pieces = tuple[str, ...]  # what stands there for everybody, by turns with the name of a personal value


@dataclass(frozen=True, slots=True)
class Filled:
    """A mail to one person; text and HTML in what everybody is told, by turns with what this one is."""

    subject: str
    text: tuple[str, ...]
    html: tuple[str, ...]


def fill(
    kind: str,
    language: str,
    organisation: Organisation,
    *,
    facts: Mapping[str, Hashable],
    personal: Mapping[str, str],
) -> Filled:
    """Subject, text and HTML of a kind of mail for one person."""
    given = tuple(name for name, value in personal.items() if value)
    # templates may ask whether there is one
    empty = {name: "" for name, value in personal.items() if not value}
    signature = Signature(organisation.name, organisation.contact)
    shared = {"organisation": signature, "accent": accent(organisation.hue), **facts, **empty}
    # text and markup of the same letters are equal, and not written alike
    key = tuple((name, value, type(value)) for name, value in shared.items())
    subject, text, html = sheet(kind, language, key, given)
    markup = {name: str(escape(value)) for name, value in personal.items()}
    return Filled(
        " ".join("".join(_filled(subject, personal)).split()), _filled(text, personal), _filled(html, markup)
    )


@lru_cache(maxsize=SHEETS)
def sheet(
    kind: str,
    language: str,
    facts: tuple[tuple[str, Hashable, type], ...],
    personal: tuple[str, ...],
) -> tuple[Pieces, Pieces, Pieces]:
    """Subject, text and HTML with a gap for each personal value, made of these arguments alone."""
    context = {name: value for name, value, _type in facts}
    context |= {name: f"{_MARK}{name}x{_MARK}" for name in personal}
    subject, text, html = (
        tuple(_MARKS.split(f"{part.strip()}\n")) for part in render_mail(kind, language, **context)
    )
    return subject, text, html


def _filled(pieces: Pieces, values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(values[piece] if at % 2 else piece for at, piece in enumerate(pieces))
