"""What may be typed on a personal page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectMultipleField

from webinars.privacy import notice
from webinars.registration.identity import FIELDS
from webinars.registration.identity_fields import IdentityForm, asks
from webinars.registration.models import ConsentPurpose, Registrant
from webinars.web.forms.fields import Form, language_choices
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token


class PersonalForm(Form):
    """A form of one registrant's page: its token is signed for them, and no cookie is needed."""

    class Meta:
        """The browser's own token would need a cookie."""

        csrf = False

    form_token = HiddenField()

    def __init__(self, registrant: Registrant, *args: Any, **kwargs: Any) -> None:
        self._purpose = f"me {registrant.public_id}"
        super().__init__(*args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it was filled in and comes from the registrant's own page of today."""
        filled = super().validate(extra_validators)
        verdict = judge_form_token(self.form_token.data or "", self._purpose, minimum=0)
        self.form_token.data = issue_form_token(self._purpose)
        if verdict is not TokenVerdict.GOOD:
            self.form_errors.append(_("This page was open for too long: press the button once more."))
        return filled and verdict is TokenVerdict.GOOD

    def fresh(self) -> "PersonalForm":
        """The form with a token of its own, to be shown."""
        self.form_token.data = issue_form_token(self._purpose)
        return self


@asks(FIELDS)
class CorrectionForm(PersonalForm, IdentityForm):
    """What a person says about themselves; the address is not changed here."""


class ClaimsForm(PersonalForm):
    """What a form said somebody agrees to, for them to confirm or to refuse; what is no claim any more is passed over."""

    claims = SelectMultipleField(choices=[], validate_choice=False)


class ChoicesForm(PersonalForm):
    """What somebody agrees to, and the language they are written to in."""

    consents = SelectMultipleField(_l("I agree to"))
    language = RadioField(_l("Language of our messages"), choices=language_choices)

    def __init__(self, registrant: Registrant, *args: Any, **kwargs: Any) -> None:
        super().__init__(registrant, *args, **kwargs)
        self.consents.choices = [
            (ConsentPurpose.NEWSLETTER.value, notice.newsletter_sentence(registrant.cycle.organisation)),
            (ConsentPurpose.RECORDING.value, notice.recording_sentence()),
        ]

    def wanted(self) -> set[ConsentPurpose]:
        """The boxes that are ticked."""
        return {ConsentPurpose(value) for value in self.consents.data or []}
