"""Text is cleaned once, at the door; nothing is composed before its length and its runs of marks are known.

By specification/security, rule 1.

Composing sorts the marks after a letter, which takes the square of their number: a run of thousands stops the process.
What makes sentences is loaded where one is said: the process that parses foreign mail cleans it without Flask.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote

LINE_LIMIT = 200
TEXT_LIMIT = 20_000
MOST_MARKS = 30  # in a row: more stand in no language (stream-safe text, Unicode Standard Annex 15)
UNREAD = 4  # times its limit: what is longer is not looked at
QUOTED_LIMIT = 120
WIRE_NAME_LIMIT = 60

# bidi overrides and marks, the byte order mark, lone surrogates, every control but blanks and line breaks
_DROPPED = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ud800-\udfff\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]"
)
_SEPARATORS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")
_MAKES_A_LINK = re.compile(r"[.:/@\\](?=[\w/])")

# every control except the line feed, the two Unicode separators, the byte order mark and lone surrogates
_FORBIDDEN_ON_WIRE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LINE_BREAK = re.compile(r"\r\n?")
_SPACES = re.compile(" +")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
_URI = re.compile(r"[A-Za-z0-9._\-" + re.escape(_URI_SAFE) + "]*")


def _is_mark(sign: str) -> bool:
    """Whether a sign is sorted among its neighbours, as itself or once it is taken apart (U+0F73, U+FF9E)."""
    if unicodedata.combining(sign):
        return True
    return bool(unicodedata.decomposition(sign)) and all(
        map(unicodedata.combining, unicodedata.normalize("NFKD", sign))
    )


def _long_run_of(marks: Iterable[str]) -> str:
    mark = f"[{''.join(marks)}]"
    return f"({mark}{{{MOST_MARKS}}}){mark}+"


# signs past the sixteenth bit are rare, and make a class of signs thirty times slower
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_MARKS = [sign for sign in map(chr, range(0x300, 0x20000)) if _is_mark(sign)]
_LONG_RUN_BEYOND = re.compile(_long_run_of(_MARKS))
_LONG_RUN = re.compile(_long_run_of(sign for sign in _MARKS if not _BEYOND.match(sign)))


class TextRefused(ValueError):
    """Typed text that is not read; the message is a sentence that says what to do."""


def clean_text(value: str, limit: int) -> str:
    """What was typed, in NFC, without controls, bidi overrides or lone surrogates; line breaks are line feeds.

    Raises TextRefused for what is longer than four times the limit, and for more than 30 marks on a letter;
    whether the cleaned text keeps the limit is the caller's question.
    """
    if len(value) > UNREAD * limit:
        raise TextRefused(too_long(len(value), limit))
    kept = _without_signs(value)
    composed = "" if has_long_run(kept) else unicodedata.normalize("NFC", kept)
    if has_long_run(kept) or has_long_run(composed):  # U+0344 is two marks when it is composed
        raise TextRefused(too_many_marks())
    return composed.strip()


def clean_line(value: str, limit: int) -> str:
    """The same as one trimmed line, runs of blanks made one; no-break spaces are kept inside."""
    return _one_line(clean_text(value, limit))


def cut_text(value: str, limit: int) -> str:
    """Text that others wrote and that must be read: cleaned the same, its runs of marks and its length cut."""
    # composed last: a sign that was taken out may have stood between a letter and its accent
    return (
        _without_runs(normal("NFC", _without_signs(_without_runs(value)[: UNREAD * limit])))
        .strip()[:limit]
        .strip()
    )


def cut_line(value: str, limit: int) -> str:
    """The same as one line."""
    return _one_line(cut_text(value, UNREAD * limit))[:limit].strip()


def quoted(typed: str) -> str:
    """What a visitor typed, as it may stand in a mail to an address that may not be theirs: at most 120 signs.

    It is one line, and nothing in it becomes a link in a mail program (specification/security, rule 7).
    """
    return unlinked(typed)[:QUOTED_LIMIT].strip()


def unlinked(typed: str) -> str:
    """The text on one line, with nothing that mail programs turn into a link."""
    return _MAKES_A_LINK.sub(r"\g<0> ", " ".join(typed.split())).strip()


def wire_text(text: str) -> str:
    """What may stand in a calendar, whatever was stored: only what breaks it goes, and its only control is the line feed."""
    return _FORBIDDEN_ON_WIRE.sub("", _LINE_BREAK.sub("\n", text)).strip()


def wire_line(text: str) -> str:
    """What may stand in a header of a mail: the same on one line, without controls."""
    return " ".join(wire_text(text).split("\n"))


def wire_name(name: str) -> str:
    """A display name that may stand in a quoted parameter: at most 60 characters, no double quote, no caret."""
    name = wire_line(name).replace('"', "'").replace("^", "")
    return _SPACES.sub(" ", name)[:WIRE_NAME_LIMIT].strip()


def wire_uri(uri: str) -> str:
    """The address in ASCII, without spaces, its odd characters percent-encoded."""
    uri = "".join(wire_line(uri).split())
    return uri if _URI.fullmatch(uri) else quote(uri, safe=_URI_SAFE)


def normal(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a form of Unicode, in time that grows with its length: marks after the 30th in a row are cut."""
    return unicodedata.normalize(form, _without_runs(text))


def has_long_run(text: str) -> bool:
    """Whether more than 30 marks follow one another."""
    return not text.isascii() and _runs_of(text).search(text) is not None


def too_long(length: int, limit: int) -> str:
    """What is said of a text over its limit, with both numbers."""
    from flask_babel import gettext as _

    from webinars.words.numbers import number_words

    return _(
        "Shorten this text: %(limit)s signs at most, %(length)s now.",
        limit=number_words(limit),
        length=number_words(length),
    )


def too_many_marks() -> str:
    """What is said of a text with a longer run of marks than any language has."""
    from flask_babel import gettext as _

    return _("Take accents away: one letter carries more than %(most)s of them.", most=MOST_MARKS)


def _without_signs(value: str) -> str:
    return _SEPARATORS.sub("\n", _DROPPED.sub("", value))


def _without_runs(text: str) -> str:
    return text if text.isascii() else _runs_of(text).sub(r"\1", text)


def _runs_of(text: str) -> re.Pattern[str]:
    return _LONG_RUN_BEYOND if _BEYOND.search(text) else _LONG_RUN


def _one_line(text: str) -> str:
    return _BLANKS.sub(_one_blank, text).strip()


def _one_blank(blank: re.Match[str]) -> str:
    return blank.group() if blank.group() in ("\u00a0", "\u202f") else " "
