"""What may be typed about accounts."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, PasswordField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, ValidationError

from config import LANGUAGES
from webinars.accounts.credentials.strength import refusal_of
from webinars.accounts.models import Membership, Organiser, Role
from webinars.attempts.forms import CountedForm
from webinars.edits.forms import EditForm
from webinars.web.forms.fields import (
    AddressField,
    Form,
    LineField,
    RequiredAnswer,
    language_choices,
    put_first,
)

ROLES = {
    Role.ORGANISER.value: _l("Organiser"),
    Role.ADMINISTRATOR.value: _l("Administrator"),
}
ROLE_CHOICES = [SelectChoice(role, label) for role, label in ROLES.items()]


def one_of(choices: list[SelectChoice]) -> dict[str, Any]:
    """A choice among these; anything else is refused with a sentence, and so is no answer."""
    return _listed(choices, [choice.value for choice in choices])


def one_language() -> dict[str, Any]:
    """A choice among our languages, refused alike."""
    return _listed(language_choices, LANGUAGES)


def _listed(choices: Any, values: Collection[str]) -> dict[str, Any]:
    sentence = _l("Choose an answer of the list.")
    validators = [RequiredAnswer(sentence), AnyOf(values, message=sentence)]
    return {"choices": choices, "validators": validators, "validate_choice": False}


class SignInForm(Form):
    """An address and a password; neither is judged before both are compared."""

    email = LineField(
        _l("E-mail address"), [RequiredAnswer(_l("Write the address of your account."))], limit=320
    )
    password = PasswordField(_l("Password"), [RequiredAnswer(_l("Write your password."))])
    next = HiddenField()
    interrupted = HiddenField()


class ForgottenPasswordForm(CountedForm):
    """Asks for the address of the account whose password is to be set anew."""

    email = AddressField(_l("E-mail address"), [RequiredAnswer(_l("Write the address of your account."))])


class NewPasswordForm(Form):
    """A password that is not among those tried first."""

    password = PasswordField(
        _l("New password"),
        [RequiredAnswer(_l("Write the password you choose."))],
        description=_l("Twelve characters at least; several words do well."),
    )

    def __init__(self, own_words: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_words = own_words

    def validate_password(self, field: Field) -> None:
        """Refuses what would be guessed."""
        refusal = refusal_of(str(field.data), self.own_words)
        if refusal is not None:
            raise ValidationError(refusal)


class ChangePasswordForm(NewPasswordForm):
    """A new password, from somebody who knows the old one."""

    old_password = PasswordField(_l("Current password"), [RequiredAnswer(_l("Write your current password."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_first(self, "old_password")


class AccountForm(EditForm):
    """How somebody is named and spoken to."""

    name = LineField(
        _l("First name and name"), [RequiredAnswer(_l("Write your first name and your name."))], limit=120
    )
    language = RadioField(_l("Language of the pages and messages"), **one_language())


class InvitationForm(CountedForm):
    """Who is invited, as what."""

    name = LineField(
        _l("First name and name"), [RequiredAnswer(_l("Write the person’s first name and name."))], limit=120
    )
    email = AddressField(
        _l("E-mail address"), [RequiredAnswer(_l("Write the address the invitation goes to."))]
    )
    role = RadioField(_l("Member’s role"), **one_of(ROLE_CHOICES), default=Role.ORGANISER.value)


class RoleForm(EditForm):
    """Another role."""

    role = RadioField(_l("Member’s role"), **one_of(ROLE_CHOICES))


def own_words(organiser: Organiser, memberships: list[Membership]) -> list[str]:
    """What others know about the account and would try first."""
    words = [
        organiser.name,
        organiser.email.partition("@")[0],
        organiser.email.partition("@")[2].rpartition(".")[0],
    ]
    for membership in memberships:
        words += [membership.organisation.name, membership.organisation.short_name]
    return [*words, "webinars", "webinaires"]


def wrong_pair() -> str:
    """What is said of an address and a password that open no account, whichever is wrong."""
    return str(_("Check the address and the password: together they open no account."))
