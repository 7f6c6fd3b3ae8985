"""A cycle everybody may see."""

from datetime import datetime

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle
from webinars.cycles.states import CycleState
from webinars.storage.extensions import db


def published_cycle(
    organisation: Organisation, slug: str, title: str = "", *, now: datetime, **facts: object
) -> Cycle:
    """A published cycle without sessions, in the database; its title is its slug, capitalised, where none is given."""
    values = {"state": CycleState.PUBLISHED, "created_at": now, "published_at": now, **facts}
    cycle = Cycle(organisation=organisation, slug=slug, title=title or slug.capitalize(), **values)
    db.session.add(cycle)
    db.session.commit()
    return cycle
