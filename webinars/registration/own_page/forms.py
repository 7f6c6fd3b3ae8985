"""What may be typed on a personal page."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectMultipleField

from webinars.privacy import notice
from webinars.registration.models import ConsentPurpose, Identity, Qpv, Registrant
from webinars.registration.signup.forms import (
    AnswerField,
    CodeField,
    NameField,
    department_groups,
    function_groups,
    qpv_answers,
    structure_type_groups,
)
from webinars.web.forms.fields import Form, LineField, Needed
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token
from webinars.words import typology


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


class IdentityForm(PersonalForm):
    """What a person says about themselves; the address is not changed here."""

    first_name = NameField(_l("First name"), [Needed(_l("Write your first name."))], limit=120)
    last_name = NameField(_l("Last name"), [Needed(_l("Write your last name."))], limit=120)
    structure = LineField(_l("Name of the structure"), limit=200)
    structure_type = CodeField(
        _l("Type of structure"),
        [Needed(_l("Choose the type of structure; “Other” if none fits."))],
        codes=typology.structure_types,
        groups=structure_type_groups,
    )
    function = CodeField(_l("Function"), codes=typology.functions, groups=function_groups)
    department = CodeField(_l("Département"), codes=typology.departments, groups=department_groups)
    works_in_qpv = AnswerField(_l("Do you work in a priority neighbourhood?"), choices=qpv_answers)

    def identity(self) -> Identity:
        """What was typed."""
        return Identity(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            structure=self.structure.data or "",
            structure_type=self.structure_type.data or typology.UNKNOWN,
            function=self.function.data or typology.UNKNOWN,
            department=self.department.data or "",
            works_in_qpv=Qpv(self.works_in_qpv.data),
        )


class ClaimsForm(PersonalForm):
    """What a form said somebody agrees to, for them to confirm or to refuse; what is no claim any more is passed over."""

    claims = SelectMultipleField(choices=[], validate_choice=False)


class ChoicesForm(PersonalForm):
    """What somebody agrees to, and the language they are written to in."""

    consents = SelectMultipleField(_l("I agree to"))
    language = RadioField(_l("Language of our messages"))

    def __init__(self, registrant: Registrant, *args: Any, **kwargs: Any) -> None:
        super().__init__(registrant, *args, **kwargs)
        self.consents.choices = [
            (ConsentPurpose.NEWSLETTER.value, notice.newsletter_sentence(registrant.cycle.organisation)),
            (ConsentPurpose.RECORDING.value, notice.recording_sentence()),
        ]
        self.language.choices = [("fr", "Français"), ("en", "English")]

    def wanted(self) -> set[ConsentPurpose]:
        """The boxes that are ticked."""
        return {ConsentPurpose(value) for value in self.consents.data or []}
