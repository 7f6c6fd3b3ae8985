"""Which blueprint answers where."""

from flask import Flask
from flask_wtf.csrf import CSRFError

import webinars.attendance.models
import webinars.journal.models
import webinars.limits.models
import webinars.reminders.models
import webinars.replies.models  # noqa: F401 — every table is known before the first request
from webinars.accounts.organisation import member_routes
from webinars.accounts.organisation import routes as organisation_routes
from webinars.accounts.signin import account_routes
from webinars.accounts.signin import routes as entrance_routes
from webinars.app.diagnosis import health_routes
from webinars.app.guard import admit, without_token
from webinars.attendance import entry_routes
from webinars.attendance import routes as attendance_routes
from webinars.attendance.imports import routes as imports_routes
from webinars.attendance.review import routes as review_routes
from webinars.capitalisation import routes as capitalisation_routes
from webinars.cycles import excerpts
from webinars.deliverability import routes as deliverability_routes
from webinars.duplication import routes as duplication_routes
from webinars.mailbox import routes as mailbox_routes
from webinars.messages import dispatch_routes
from webinars.messages import routes as messages_routes
from webinars.messages.blueprint import bp as messages_bp
from webinars.messages.editor import preview_routes
from webinars.messages.editor import routes as editor_routes
from webinars.planning.blueprint import bp as planning_bp
from webinars.planning.deletion import routes as deletion_routes
from webinars.planning.editor import preview_routes as cycle_preview_routes
from webinars.planning.editor import routes as planning_routes
from webinars.planning.editor import session_routes, state_routes
from webinars.planning.loader import routes as loader_routes
from webinars.planning.people import routes as people_routes
from webinars.planning.updates import routes as updates_routes
from webinars.privacy import routes as privacy_routes
from webinars.registration.feeds import routes as feeds_routes
from webinars.registration.own_page import join_routes, unsubscribe_routes
from webinars.registration.own_page import routes as own_page_routes
from webinars.registration.share import routes as share_routes
from webinars.registration.signup import agenda_routes, receipt_routes
from webinars.registration.signup import routes as registration_routes
from webinars.registration.signup.blueprint import bp as registration_bp
from webinars.registration.signup.blueprint import receipt_bp
from webinars.reminders import routes as reminders_routes
from webinars.replies import routes as replies_routes
from webinars.today import routes as today_routes
from webinars.web import headers
from webinars.web import routes as page_routes
from webinars.web.access import set_guard
from webinars.words import nouns

# once loaded, their pages hang on the blueprint of their package
LOADED = (
    planning_routes,
    session_routes,
    state_routes,
    cycle_preview_routes,
    loader_routes,
    people_routes,
    updates_routes,
    messages_routes,
    editor_routes,
    preview_routes,
    dispatch_routes,
    registration_routes,
    receipt_routes,
)

# in the order addresses are looked at: the first names of organisations come last
BLUEPRINTS = (
    health_routes.bp,
    page_routes.bp,
    entrance_routes.bp,
    account_routes.bp,
    organisation_routes.bp,
    member_routes.bp,
    mailbox_routes.bp,
    today_routes.bp,
    planning_bp,
    deletion_routes.bp,
    duplication_routes.bp,
    messages_bp,
    reminders_routes.bp,
    deliverability_routes.bp,
    replies_routes.bp,
    replies_routes.post_bp,
    attendance_routes.bp,
    entry_routes.bp,
    imports_routes.bp,
    review_routes.bp,
    capitalisation_routes.bp,
    own_page_routes.bp,
    join_routes.bp,
    unsubscribe_routes.bp,
    feeds_routes.help_bp,
    feeds_routes.bp,
    feeds_routes.personal_bp,
    share_routes.bp,
    agenda_routes.bp,
    registration_bp,
    receipt_bp,
    privacy_routes.bp,
)


def register(app: Flask) -> None:
    """Puts every blueprint at its address."""
    app.jinja_env.filters.update(nouns.FILTERS)
    app.jinja_env.filters.update(excerpts.FILTERS)
    set_guard(app, admit)
    app.register_error_handler(CSRFError, without_token)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    headers.exempt_cookieless(app)
