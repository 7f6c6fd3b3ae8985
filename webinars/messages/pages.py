"""All pages messages are written and sent with, gathered on one blueprint."""

from webinars.messages import dispatch_routes, editor_routes, preview_routes, routes
from webinars.messages.blueprint import bp

__all__ = ["bp", "dispatch_routes", "editor_routes", "preview_routes", "routes"]
