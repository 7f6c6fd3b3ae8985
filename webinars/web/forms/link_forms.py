"""A form of a page that is opened by a link and uses no cookie: its token is signed for whom the page is about."""

from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField

from webinars.web.forms.fields import Form
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token


class LinkForm(Form):
    """A form whose token is for one purpose, and of today."""

    class Meta:
        """The browser's own token would need a cookie."""

        csrf = False

    form_token = HiddenField()

    def __init__(self, purpose: str, *args: Any, **kwargs: Any) -> None:
        self._purpose = purpose
        super().__init__(*args, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it was filled in and comes from its own page of today."""
        filled = super().validate(extra_validators)
        verdict = judge_form_token(self.form_token.data or "", self._purpose, minimum=0)
        self.form_token.data = issue_form_token(self._purpose)
        if verdict is not TokenVerdict.GOOD:
            self.form_errors.append(_("This page was open for too long: press the button once more."))
        return filled and verdict is TokenVerdict.GOOD

    def fresh(self) -> "LinkForm":
        """The form with a token of its own, to be shown."""
        self.form_token.data = issue_form_token(self._purpose)
        return self
