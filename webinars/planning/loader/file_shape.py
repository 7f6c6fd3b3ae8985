"""The shape of a file of cycles: which names, of which kind, how long; what is wrong is said with its place."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, validates_schema
from marshmallow.fields import Field, List, Nested

from webinars.cycles.wall_clock import end_day, follows, instants, read_day, read_hour
from webinars.planning.loader.strict_json import LONGEST_NAME, FileRefused
from webinars.words.dates import day_name, day_names, hour_words
from webinars.words.text import TextRefused, clean_line, clean_text, cut_line

MOST_ROWS = 200
_COMMENT = re.compile(r"^(about|note|.*_note)$")


class ShapeError(ValidationError):
    """What is wrong with a value; its sentence is made once its place is known."""

    def __init__(self, sentence: Callable[[str], str], name: str = "_schema") -> None:
        super().__init__([sentence], name)


def _text_expected(where: str) -> str:
    return _("%(where)s: text in quotes is expected.", where=where)


def _not_empty(where: str) -> str:
    return _("%(where)s: this text must not be empty.", where=where)


def _object_expected(where: str) -> str:
    return _("%(where)s: an object in braces is expected.", where=where or _("The file"))


def _list_expected(where: str) -> str:
    return _("%(where)s: a list in square brackets is expected.", where=where)


def _fewer(where: str) -> str:
    return _("%(where)s: %(most)s entries at most.", where=where, most=MOST_ROWS)


def _beside(sentence: str) -> Callable[[str], str]:
    return lambda where: f"{where} – {sentence}"


class Text(Field[Any]):
    """Several lines of text; empty when it is missing or null, unless it is needed."""

    empty: ClassVar[Any] = ""
    clean = staticmethod(clean_text)

    def __init__(self, limit: int = 20_000, *, is_needed: bool = False, may_be_null: bool = True) -> None:
        super().__init__(
            required=is_needed,
            allow_none=may_be_null and not is_needed,
            error_messages={kind: [_text_expected] for kind in ("required", "null")},
            pre_load=lambda value: "" if value is None else value,
            **({} if is_needed else {"load_default": self.empty}),
        )
        self.limit = limit

    def _deserialize(self, value: Any, *_rest: Any, **_more: Any) -> Any:
        if not isinstance(value, str):
            raise ShapeError(_text_expected)
        try:
            text = self.clean(value, self.limit)
        except TextRefused as refused:
            raise ShapeError(_beside(str(refused))) from refused
        if len(text) > self.limit:
            raise ShapeError(
                lambda where: _(
                    "%(where)s: shorten this text to %(limit)s signs.", where=where, limit=self.limit
                )
            )
        if self.required and not text:
            raise ShapeError(_not_empty)
        return self.read(text) if text else self.empty

    def read(self, text: str) -> Any:
        """What the text means."""
        return text


class Line(Text):
    """The same as one line."""

    clean = staticmethod(clean_line)

    def __init__(self, limit: int = 200, *, is_needed: bool = False, may_be_null: bool = True) -> None:
        super().__init__(limit, is_needed=is_needed, may_be_null=may_be_null)


class ParsedLine(Line):
    """A value that `parse` reads from text; the example is shown where it cannot."""

    empty = None

    def __init__(self, parse: Callable[[str], Any], example: str) -> None:
        super().__init__(40)
        self.parse, self.example = parse, example

    def read(self, text: str) -> Any:
        """The value."""
        try:
            return self.parse(text)
        except ValueError as error:
            raise ShapeError(
                lambda where: _(
                    "%(where)s: write it as %(example)s, in quotes.", where=where, example=self.example
                )
            ) from error


class Zone(Line):
    """A time zone."""

    empty = "Europe/Paris"

    def read(self, text: str) -> str:
        """A name of the IANA database."""
        if text not in available_timezones():
            raise ShapeError(_beside(_("write a time zone as Europe/Paris.")))
        return text


class Rows(List[Any]):
    """A list, whose length is looked at first; none when it is missing or null."""

    def __init__(self, inner: Field[Any], **more: Any) -> None:
        super().__init__(
            inner,
            allow_none=True,
            load_default=list,
            pre_load=lambda said: [] if said is None else said,
            **more,
        )

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> list[Any]:
        if not isinstance(value, list):  # the names of an object would be taken for one
            raise ShapeError(_list_expected)
        if len(value) > MOST_ROWS:
            raise ShapeError(_fewer)
        return super()._deserialize(value, *rest, **more)


def lines() -> Rows:
    """Several lines of text, without the empty ones."""
    return Rows(Line(500, may_be_null=False), post_load=lambda said: [line for line in said if line])


class Shape(Schema):
    """An object; names it does not know are passed over, and told by `ignored`."""

    error_messages = {"type": _object_expected}  # type: ignore[dict-item]

    class Meta:
        """As marshmallow asks for it."""

        unknown = EXCLUDE


def objects(shape: type[Shape]) -> Rows:
    """A list of objects."""
    return Rows(Nested(shape, error_messages={"null": [_object_expected]}))


class SpeakerShape(Shape):
    """Somebody announced."""

    name, role_as_published, role, organisation, place = Line(), Line(), Line(), Line(), Line()


class OrganiserShape(Shape):
    """An organisation that answers for the cycle."""

    name, short, url = Line(160, is_needed=True), Line(30), Line(1000)


class DatedShape(Shape):
    """What takes place on one day."""

    id = Line(80, is_needed=True)
    date, start, end = (
        ParsedLine(read_day, "2020-11-17"),
        ParsedLine(read_hour, "10:00"),
        ParsedLine(read_hour, "10:00"),
    )
    weekday = Line(20)
    programme, speakers = lines(), objects(SpeakerShape)

    @validates_schema
    def day_and_hours_agree(self, one: dict[str, Any], **_more: Any) -> None:
        """Refuses another weekday than the day's, and an end before the start."""
        day, start, end, weekday = one["date"], one["start"], one["end"], one["weekday"].lower()
        if day and weekday and weekday not in day_names(day):
            raise ShapeError(_beside(_("that day is a %(weekday)s.", weekday=day_name(day))), "weekday")
        if start and end and not follows(start, end):
            raise ShapeError(_beside(_("choose an end after %(start)s.", start=hour_words(start))), "end")


class SessionShape(DatedShape):
    """A session of a cycle."""

    title_as_published, short_title = Line(300, is_needed=True), Line()


class StandaloneShape(DatedShape):
    """An event that stands alone."""

    title, subject_as_published, kind_as_published = Line(), Line(), Line()
    audience_as_published = lines()
    organiser, organisers = Line(), objects(OrganiserShape)

    @validates_schema(pass_original=True)
    def title_is_given(self, one: dict[str, Any], said: dict[str, Any], **_more: Any) -> None:
        """Refuses an event without a title of either kind."""
        if not one["title"] and not one["subject_as_published"]:
            is_missing = said.get("subject_as_published") is None
            raise ShapeError(_text_expected if is_missing else _not_empty, "subject_as_published")


class PublishedShape(Shape):
    """What was published after a cycle."""

    sentence = Text(2000)
    themes_as_published, names_used_for_the_sessions = lines(), lines()


class CycleShape(Shape):
    """A cycle and its sessions."""

    title_as_published, theme_as_published = Line(is_needed=True), Line(500)
    id = Line(80, is_needed=True)
    organiser, organisers = Line(), objects(OrganiserShape)
    webinars = objects(SessionShape)
    capitalisation_as_published = Nested(
        PublishedShape,
        allow_none=True,
        load_default=lambda: PublishedShape().load({}),
        pre_load=lambda value: {} if value is None else value,
    )


class FileShape(Shape):
    """The whole file."""

    timezone = Zone(60)
    cycles, standalone = objects(CycleShape), objects(StandaloneShape)

    @validates_schema
    def hours_exist(self, file: dict[str, Any], **_more: Any) -> None:
        """Refuses an hour that clocks jump over, in the file's zone."""
        zone = ZoneInfo(file["timezone"])
        for path, one in _dated(file):
            for name, day, hour in _walls(one):
                if not instants(day, hour, zone):
                    sentence = _("this hour does not exist on that day: clocks jump ahead.")
                    raise ShapeError(_beside(sentence), f"{path}.{name}")


def _walls(one: dict[str, Any]) -> Iterator[tuple[str, date, time]]:
    day, start, end = one["date"], one["start"], one["end"]
    if day and start:
        yield "start", day, start
    if day and end:
        yield "end", end_day(day, start, end) if start else day, end


def _dated(file: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, cycle in enumerate(file["cycles"], start=1):
        for position, session in enumerate(cycle["webinars"], start=1):
            yield f"cycles[{number}].webinars[{position}]", session
    for number, event in enumerate(file["standalone"], start=1):
        yield f"standalone[{number}]", event


def read_shape(value: Any) -> tuple[dict[str, Any], set[str]]:
    """What the file says by name, and the names in it that mean nothing; raises FileRefused with the first place."""
    shape = FileShape()
    try:
        return shape.load(value), _ignored(shape, value)
    except ValidationError as wrong:
        raise FileRefused(_first(wrong.messages, "")) from wrong


def _first(messages: Any, where: str) -> str:
    if isinstance(messages, list):
        return str(messages[0](where))
    key, inner = next(iter(messages.items()))
    if key == "_schema":
        return _first(inner, where)
    if isinstance(key, int):
        return _first(inner, f"{where}[{key + 1}]")
    return _first(inner, f"{where}.{key}" if where else key)


def _ignored(shape: Schema, value: Mapping[str, Any]) -> set[str]:
    """Names nobody asked for, comments apart, at every level."""
    found = {
        cut_line(name, LONGEST_NAME)
        for name in value.keys() - shape.fields.keys()
        if not _COMMENT.match(name)
    }
    for name, field in shape.fields.items():
        one = field.inner if isinstance(field, List) else field
        if isinstance(one, Nested) and value.get(name):
            below = value[name] if isinstance(field, List) else [value[name]]
            found = found.union(*(_ignored(one.schema, inner) for inner in below))
    return found
