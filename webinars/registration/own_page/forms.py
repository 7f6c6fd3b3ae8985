"""What may be typed on a personal page."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField

from webinars.privacy import notice
from webinars.registration.identity import FIELDS
from webinars.registration.identity_fields import IdentityForm, asks
from webinars.registration.models import ConsentPurpose, Registrant
from webinars.web.forms.fields import language_choices
from webinars.web.forms.link_forms import LinkForm


class PersonalForm(LinkForm):
    """A form of one registrant's page."""

    def __init__(self, registrant: Registrant, *args: Any, **kwargs: Any) -> None:
        super().__init__(f"me {registrant.public_id}", *args, **kwargs)


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
