"""What may be typed to sign up."""

import enum
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectMultipleField,
    StringField,
)
from wtforms.i18n import DummyTranslations
from wtforms.validators import ValidationError

from webinars.registration.identity import FIELDS, NAMES, PARTICULARS, Person
from webinars.registration.identity_fields import IdentityForm, asks
from webinars.registration.models import ConsentPurpose
from webinars.web.forms.fields import AddressField, RequiredAnswer, put_first
from webinars.web.forms.link_forms import LinkForm
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token
from webinars.words.addresses import ADDRESS_LIMIT, address_key
from webinars.words.typos import likely_address

ALL = "all"


class AddressChoice(enum.StrEnum):
    """What is said to « Did you mean … ? »; nothing where it was not asked."""

    SUGGESTED = "suggested"
    TYPED = "typed"
    BACK = "back"  # to the form


class CheckedAddress:
    """Before a form with an address: one that is likely mistyped is asked about once, and never refused."""

    email: Field
    address: Field

    @property
    def suggestion(self) -> str:
        """The address that was probably meant; empty where none is, or where that was asked already."""
        asked = self.address.data in list(AddressChoice)
        return "" if asked else likely_address(self.email.data or "") or ""

    def take_suggestion(self) -> None:
        """The address that was meant takes the place of the one that was typed, where that was the answer."""
        if self.address.data == AddressChoice.SUGGESTED:
            self.email.data = likely_address(self.email.data or "") or self.email.data


class ChosenField(SelectMultipleField):
    """The sessions that are ticked, by their outward ids."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=[], validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps each id once."""
        self.data = list(dict.fromkeys(valuelist))


_OBJECTIONS = {
    TokenVerdict.GOOD: "",
    TokenVerdict.TOO_FAST: _l("The form was sent very fast: check your answers, then send it again."),
    TokenVerdict.TOO_OLD: _l(
        "This page was open for more than a day. Check your answers, then press the button once more."
    ),
    TokenVerdict.FORGED: _l(
        "This page was no longer complete. Check your answers, then press the button once more."
    ),
}


@asks(FIELDS)
class SignUpForm(CheckedAddress, IdentityForm):
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
    email = AddressField(_l("E-mail address"), [RequiredAnswer(_l("Write your e-mail address."))])
    address = StringField()  # AddressChoice
    newsletter = BooleanField()
    recording = BooleanField()
    website = StringField(_l("Leave this field empty"))  # people do not see it; programs fill it in

    def __init__(self, cycle_id: int, *, minimum: float, **kwargs: Any) -> None:
        self._purpose = f"sign up {cycle_id}"
        self._minimum = minimum
        super().__init__(**kwargs)
        names = [one.name for one in NAMES]
        particulars = [one.name for one in sorted(PARTICULARS, key=lambda one: not one.asked.needed)]
        put_first(self, "form_token", "take", "sessions", *names, "email", *particulars)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it is filled in, by a person, on a page of today."""
        filled = super().validate(extra_validators)
        objection = self._objection()
        if objection:
            self.form_errors.append(objection)
        return filled and not objection

    def validate_sessions(self, field: Field) -> None:
        """At least one, unless it is all of them."""
        if not self.takes_all and not field.data:
            raise ValidationError(_("Tick at least one session, or the whole cycle."))

    def validate_email(self, field: Field) -> None:
        """An address is 254 characters long at most (RFC 5321, errata)."""
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
        """Whether it is for the whole cycle, sessions added later included, whatever else is ticked."""
        return bool(self.take.data == ALL)

    def person(self) -> Person:
        """Who signs up."""
        return Person(email=self.email.data, **self.said())

    def consents(self) -> set[ConsentPurpose]:
        """The boxes that are ticked."""
        boxes: Sequence[tuple[Field, ConsentPurpose]] = (
            (self.newsletter, ConsentPurpose.NEWSLETTER),
            (self.recording, ConsentPurpose.RECORDING),
        )
        return {purpose for box, purpose in boxes if box.data}


class ReceiptForm(LinkForm):
    """A button of the page that answers a sign-up to one cycle."""

    def __init__(self, cycle_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(f"receipt {cycle_id}", *args, **kwargs)


class OtherAddressForm(CheckedAddress, ReceiptForm):
    """The address that was meant, instead of the one a sign-up was made with."""

    email = AddressField(_l("Your address"), [RequiredAnswer(_l("Write your e-mail address."))])
    address = StringField()  # AddressChoice

    def __init__(self, former: str, *args: Any, **kwargs: Any) -> None:
        self._former = former
        super().__init__(*args, **kwargs)

    def validate_email(self, field: Field) -> None:
        """Another one than the one that was given."""
        if address_key(field.data or "") == address_key(self._former):
            raise ValidationError(_("This is the address you gave: correct it, or go back to your sign-up."))
