"""The pages that a personal link opens: they share what is said where it opens nothing."""

from typing import Any

from flask import render_template
from werkzeug.exceptions import HTTPException

from webinars.web.access import PersonalBlueprint
from webinars.web.language import keep_asked_language


class LinkBlueprint(PersonalBlueprint):
    """Pages by a personal link, each in the language that was asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url_defaults(keep_asked_language)
        self.register_error_handler(404, _link_lost)


def _link_lost(_error: HTTPException) -> tuple[str, int]:
    """How to get the personal link again; says nothing about who is registered."""
    return render_template("registration/link_lost.html"), 404
