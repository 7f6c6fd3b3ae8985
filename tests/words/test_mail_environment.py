"""Mails are rendered by an environment of their own, in the language of the mail."""

from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import DictLoader, UndefinedError

from config import LANGUAGES
from tests.page import Page
from tests.rules.sources import TEMPLATES
from webinars.words.accent import DEFAULT_HUE, accent
from webinars.words.mail_environment import PARTS, environment, render_mail

KINDS = sorted(path.parent.name for path in TEMPLATES.glob("mail/*/subject.txt"))
OF_PAGES = (
    "g",
    "request",
    "session",
    "config",
    "url_for",
    "asset",
    "has_mailbox",
    "keeps_mail",
    "organiser",
    "other_language",
)
RESET = {
    "organisation": None,
    "accent": accent(DEFAULT_HUE),
    "organiser": SimpleNamespace(name="Ada <Lovelace>"),
    "link": "https://example.org/set-password/x",
}


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Templates of a kind of mail of our own, in both languages."""
    written = {f"mail/note/{part}": "" for part in PARTS}
    for language in LANGUAGES:
        monkeypatch.setattr(environment(language), "loader", DictLoader(written))
    return written


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Choose your new password"), ("fr", "Choisissez votre nouveau mot de passe")],
)
def test_no_application_is_needed(language: str, subject: str) -> None:
    written, text, html = render_mail("password_reset", language, **RESET)

    assert written == subject
    greeting = {"en": "Hello Ada <Lovelace>,", "fr": "Bonjour Ada <Lovelace>,"}[language]
    assert greeting in text.splitlines()
    assert greeting in Page(html).lines
    assert Page(html).language == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_part_of_a_mail_compiles(kind: str, language: str) -> None:
    for part in PARTS:
        assert environment(language).get_template(f"mail/{kind}/{part}").name == f"mail/{kind}/{part}"


@pytest.mark.parametrize("name", OF_PAGES)
def test_what_pages_know_is_unknown_to_mails(app: Flask, templates: dict[str, str], name: str) -> None:
    templates["mail/note/subject.txt"] = f"{{{{ {name} }}}}"

    with app.test_request_context(), pytest.raises(UndefinedError, match=name):
        render_mail("note", "fr")


def test_a_mail_is_in_its_own_language_whatever_is_in_force(app: Flask, templates: dict[str, str]) -> None:
    templates["mail/note/body.txt"] = '{{ language }}: {{ _("Join") }}, {{ day|date_words }}'

    with force_locale("fr"):
        written = render_mail("note", "en", day=date(2026, 3, 12))
    with force_locale("en"):
        french = render_mail("note", "fr", day=date(2026, 3, 12))

    assert written[1] == "en: Join, Thursday 12\u00a0March 2026"
    assert french[1] == "fr: Rejoindre, jeudi 12\u00a0mars\u00a02026"


def test_what_the_words_of_a_kind_set_its_parts_say(app: Flask, templates: dict[str, str]) -> None:
    templates["mail/note/words.txt"] = '{% set fact = "Full: " ~ title %}'
    templates["mail/note/subject.txt"] = "{{ fact }}\n\n"
    templates["mail/note/body.txt"] = "{{ fact }}. {{ subject }}"
    templates["mail/note/body.html"] = "<p>{{ fact }}</p>{{ subject }}"

    written = render_mail("note", "en", title="<b>Fish & chips")

    assert written == (
        "Full: <b>Fish & chips",
        "Full: <b>Fish & chips. Full: <b>Fish & chips\n",
        "<p>Full: &lt;b&gt;Fish &amp; chips</p>Full: &lt;b&gt;Fish &amp; chips\n",
    )
