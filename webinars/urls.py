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
from webinars.cycles import excerpts, nouns
from webinars.cycles import routes as agenda_routes
from webinars.mailbox import routes as mailbox_routes
from webinars.planning.pages import bp as planning_bp
from webinars.privacy import routes as privacy_routes
from webinars.registration import calendar_links, feeds, joining, personal
from webinars.registration import routes as registration_routes


def register(app: Flask) -> None:
    """Puts every blueprint at its address."""
    app.jinja_env.filters.update(nouns.FILTERS)
    app.jinja_env.filters.update(excerpts.FILTERS)
    app.jinja_env.filters.update(calendar_links.FILTERS)
    app.register_blueprint(health.bp)
    app.register_blueprint(pictures.bp)
    app.register_blueprint(entrance_routes.bp)
    app.register_blueprint(account_routes.bp)
    app.register_blueprint(organisation_routes.bp)
    app.register_blueprint(member_routes.bp)
    app.register_blueprint(mailbox_routes.bp)
    app.register_blueprint(planning_bp)
    app.register_blueprint(attendance_routes.bp)
    app.register_blueprint(import_routes.bp)
    app.register_blueprint(review_routes.bp)
    app.register_blueprint(capitalisation_routes.bp)
    app.register_blueprint(personal.bp)
    app.register_blueprint(joining.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(feeds.personal_bp)
    app.register_blueprint(agenda_routes.bp)
    app.register_blueprint(registration_routes.bp)
    app.register_blueprint(privacy_routes.bp)
    headers.exempt_cookieless(app)
