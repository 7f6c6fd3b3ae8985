"""What the page of a cycle is written from, whoever looks at it: visitors, or its team before it is public."""

from typing import Any

from webinars.cycles import words
from webinars.privacy import notice
from webinars.registration.signup.announcements import announcements
from webinars.registration.signup.programme import Programme
from webinars.registration.signup.ticket import ticket_of


def page_facts(programme: Programme, *, mail_keep_days: int) -> dict[str, Any]:
    """What `registration/cycle.html` needs beside the form and its own address."""
    return {
        "cycle": programme.cycle,
        "programme": programme,
        "ticket": ticket_of(programme.public_sessions),
        "announcements": announcements(programme),
        "notice": notice,
        "mail_keep_days": mail_keep_days,
        "words": words,
    }
