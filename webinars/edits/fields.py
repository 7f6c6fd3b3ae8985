"""What a field says: as a browser would send it, and in words."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    ColorField,
    FieldList,
    FileField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)

from webinars.web.forms.fields import TypedField
from webinars.words.dates import date_words, hour_words, moment_words
from webinars.words.text import TEXT_LIMIT, UNREAD, cut_line, cut_text

_IN_WORDS: dict[type, Callable[[Any], str]] = {date: date_words, time: hour_words, datetime: moment_words}
LONGEST = UNREAD * TEXT_LIMIT  # what is longer is refused, and never the same as what is kept


def pairs_of(field: Any) -> Iterator[tuple[str, str]]:
    """Names and values a browser would send, cleaned as they are at the door; rows left empty are passed over."""
    if isinstance(field, FieldList):
        for number, row in enumerate(field.filled()):
            for one in row:
                yield from ((f"{field.name}-{number}-{one.short_name}", value) for value in _values(one))
    else:
        yield from ((field.name, value) for value in _values(field))


def _values(field: Any) -> list[str]:
    if isinstance(field, FileField):
        return [str(field.data.filename)] if field.data else []
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    if isinstance(field, SelectMultipleField):
        return sorted(map(str, field.data or ()))
    if isinstance(field, SelectField):
        return [] if field.data is None else [str(field.data)]
    if isinstance(field, TypedField):
        return [cut_line(field.sent, LONGEST)]
    return [_text(field)]


def _text(field: Any) -> str:
    if field.process_errors:  # refused unread, and so never the same as what is kept
        return str(field.raw_data[0])
    clean = cut_text if isinstance(field, TextAreaField) else cut_line
    text = clean(str(field.data or ""), LONGEST)
    return text.lower() if isinstance(field, ColorField) else text


def words_of(*fields: Any) -> str:
    """What the fields say, for whoever reads the page; several of them each with its label."""
    found = {str(field.label.text): words for field in fields if (words := _words(field))}
    if len(fields) > 1:
        found = {name: _("%(label)s: %(words)s", label=name, words=said) for name, said in found.items()}
    return ", ".join(found.values()) or _("nothing")


def _words(field: Any) -> str:
    if isinstance(field, FieldList):
        return "\n".join(" · ".join(filter(None, map(_words, row))) for row in field.filled())
    if isinstance(field, HiddenField):
        return ""
    if isinstance(field, BooleanField):
        return _("yes") if field.data else _("no")
    if isinstance(field, SelectField | SelectMultipleField):
        chosen = set(_values(field))
        return ", ".join(str(choice.label) for choice in field.choices if str(choice.value) in chosen)
    if type(field.data) in _IN_WORDS:
        return _IN_WORDS[type(field.data)](field.data)
    return " ".join(_values(field)) if not isinstance(field, TextAreaField) else "".join(_values(field))
