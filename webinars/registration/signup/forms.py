"""What may be typed to sign up."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.i18n import DummyTranslations
from wtforms.validators import ValidationError

from webinars.registration.models import ConsentPurpose, Person, Qpv
from webinars.web.forms.fields import AddressField, Form, LineField, Needed
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token
from webinars.words import typology
from webinars.words.addresses import ADDRESS_LIMIT
from webinars.words.dates import language
from webinars.words.typology import UNKNOWN

ALL, SOME = "all", "some"
_WEB_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)

Groups = Sequence[tuple[str | None, Sequence[tuple[str, str]]]]


class CodeField(SelectField):
    """One code of a list that never changes; its labels are gathered once for each language."""

    def __init__(
        self,
        *args: Any,
        codes: Callable[[], Mapping[str, object]],
        groups: Callable[[str], Groups],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._codes = codes
        self._groups = groups

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the code that was sent."""
        self.data = str(valuelist[0]).strip() if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not on the list."""
        if self.data and self.data not in self._codes():
            raise ValidationError(_("Choose an answer of the list."))

    def has_groups(self) -> bool:
        """Always: the first one holds the line that answers nothing."""
        return True

    def iter_groups(self) -> Iterator[tuple[str | None, list[Choice]]]:
        """The list in the language in force, what was chosen marked."""
        yield None, [self._choice("", _("Choose…"))]
        for name, options in self._groups(language()):
            yield name, [self._choice(code, label) for code, label in options]

    def _choice(self, code: str, label: str) -> Choice:
        return Choice(code, label, code == (self.data or ""), {})


@cache
def structure_type_groups(_language: str) -> Groups:
    """Types of structures under their families."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in typology.structure_types().values():
        found.setdefault(kind.family, []).append((kind.code, kind.label))
    return [(typology.family_label(family), options) for family, options in found.items()]


@cache
def function_groups(_language: str) -> Groups:
    """Functions, without groups."""
    return [(None, [(kind.code, kind.label) for kind in typology.functions().values()])]


@cache
def department_groups(_language: str) -> Groups:
    """Départements, without groups."""
    return [(None, [(code, department.label) for code, department in typology.departments().items()])]


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


class AnswerField(RadioField):
    """One of a few answers, the last of which says nothing; no answer is that one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the answer that was sent."""
        self.data = str(valuelist[0]) if valuelist else Qpv.UNSAID.value

    def pre_validate(self, _form: Any) -> None:
        """Refuses an answer that was not offered."""
        if self.data not in list(Qpv):
            raise ValidationError(_("Choose one of the answers."))


class ChosenField(SelectMultipleField):
    """The sessions that are ticked, by their outward ids."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=[], validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps each id once."""
        self.data = list(dict.fromkeys(valuelist))


def qpv_answers() -> list[SelectChoice]:
    """Yes, no, or nothing said."""
    return [
        SelectChoice(Qpv.YES.value, _("Yes")),
        SelectChoice(Qpv.NO.value, _("No")),
        SelectChoice(Qpv.UNSAID.value, _("I prefer not to say")),
    ]


_OBJECTIONS = {
    TokenVerdict.GOOD: "",
    TokenVerdict.TOO_FAST: _l(
        "Your answers came faster than the form can be read. Check them, then press the button once more."
    ),
    TokenVerdict.TOO_OLD: _l(
        "This page was open for more than a day. Check your answers, then press the button once more."
    ),
    TokenVerdict.FORGED: _l(
        "This page was no longer complete. Check your answers, then press the button once more."
    ),
}


class SignUpForm(Form):
    """One form for the cycle: whole or some sessions, who one is, what one agrees to."""

    class Meta:
        """The browser's own token would need a cookie."""

        csrf = False

        def get_translations(self, _form: Any) -> DummyTranslations:
            """None of WTForms' own sentences is used: its catalogue need not be read at each request."""
            return DummyTranslations()

    form_token = HiddenField()
    take = StringField()
    sessions = ChosenField()
    first_name = NameField(_l("First name"), [Needed(_l("Write your first name."))], limit=120)
    last_name = NameField(_l("Last name"), [Needed(_l("Write your last name."))], limit=120)
    email = AddressField(_l("E-mail address"), [Needed(_l("Write your e-mail address."))])
    structure = LineField(_l("Name of the structure"), limit=200)
    structure_type = CodeField(
        _l("Type of structure"),
        [Needed(_l("Choose the type of structure; “Other” if none fits."))],
        codes=typology.structure_types,
        groups=structure_type_groups,
    )
    function = CodeField(_l("Function"), codes=typology.functions, groups=function_groups)
    department = CodeField(_l("Département"), codes=typology.departments, groups=department_groups)
    works_in_qpv = AnswerField(
        _l("Do you work in a priority neighbourhood?"), choices=qpv_answers, default=Qpv.UNSAID.value
    )
    newsletter = BooleanField()
    recording = BooleanField()
    website = StringField(_l("Leave this field empty"))  # people do not see it; programs fill it in

    def __init__(self, cycle_id: int, *, minimum: float, **kwargs: Any) -> None:
        self._purpose = f"sign up {cycle_id}"
        self._minimum = minimum
        super().__init__(**kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is filled in, by a person, on a page of today."""
        filled = super().validate(extra_validators)
        objection = self._objection()
        if objection:
            self.form_errors.append(objection)
        return filled and not objection

    def validate_take(self, field: Field) -> None:
        """All or some."""
        if field.data not in (ALL, SOME):
            raise ValidationError(_("Choose the whole cycle, or some of its sessions."))

    def validate_sessions(self, field: Field) -> None:
        """At least one, unless it is all of them."""
        if self.take.data == SOME and not field.data:
            raise ValidationError(_("Tick at least one session, or the whole cycle."))

    def validate_email(self, field: Field) -> None:
        """What the longest mailbox in use still takes."""
        if len(field.data or "") > ADDRESS_LIMIT:
            raise ValidationError(_("Check this address: it is longer than any mailbox has."))

    def _objection(self) -> str:
        verdict = judge_form_token(self.form_token.data or "", self._purpose, minimum=self._minimum)
        if verdict in (TokenVerdict.TOO_OLD, TokenVerdict.FORGED):
            self.fresh()
        if self.website.data:
            self.website.data = ""
            return _(
                "A field that nobody sees was filled in, by your browser perhaps. "
                "It is empty again: press the button once more."
            )
        return str(_OBJECTIONS[verdict])

    def fresh(self) -> "SignUpForm":
        """The form with a token of its own, to be shown."""
        self.form_token.data = issue_form_token(self._purpose)
        return self

    @property
    def attempt(self) -> str:
        """What tells the same page sent twice from the same answers given twice."""
        return self.form_token.data or ""

    @property
    def takes_all(self) -> bool:
        """Whether it is for the whole cycle, sessions added later included."""
        return bool(self.take.data == ALL)

    def person(self) -> Person:
        """Who signs up."""
        return Person(
            email=self.email.data,
            first_name=self.first_name.data,
            last_name=self.last_name.data,
            structure=self.structure.data or "",
            structure_type=self.structure_type.data or UNKNOWN,
            function=self.function.data or UNKNOWN,
            department=self.department.data or "",
            works_in_qpv=Qpv(self.works_in_qpv.data),
        )

    def consents(self) -> set[ConsentPurpose]:
        """The boxes that are ticked."""
        boxes: Sequence[tuple[Field, ConsentPurpose]] = (
            (self.newsletter, ConsentPurpose.NEWSLETTER),
            (self.recording, ConsentPurpose.RECORDING),
        )
        return {purpose for box, purpose in boxes if box.data}
