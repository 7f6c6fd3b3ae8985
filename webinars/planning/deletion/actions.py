"""How a cycle goes: a draft at once, one with people once nothing of it stands in their calendars (decision 0046)."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import aliased

from webinars.accounts.models import Organiser
from webinars.actors import OPERATOR, Actor
from webinars.cycles.errors import WrongTransition
from webinars.cycles.models import Cycle
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import CycleState
from webinars.journal.actions import forget_subjects, note
from webinars.journal.deeds import Deed
from webinars.journal.subjects import SubjectType
from webinars.outbox.actions import forget_mail
from webinars.outbox.models import AddressMark
from webinars.planning.actions import cancel_all
from webinars.planning.deletion import queries
from webinars.planning.errors import PeopleAreInTheDraft
from webinars.planning.queries import has_people
from webinars.registration import seats
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.storage.pictures import remove_pictures
from webinars.storage.transactions import once_committed


def remove_draft(cycle: Cycle, *, storage: Path, by: Actor, now: datetime) -> None:
    """Takes a draft away for good; raises WrongTransition for another cycle, PeopleAreInTheDraft."""
    seats.hold_cycle(cycle)
    if cycle.state is not CycleState.DRAFT:
        raise WrongTransition
    if has_people(cycle):
        raise PeopleAreInTheDraft
    note(Deed.CYCLE_REMOVED, cycle.organisation_id, cycle.subject, by=by, now=now)
    _delete(cycle, storage=storage)


def ask(cycle: Cycle, *, by: Actor, settle_seconds: int, now: datetime, word: str = "") -> None:
    """Has the cycle go with its data: cancels what is to come, and shows it to visitors no more.

    Idempotent.
    """
    seats.hold_cycle(cycle)
    if cycle.is_being_deleted:
        return
    cancel_all(cycle, by=by, settle_seconds=settle_seconds, now=now, word=word)
    cycle.ask_deletion(by=by, now=now)
    note(Deed.CYCLE_DELETION_ASKED, cycle.organisation_id, cycle.subject, by=by, now=now)


def take_back(cycle: Cycle, *, by: Actor, now: datetime) -> bool:
    """Keeps the cycle as it stands: sessions stay cancelled until each is restored. Says whether it was to go."""
    seats.hold_cycle(cycle)
    if not cycle.is_being_deleted:
        return False
    cycle.keep()
    note(Deed.CYCLE_DELETION_TAKEN_BACK, cycle.organisation_id, cycle.subject, by=by, now=now)
    return True


def finish(cycle_id: int, *, settles: timedelta, storage: Path, now: datetime) -> bool:
    """Deletes a cycle with its data, if it still is to go and nothing of it waits to leave; says whether it did."""
    cycle = db.session.get(Cycle, cycle_id)
    if cycle is None:
        return False
    seats.hold_cycle(cycle)
    if cycle_id not in queries.due(settles=settles, now=now):
        return False
    by = cycle.deletion_asked_by or OPERATOR
    note(Deed.CYCLE_DELETED, cycle.organisation_id, cycle.subject, by=by, now=now)
    _delete(cycle, storage=storage)
    return True


def _delete(cycle: Cycle, *, storage: Path) -> None:
    """Deletes all that is known of the cycle, with few statements: what hangs on it goes by its foreign keys.

    Files go once the rows have.
    """
    logos = queries.logos_of(cycle)
    forget_subjects(SubjectType.SESSION, [session.id for session in sessions_of(cycle)])
    forget_subjects(SubjectType.CYCLE, [cycle.id])
    forget_mail(cycle.id)
    _forget_marks(cycle)
    db.session.execute(delete(Cycle).where(Cycle.id == cycle.id).execution_options(synchronize_session=False))
    db.session.expunge(cycle)
    unseen = logos - queries.shown_among(logos)
    once_committed(partial(remove_pictures, unseen, storage=storage))


def _forget_marks(cycle: Cycle) -> None:
    """What came back from an address is forgotten with the last cycle that writes to it."""
    other = aliased(Registrant)
    mine = select(Registrant.email_key).where(Registrant.cycle_id == cycle.id)
    db.session.execute(
        delete(AddressMark)
        .where(
            AddressMark.recipient_key.in_(mine),
            ~exists().where(other.email_key == AddressMark.recipient_key, other.cycle_id != cycle.id),
            ~exists().where(Organiser.email_key == AddressMark.recipient_key),
        )
        .execution_options(synchronize_session=False)
    )
