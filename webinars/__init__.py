"""Cycles of webinars: announced, signed up for, held, counted."""

import zoneinfo
from typing import Any

from flask import Flask
from sqlalchemy import make_url

from config import ROOT, Settings
from webinars.app import commands, urls
from webinars.app.session_interface import BrowserSessions
from webinars.outbox.carrier import choose_carrier
from webinars.storage import transactions
from webinars.storage.database import open_as_agreed, sqlite_module
from webinars.storage.extensions import babel, csrf, db, migrate
from webinars.storage.folders import make_private
from webinars.web import headers, language, logs, page_cache, pages, static_files

# words and calendars read the same rules: those of the tzdata package, not the machine's older ones
zoneinfo.reset_tzpath(to=())


def create_app(settings: Settings) -> Flask:
    """The application, ready to serve, to work and to be commanded."""
    app = logs.Application(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(settings.flask())
    app.session_interface = BrowserSessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    open_database(app, settings)
    logs.init_app(app, settings)
    headers.init_app(app, settings)  # before csrf, which reads the form
    csrf.init_app(app)
    babel.init_app(app, locale_selector=language.chosen_language)
    language.init_app(app)
    pages.init_app(app, settings)
    static_files.init_app(app, settings)
    urls.register(app)
    commands.register(app)
    page_cache.init_app(app, settings)
    return app


def open_database(app: Flask, settings: Settings) -> None:
    """Binds the database session; its connections are opened as agreed, and a thread never waits long for one."""
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": max(settings.web_threads, settings.job_threads, 5),
        "pool_timeout": settings.database_answer_seconds,
    }
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        make_private(settings.folder)
        options["module"] = sqlite_module()
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        open_as_agreed(db.engine, must_only_read=transactions.is_safe)
        choose_carrier(db.engine, settings)
        if db.engine.dialect.name == "postgresql":
            from webinars.storage import (
                connection_watch,
            )  # which loads the driver: 6 MB that SQLite does not need

            connection_watch.watch(db.engine, settings.database_answer_seconds)
