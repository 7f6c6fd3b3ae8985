"""All pages organisers plan with, gathered on one blueprint."""

from webinars.planning.blueprint import bp
from webinars.planning.editor import routes, session_routes, state_routes
from webinars.planning.loader import routes as loader_routes
from webinars.planning.people import routes as people_routes
from webinars.planning.updates import routes as updates_routes

__all__ = [
    "bp",
    "loader_routes",
    "people_routes",
    "routes",
    "session_routes",
    "state_routes",
    "updates_routes",
]
