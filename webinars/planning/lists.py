"""The lists around a cycle and its sessions: each is replaced as a whole."""

from collections.abc import Sequence

from sqlalchemy import delete

from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session, Theme
from webinars.storage.extensions import db


def set_people(session: Session, people: Sequence[Contributor]) -> None:
    """Replaces speakers and team."""
    db.session.execute(delete(Contributor).where(Contributor.session_id == session.id))
    for one in people:
        one.session_id = session.id
    db.session.add_all(people)


def set_resources(session: Session, resources: Sequence[Resource]) -> None:
    """Replaces what remains of the session."""
    db.session.execute(delete(Resource).where(Resource.session_id == session.id))
    for one in resources:
        one.session_id, one.cycle_id = session.id, session.cycle_id
    db.session.add_all(resources)


def set_partners(cycle: Cycle, partners: Sequence[Partner]) -> None:
    """Replaces the organisations named on the cycle's page."""
    db.session.execute(delete(Partner).where(Partner.cycle_id == cycle.id))
    for one in partners:
        one.cycle_id = cycle.id
    db.session.add_all(partners)


def set_themes(cycle: Cycle, names: Sequence[str]) -> None:
    """Replaces the words the cycle can be found by; a word said twice is kept once."""
    db.session.execute(delete(Theme).where(Theme.cycle_id == cycle.id))
    for position, name in enumerate(dict.fromkeys(names)):
        db.session.add(Theme(cycle_id=cycle.id, position=position, name=name[:80]))
