"""JSON as strangers may send it: small, flat enough, each name once, no number that is none."""

import json
import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from webinars.errors import WordedRefusal
from webinars.words.text import cut_line

MOST_BYTES = 200_000
DEPTH = 20
LONGEST_NAME = 60  # of a name as it is told
# a string runs to its end or to the file's, so that every sign is read once
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)


class FileRefused(WordedRefusal):
    """The file cannot be used; the sentence says where and what to do."""

    field = "file"


def too_many_bytes() -> str:
    """What is said of a file over the limit, whether it was read or refused at the door."""
    return str(_("Send a smaller file: 200 kB at most."))


def read_json(content: bytes) -> Any:
    """The value a file holds; raises FileRefused for anything but plain UTF-8 JSON of a reasonable size."""
    if len(content) > MOST_BYTES:
        raise FileRefused(too_many_bytes())
    if not content.strip():
        raise FileRefused(_("This file is empty: choose the one that holds the cycles."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(_("Save the file as UTF-8, then send it again.")) from error
    if _depth(text) > DEPTH:
        raise FileRefused(_("This file is nested too deeply: %(depth)s levels at most.", depth=DEPTH))
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise FileRefused(
            _(
                "This is not JSON: look at line %(line)s, column %(column)s.",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except ValueError as error:
        raise FileRefused(
            str(error) if isinstance(error, FileRefused) else _("A number in this file is too long.")
        ) from error


def _depth(text: str) -> int:
    deepest = level = 0
    for found in _BRACKET.finditer(text):
        level += (found[0] in "[{") - (found[0] in "]}")
        deepest = max(deepest, level)
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = first_twice(name for name, _value in pairs)
        raise FileRefused(
            _(
                "“%(name)s” comes twice in the same object: keep one.",
                name=cut_line(twice or "", LONGEST_NAME),
            )
        )
    return found


def first_twice(names: Iterable[str]) -> str | None:
    """The first name that was there before."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _no_constant(word: str) -> Any:
    raise FileRefused(_("“%(word)s” is no JSON value.", word=word))
