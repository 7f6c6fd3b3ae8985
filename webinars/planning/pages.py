"""All pages organisers plan with, gathered on one blueprint."""

from webinars.planning import (
    loading_routes,
    people_routes,
    routes,
    session_routes,
    state_routes,
    update_routes,
)
from webinars.planning.blueprint import bp

__all__ = [
    "bp",
    "loading_routes",
    "people_routes",
    "routes",
    "session_routes",
    "state_routes",
    "update_routes",
]
