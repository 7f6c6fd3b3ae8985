"""What we write of all somebody holds: after a sign-up, and in the morning of what was held back."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from flask_babel import force_locale

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email, Row, row
from webinars.registration import consents, links, queries, session_words
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.letters import letterhead
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.words.addresses import address_key
from webinars.words.dates import short_moment


def confirmation_purpose(cycle_id: int, key: str, attempt: str) -> str:
    """The name under which one attempt is answered once."""
    digest = hashlib.sha256(f"{key} {attempt}".encode()).hexdigest()
    return f"confirmation:{cycle_id}:{digest[:40]}"


def confirmation_row(registrant: Registrant, purpose: str, *, details: dict[str, Any], now: datetime) -> Row:
    """The answer to a sign-up."""
    return row(
        "confirmation",
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registrant.id,
        purpose=purpose,
        now=now,
        cycle_id=registrant.cycle_id,
        details=details,
    )


def confirmation_again(registrant: Registrant, details: dict[str, Any], *, now: datetime) -> Row:
    """The confirmation for a new address: once for each version of the personal link."""
    attempt = f"address {registrant.token_version}"
    purpose = confirmation_purpose(registrant.cycle_id, address_key(reachable(registrant)), attempt)
    return confirmation_row(registrant, purpose, details=details, now=now)


def write_confirmation(email: Email, _batch: Batch) -> EmailMessage:
    """Sums up what somebody holds and waits for, after a sign-up."""
    registrant = queries.registrant_for_mail(email.about_id)
    live = queries.live_registrations(email.about_id)
    if registrant is None or not live:
        raise ReasonGone
    with force_locale(email.language):
        facts = _summary(email, registrant, live)
        return letterhead.letter(email, registrant, **facts)


class SessionRowState(StrEnum):
    """What holds for one session, as `states` of templates/mail/words.txt says it."""

    CANCELLED = "cancelled"
    STARTED = "started"
    RUNNING = "running"
    WAITS = "waits"
    CONFIRMED = "confirmed"
    ALREADY_CONFIRMED = "already_confirmed"


SessionRow = tuple[Session, str, SessionRowState]  # hours and place in words


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """What a mail says of one cycle: the sessions with their state, and what a form said the person agrees to."""

    cycle: Cycle
    me_link: str
    rows: list[SessionRow]
    claims: str


def write_backlog(email: Email, _batch: Batch) -> EmailMessage:
    """Sums up, in the morning, what was held back from an address, cycle by cycle."""
    people = _told(email)
    if not people:
        raise ReasonGone
    first, at = people[0][0], letterhead.moment(email)
    house = first.cycle.organisation
    later = [
        leaves_at
        for one, _live in people
        for leaves_at in queries.withheld_invitations(one.id, now=at).values()
    ]
    with force_locale(email.language):
        return letterhead.letter(
            email,
            first,
            organisation_name=house.name,
            only_waits=all(_only_waited_for(live, at=at) for _one, live in people),
            coming=email.details["invited"],
            **_held_back(later, house),
            parts=[_part(email, one, live, {held.session_id for held in live}) for one, live in people],
        )


def _told(email: Email) -> list[tuple[Registrant, list[Registration]]]:
    """Those the mail is about who still have its address and hold something; what they hold."""
    found = map(queries.registrant_for_mail, email.details["registrants"])
    return [
        (one, live)
        for one in found
        if one is not None and one.email_key == email.recipient_key
        if (live := queries.live_registrations(one.id))
    ]


def _summary(email: Email, registrant: Registrant, live: Sequence[Registration]) -> dict[str, Any]:
    fresh, at = set(email.details["fresh"]), letterhead.moment(email)
    withheld = queries.withheld_invitations(registrant.id, now=at)
    # who comes back before their calendar was told has the entry still, and is sent none
    invited = email.details.get("invited", [one.id for one in live])
    seats = {
        one.session_id
        for one in live
        if one.session_id in fresh and one.id in invited and one.state is RegistrationState.CONFIRMED
    }
    later = [withheld[session_id] for session_id in seats if session_id in withheld]
    part = _part(email, registrant, live, fresh)
    return {
        "waited_for": _only_waited_for(live, at=at),
        **_asked_for(email),
        "coming": len(seats) - len(later),
        **_held_back(later, registrant.cycle.organisation),
        "ways_in": _ways_in(registrant, live, at=at),
        **_invitations_of(live),
        "rows": part.rows,
        "claims": part.claims,
        "help_link": links.calendar_help_link(),
        "closed": queries.titles_of(email.details["not_taken"]),
    }


def _invitations_of(live: Sequence[Registration]) -> dict[str, bool]:
    """Whether there are invitations to what somebody holds, and whether an access link is in one."""
    invited = [one.session for one in live if one.invitation_id is not None]
    return {"is_invited": bool(invited), "has_access_links": any(map(session_words.is_online, invited))}


def _asked_for(email: Email) -> dict[str, bool]:
    """What the form asked for, of whom, and whether that changed what they hold or follow."""
    was_known, whole_cycle = email.details["was_known"], email.details["whole_cycle"]
    is_new = bool(email.details["fresh"]) or whole_cycle
    return {"was_known": was_known, "whole_cycle": whole_cycle, "is_new": is_new}


def _held_back(leaving_at: Sequence[datetime], organisation: Organisation) -> dict[str, Any]:
    """How many invitations leave later, and from which day on."""
    leaves_on = min(leaving_at).astimezone(organisation.zone) if leaving_at else None
    return {"held_back": len(leaving_at), "leaves_on": leaves_on}


def _ways_in(
    registrant: Registrant, live: Sequence[Registration], *, at: datetime
) -> list[tuple[Session, str]]:
    """The sessions that run and that somebody has a seat in, each with its access link where it is online."""
    running = [
        one.session for one in live if one.session.is_running(at) and one.state is RegistrationState.CONFIRMED
    ]
    return [
        (one, links.join_link(registrant, one) if session_words.is_online(one) else "") for one in running
    ]


def _only_waited_for(live: Sequence[Registration], *, at: datetime) -> list[tuple[Session, str]]:
    """The sessions to come of somebody who has a seat in none of them, each with its start; nothing if they have one."""
    coming = [one for one in live if one.session.is_to_come(at)]
    here = [one for one in live if one.session.is_running(at) and one.state is RegistrationState.CONFIRMED]
    if here or any(one.state is not RegistrationState.WAITLISTED for one in coming):
        return []
    return [(one.session, short_moment(one.session.local_start, now=at)) for one in coming]


def _part(
    email: Email, registrant: Registrant, live: Sequence[Registration], fresh: Collection[int]
) -> SummaryPart:
    at = letterhead.moment(email)
    claimed = consents.claims(consents.consents_of(registrant.id))
    return SummaryPart(
        cycle=registrant.cycle,
        me_link=links.me_link(registrant),
        rows=[session_row(one, fresh, at=at) for one in live],
        claims=session_words.agreed(claimed),
    )


def session_row(registration: Registration, fresh: Collection[int], *, at: datetime) -> SessionRow:
    """One session and what holds for it at this moment; `fresh` are the sessions just signed up for."""
    session = registration.session
    if session.is_cancelled:
        state = SessionRowState.CANCELLED
    elif session.is_running(at) and registration.state is RegistrationState.CONFIRMED:
        state = SessionRowState.RUNNING
    elif session.has_started(at):
        state = SessionRowState.STARTED
    elif registration.state is not RegistrationState.CONFIRMED:
        state = SessionRowState.WAITS
    elif registration.session_id in fresh:
        state = SessionRowState.CONFIRMED
    else:
        state = SessionRowState.ALREADY_CONFIRMED
    return session, session_words.about(session), state
