"""Draws layouts and components with sample values: `.venv/bin/python -m tests.look.gallery FOLDER`, then open FOLDER/index.html."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, render_template
from flask_babel import Babel, force_locale
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
    validators,
)

from config import LANGUAGES
from webinars.today.queries import TabCounts
from webinars.words import accent, dates, numbers
from webinars.words.languages import language_names

ROOT = Path(__file__).parents[2]
PARIS = ZoneInfo("Europe/Paris")
PAGES = (
    "cycle",
    "cycle_errors",
    "today",
    "programme",
    "review",
    "figures",
    "states",
    "sign_in",
    "error",
    "mail",
    "long",
)


LINKED = {  # what the layouts lead to
    "mailbox.mails": "/organise/mailbox",
    "messages.messages": "/organise/<org>/cycles/<slug>/messages",
    "reminders.reminders": "/organise/<org>/cycles/<slug>/messages/reminders",
    "deliverability.deliveries": "/organise/<org>/cycles/<slug>/messages/deliveries",
    "replies.answers": "/organise/<org>/cycles/<slug>/messages/answers",
    "account.account": "/organise/account",
    "account.home": "/organise/",
    "attendance.cycle": "/organise/<org>/cycles/<slug>/attendance",
    "capitalisation.figures": "/organise/<org>/cycles/<slug>/figures",
    "cycles.agenda": "/<org>",
    "cycles.home": "/",
    "entrance.sign_in": "/sign-in",
    "organisation.settings": "/organise/<org>/settings",
    "planning.cycle": "/organise/<org>/cycles/<slug>",
    "planning.cycle_settings": "/organise/<org>/cycles/<slug>/settings",
    "planning.cycles": "/organise/<org>/cycles",
    "planning.people": "/organise/<org>/cycles/<slug>/people",
    "today.today": "/organise/<org>",
    "calendar_help.page": "/calendar",
    "privacy.accessibility": "/accessibility",
    "privacy.notices": "/privacy",
    "registration.cycle": "/<org>/<slug>",
}


@dataclass
class SampleSession:
    """As much of a session as the macros read."""

    title: str
    starts: datetime | None
    ends: datetime | None
    day: date | None = None
    timezone: str = "Europe/Paris"

    @property
    def is_dated(self) -> bool:
        return self.starts is not None

    @property
    def local_start(self) -> datetime | None:
        return self.starts

    @property
    def local_end(self) -> datetime | None:
        return self.ends


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=PARIS)


SESSIONS = [
    SampleSession(
        "Achats responsables au service du quartier prioritaire", at(11, 17, 10), at(11, 17, 11, 30)
    ),
    SampleSession(
        "Insertion par l’activité économique et quartiers prioritaires", at(11, 26, 10), at(11, 26, 11, 30)
    ),
    SampleSession("Cités de l’emploi : Quèsaco ?", at(12, 8, 10), at(12, 8, 11, 30)),
    SampleSession("Économies populaires, économies informelles", None, None, day=date(2021, 10, 1)),
    SampleSession("Une suite, à définir", None, None),
]

TYPES = {
    "Collectivités et groupements": {"": "Choisir…", "COL-COM": "Commune", "COL-EPC": "Intercommunalité"},
    "État et opérateurs": {"ETA-CEN": "Administration centrale", "ETA-DEC": "Service déconcentré"},
    "Structures de l’ESS": {
        "ESS-SIA": "Insertion par l’activité économique, régie de quartier",
        "ESS-COO": "Coopérative",
    },
    "Autre": {"AUT-AUT": "Autre"},
}


def refused(sentence: str) -> Callable[[Form, Any], None]:
    """A validator that always finds fault, so that the state can be seen."""

    def check(form: Form, field: Any) -> None:
        raise ValidationError(sentence)

    return check


class SampleTime(Form):
    """A row of several fields."""

    start = TimeField("Début", [validators.InputRequired()])
    end = TimeField("Fin", [validators.InputRequired(), refused("La fin doit venir après 10 h.")])


class SampleForm(Form):
    """One field of each kind."""

    first_name = StringField("Prénom", [validators.InputRequired()])
    last_name = StringField("Nom", [validators.InputRequired()])
    email = StringField(
        "Adresse électronique",
        [validators.InputRequired(), refused("Complétez l’adresse : il manque ce qui suit le signe @.")],
        description="Le lien d’accès y arrive. Ex. : prenom.nom@mairie.fr",
    )
    kind = SelectField(
        "Type de structure",
        [refused("Choisissez le type de structure ; à défaut, « Autre ».")],
        choices=TYPES,
        validate_choice=False,
    )
    seats = IntegerField("Places")
    word = TextAreaField("Présentation", description="Un paragraphe, puis un tiret par point.")
    quarter = RadioField(
        "Travaillez-vous dans un quartier prioritaire ?",
        [refused("Choisissez une des trois réponses.")],
        choices={"yes": "Oui", "no": "Non", "": "Je ne souhaite pas le dire"},
        validate_choice=False,
    )
    newsletter = BooleanField("J’accepte de recevoir la lettre d’information.")
    times = FieldList(FormField(SampleTime), min_entries=1)


def wrong_form() -> SampleForm:
    typed = MultiDict(
        {
            "first_name": "Amélie",
            "last_name": "Roussel",
            "email": "amelie.roussel@",
            "times-0-start": "10:00",
            "times-0-end": "09:30",
        }
    )
    form = SampleForm(typed)
    form.validate()
    return form


def samples(name: str) -> dict[str, Any]:
    """What a page of the gallery may name."""
    house = SimpleNamespace(
        name="Villes et Territoires Occitanie",
        slug="vto",
        hue=310,
        logo=None,
        contact="contact@vto.example.org",
    )
    cycle = SimpleNamespace(
        title="Agir sur l’emploi dans les quartiers prioritaires",
        slug="emploi",
        organisation=house,
        state="published",
        is_public=True,
        is_being_deleted=False,
    )
    return {
        "organisation": house,
        "organiser": SimpleNamespace(id=1, name="Nadia Benali"),
        "membership": SimpleNamespace(is_administrator=True),
        "keeps_mail": True,
        "has_mailbox": False,
        "cycle": cycle,
        "sessions": SESSIONS,
        "form": wrong_form() if name in ("cycle_errors", "programme", "states") else SampleForm(),
        "accent": accent.accent(310),
        "code": 404,
        "request_id": "7f3a9c21",
    }


def gallery_app(language: str = "fr") -> Flask:
    """A small application that knows the templates and nothing else."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config |= {
        "SECRET_KEY": "gallery",
        "BABEL_DEFAULT_LOCALE": language,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }
    Babel(app, locale_selector=lambda: language)
    app.jinja_options = {}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "pages")]
    )
    app.jinja_env.globals.update(
        asset=lambda name: f"static/{name}",
        csrf_token=lambda: "sample",
        languages=language_names(),
        language_countries=LANGUAGES,
        says_year=lambda _days: False,
        keeps_mail=False,
        tab_counts=lambda _cycle: TabCounts(people=96, lines=2, letters=2),
    )
    for word in (
        "date_words",
        "short_date",
        "day_name",
        "day_number",
        "month_name",
        "hour_words",
        "hour_range",
        "zone_words",
    ):
        app.jinja_env.filters[word] = getattr(dates, word)
    app.jinja_env.filters.update(number=numbers.number_words, spelled=numbers.spelled)

    @app.context_processor
    def _language() -> dict[str, str]:
        return {"language": language}

    app.add_url_rule("/accent/<int:hue>.css", endpoint="pages.accent_sheet", view_func=accent.stylesheet)
    app.add_url_rule("/sign-out", endpoint="entrance.sign_out", view_func=lambda: "", methods=["POST"])
    for endpoint, rule in LINKED.items():
        app.add_url_rule(rule, endpoint=endpoint, view_func=lambda **_names: "")
    app.add_url_rule("/list", endpoint="gallery.list", view_func=lambda: "")
    return app


def draw(name: str, language: str = "fr") -> str:
    """One page of the gallery, as HTML."""
    app = gallery_app(language)
    with app.test_request_context("/"), force_locale(language):
        page = render_template(f"{name}.html", **samples(name))
    return page.replace('href="/accent/310.css"', 'href="accent.css"')


def write(folder: Path, language: str = "fr") -> None:
    """Writes all pages with what they need to be opened from the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "static", folder / "static", dirs_exist_ok=True)
    (folder / "accent.css").write_text(accent.stylesheet(310), encoding="utf-8")
    for name in PAGES:
        (folder / f"{name}.html").write_text(draw(name, language), encoding="utf-8")
    links = "".join(f'<li><a href="{name}.html">{name}</a></li>' for name in PAGES)
    (folder / "index.html").write_text(
        f"<!doctype html><title>Gallery</title><ul>{links}</ul>", encoding="utf-8"
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), *sys.argv[2:3])
