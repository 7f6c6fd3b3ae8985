"""One form for the cycle: a person signs up once for all that is ticked."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from config import Settings
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.outbox.actions import queue_all
from webinars.outbox.identity import is_ours
from webinars.outbox.models import Row
from webinars.registration import queries, seats
from webinars.registration.consents import agree
from webinars.registration.errors import NothingOpen, OrganizerAddress
from webinars.registration.identity import Person, fill_blanks
from webinars.registration.letters import summaries
from webinars.registration.letters.allowance import allowance_of, hold_address
from webinars.registration.models import ConsentPurpose, Registrant, RegistrationState
from webinars.registration.seats import SeatOutcome, give
from webinars.storage.extensions import db
from webinars.words.addresses import address_key


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a sign-up gave.

    The outcomes are those of a first sign-up, whoever the address belongs to: a page may show them to
    whoever sent the form. What the address already held is told by mail only.
    """

    registrant: Registrant
    outcomes: dict[int, RegistrationState]
    not_taken: tuple[int, ...]  # chosen sessions that take nobody now
    was_known: bool
    held: Sequence[Session] = ()  # those that were chosen, as they stand

    def runs(self, now: datetime) -> bool:
        """Whether it gave a seat in a session that takes place at this moment."""
        return any(
            one.is_running(now) and self.outcomes.get(one.id) is RegistrationState.CONFIRMED
            for one in self.held
        )


def sign_up(
    cycle: Cycle,
    chosen: Iterable[str],
    person: Person,
    *,
    whole_cycle: bool = False,
    consents: Collection[ConsentPurpose] = (),
    consent_words: str = "",
    language: str,
    settings: Settings,
    now: datetime,
    attempt: str | None = None,
) -> SignUp:
    """Registers a person for what they chose (outward ids), in one transaction, with one confirmation and the invitations.

    An address that is known is merged: new sessions are added, blanks filled, nothing overwritten.
    The same attempt (the form's own token) sent again changes nothing and has the same result.
    Raises NothingOpen when nothing chosen can be taken, OrganizerAddress for an address of the instance.
    """
    key = _key_of(person)
    hold_address(key)
    held, not_taken = _held(cycle, chosen, whole_cycle=whole_cycle, now=now)
    purpose = summaries.confirmation_purpose(cycle.id, key, _attempt(attempt, held, whole_cycle))
    zone = db.session.get_one(Organisation, cycle.organisation_id).zone
    allowance = allowance_of(key, zone, settings=settings, purpose=purpose, now=now)
    known = queries.known(cycle.id, key)
    if allowance.earlier is not None:
        result = _still_standing(known, allowance.earlier)
        if result is not None:
            return replace(result, held=held + not_taken)
        purpose = summaries.confirmation_purpose(cycle.id, key, _attempt(None, held, whole_cycle))

    held, not_taken = _with_room(held, not_taken, whole_cycle=whole_cycle, now=now)
    outcomes = _outcomes(held, now=now)
    registrant = known.registrant or _new_registrant(cycle, person, key, language, now=now)
    _merge(registrant, person, whole_cycle=whole_cycle, now=now)
    db.session.flush()
    invitations = _register_all(registrant, cycle, outcomes, known, now=now)
    agree(registrant.id, consents, words=consent_words, now=now)
    result = SignUp(registrant, outcomes, _ids(not_taken), known.registrant is not None, held + not_taken)
    details = _details(result, outcomes.keys() - known.live, invitations, whole_cycle=whole_cycle)
    confirmation = summaries.confirmation_row(registrant, purpose, details=details, now=now)
    queue_all(allowance.spend(confirmation, invitations))
    return result


def _held(
    cycle: Cycle, chosen: Iterable[str], *, whole_cycle: bool, now: datetime
) -> tuple[list[Session], list[Session]]:
    """The sessions to register for, held after their cycle; and those that were chosen in vain."""
    seats.share_cycle(cycle)
    held = seats.hold_all(cycle.id) if whole_cycle else seats.hold_chosen(cycle.id, chosen)
    is_open = cycle.state is CycleState.PUBLISHED
    taken = [session for session in held if is_open and session.takes_registrations(now)]
    if not taken:
        raise NothingOpen
    if whole_cycle:  # what opens later is of the cycle too
        to_come = [one for one in held if one.is_to_come(now) and not one.has_closed(now)]
        return [session for session in held if session in taken or session in to_come], []
    return taken, [session for session in held if session not in taken]


def _with_room(
    held: list[Session], not_taken: list[Session], *, whole_cycle: bool, now: datetime
) -> tuple[list[Session], list[Session]]:
    """The same two, but for sessions that run without a seat for a late-comer: of the whole cycle these are no part."""
    full = seats.without_room(held, now=now)
    taken = [one for one in held if one.id not in full]
    if not any(one.takes_registrations(now) for one in taken):
        raise NothingOpen
    return taken, not_taken if whole_cycle else not_taken + [one for one in held if one.id in full]


def _ids(sessions: Sequence[Session]) -> tuple[int, ...]:
    return tuple(session.id for session in sessions)


def _attempt(attempt: str | None, held: Sequence[Session], whole_cycle: bool) -> str:
    if attempt is None:
        return secrets.token_hex(16)
    chosen = ",".join(str(session.id) for session in held)
    return hashlib.sha256(f"{attempt}\n{whole_cycle}\n{chosen}".encode()).hexdigest()


def _outcomes(held: Sequence[Session], *, now: datetime) -> dict[int, RegistrationState]:
    # the next one first: where not every invitation may leave today, its own does
    return seats.outcomes(sorted(held, key=lambda one: (one.starts_at or now, one.id)))


def _new_registrant(cycle: Cycle, person: Person, key: str, language: str, *, now: datetime) -> Registrant:
    registrant = Registrant(
        cycle_id=cycle.id,
        email=person.email,
        email_key=key,
        **person.values(),
        whole_cycle=False,
        language=language,
        created_at=now,
        changed_at=now,
    )
    db.session.add(registrant)
    return registrant


def _merge(registrant: Registrant, person: Person, *, whole_cycle: bool, now: datetime) -> None:
    fill_blanks(registrant, person)
    registrant.whole_cycle = registrant.whole_cycle or whole_cycle
    registrant.changed_at = now


def _register_all(
    registrant: Registrant,
    cycle: Cycle,
    outcomes: dict[int, RegistrationState],
    known: queries.KnownAddress,
    *,
    now: datetime,
) -> list[Row]:
    """Keeps what is new, rehearses what was held already; says which invitations to queue."""
    fresh = {session_id: state for session_id, state in outcomes.items() if session_id not in known.live}
    held = {session_id: state for session_id, state in outcomes.items() if session_id in known.live}
    invitations = give(_places(registrant, fresh), cycle, formers=known.formers, now=now)
    _rehearse(registrant, cycle, held, now=now)
    return invitations


def _rehearse(
    registrant: Registrant, cycle: Cycle, held: dict[int, RegistrationState], *, now: datetime
) -> None:
    """Does for places that are held already what new ones take, and undoes it.

    How long the response takes then says nothing about whether an address is known (specification/security, rule 21).
    """
    if not held:
        return
    savepoint = db.session.connection().begin_nested()
    queue_all(give(_places(registrant, held), cycle, is_rehearsal=True, now=now))
    savepoint.rollback()


def _places(registrant: Registrant, chosen: dict[int, RegistrationState]) -> list[SeatOutcome]:
    return [SeatOutcome(registrant, session_id, state) for session_id, state in chosen.items()]


def _key_of(person: Person) -> str:
    key = address_key(person.email)
    if is_ours(key):
        raise OrganizerAddress
    return key


def _still_standing(known: queries.KnownAddress, details: dict[str, Any]) -> SignUp | None:
    """The result given before, unless somebody has withdrawn since and now wants their places back."""
    result = None if known.registrant is None else _earlier_result(known.registrant, details)
    return result if result is not None and result.outcomes.keys() <= set(known.live) else None


def _earlier_result(registrant: Registrant, details: dict[str, Any]) -> SignUp:
    outcomes = {
        int(session_id): RegistrationState(state) for session_id, state in details["outcomes"].items()
    }
    return SignUp(registrant, outcomes, tuple(details["not_taken"]), bool(details["was_known"]))


def _details(
    result: SignUp, fresh: Collection[int], invitations: Sequence[Row], *, whole_cycle: bool
) -> dict[str, Any]:
    return {
        "outcomes": {str(session_id): str(state) for session_id, state in result.outcomes.items()},
        "fresh": sorted(fresh),
        "invited": [mail["about_id"] for mail in invitations],  # registrations
        "not_taken": list(result.not_taken),
        "was_known": result.was_known,
        "whole_cycle": whole_cycle,
    }
