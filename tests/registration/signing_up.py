"""A sign-up as the form makes it: under the settings of the application."""

from typing import Any

from flask import current_app

from webinars.registration.signup import actions
from webinars.registration.signup.summary import SignUp


def sign_up(*chosen: Any, **details: Any) -> SignUp:
    """One sign-up; the caller commits."""
    return actions.sign_up(*chosen, settings=current_app.config["SETTINGS"], **details)
