"""Where the pages of written messages hang."""

from webinars.accounts.guard import OrganiserBlueprint

bp = OrganiserBlueprint("messages", __name__)
