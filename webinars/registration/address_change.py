"""Somebody's mail goes to another address from now on: theirs was mistyped, or has changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from webinars.cycles.models import Contributor, Cycle, Session
from webinars.invitations import actions as invitations
from webinars.outbox.actions import drop_unsent_to, queue_all
from webinars.outbox.identity import is_ours
from webinars.outbox.models import Row
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.registration import queries, seats
from webinars.registration.errors import (
    AddressCorrectedMeanwhile,
    AddressMarked,
    AddressTaken,
    AddressUnchanged,
    OrganizerAddress,
)
from webinars.registration.invites.actions import invitation_rows
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
    hold_with(registrant, key)
    if address == registrant.email:
        raise AddressUnchanged
    if registrant.email_key != former_key:
        raise AddressCorrectedMeanwhile
    if key == former_key:
        registrant.email, registrant.changed_at = address, now
        return 0
    _refuse_useless(registrant, address, key)
    leave_address(registrant)
    news = take_address(registrant, address, now=now)
    if news.held:
        confirmation = summaries.confirmation_again(registrant, news.details(registrant), now=now)
        queue_all([*news.invitations, confirmation])
    return len(news.invited)


@dataclass(frozen=True, slots=True)
class AddressNews:
    """What a new address is to be sent: the invitations, and of which places the confirmation speaks."""

    held: Sequence[Registration]
    invited: Sequence[Registration]
    invitations: Sequence[Row]

    def details(self, registrant: Registrant) -> dict[str, object]:
        """What the confirmation is told."""
        return {
            "outcomes": {str(one.session_id): str(one.state) for one in self.held},
            "fresh": sorted(one.session_id for one in self.invited),
            "not_taken": [],
            "was_known": False,
            "whole_cycle": registrant.whole_cycle,
        }


def leave_address(registrant: Registrant) -> None:
    """The address gets nothing more, and the links it was sent open nothing."""
    if registrant.email is not None:
        drop_unsent_to(registrant.email, cycle_id=registrant.cycle_id)
    registrant.token_version, registrant.proved_at = registrant.token_version + 1, None


def take_address(
    registrant: Registrant, address: str, *, among: Collection[int] | None = None, now: datetime
) -> AddressNews:
    """Gives somebody, who is held with their sessions, another address; says what is to be sent there, for the caller to queue.

    With `among`, of these sessions alone.
    """
    _correct_programme(registrant, address)
    registrant.email, registrant.email_key = address, address_key(address)
    registrant.changed_at = now
    db.session.flush()
    live = queries.live_registrations(registrant.id)
    return _news(registrant, [one for one in live if among is None or one.session_id in among], now=now)


def _correct_programme(registrant: Registrant, address: str) -> None:
    """The programme knows somebody it invites by the new address."""
    sessions = select(Session.id).where(Session.cycle_id == registrant.cycle_id)
    db.session.execute(
        update(Contributor)
        .where(
            Contributor.session_id.in_(sessions),
            Contributor.email_key == registrant.email_key,
            Contributor.is_invited,
        )
        .values(email=address, email_key=address_key(address))
    )


def hold_with(registrant: Registrant, key: str) -> None:
    """The person as they stand, and nobody else's to change until the commit, nor to sign up with either address."""
    hold_addresses(registrant.cycle_id, {key, registrant.email_key or key})
    db.session.refresh(registrant, with_for_update=True)


def hold_addresses(cycle_id: int, keys: Collection[str]) -> None:
    """Until the commit nobody else signs up to the cycle with these addresses, and its sessions stay as they stand."""
    # in the order of sign-ups: addresses, cycle, sessions; two corrections take two addresses in one order
    for one in sorted(keys):
        hold_address(one)
    seats.share_cycle(db.session.get_one(Cycle, cycle_id))
    # all of them: a place taken on the personal page meanwhile is sent again too
    seats.hold_sessions_of(cycle_id)


def _refuse_useless(registrant: Registrant, address: str, key: str) -> None:
    if is_ours(key):
        raise OrganizerAddress
    other = queries.known(registrant.cycle_id, key).registrant
    if other is not None and other.id != registrant.id:
        raise AddressTaken
    if is_marked(address):
        raise AddressMarked


def _news(registrant: Registrant, live: Sequence[Registration], *, now: datetime) -> AddressNews:
    queries.reload(live)
    to_start = [one for one in live if not one.session.has_started(now)]
    for registration in to_start:
        if registration.invitation is not None:
            # its ATTENDEE is the former address: a new object takes its place, now or once the session is restored
            invitations.end(registration.invitation, now=now)
    coming = [one for one in to_start if not one.session.is_cancelled]
    confirmed = [one for one in coming if one.state is RegistrationState.CONFIRMED]
    rows = invitation_rows(confirmed, db.session.get_one(Cycle, registrant.cycle_id), now=now)
    running = [
        one for one in live if one.session.is_running(now) and one.state is RegistrationState.CONFIRMED
    ]
    return AddressNews([*coming, *running], confirmed, rows)
