"""All pages messages are written and sent with, gathered on one blueprint."""

from webinars.messages import composing_routes, reading_routes, routes, sending_routes
from webinars.messages.blueprint import bp

__all__ = ["bp", "composing_routes", "reading_routes", "routes", "sending_routes"]
