"""How a place comes into its owner's calendar: by an object of its own, or by the one it had before (decision 0039)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from webinars.cycles.models import Cycle, Session
from webinars.invitations import actions as invitations
from webinars.invitations.models import GOOGLE, Invitation, MailHost, PartStat
from webinars.outbox.actions import LastMail, drop_unsent
from webinars.outbox.identity import domain_of
from webinars.outbox.models import Row, row
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

INVITATION = "invitation"
RESTORED = "invitation_restored"
ENDINGS = ("invitation_cancelled", "place_freed")  # after one of these a calendar holds the entry no more


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """Somebody's place in a session that is held, and the calendar object it once had, which has ended."""

    session_id: int
    registrant: Registrant
    former: Invitation | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The calendar object of a place, and the message that is to say so."""

    invitation_id: int
    uid: str
    sequence: int
    message_id: str
    said: str
    kind: str | None  # None: the calendar has it still, and there is nothing to say
    details: Mapping[str, Any]
    follows: str | None = None  # the UID whose cancellation goes before


def open_calendars(
    places: Sequence[CalendarPlace], cycle: Cycle, *, comes_back: bool, now: datetime
) -> list[Opening]:
    """The calendar object of each place, in their order; what its end would have said and did not is dropped.

    Who `comes_back` gave the place back themselves: what they answered or know otherwise is asked for anew.
    """
    said = {id_: _present(id_) for id_ in sorted({place.session_id for place in places})}
    theirs = [place for place in places if _has_its_own(place)]
    left = drop_unsent([place.former.uid for place in theirs if place.former])
    at_google = domains_at_google(domain_of(reachable(place.registrant)) for place in theirs)
    openings = [
        _again(place, left, at_google, said[place.session_id], comes_back=comes_back, now=now)
        for place in places
    ]
    asked_again = [one.invitation_id for one in openings if one is not None and one.kind]
    invitations.forget_answers(asked_again)
    fresh = [place for place, opening in zip(places, openings, strict=True) if opening is None]
    begun = _begin(fresh, left, cycle, said, now=now)
    db.session.flush()
    return [opening or next(begun) for opening in openings]


def opening_row(
    opening: Opening,
    registration_id: int,
    registrant: Registrant,
    cycle: Cycle,
    *,
    now: datetime,
    details: Row | None = None,
) -> Row:
    """The mail that puts a place into a calendar."""
    return row(
        opening.kind or INVITATION,
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registration_id,
        purpose=f"{opening.kind}:{opening.invitation_id}:{opening.sequence}",
        now=now,
        cycle_id=cycle.id,
        details={**opening.details, **(details or {}), "said": opening.said},
        uid=opening.uid,
        sequence=opening.sequence,
        follows=opening.follows,
        message_id=opening.message_id,
    )


def reachable(registrant: Registrant) -> str:
    """The registrant's address; raises ValueError for a walk-in who left none."""
    if registrant.email is None:
        raise ValueError("a registrant without an address gets no mail")
    return registrant.email


def is_for(invitation: Invitation, registrant: Registrant) -> bool:
    """Whether a calendar object was made for the address its owner has now."""
    return address_key(invitation.attendee) == registrant.email_key


def domains_at_google(domains: Iterable[str]) -> set[str]:
    """Those of the domains whose mail is known to be read at Google's; DNS is asked by a chore, never here."""
    wanted = set(domains)
    own = wanted & GOOGLE
    if wanted == own:
        return own
    known = select(MailHost.domain).where(
        MailHost.domain.in_(sorted(wanted - own)), MailHost.is_google.is_(True)
    )
    return own | set(db.session.scalars(known))


def _has_its_own(place: CalendarPlace) -> bool:
    return place.former is not None and is_for(place.former, place.registrant)


def _present(session_id: int) -> str:
    return AnnouncedFacts.of(db.session.get_one(Session, session_id)).text()


def _again(
    place: CalendarPlace,
    left: Mapping[str, LastMail],
    at_google: Collection[str],
    said: str,
    *,
    comes_back: bool,
    now: datetime,
) -> Opening | None:
    """The former object where it may stand again; None where a new one begins."""
    former = place.former
    last = left.get(former.uid) if former is not None and _has_its_own(place) else None
    if former is None or last is None:
        return None
    told = last.details.get("said", former.said)
    is_held_still = last.kind not in ENDINGS
    is_declined = former.partstat is PartStat.DECLINED
    if is_held_still and not (comes_back and (is_declined or told != said)):
        invitations.stand_again(former, said=told, last_message_id=last.message_id)
        return _opening(former, kind=None)
    if not is_held_still and domain_of(reachable(place.registrant)) in at_google:
        return None  # its calendar may not revive what it took away
    former.last_message_id = last.message_id
    change = AnnouncedFacts.from_text(told).change_to(db.session.get_one(Session, place.session_id))
    is_major = change is not None and change.is_major
    version = invitations.restore(former, is_major=is_major, said=said, now=now)
    changed = change.to_details() if change else {}
    return _opening(former, kind=RESTORED, details={**changed, "previous": version.previous_message_id})


def _opening(invitation: Invitation, *, kind: str | None, details: Row | None = None) -> Opening:
    return Opening(
        invitation_id=invitation.id,
        uid=invitation.uid,
        sequence=invitation.sequence,
        message_id=invitation.last_message_id,
        said=invitation.said,
        kind=kind,
        details=details or {},
    )


def _begin(
    places: Sequence[CalendarPlace],
    left: Mapping[str, LastMail],
    cycle: Cycle,
    said: Mapping[int, str],
    *,
    now: datetime,
) -> Iterator[Opening]:
    """A new object for each place; where another one was taken back, its mail follows and says so."""
    attendees = [
        invitations.Attendee(
            place.session_id, reachable(place.registrant), place.registrant.name, said[place.session_id]
        )
        for place in places
    ]
    begun = invitations.begin(attendees, organizer_name=cycle.title, now=now)
    for place, one in zip(places, begun, strict=True):
        former = place.former.uid if place.former is not None and place.former.uid in left else None
        yield Opening(
            invitation_id=one.id,
            uid=one.uid,
            sequence=0,
            message_id=one.message_id,
            said=one.said,
            kind=RESTORED if former else INVITATION,
            details={},
            follows=former,
        )
