"""What can be asked about answers and incoming mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation, InvitationAnswer, PartStat
from webinars.registration.models import Registration, RegistrationState
from webinars.replies.models import Incoming
from webinars.storage.extensions import db

MOST_WAITING = 200
KIND = "forwarded_letter"  # of the mail that hands a letter on


@dataclass(frozen=True, slots=True)
class Count:
    """What the calendars of those registered for one session answered; these are no registrations."""

    session: Session
    by: dict[PartStat, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Those who said yes."""
        return self.by.get(PartStat.ACCEPTED, 0)

    @property
    def maybe(self) -> int:
        """Those who said perhaps."""
        return self.by.get(PartStat.TENTATIVE, 0)

    @property
    def declined(self) -> int:
        """Those who said no."""
        return self.by.get(PartStat.DECLINED, 0)

    @property
    def delegated(self) -> int:
        """Those who passed it on to a deputy."""
        return self.by.get(PartStat.DELEGATED, 0)

    @property
    def unanswered(self) -> int:
        """Those of whom nothing is known."""
        return self.by.get(PartStat.NEEDS_ACTION, 0)

    @property
    def registered(self) -> int:
        """Everybody who holds a place and was invited."""
        return sum(self.by.values())


def counts_of(sessions: Sequence[Session]) -> list[Count]:
    """The answers of each session, in the order given."""
    counted = db.session.execute(
        select(Registration.session_id, Invitation.partstat, func.count())
        .join(Invitation, Invitation.id == Registration.invitation_id)
        .where(
            Registration.session_id.in_([session.id for session in sessions]),
            Registration.state == RegistrationState.CONFIRMED,
            Registration.contributes_as.is_(None),
        )
        .group_by(Registration.session_id, Invitation.partstat)
    ).all()
    by: dict[int, dict[PartStat, int]] = {}
    for session_id, partstat, count in counted:
        by.setdefault(session_id, {})[partstat] = count
    return [Count(session, by.get(session.id, {})) for session in sessions]


def answered(cycle: Cycle, session_slug: str) -> Select[Registration]:
    """The places of the cycle whose calendars have answered, the latest answers first, with people and sessions."""
    latest = (
        select(func.max(InvitationAnswer.id))
        .where(InvitationAnswer.invitation_id == Registration.invitation_id)
        .correlate(Registration)
        .scalar_subquery()
    )
    found = (
        select(Registration)
        .join(Registration.registrant)
        .join(Registration.session)
        .join(Registration.invitation)
        .join(InvitationAnswer, InvitationAnswer.id == latest)
        .where(Session.cycle_id == cycle.id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(InvitationAnswer.id.desc())
        .options(
            contains_eager(Registration.registrant),
            contains_eager(Registration.session),
            contains_eager(Registration.invitation),
        )
    )
    return found.where(Session.slug == session_slug) if session_slug else found


def histories(invitation_ids: Sequence[int]) -> dict[int, list[InvitationAnswer]]:
    """Every answer to these invitations, the latest first."""
    found: dict[int, list[InvitationAnswer]] = {}
    for answer in db.session.scalars(
        select(InvitationAnswer)
        .where(InvitationAnswer.invitation_id.in_(invitation_ids))
        .order_by(InvitationAnswer.id.desc())
    ):
        found.setdefault(answer.invitation_id, []).append(answer)
    return found


def waiting_asked(cycle_id: int | None) -> Select[Incoming]:
    """What waits for a person in the cycle, or in none; oldest first."""
    return _waiting().where(Incoming.cycle_id == cycle_id)


def waiting(*, is_all: bool = False) -> list[Incoming]:
    """The first of what waits for a person in no cycle, or anywhere."""
    found = _waiting() if is_all else waiting_asked(None)
    return list(db.session.scalars(found.limit(MOST_WAITING)))


def waiting_count(cycle_id: int | None) -> int:
    """How much waits for a person in the cycle, or in none."""
    found = select(func.count()).where(
        Incoming.needs_person, Incoming.handled_at.is_(None), Incoming.cycle_id == cycle_id
    )
    return db.session.scalar(found) or 0


def waiting_one(cycle_id: int | None, number: int) -> Incoming | None:
    """One message of the cycle, or of none."""
    return db.session.scalar(
        select(Incoming).where(Incoming.id == number, Incoming.cycle_id == cycle_id, Incoming.needs_person)
    )


def is_only_organisation() -> bool:
    """Whether the instance has one organisation: then its administrators also see mail that belongs to no cycle."""
    return db.session.scalar(select(func.count(Organisation.id))) == 1


def _waiting() -> Select[Incoming]:
    return (
        select(Incoming)
        .where(Incoming.needs_person, Incoming.handled_at.is_(None))
        .order_by(Incoming.id)
        .options(
            joinedload(Incoming.cycle),
            joinedload(Incoming.registration).joinedload(Registration.session),
            joinedload(Incoming.registration).joinedload(Registration.registrant),
        )
    )


def contacts_of_letters(ids: Collection[int]) -> dict[int, str]:
    """Who is to get each of these letters now; those that are handled, or belong to no cycle, are left out."""
    found = (
        select(Incoming)
        .where(Incoming.id.in_(sorted(ids)), Incoming.handled_at.is_(None))
        .join(Incoming.cycle)
        .options(contains_eager(Incoming.cycle).joinedload(Cycle.organisation))
        .order_by(Incoming.id)
    )
    return {one.id: one.cycle.contact_address for one in db.session.scalars(found) if one.cycle is not None}
