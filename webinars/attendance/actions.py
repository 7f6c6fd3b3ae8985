"""What somebody states by hand: who came, who else came, how many sat behind one screen."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, insert, or_, select, update

from webinars.actors import VISITOR, Actor, columns_of
from webinars.attendance import queries
from webinars.attendance.attendees import unknown_ids
from webinars.attendance.conclusion import conclude_session
from webinars.attendance.models import (
    Attendance,
    Conclusion,
    Evidence,
    EvidenceKind,
    Headcount,
    Report,
    ReportLine,
    ReportState,
)
from webinars.cycles.models import Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.outbox.identity import is_ours
from webinars.registration.errors import OrganizerAddress
from webinars.registration.identity import Identity
from webinars.registration.models import Registrant, Registration, Source
from webinars.storage.extensions import db
from webinars.words.addresses import address_key


def state(
    session: Session, registrant: Registrant, conclusion: Conclusion | None, *, by: Actor, now: datetime
) -> None:
    """Keeps that somebody said so, over whatever reports say; None takes the last such word back."""
    deed = Deed.ATTENDANCE_TAKEN_BACK if conclusion is None else Deed.ATTENDANCE_STATED
    note(deed, session.cycle.organisation_id, session.subject, by=by, now=now, detail=registrant.public_id)
    _state(session, registrant, conclusion, by=by, now=now)


def _state(
    session: Session, registrant: Registrant, conclusion: Conclusion | None, *, by: Actor, now: datetime
) -> None:
    queries.hold(session)
    withdraw_hand(session, registrant, now=now)
    if conclusion is not None:
        db.session.add(
            Evidence(
                session_id=session.id,
                registrant_id=registrant.id,
                kind=EvidenceKind.HAND,
                statement=conclusion,
                stated_at=now,
                stated_by=by,
            )
        )
    db.session.flush()
    conclude_session(session, among=[registrant.id], by=by, now=now)


def state_others_present(session: Session, *, by: Actor, now: datetime) -> int | None:
    """Keeps that whoever is registered and not recorded was present; says by which of these words they are found together."""
    queries.hold(session)
    people = unknown_ids(session)
    if not people:
        return None
    said = {"session_id": session.id, "kind": EvidenceKind.HAND, "statement": Conclusion.PRESENT}
    said |= {"stated_at": now, "connections": []} | columns_of(stated_by=by)
    db.session.execute(insert(Evidence), [said | {"registrant_id": person} for person in people])
    conclude_session(session, among=people, by=by, now=now)
    _note_others(Deed.OTHERS_STATED_PRESENT, session, len(people), by=by, now=now)
    return queries.first_word(session, people[0])


def take_back_others(session: Session, first_id: int, *, by: Actor, now: datetime) -> int:
    """Takes back those words said together with this one that still hold; says of how many people."""
    queries.hold(session)
    people = queries.people_said_together(session, first_id, by=by)
    if people:
        told = queries.said_together(session, first_id, by=by)
        db.session.execute(
            update(Evidence).where(Evidence.id.in_(told)).values(withdrawn_at=now),
            execution_options={"synchronize_session": False},
        )
        conclude_session(session, among=people, by=by, now=now)
        _note_others(Deed.OTHERS_TAKEN_BACK, session, len(people), by=by, now=now)
    return len(people)


def _note_others(deed: Deed, session: Session, people: int, *, by: Actor, now: datetime) -> None:
    note(deed, session.cycle.organisation_id, session.subject, by=by, now=now, detail=str(people))


def enter(session: Session, registrant: Registrant, *, now: datetime) -> None:
    """Keeps, once, that somebody came in by the page that answers a late sign-up, whoever owns the address."""
    queries.hold(session)
    if any(one.kind is EvidenceKind.ENTRY for one in queries.evidence_of(session, registrant.id)):
        return
    evidence = Evidence(
        session_id=session.id,
        registrant_id=registrant.id,
        kind=EvidenceKind.ENTRY,
        stated_at=now,
        stated_by=VISITOR,
    )
    db.session.add(evidence)
    db.session.flush()
    conclude_session(session, among=[registrant.id], by=VISITOR, now=now)


def withdraw_hand(session: Session, registrant: Registrant, *, now: datetime) -> None:
    """What was said by hand about this person no longer holds; the rows stay, for the record."""
    for one in queries.evidence_of(session, registrant.id):
        if one.kind is EvidenceKind.HAND:
            one.withdrawn_at = now


def add_walk_in(
    session: Session, identity: Identity, *, email: str | None = None, by: Actor, now: datetime
) -> Registrant:
    """Somebody was there without registering; an address known in the cycle is that same person.

    Raises OrganizerAddress for an address of the instance.
    """
    if email and is_ours(address_key(email)):
        raise OrganizerAddress
    queries.hold(session)
    person = somebody_new(session, identity, email=email, now=now)
    _state(session, person, Conclusion.PRESENT, by=by, now=now)
    note(
        Deed.WALK_IN_ADDED,
        session.cycle.organisation_id,
        session.subject,
        by=by,
        now=now,
        detail=person.public_id,
    )
    return person


def somebody_new(session: Session, identity: Identity, *, email: str | None, now: datetime) -> Registrant:
    """A person of the cycle who never registered; an address known in it is that same person."""
    person = known_address(session, email) or Registrant(
        cycle_id=session.cycle_id,
        email=email,
        email_key=address_key(email) if email else None,
        **identity.values(),
        source=Source.WALK_IN,
        created_at=now,
        changed_at=now,
    )
    db.session.add(person)
    db.session.flush()
    return person


def known_address(session: Session, email: str | None) -> Registrant | None:
    """Who in the session's cycle has this address."""
    if not email:
        return None
    return db.session.scalar(
        select(Registrant).where(
            Registrant.cycle_id == session.cycle_id, Registrant.email_key == address_key(email)
        )
    )


def count_heads(session: Session, people: int, *, label: str, by: Actor, now: datetime) -> Headcount:
    """So many unnamed people sat behind one shared connection."""
    counted = Headcount(session_id=session.id, people=people, label=label, counted_at=now, counted_by=by)
    db.session.add(counted)
    db.session.flush()
    note(
        Deed.HEADCOUNT_SET, session.cycle.organisation_id, session.subject, by=by, now=now, detail=str(people)
    )
    return counted


def withdraw_headcount(counted: Headcount, session: Session, *, by: Actor, now: datetime) -> None:
    """Those people count no more; the row stays, with who said so and when."""
    queries.hold(session)
    db.session.refresh(counted)  # somebody else may have taken it back while we waited
    if counted.withdrawn_at is None:
        counted.withdrawn_at, counted.withdrawn_by = now, by
        note(
            Deed.HEADCOUNT_REMOVED,
            session.cycle.organisation_id,
            session.subject,
            by=by,
            now=now,
            detail=str(counted.people),
        )
        db.session.flush()


def forget_walk_ins(ids: Sequence[int]) -> None:
    """Removes those of these people who came without registering, and of whom nothing speaks any more."""
    speaks = (
        select(Evidence.id)
        .outerjoin(ReportLine, ReportLine.id == Evidence.report_line_id)
        .outerjoin(Report, Report.id == ReportLine.report_id)
        .where(
            Evidence.registrant_id == Registrant.id,
            or_(Evidence.report_line_id.is_(None), Report.state != ReportState.UNDONE),
        )
    )
    db.session.execute(
        delete(Registrant).where(
            Registrant.id.in_(ids),
            Registrant.source == Source.WALK_IN,
            ~speaks.exists(),
            ~exists().where(Registration.registrant_id == Registrant.id),
            ~exists().where(Attendance.registrant_id == Registrant.id),
        )
    )
