"""Which blueprint answers where."""

from flask import Flask

import webinars.attendance.models
import webinars.journal.models
import webinars.limits.models  # noqa: F401 — every table is known before the first request
from webinars import headers, health
from webinars.attendance import import_routes, review_routes
from webinars.attendance import routes as attendance_routes
from webinars.capitalisation import routes as capitalisation_routes
from webinars.cycles import nouns


def register(app: Flask) -> None:
    """Puts every blueprint at its address."""
    app.jinja_env.filters.update(nouns.FILTERS)
    app.register_blueprint(health.bp)
    app.register_blueprint(attendance_routes.bp)
    app.register_blueprint(import_routes.bp)
    app.register_blueprint(review_routes.bp)
    app.register_blueprint(capitalisation_routes.bp)
    headers.exempt_cookieless(app)
