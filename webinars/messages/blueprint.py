"""Where the pages of written messages hang."""

from webinars.web.access import OrganiserBlueprint

bp = OrganiserBlueprint("messages", __name__)
