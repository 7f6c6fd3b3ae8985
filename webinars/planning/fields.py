"""Days, hours and lists as organisers type them: read strictly, refused with a sentence, kept as typed."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DateTimeLocalField, FieldList, FormField, RadioField, SelectField, TimeField
from wtforms import Form as PlainForm
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from webinars.cycles.wall_clock import read_day, read_hour, read_moment
from webinars.web.forms.fields import TypedField


class DayField(TypedField, DateField):
    """A day of this century."""

    read = staticmethod(read_day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        sentence = _l("Write the day as 31/03/2026; it must exist in the calendar.")
        super().__init__(*args, invalid_value_message=sentence, **kwargs)


class HourField(TypedField, TimeField):
    """An hour of the day."""

    read = staticmethod(read_hour)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, invalid_value_message=_l("Write the hour as 10:30."), **kwargs)


class MomentField(TypedField, DateTimeLocalField):
    """A day and an hour, on the clock of the form's zone."""

    read = staticmethod(read_moment)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        sentence = _l("Write the day and the hour as 31/03/2026 10:30.")
        super().__init__(*args, format="%Y-%m-%dT%H:%M", invalid_value_message=sentence, **kwargs)


class _OneOf:
    """A choice among those shown; anything else is refused with a sentence, and so is no answer."""

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not in the list."""
        field: Any = self
        chosen = str(field.raw_data[0]) if field.raw_data else None
        if chosen not in {str(choice.value) for choice in field.choices}:
            raise ValidationError(_("Choose an answer of the list."))


class OneOfField(_OneOf, SelectField):
    """One answer of a list."""


class OneRadioField(_OneOf, RadioField):
    """One answer of a few."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "RadioField"  # templates go by the kind of field


def of(kind: type[StrEnum]) -> Any:
    """Reads a value of this kind; what is none of them stays as typed, to be refused."""
    return lambda value: kind(value) if value in {one.value for one in kind} else value


class RowForm(PlainForm):
    """One row among several; a row left empty is passed over."""

    told_by: ClassVar[tuple[str, ...]]  # the fields that make it a row: others come filled

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed in the row."""
        return not any(self[name].data or self[name].process_errors for name in self.told_by)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the row can be used, or nobody filled it."""
        return self.is_blank or bool(super().validate(extra_validators))


class RowsField(FieldList):
    """Rows of the same few fields, as many as one adds."""

    entries: list[Any]
    max_entries: int

    def __init__(self, row: Any, label: Any = None, *, first: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(FormField(row), label, min_entries=first, max_entries=most, **kwargs)
        self.type = "FieldList"  # templates go by the kind of field

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Takes all rows that are kept: a file may have brought more than can be added here."""
        if data is not unset_value and data:
            self.max_entries = max(self.max_entries, len(data))
        super().process(formdata, data, extra_filters)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Numbers of the rows sent; what is no small number is no row."""
        for name in formdata:
            start, _dash, rest = name.partition("-")
            number = rest.partition("-")[0]
            if start == prefix and number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)

    @property
    def may_grow(self) -> bool:
        """Whether there is room for one more row."""
        return bool(len(self.entries) < self.max_entries)

    def filled(self) -> list[Any]:
        """The rows something was typed in."""
        return [entry.form for entry in self.entries if not entry.form.is_blank]

    def add(self, count: int = 1) -> None:
        """Adds empty rows, as many as there is room for."""
        for _row in range(min(count, self.max_entries - len(self.entries))):
            self.append_entry()

    def remove(self, name: str) -> None:
        """Takes out the row of that name."""
        self.entries = [entry for entry in self.entries if entry.name != name]


ADD, REMOVE = "add", "remove"


def changes_rows(*lists: RowsField) -> bool:
    """Adds or takes out the rows a button asks for; whether one was pressed."""
    pressed = False
    for rows in lists:
        name, _dash, count = request.form.get(ADD, "").partition("-")
        if name == rows.name:
            rows.add(int(count) if count in {"1", "5"} else 1)
            pressed = True
        if request.form.get(REMOVE, "").startswith(f"{rows.name}-"):
            rows.remove(request.form[REMOVE])
            pressed = True
    return pressed
