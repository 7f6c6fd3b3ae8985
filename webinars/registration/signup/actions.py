"""One form for the cycle: a person signs up once for all that is ticked."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from config import Settings
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.outbox.actions import once_more, queue_all, queue_new
from webinars.outbox.identity import is_ours
from webinars.outbox.models import MailState, Row
from webinars.outbox.queries import mail_of
from webinars.registration import queries, seats
from webinars.registration.actions import promote
from webinars.registration.address_change import hold_addresses
from webinars.registration.consents import agree
from webinars.registration.errors import NothingOpen, OrganizerAddress
from webinars.registration.identity import Person, fill_blanks
from webinars.registration.letters import summaries
from webinars.registration.letters.allowance import allowance_of, hold_address
from webinars.registration.models import ConsentPurpose, Registrant, RegistrationState
from webinars.registration.seats import SeatOutcome, give
from webinars.registration.signup import correction
from webinars.registration.signup.attempt import SignUpDetails
from webinars.registration.signup.receipt import Receipt
from webinars.registration.signup.summary import SignUp
from webinars.storage.extensions import db
from webinars.words.addresses import address_key


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
        result = _still_standing(known, allowance.earlier, purpose, now=now)
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
    result = SignUp(registrant, outcomes, _ids(not_taken), bool(known.registrant), purpose, held + not_taken)
    details = result.details(outcomes.keys() - known.live, invitations, whole_cycle=whole_cycle)
    confirmation = summaries.confirmation_row(registrant, purpose, details=details, now=now)
    queue_all(allowance.spend(confirmation, invitations))
    return result


def correct_address(
    cycle: Cycle, chosen: Collection[str], person: Person, earlier: Receipt, **details: Unpack[SignUpDetails]
) -> SignUp:
    """The same sign-up with another address, whoever the first one belongs to.

    Who became known by that very sign-up, within the hour, and has done nothing since, moves to the new address with their
    seats: the first one gets nothing more, and its links close. In every other case it is one more sign-up. The result says
    nothing about which, and what the other case would have written is written and undone (specification/security, rules 21, 22).
    """
    settings, now = details["settings"], details["now"]
    key = _key_of(person)
    hold_addresses(cycle.id, {key, address_key(earlier.person.email)})
    wrong = correction.hold_movable(cycle, earlier.new_registrant, now=now)
    is_free = queries.known(cycle.id, key).registrant is None
    if wrong is not None and is_free:
        with correction.undone():
            correction.give_up(wrong, now=now)
            correction.refuse_places(wrong)
            result = sign_up(cycle, chosen, person, **details)
        result = replace(result, registrant=wrong)
        correction.move(result, person.email, purpose=result.purpose, settings=settings, now=now)
        return result
    freed = correction.give_up(wrong, now=now) if wrong is not None else []
    result = sign_up(cycle, chosen, person, **details)
    with correction.undone():
        nowhere, purpose = f"{result.registrant.public_id}@invalid", f"{result.purpose}:undone"
        among = result.outcomes
        correction.move(result, nowhere, purpose=purpose, among=among, settings=settings, now=now)
        if wrong is None:  # what giving up takes where somebody gives up
            correction.give_up(result.registrant, now=now)
        correction.refuse_places(result.registrant)
    _pass_on(freed, now=now)
    return result


def _pass_on(freed: Sequence[Session], *, now: datetime) -> None:
    waited_for = seats.seats_and_waiting(freed)
    for session in freed:
        if waited_for[session.id].waiting:
            promote(session, now=now)


def send_once_more(purpose: str, *, settings: Settings, now: datetime) -> None:
    """The mails of one sign-up that left leave a second time, as far as its address has not had too many today."""
    first = mail_of(purpose)
    if first is None or first.state is not MailState.SENT:
        return  # it is on its way, or does not arrive
    hold_address(first.recipient_key)
    cycle = db.session.get_one(Cycle, first.cycle_id)
    zone = db.session.get_one(Organisation, cycle.organisation_id).zone
    allowance = allowance_of(first.recipient_key, zone, settings=settings, now=now)
    invitations = queries.invitations_sent(first.details["invited"], first.recipient_key)
    [confirmation], again = once_more([first], now=now), once_more(invitations, now=now)
    queue_new(allowance.spend(confirmation, again))


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


def _still_standing(
    known: queries.KnownAddress, details: dict[str, Any], purpose: str, *, now: datetime
) -> SignUp | None:
    """The result given before, unless somebody has withdrawn since and now wants their places back."""
    result = None if known.registrant is None else _earlier_result(known.registrant, details, purpose)
    if result is None or not result.outcomes.keys() <= set(known.live):
        return None
    result.registrant.changed_at = now  # whoever sent the form first moves nobody any more
    return result


def _earlier_result(registrant: Registrant, details: dict[str, Any], purpose: str) -> SignUp:
    outcomes = {
        int(session_id): RegistrationState(state) for session_id, state in details["outcomes"].items()
    }
    not_taken, was_known = tuple(details["not_taken"]), bool(details["was_known"])
    return SignUp(registrant, outcomes, not_taken, was_known, purpose, is_repeated=True)
