"""Somebody's mail goes to another address from now on: theirs was mistyped, or has changed."""

from collections.abc import Sequence
from datetime import datetime

from webinars.cycles.models import Cycle
from webinars.invitations import actions as invitations
from webinars.outbox.actions import drop_unsent_to, queue_all
from webinars.outbox.identity import is_ours
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.registration import queries, seats
from webinars.registration.errors import (
    AddressCorrectedMeanwhile,
    AddressMarked,
    AddressTaken,
    AddressUnchanged,
    OrganizerAddress,
)
from webinars.registration.invites.actions import invite
from webinars.registration.letters import summaries
from webinars.registration.letters.allowance import hold_address
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db
from webinars.words.addresses import address_key


def readdress(registrant: Registrant, address: str, *, now: datetime) -> int:
    """Replaces the address and sends everything that still counts there; says how many invitations leave.

    The former address gets nothing more, not even a cancellation, and the personal link it was sent opens nothing.
    Another spelling of the same address replaces the spelling alone. Raises AddressUnchanged, OrganizerAddress,
    AddressTaken for an address of somebody else in the cycle, AddressMarked, AddressCorrectedMeanwhile.
    """
    key, former_key = address_key(address), registrant.email_key
    _hold(registrant, key)
    if address == registrant.email:
        raise AddressUnchanged
    if registrant.email_key != former_key:
        raise AddressCorrectedMeanwhile
    if key == former_key:
        registrant.email, registrant.changed_at = address, now
        return 0
    _refuse_useless(registrant, address, key)
    if registrant.email is not None:
        drop_unsent_to(registrant.email, cycle_id=registrant.cycle_id)
    registrant.email, registrant.email_key, registrant.proved_at = address, key, None
    registrant.token_version, registrant.changed_at = registrant.token_version + 1, now
    db.session.flush()
    return _send_again(registrant, now=now)


def _hold(registrant: Registrant, key: str) -> None:
    """The person as they stand, and nobody else's to change until the commit, nor to sign up with either address."""
    # in the order of sign-ups: addresses, cycle, sessions; two corrections take two addresses in one order
    for one in sorted({key, registrant.email_key or key}):
        hold_address(one)
    seats.share_cycle(db.session.get_one(Cycle, registrant.cycle_id))
    # all of them: a place taken on the personal page meanwhile is sent again too
    seats.hold_sessions_of(registrant.cycle_id)
    db.session.refresh(registrant, with_for_update=True)


def _refuse_useless(registrant: Registrant, address: str, key: str) -> None:
    if is_ours(key):
        raise OrganizerAddress
    other = queries.known(registrant.cycle_id, key).registrant
    if other is not None and other.id != registrant.id:
        raise AddressTaken
    if is_marked(address):
        raise AddressMarked


def _send_again(registrant: Registrant, *, now: datetime) -> int:
    live = queries.live_registrations(registrant.id)
    queries.reload(live)
    to_start = [one for one in live if not one.session.has_started(now)]
    for registration in to_start:
        if registration.invitation is not None:
            # its ATTENDEE is the former address: a new object takes its place, now or once the session is restored
            invitations.end(registration.invitation, now=now)
    coming = [one for one in to_start if not one.session.is_cancelled]
    confirmed = [one for one in coming if one.state is RegistrationState.CONFIRMED]
    invite(confirmed, db.session.get_one(Cycle, registrant.cycle_id), now=now)
    running = [
        one for one in live if one.session.is_running(now) and one.state is RegistrationState.CONFIRMED
    ]
    if held := [*coming, *running]:
        queue_all([summaries.confirmation_again(registrant, _details(registrant, held, confirmed), now=now)])
    return len(confirmed)


def _details(
    registrant: Registrant, held: Sequence[Registration], confirmed: Sequence[Registration]
) -> dict[str, object]:
    return {
        "outcomes": {str(one.session_id): str(one.state) for one in held},
        "fresh": sorted(one.session_id for one in confirmed),
        "not_taken": [],
        "was_known": False,
        "whole_cycle": registrant.whole_cycle,
    }
