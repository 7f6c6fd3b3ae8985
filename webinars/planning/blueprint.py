"""Where the organisers' pages of cycles hang."""

from webinars.web.access import OrganiserBlueprint

bp = OrganiserBlueprint("planning", __name__)
