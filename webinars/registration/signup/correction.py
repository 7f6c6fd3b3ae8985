"""The address of a sign-up corrected: who may be moved to the new one, how they move, and what they give up where they may not."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import update

from config import Settings
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.invitations.actions import end
from webinars.outbox.actions import queue_all
from webinars.registration import queries
from webinars.registration.address_change import leave_address, take_address
from webinars.registration.letters import summaries
from webinars.registration.letters.allowance import allowance_of
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup.receipt import SHOWN_FOR
from webinars.registration.signup.summary import SignUp
from webinars.storage.extensions import db
from webinars.words.addresses import address_key


def hold_movable(cycle: Cycle, public_id: str, *, now: datetime) -> Registrant | None:
    """Who was made known by the sign-up that is corrected, held; None where they may not be moved.

    They may within the hour, while nothing happened since: no proof, no second sign-up, no correction.
    """
    found = queries.registrant_held(cycle.id, public_id)
    if found is None or now - found.created_at >= SHOWN_FOR:
        return None
    is_as_made = found.changed_at == found.created_at and found.token_version == 1
    return found if is_as_made and found.proved_at is None else None


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is not kept: it was done for the time it takes."""
    savepoint = db.session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def refuse_places(registrant: Registrant) -> None:
    """None of their places counts, among seats or as held: they stay as rows."""
    theirs = update(Registration).where(
        Registration.registrant_id == registrant.id, Registration.state.in_(queries.LIVE)
    )
    refused = theirs.values(state=RegistrationState.REFUSED)
    db.session.execute(refused.execution_options(synchronize_session=False))


def move(
    result: SignUp,
    address: str,
    *,
    purpose: str,
    among: Collection[int] | None = None,
    settings: Settings,
    now: datetime,
) -> None:
    """Gives the registrant of the result this address, and writes there what a first sign-up would be written."""
    registrant = result.registrant
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    zone = db.session.get_one(Organisation, cycle.organisation_id).zone
    allowance = allowance_of(address_key(address), zone, settings=settings, now=now)
    leave_address(registrant)
    registrant.muted_at = None
    news = take_address(registrant, address, among=among, now=now)
    fresh = [one.session_id for one in news.held]
    details = result.details(fresh, news.invitations, whole_cycle=registrant.whole_cycle)
    confirmation = summaries.confirmation_row(registrant, purpose, details=details, now=now)
    queue_all(allowance.spend(confirmation, news.invitations))
    db.session.flush()


def give_up(wrong: Registrant, *, now: datetime) -> list[Session]:
    """Takes back what somebody holds whom nobody meant, without a word to their address; says the sessions of their seats."""
    leave_address(wrong)
    wrong.whole_cycle, wrong.changed_at = False, now
    live = queries.live_registrations(wrong.id)
    queries.reload(live)
    seated = [one.session for one in live if one.state is RegistrationState.CONFIRMED]
    for registration in live:
        registration.cancel(by=None, now=now)
        if registration.invitation is not None:
            end(registration.invitation, now=now)
    db.session.flush()
    return seated
