"""Loads the demonstration into an empty database."""

from datetime import datetime

from sqlalchemy import exists, select

from config import Settings
from webinars.accounts.models import Organisation, Organiser
from webinars.accounts.queries import account_of
from webinars.demonstration.account import EMAIL, add_organisation
from webinars.demonstration.past_cycle import add_past_cycle, content
from webinars.demonstration.upcoming_cycle import add_coming_cycle
from webinars.planning.loader.actions import load_cycles
from webinars.planning.loader.cycle_file import read_cycle_file
from webinars.storage.extensions import db


def is_needed() -> bool:
    """Whether the instance has no organisation yet."""
    return not db.session.scalar(select(exists().where(Organisation.id.is_not(None))))


def is_there() -> bool:
    """Whether this database holds the demonstration."""
    return account_of(EMAIL) is not None


def load_demonstration(*, settings: Settings, now: datetime) -> Organisation:
    """One organisation with its published cycles, past and to come; the caller commits."""
    organisation = add_organisation(now=now)
    nadia = db.session.scalars(select(Organiser).where(Organiser.email == EMAIL)).one().as_actor
    load_cycles(organisation, read_cycle_file(content("cycle.json")), by=nadia, now=now)
    add_past_cycle(organisation, by=nadia, now=now)
    add_coming_cycle(organisation, settings=settings, now=now)
    return organisation
