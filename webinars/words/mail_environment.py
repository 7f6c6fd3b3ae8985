"""The templates of mails, in an environment of their own: they know no page, no request and nobody signed in."""

from collections.abc import Callable
from functools import cache
from typing import Any

from babel.support import Translations
from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, select_autoescape

from config import ROOT, TRANSLATIONS
from webinars.words import dates, numbers
from webinars.words.markdown import render_markdown

BODIES = ("body.txt", "body.html")
PARTS = ("subject.txt", *BODIES)

FILTERS: dict[str, Callable[..., object]] = {
    "date_words": dates.date_words,
    "day_name": dates.day_name,
    "day_number": dates.day_number,
    "month_name": dates.month_name,
    "markdown": render_markdown,
    "spelled": numbers.spelled,
}


def render_mail(kind: str, language: str, /, **facts: Any) -> tuple[str, str, str]:
    """Subject on one line, text and HTML of a kind of mail.

    Its templates know these facts, the language, and what its `words.txt` sets; both bodies know the subject too.
    """
    templates = environment(language)
    with force_locale(language):  # for the filters
        facts |= _words(kind, templates, facts)
        subject = templates.get_template(f"mail/{kind}/subject.txt").render(facts)
        text, html = (
            templates.get_template(f"mail/{kind}/{body}").render(facts, subject=subject) for body in BODIES
        )
    return " ".join(subject.split()), text, html


def _words(kind: str, templates: Environment, facts: dict[str, Any]) -> dict[str, Any]:
    """What the `words.txt` of a kind sets: sentences that depend on the facts, said once for all parts."""
    try:
        template = templates.get_template(f"mail/{kind}/words.txt")
    except TemplateNotFound:
        return {}
    return vars(template.make_module(facts))


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
