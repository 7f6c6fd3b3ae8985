"""The templates of mails, in an environment of their own: they know no page, no request and nobody signed in."""

from collections.abc import Callable
from functools import cache
from typing import Any

from babel.support import Translations
from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from config import ROOT, TRANSLATIONS
from webinars.words import dates
from webinars.words.markdown import render_markdown

PARTS = ("subject.txt", "body.txt", "body.html")

FILTERS: dict[str, Callable[..., object]] = {
    "date_words": dates.date_words,
    "day_name": dates.day_name,
    "month_name": dates.month_name,
    "markdown": render_markdown,
}


def render_mail(kind: str, language: str, /, **facts: Any) -> tuple[str, str, str]:
    """Subject on one line, text and HTML of a kind of mail; its templates know these facts and the language."""
    templates = environment(language)
    with force_locale(language):  # for the filters
        subject, text, html = (
            templates.get_template(f"mail/{kind}/{part}").render(**facts) for part in PARTS
        )
    return " ".join(subject.split()), text, html


@cache
def environment(language: str) -> Environment:
    """What templates of mails in one language are read and rendered with."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        auto_reload=False,  # each mail would look at five files again
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.globals["language"] = language
    translations = Translations.load(TRANSLATIONS, [language])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["_"] = environment.globals["gettext"]  # not by another name, looked up each time
    return environment
