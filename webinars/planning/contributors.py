"""Speakers and team in calendars: who is ticked in the programme has a place that takes no seat."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinars.actors import Actor
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.queries import contributors_of
from webinars.invitations.models import PartStat
from webinars.invitations.words import answer_words
from webinars.outbox.actions import drop_unsent
from webinars.planning.updates.notification import is_announced
from webinars.registration.actions import promote, withdraw_places
from webinars.registration.invites.actions import invite, send_update
from webinars.registration.invites.changes import Change
from webinars.registration.models import Canceller, Registrant, Registration, RegistrationState, Source
from webinars.storage.extensions import db


def settle_contributors(session: Session, *, by: Actor, now: datetime) -> None:
    """Calendars of speakers and team hold the session as its programme says. Idempotent.

    The cycle and the session are held. Nobody is told of a draft, of what is cancelled, undated or has begun; whoever
    declined is not asked again.
    """
    if not is_announced(session) or not session.is_to_come(now):
        return
    invited = {one.email_key: one for one in contributors_of([session])[session.id] if one.is_invited}
    places = _places(session)
    gone = [one for one in places if _contributes(one) and one.registrant.email_key not in invited]
    if gone:
        withdraw_places(gone, by=by, now=now)
    last = {one.registrant.email_key: one for one in places}
    freed = [_give(contributor, session, last.get(key), now=now) for key, contributor in invited.items()]
    if any(freed):
        promote(session, now=now)


def settle_all(sessions: Iterable[Session], *, by: Actor, now: datetime) -> None:
    """The same for the sessions of a cycle that is held."""
    for session in sessions:
        settle_contributors(session, by=by, now=now)


def answers_of(session: Session) -> dict[str, tuple[str, str]]:
    """What speakers and team answered, by address, in words and their tone; nothing of whose invitation was taken back."""
    return {
        one.registrant.email_key: _answer(one)
        for one in _places(session)
        if one.registrant.email_key and (_contributes(one) or _has_declined(one))
    }


def _answer(place: Registration) -> tuple[str, str]:
    if not place.is_live:
        return answer_words(PartStat.DECLINED)
    return answer_words(place.invitation.partstat if place.invitation else PartStat.NEEDS_ACTION)


def _places(session: Session) -> Sequence[Registration]:
    """The places of everybody the programme names or named, the last of each person last."""
    keys = select(Contributor.email_key).where(Contributor.session_id == session.id, Contributor.is_invited)
    return db.session.scalars(
        select(Registration)
        .join(Registration.registrant)
        .where(
            Registration.session_id == session.id,
            Registration.contributes_as.is_not(None) | Registrant.email_key.in_(keys),
        )
        .order_by(Registration.id)
        .options(joinedload(Registration.registrant), joinedload(Registration.invitation))
        .execution_options(populate_existing=True)
    ).all()


def _contributes(place: Registration) -> bool:
    return place.is_live and place.contributes_as is not None


def _give(contributor: Contributor, session: Session, last: Registration | None, *, now: datetime) -> bool:
    """Invites one contributor, where that is still to do; says whether a seat became free."""
    if last is None or (not last.is_live and not _has_declined(last)):
        _invite(contributor, session, now=now)
    elif last.is_live and last.contributes_as is not contributor.kind:
        had_seat = last.contributes_as is None and last.state is RegistrationState.CONFIRMED
        _change_role(last, contributor, session, now=now)
        return had_seat
    return False


def _has_declined(place: Registration) -> bool:
    return place.contributes_as is not None and place.canceller is Canceller.ATTENDEE


def _invite(contributor: Contributor, session: Session, *, now: datetime) -> None:
    place = Registration(
        registrant=_person(contributor, session.cycle, now=now),
        session_id=session.id,
        state=RegistrationState.CONFIRMED,
        contributes_as=contributor.kind,
        created_at=now,
        confirmed_at=now,
    )
    db.session.add(place)
    db.session.flush()
    invite([place], session.cycle, now=now)


def _change_role(place: Registration, contributor: Contributor, session: Session, *, now: datetime) -> None:
    """Whoever attended, waited or contributed otherwise keeps their calendar object, where they have one."""
    had_seat = place.state is RegistrationState.CONFIRMED
    place.state, place.contributes_as = RegistrationState.CONFIRMED, contributor.kind
    place.confirmed_at = place.confirmed_at or now
    db.session.flush()
    if had_seat:
        send_update(session, [place], what_changed=Change(contribution=True), now=now)
        return
    drop_unsent([place.thread])  # they wait no more
    invite([place], session.cycle, now=now)


def _person(contributor: Contributor, cycle: Cycle, *, now: datetime) -> Registrant:
    """Whom the cycle knows by this address, else somebody it is given by the team."""
    known = db.session.scalar(
        select(Registrant).where(
            Registrant.cycle_id == cycle.id, Registrant.email_key == contributor.email_key
        )
    )
    if known is not None:
        return known
    first, _space, last = contributor.name.partition(" ")
    person = Registrant(
        cycle_id=cycle.id,
        email=contributor.email,
        email_key=contributor.email_key,
        first_name=first[:120],
        last_name=last.strip()[:120],
        language=cycle.language,
        source=Source.ORGANISER,
        created_at=now,
        changed_at=now,
    )
    db.session.add(person)
    db.session.flush()
    return person
