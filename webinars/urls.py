"""Which blueprint answers where."""

from flask import Flask

import webinars.attendance.models
import webinars.journal.models
import webinars.limits.models  # noqa: F401 — every table is known before the first request
from webinars import headers, health, pictures
from webinars.accounts import account_routes, member_routes, organisation_routes
from webinars.accounts import routes as entrance_routes
from webinars.attendance import import_routes, review_routes
from webinars.attendance import routes as attendance_routes
from webinars.capitalisation import routes as capitalisation_routes
from webinars.cycles import nouns
from webinars.registration import joining, personal


def register(app: Flask) -> None:
    """Puts every blueprint at its address."""
    app.jinja_env.filters.update(nouns.FILTERS)
    app.register_blueprint(health.bp)
    app.register_blueprint(pictures.bp)
    app.register_blueprint(entrance_routes.bp)
    app.register_blueprint(account_routes.bp)
    app.register_blueprint(organisation_routes.bp)
    app.register_blueprint(member_routes.bp)
    app.register_blueprint(attendance_routes.bp)
    app.register_blueprint(import_routes.bp)
    app.register_blueprint(review_routes.bp)
    app.register_blueprint(capitalisation_routes.bp)
    app.register_blueprint(personal.bp)
    app.register_blueprint(joining.bp)
    headers.exempt_cookieless(app)
