"""The people of the tests of matching, and the team beside them."""

from webinars.attendance.attendees import AttendeeRow, AttendeeSearch, listed
from webinars.attendance.matching.roster import KnownPerson, TeamMember
from webinars.cycles.models import Session
from webinars.storage.extensions import db


def person(key: str, first_name: str, last_name: str, *, is_active: bool = True) -> KnownPerson:
    """Somebody whose address is their key."""
    return KnownPerson(key, first_name, last_name, f"{key}@example.org", is_active=is_active)


KARIM = person("karim", "Karim", "Haddad")
ELODIE = person("elodie", "Élodie", "Lefèvre-Martin")
OLIVIER = person("olivier", "Olivier", "Castagné")
INES = person("ines", "Inès", "Marchand")
SYLVIE = person("sylvie", "Sylvie", "Garcia")
OTHER_SYLVIE = person("sylvie2", "Sylvie", "Garcia")
PEOPLE = (KARIM, ELODIE, OLIVIER, INES, SYLVIE, OTHER_SYLVIE)
TEAM = (TeamMember("Équipe Webinaires", "team@example.org"), TeamMember("Solène Abgrall"))


def everybody(session: Session) -> list[AttendeeRow]:
    """The whole list of a session."""
    return [AttendeeRow(*row) for row in db.session.execute(listed(session, AttendeeSearch()))]
