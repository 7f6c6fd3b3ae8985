"""What may be typed in a field: cleaned at the door, refused with a sentence, kept as typed."""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask import abort, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, IntegerField, SelectMultipleField, StringField, TextAreaField, URLField
from wtforms.fields import SelectChoice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextInput

from webinars.words.addresses import ADDRESS_LIMIT, AddressRefused, read_address, web_address
from webinars.words.languages import language_names
from webinars.words.numbers import number_words
from webinars.words.text import LINE_LIMIT, TEXT_LIMIT, clean_line, clean_text, too_long

_NUMBER = re.compile(r"[0-9]{1,9}")


def language_choices() -> list[SelectChoice]:
    """The languages as a form offers them, each named in itself."""
    return [SelectChoice(code, name) for code, name in language_names().items()]


def is_preview() -> bool:
    """Whether the form was sent to see a text as people will read it."""
    return "preview" in request.form


class Form(FlaskForm):
    """The base of every form: a field given twice is refused, and so is nothing silently."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if "typed_before" in g:  # an interrupted form, shown again
            kwargs.setdefault("formdata", g.typed_before)
        # whether it says what somebody typed: sent now, or before and not kept
        self.is_typed = kwargs["formdata"] is not None if "formdata" in kwargs else self.is_submitted()
        super().__init__(*args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what was typed can be used; 400 when one field came twice (specification/security, rule 2)."""
        for field in self:
            if not isinstance(field, SelectMultipleField) and len(request.form.getlist(field.name)) > 1:
                abort(400)
        return bool(super().validate(extra_validators=extra_validators))


class RequiredAnswer:
    """The field must be filled; the sentence says with what."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        if not field.raw_data or not str(field.raw_data[0]).strip() or field.data == "":  # cleaned to nothing
            field.errors = []
            raise StopValidation(str(self.sentence))


class _Text:
    """Text, cleaned; what cannot be read is refused with a sentence, used nowhere and shown again as typed."""

    data: str
    raw_data: list[Any]
    process_errors: Sequence[str]
    limit = LINE_LIMIT
    clean = staticmethod(clean_line)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the text cleaned."""
        self.data = ""
        if valuelist:
            self.data = self.clean(str(valuelist[0]), self.limit)

    def pre_validate(self, _form: Any) -> None:
        """Refuses a text that is too long, with both numbers; asks nothing more of one that was not read."""
        if self.process_errors:
            raise StopValidation
        refuse_long(self.data or "", self.limit)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.process_errors else self.data or ""


class LineField(_Text, StringField):
    """One line of text."""

    def __init__(self, *args: Any, limit: int = LINE_LIMIT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit


class LongTextField(_Text, TextAreaField):
    """Several lines of text."""

    clean = staticmethod(clean_text)

    def __init__(self, *args: Any, limit: int = TEXT_LIMIT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit


class AddressField(_Text, EmailField):
    """One e-mail address that can be written to; empty is left to Needed."""

    limit = ADDRESS_LIMIT

    def pre_validate(self, form: Any) -> None:
        """Reads the address; says what is missing from it."""
        super().pre_validate(form)
        if not self.data:
            return
        try:
            self.data = read_address(self.data)
        except AddressRefused as error:
            raise ValidationError(str(error)) from error


class LinkField(_Text, URLField):
    """A web address: http or https, with a host; empty is left to Needed."""

    limit = 1000

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the address, whole also where https:// was not typed."""
        super().process_formdata(valuelist)
        self.data = web_address(self.data) or self.data

    def pre_validate(self, form: Any) -> None:
        """Refuses what a browser would not open as a page."""
        super().pre_validate(form)
        if self.data and web_address(self.data) is None:
            raise ValidationError(_("Copy the whole address, from https:// on."))


class TypedField(Field):
    """Before a field of WTForms, read as people write; kept as typed when it cannot be, else as its control sends it."""

    data: Any
    read: Callable[[str], Any]  # raises ValueError

    def __call__(self, **kwargs: Any) -> Any:
        """The control; as plain text when what was typed would not show in a special one."""
        if self.process_errors:
            kwargs["type"] = "text"
        return super().__call__(**kwargs)

    @property
    def sent(self) -> str:
        """What the control sends as it is shown."""
        return str(self._value())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Reads what was typed; nothing typed is None."""
        self.data = None
        try:
            self.raw_data = [clean_line(str(typed), LINE_LIMIT) for typed in valuelist[:1]]
            if any(self.raw_data):
                self.data, self.raw_data = self.read(*self.raw_data), []
                self.raw_data = [self.sent]  # a control of days shows no 31/03/2026
        except ValueError as error:
            raise ValueError(self.invalid_value_message) from error


class CountField(TypedField, IntegerField):
    """A whole number between two others, or nothing."""

    widget = TextInput()

    def __init__(self, *args: Any, least: int = 0, most: int, **kwargs: Any) -> None:
        sentence = _l(
            "Write a whole number from %(least)s to %(most)s.",
            least=number_words(least),
            most=number_words(most),
        )
        super().__init__(*args, **{"invalid_value_message": sentence} | kwargs)
        self.least, self.most = least, most

    def read(self, typed: str) -> int:
        """Digits only."""
        digits = "".join(typed.split())
        if not _NUMBER.fullmatch(digits) or not self.least <= int(digits) <= self.most:
            raise ValueError(typed)
        return int(digits)


def refuse_long(value: str, limit: int) -> None:
    """Raises a sentence with both numbers when a text is longer than it may be."""
    if len(value) > limit:
        raise ValidationError(too_long(len(value), limit))


def put_first(form: Any, *names: str) -> None:
    """Puts these fields before the others, so that a summary of errors follows the page."""
    form._fields = {name: form._fields[name] for name in names} | form._fields
