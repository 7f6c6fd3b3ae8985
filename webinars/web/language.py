"""Which language a page is written in: the person's choice, else the browser's, else the cycle's."""

from functools import lru_cache
from typing import Any

from flask import Flask, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from config import LANGUAGES
from webinars.words.languages import language, language_names

LONGEST_LIST = 1000  # characters of Accept-Language: the lists that were read are kept


def chosen_language() -> str | None:
    """The language of this request; None outside of one, so that the default or a forced one applies."""
    if not has_request_context():
        return None
    asked = asked_language()
    if asked:
        return asked
    stated: str | None = g.get("stated_language")  # an account's or a registrant's own
    return stated or preferred(request.headers.get("Accept-Language", "")) or g.get("fallback_language")


def preferred(accepted: str) -> str | None:
    """The first of our languages in a browser's list, whatever the country: fr-CA is French.

    A list longer than any browser sends says nothing.
    """
    return _first_of_ours(accepted) if len(accepted) <= LONGEST_LIST else None


@lru_cache(maxsize=1024)
def _first_of_ours(accepted: str) -> str | None:
    for tag, quality in parse_accept_header(accepted, LanguageAccept):
        language, _hyphen, _country = tag.lower().partition("-")
        if quality and language in LANGUAGES:
            return str(language)
    return None


def asked_language() -> str | None:
    """The language named in the address of this request, when it is one of ours."""
    asked = request.args.get("lang", "") if has_request_context() else ""
    return asked if asked in LANGUAGES else None


def keep_asked_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Lets the addresses of a blueprint carry on the language that was asked for in this one."""
    asked = asked_language()
    if asked:
        values.setdefault("lang", asked)


def init_app(app: Flask) -> None:
    """Gives templates the language in force, and the list of them with their names and countries."""
    app.jinja_env.globals["languages"] = language_names()
    app.jinja_env.globals["language_countries"] = LANGUAGES

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {"language": language()}
