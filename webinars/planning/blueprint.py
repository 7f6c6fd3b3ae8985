"""Where the organisers' pages of cycles hang."""

from webinars.accounts.guard import OrganiserBlueprint

bp = OrganiserBlueprint("planning", __name__)
