"""JSON as strangers may send it: small, flat enough, each name once, each value of the kind expected."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from webinars.errors import SaidRefusal
from webinars.planning.fields import read_day, read_hour
from webinars.words.text import TextRefused, clean_line, clean_text, cut_line

MOST_BYTES = 200_000
DEPTH = 20
MOST_ROWS = 200
LONGEST_NAME = 60  # of a name as it is told
# a string runs to its end or to the file's, so that every sign is read once
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[{\]}]', re.DOTALL)
_COMMENT = re.compile(r"^(about|note|.*_note)$")


class FileRefused(SaidRefusal):
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


class JsonReader:
    """One object of the file: each value read by name and kind, what is not read told as ignored."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            place = where or _("The file")
            raise FileRefused(_("%(where)s: an object in braces is expected.", where=place))
        self._value, self._where = value, where
        self._read: set[str] = set()
        self._inner: list[JsonReader] = []

    def line(self, name: str, *, limit: int = 200, is_needed: bool = False) -> str:
        """One line of text; empty when it is missing or null."""
        return self._text(name, clean_line, limit, is_needed=is_needed)

    def text(self, name: str, *, limit: int = 20_000) -> str:
        """Several lines of text; empty when it is missing or null."""
        return self._text(name, clean_text, limit, is_needed=False)

    def day(self, name: str) -> date | None:
        """A day written 2020-11-17."""
        return self._parsed(name, read_day, "2020-11-17")  # type: ignore[no-any-return]

    def hour(self, name: str) -> time | None:
        """An hour written 10:00."""
        return self._parsed(name, read_hour, "10:00")  # type: ignore[no-any-return]

    def lines(self, name: str, *, limit: int = 500) -> list[str]:
        """Several lines of text; none when the list is missing or null."""
        found = []
        for number, value in enumerate(self._list(name), start=1):
            if not isinstance(value, str):
                raise FileRefused(
                    _("%(where)s: text in quotes is expected.", where=self._at(f"{name}[{number}]"))
                )
            found.append(self._cleaned(clean_line, value, f"{name}[{number}]", limit))
        return [line for line in found if line]

    def objects(self, name: str) -> Iterator["JsonReader"]:
        """The objects of a list."""
        for number, value in enumerate(self._list(name), start=1):
            yield self._keep(JsonReader(value, self._at(f"{name}[{number}]")))

    def object(self, name: str) -> "JsonReader":
        """One object; an empty one when it is missing or null."""
        value = self._take(name)
        return self._keep(JsonReader({} if value is None else value, self._at(name)))

    def ignored(self) -> set[str]:
        """Names nobody asked for, comments apart."""
        mine = {
            cut_line(name, LONGEST_NAME)
            for name in self._value.keys() - self._read
            if not _COMMENT.match(name)
        }
        return mine.union(*(inner.ignored() for inner in self._inner))

    def refuse(self, name: str, sentence: str) -> FileRefused:
        """The refusal of one value, with its place in the file."""
        return FileRefused(f"{self._at(name)} – {sentence}")

    def _text(self, name: str, clean: Callable[[str, int], str], limit: int, *, is_needed: bool) -> str:
        value = self._take(name)
        if value is None and not is_needed:
            return ""
        if not isinstance(value, str):
            raise FileRefused(_("%(where)s: text in quotes is expected.", where=self._at(name)))
        cleaned = self._cleaned(clean, value, name, limit)
        if is_needed and not cleaned:
            raise FileRefused(_("%(where)s: this text must not be empty.", where=self._at(name)))
        return cleaned

    def _parsed(self, name: str, read: Any, example: str) -> Any:
        text = self.line(name, limit=40)
        if not text:
            return None
        try:
            return read(text)
        except ValueError as error:
            raise FileRefused(
                _("%(where)s: write it as %(example)s, in quotes.", where=self._at(name), example=example)
            ) from error

    def _list(self, name: str) -> list[Any]:
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise FileRefused(_("%(where)s: a list in square brackets is expected.", where=self._at(name)))
        if len(value) > MOST_ROWS:
            raise FileRefused(_("%(where)s: %(most)s entries at most.", where=self._at(name), most=MOST_ROWS))
        return value

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self._value.get(name)

    def _keep(self, inner: "JsonReader") -> "JsonReader":
        self._inner.append(inner)
        return inner

    def _cleaned(self, clean: Callable[[str, int], str], value: str, name: str, limit: int) -> str:
        try:
            text = clean(value, limit)
        except TextRefused as refused:
            raise self.refuse(name, str(refused)) from refused
        if len(text) > limit:
            raise FileRefused(
                _("%(where)s: shorten this text to %(limit)s signs.", where=self._at(name), limit=limit)
            )
        return text

    def _at(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name
