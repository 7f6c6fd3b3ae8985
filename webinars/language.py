"""Which language a page is written in: the person's choice, else the browser's, else the cycle's."""

from typing import Any

from flask import Flask, g, has_request_context, request

from webinars.dates import language

LANGUAGES = ("fr", "en")


def chosen_language() -> str | None:
    """The language of this request; None outside of one, so that the default or a forced one applies."""
    if not has_request_context():
        return None
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    stated: str | None = g.get("stated_language")  # an account's or a registrant's own
    return stated or request.accept_languages.best_match(LANGUAGES) or g.get("fallback_language")


def init_app(app: Flask) -> None:
    """Gives templates the language in force and the way to the other one."""

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {"language": language(), "other_language": "en" if language() == "fr" else "fr"}
