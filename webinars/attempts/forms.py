"""The form that is told from its own repetition."""

import hashlib
import json
import re
import secrets
from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import ValidationError

from webinars.attempts import actions
from webinars.attempts.models import Attempt
from webinars.web.forms.fields import Form

SHAPE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_attempt() -> str:
    """What makes one showing of a form different from any other."""
    return secrets.token_urlsafe(16)


def named_attempt() -> str | None:
    """The one the address of the page names: whoever comes back there has the same form."""
    name = request.args.get("attempt", "")
    return name if SHAPE.fullmatch(name) else None


class AttemptField(HiddenField):
    """The name of one showing of the form; kept while the form is shown again, because nothing was done yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, default=lambda: named_attempt() or new_attempt(), **kwargs)
        self.name = "attempt"  # whatever prefix the form has

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps what the page brought back."""
        self.data = str(valuelist[0]) if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuses a form that brought none: it could not be told from its repetition."""
        if not SHAPE.fullmatch(self.data or ""):
            self.data = new_attempt()
            raise ValidationError(_("This page was not complete: press the button once more."))

    def populate_obj(self, _obj: Any, _name: str) -> None:
        """It is about the form and no part of what the form makes."""


class CountedForm(Form):
    """A form whose sending counts: the same page with the same answers does nothing more."""

    attempt = AttemptField()

    def begin(self, *, by: str, now: datetime) -> Attempt:
        """This very sending by this account; done already, or to be done now."""
        typed = sorted(
            (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"
        )
        return actions.begin(_digest(by, request.path, typed), now=now)

    def showing_key(self, *, by: str) -> str:
        """Under what name is kept what this showing of the form last made, whatever was typed."""
        return _digest(by, request.path, self.attempt.data)


def _digest(*said: object) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def finish(attempt: Attempt, address: str) -> Response:
    """Keeps where the attempt leads, and leads there; the caller commits."""
    attempt.answer = address
    return redirect(address, 303)


def redirect_again(attempt: Attempt) -> Response:
    """Leads where the attempt led the first time."""
    flash(_("This had been done already: it counts once."))
    return redirect(attempt.answer, 303)
