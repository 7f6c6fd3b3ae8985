"""What a person says of themselves, as forms ask for it: the fields follow from the declaration."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar

from flask_babel import gettext as _
from wtforms import Field, RadioField, SelectField
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import ValidationError

from webinars.registration.identity import FieldKind, FieldPrompt, Identity, IdentityField, LabelledCode
from webinars.web.forms.fields import Form, LineField, RequiredAnswer
from webinars.words import typology
from webinars.words.languages import language

_WEB_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)

Codes = Callable[[], Mapping[str, LabelledCode]]
Groups = Sequence[tuple[str | None, Sequence[tuple[str, str, dict[str, str]]]]]


@cache
def code_groups(codes: Codes, _language: str) -> Groups:
    """A list of codes with their labels and the attributes of their options, under its families if it has some."""
    found: dict[str, list[tuple[str, str, dict[str, str]]]] = {}
    for code, one in codes().items():
        attributes = {"data-also": ", ".join(one.also)} if one.also else {}
        found.setdefault(one.family, []).append((code, str(one.label), attributes))
    return [(typology.family_label(family) if family else None, options) for family, options in found.items()]


class NameField(LineField):
    """A person's name: letters, and no web address."""

    def pre_validate(self, form: Any) -> None:
        """Refuses what cannot be somebody's name."""
        super().pre_validate(form)
        name = self.data or ""
        if _WEB_ADDRESS.search(name):
            raise ValidationError(_("Write the name alone, without a web address."))
        if name and not any(sign.isalpha() for sign in name):
            raise ValidationError(_("Write the name in letters."))


class CodeField(SelectField):
    """One code of a list that never changes; its labels are gathered once for each language."""

    def __init__(self, *args: Any, codes: Codes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._codes = codes

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the code that was sent."""
        self.data = str(valuelist[0]).strip() if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not on the list."""
        if self.data and self.data not in self._codes():
            raise ValidationError(_("Choose an answer of the list."))

    def has_groups(self) -> bool:
        """Always true: WTForms then draws groups, the first of which is the empty choice."""
        return True

    def iter_groups(self) -> Iterator[tuple[str | None, list[Choice]]]:
        """The list in the language in force, what was chosen marked."""
        yield None, [self._choice("", _("Choose…"), {})]
        for name, options in code_groups(self._codes, language()):
            yield name, [self._choice(*option) for option in options]

    def _choice(self, code: str, label: str, attributes: dict[str, str]) -> Choice:
        return Choice(code, label, code == (self.data or ""), attributes)


class AnswerField(RadioField):
    """One of a few answers, the unknown among them; no answer is that one."""

    def __init__(self, *args: Any, codes: Codes, unknown: str, **kwargs: Any) -> None:
        super().__init__(*args, choices=lambda: _choices(codes), default=unknown, **kwargs)
        self._codes, self._unknown = codes, unknown

    def process_data(self, value: Any) -> None:
        """Shows what is kept."""
        super().process_data(value or self._unknown)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the answer that was sent."""
        self.data = str(valuelist[0] if valuelist else self._unknown)

    def pre_validate(self, _form: Any) -> None:
        """Refuses an answer that was not offered."""
        if self.data not in self._codes():
            raise ValidationError(_("Choose one of the answers."))


class OrganisersCodeField(SelectField):
    """One code of a list, or the unknown one, which is its first."""

    def __init__(self, *args: Any, codes: Codes, unknown: str, **kwargs: Any) -> None:
        super().__init__(
            *args,
            choices=lambda: [SelectChoice(unknown, _("Not given")), *_choices(codes)],
            validate_choice=False,
            **kwargs,
        )
        self._codes, self._unknown = codes, unknown

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not on the list."""
        if self.data != self._unknown and self.data not in self._codes():
            raise ValidationError(_("Choose an answer of the list."))


def _choices(codes: Codes) -> list[SelectChoice]:
    return [
        SelectChoice(code, label, attributes, optgroup=group)
        for group, options in code_groups(codes, language())
        for code, label, attributes in options
    ]


AForm = TypeVar("AForm", bound="type[IdentityForm]")


class IdentityForm(Form):
    """A form that asks for some of it; `@asks` gives it the fields."""

    asked: ClassVar[tuple[IdentityField, ...]]

    @property
    def names(self) -> list[tuple[IdentityField, Field]]:
        """The fields of the name, each with its declaration."""
        return [(one, self[one.name]) for one in self.asked if one.kind is FieldKind.NAME]

    @property
    def particulars(self) -> list[tuple[IdentityField, Field]]:
        """The other fields, each with its declaration."""
        return [(one, self[one.name]) for one in self.asked if one.kind is not FieldKind.NAME]

    def said(self) -> dict[str, Any]:
        """What was typed, as it is kept, by the names of the fields."""
        return {one.name: one.read(self[one.name].data) for one in self.asked}

    def identity(self) -> Identity:
        """What was typed; what this form does not ask is unknown."""
        return Identity(**self.said())


def asks(asked: Iterable[IdentityField], *, by_organisers: bool = False) -> Callable[[AForm], AForm]:
    """Gives a class of forms the fields that are asked: in the words for the person, or for organisers."""

    def add(form: AForm) -> AForm:
        form.asked = tuple(asked)
        for one in form.asked:
            setattr(form, one.name, _of_organisers(one) if by_organisers else _of_person(one))
        return form

    return add


def _of_person(one: IdentityField) -> Any:
    if one.kind is FieldKind.CODE:
        return CodeField(*_label_and_checks(one.asked), codes=one.codes)
    kind = NameField if one.kind is FieldKind.NAME else LineField
    return _answer(one, one.asked) or kind(*_label_and_checks(one.asked), limit=one.limit)


def _of_organisers(one: IdentityField) -> Any:
    asked = one.walk_in or one.asked
    if one.kind is FieldKind.CODE:
        return OrganisersCodeField(*_label_and_checks(asked), codes=one.codes, unknown=one.unknown)
    return _answer(one, asked) or LineField(*_label_and_checks(asked), limit=one.limit)


def _answer(one: IdentityField, asked: FieldPrompt) -> Any:
    if one.kind is not FieldKind.ANSWER:
        return None
    return AnswerField(*_label_and_checks(asked), codes=one.codes, unknown=one.unknown)


def _label_and_checks(asked: FieldPrompt) -> tuple[Any, list[RequiredAnswer]]:
    return asked.label, [RequiredAnswer(asked.needed)] if asked.needed else []
