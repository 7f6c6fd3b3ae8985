"""Which blueprint answers where."""

from flask import Flask

import webinars.attendance.models
import webinars.journal.models
import webinars.limits.models  # noqa: F401 — every table is known before the first request
from webinars import headers, health
from webinars.cycles import nouns


def register(app: Flask) -> None:
    """Puts every blueprint at its address."""
    app.jinja_env.filters.update(nouns.FILTERS)
    app.register_blueprint(health.bp)
    headers.exempt_cookieless(app)
