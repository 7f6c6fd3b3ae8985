"""The measure: a minimal Flask form that checks CSRF with its cookie, asks once and inserts one row."""

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from flask import Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sqlalchemy import String, make_url, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import StringField
from wtforms.validators import DataRequired, Email, Length

FORM = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Bare form</title></head><body>
<h1>Bare form</h1>
<form method="post" action="{{ url_for('register') }}">
{{ form.csrf_token }}
{% for field in (form.first_name, form.last_name, form.email, form.structure) %}
<p>{{ field.label }} {{ field() }}{% for error in field.errors %} <b>{{ error }}</b>{% endfor %}</p>
{% endfor %}
<p><button>Sign up</button></p>
</form></body></html>
"""
PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
%s
</body></html>
"""


class Base(DeclarativeBase):
    """Base of the only table."""


class Visitor(Base):
    """One row a sign-up."""

    __tablename__ = "visitor"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(120))
    last_name: Mapped[str] = mapped_column(String(120))
    structure: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)


class VisitorForm(FlaskForm):
    """Four fields and the browser's token."""

    first_name = StringField(validators=[DataRequired(), Length(max=120)])
    last_name = StringField(validators=[DataRequired(), Length(max=120)])
    email = StringField(validators=[DataRequired(), Email(), Length(max=254)])
    structure = StringField(validators=[DataRequired(), Length(max=200)])


def create_app(database_url: str, page_bytes: int) -> Flask:
    """The bare application on this database, with a page of this size beside its form."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(SECRET_KEY="the bare form’s own", SQLALCHEMY_DATABASE_URI=database_url)
    app.jinja_loader = DictLoader({"form.html": FORM, "page.html": PAGE % filler(page_bytes)})
    _open(app, database_url)
    app.add_url_rule("/", view_func=register, methods=["GET", "POST"])
    app.add_url_rule("/done", view_func=done)
    app.add_url_rule("/page", view_func=page)
    return app


def register() -> ResponseReturnValue:
    """The form, and what it does."""
    form = VisitorForm()
    if not form.validate_on_submit():
        return render_template("form.html", form=form)
    known = db.session.scalar(select(Visitor).where(Visitor.email == form.email.data))
    if known is None:
        visitor = Visitor(created_at=datetime.now(UTC).replace(tzinfo=None))
        form.populate_obj(visitor)
        db.session.add(visitor)
    db.session.commit()
    return redirect(url_for("done"), 303)


def done() -> ResponseReturnValue:
    """Where a sign-up leads."""
    return "Done"


def page() -> ResponseReturnValue:
    """A page that asks nothing of anybody."""
    return render_template("page.html", title="Bare page")


def filler(size: int) -> str:
    """Paragraphs that bring the page to this many bytes."""
    words = "<p>Nothing to read here, as long as the page beside it.</p>\n"
    room = max(0, size - len(PAGE) + len("{{ title }}%s") - len("Bare page") + 1)  # the last line end goes
    return (words * (room // len(words) + 1))[:room]


def _open(app: Flask, database_url: str) -> None:
    """Opens the database as the product does."""
    product = _product_database()
    is_sqlite = make_url(database_url).get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"module": product.sqlite_module()} if is_sqlite else {}
    db.init_app(app)
    with app.app_context():
        if is_sqlite:
            product.open_as_agreed(db.engine, must_only_read=lambda: False)
        Base.metadata.create_all(db.engine)


def _product_database() -> ModuleType:
    # the file alone: with its package the whole product would be loaded, and weigh on the bare form
    path = Path(__file__).parent.parent / "webinars" / "storage" / "database.py"
    spec = importlib.util.spec_from_file_location("bench_database", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def from_environment() -> Flask:
    """The application as its server starts it."""
    return create_app(os.environ["BENCH_DATABASE"], int(os.environ.get("BENCH_PAGE_BYTES", "0")))
