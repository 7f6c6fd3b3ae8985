"""What can be asked about registrants and their registrations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select, union_all, update
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.queries import with_cycles
from webinars.cycles.states import ContributorKind, SessionState
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email, MailState, is_in
from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.registration.models import Registrant, Registration, RegistrationState, threads
from webinars.storage.extensions import db
from webinars.web.links import is_genuine, subject_of

LIVE = (RegistrationState.PENDING, RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)
ME = "me"
JOIN = "join"
UNSUBSCRIBE = "unsubscribe"
FEED = "feed"

_FOR_MAIL = (
    select(Email.id, Registration, Invitation)
    .join(Registration, Registration.id == Email.about_id)
    .join(Invitation, Invitation.uid == Email.uid)
    .where(Email.id.in_(bindparam("ids", expanding=True)))
    .options(
        joinedload(Registration.registrant),
        # many are to one session: it is read once instead of beside each of them
        selectinload(Registration.session).joinedload(Session.cycle).joinedload(Cycle.organisation),
    )
)
_KNOWN = (
    select(Registrant, Registration.session_id, Registration.state, Invitation)
    .outerjoin(
        Registration,
        and_(
            Registration.registrant_id == Registrant.id,
            Registration.state.in_((*LIVE, RegistrationState.CANCELLED)),
        ),
    )
    .outerjoin(
        Invitation,
        and_(
            Invitation.id == Registration.invitation_id,
            Registration.state == RegistrationState.CANCELLED,
            Invitation.cancelled_at.is_not(None),
        ),
    )
    .where(Registrant.cycle_id == bindparam("cycle_id"), Registrant.email_key == bindparam("key"))
    .order_by(Registration.id)
)
_FORMER = (
    select(Registration.session_id, Registration.registrant_id, Invitation)
    .join(Invitation, Invitation.id == Registration.invitation_id)
    .where(
        Registration.session_id.in_(bindparam("sessions", expanding=True)),
        Registration.registrant_id.in_(bindparam("registrants", expanding=True)),
        Registration.state == RegistrationState.CANCELLED,
        Invitation.cancelled_at.is_not(None),
    )
    .order_by(Registration.id)
)


def invited_to(session: Session) -> list[Registration]:
    """Confirmed registrations with their registrants and invitations, in the order they came."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.session_id == session.id, Registration.state == RegistrationState.CONFIRMED)
            .order_by(Registration.id)
            .options(joinedload(Registration.registrant), joinedload(Registration.invitation))
        )
    )


def mail_names(session_ids: Collection[int]) -> Select[str]:
    """Under what names mails about places in these sessions wait, UIDs and threads: a question for others to ask within theirs."""
    in_them = Registration.session_id.in_(session_ids)
    live = Registration.state.in_((RegistrationState.CONFIRMED, RegistrationState.WAITLISTED))
    uids = (
        select(Invitation.uid)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .where(in_them, Registration.state == RegistrationState.CONFIRMED)
    )
    names = union_all(select(threads().label("name")).where(in_them, live), uids).subquery()
    return select(names.c.name)


def places_returning_mail(session_id: int) -> set[int]:
    """Which places in the session are of people whose address returns mail: nothing leaves to them."""
    found = (
        select(Registration.id)
        .join(Registration.registrant)
        .where(
            Registration.session_id == session_id,
            Registration.state.in_((RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)),
            returns_mail(Registrant.email_key),
        )
        .order_by(Registration.id)
    )
    return set(db.session.scalars(found))


def registrant_by_token(token: str, kind: str = ME) -> Registrant | None:
    """Whose personal link this is, with cycle and organisation; None when it is not genuine or was revoked."""
    registrant = db.session.scalar(
        select(Registrant)
        .where(Registrant.public_id == subject_of(token))
        .options(joinedload(Registrant.cycle).joinedload(Cycle.organisation))
    )
    if registrant is None or not is_genuine(token, kind, registrant.public_id, registrant.token_version):
        return None
    return registrant


def registrant_held(cycle_id: int, public_id: str) -> Registrant | None:
    """Somebody of the cycle by their outward id, as they stand now that they are held."""
    wanted = select(Registrant).where(Registrant.cycle_id == cycle_id, Registrant.public_id == public_id)
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def registration_for_mail(registration_id: int) -> Registration | None:
    """A registration with its person, session, cycle and organisation, as mails without a calendar need them."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.id == registration_id)
        .options(
            joinedload(Registration.registrant).joinedload(Registrant.cycle).joinedload(Cycle.organisation),
            joinedload(Registration.session).joinedload(Session.cycle),
        )
    )


def registrations_for_mails(ids: Iterable[int]) -> dict[int, Registration]:
    """Registrations by their id, with person, session and cycle, in one query."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(sorted(set(ids))))
        .options(
            joinedload(Registration.registrant),
            joinedload(Registration.session).joinedload(Session.cycle),
        )
    )
    return {one.id: one for one in found}


def registrant_for_mail(registrant_id: int) -> Registrant | None:
    """Somebody with their cycle and organisation, as mails need them."""
    return db.session.scalar(
        select(Registrant)
        .where(Registrant.id == registrant_id)
        .options(joinedload(Registrant.cycle).joinedload(Cycle.organisation))
    )


def invitations_for_mails(email_ids: Iterable[int]) -> dict[int, tuple[Registration, Invitation]]:
    """The registration each mail is about and the calendar object it carries, with all that a message says."""
    found = db.session.execute(_FOR_MAIL, {"ids": list(email_ids)})
    return {email_id: (registration, invitation) for email_id, registration, invitation in found}


def invitations_sent(registration_ids: Collection[int], key: str) -> list[Email]:
    """The invitations to these places that left to this address, but for seats given back and calendar objects changed since."""
    return list(
        db.session.scalars(
            select(Email)
            .join(Registration, Registration.id == Email.about_id)
            .join(Invitation, Invitation.id == Registration.invitation_id)
            .where(
                Registration.id.in_([*registration_ids]),
                Registration.state == RegistrationState.CONFIRMED,
                Invitation.cancelled_at.is_(None),
                Email.uid == Invitation.uid,
                Email.sequence == Invitation.sequence,
                Email.recipient_key == key,
                Email.state == MailState.SENT,
            )
            .order_by(Email.id)
        )
    )


def titles_of(session_ids: Iterable[int]) -> list[str]:
    """The titles of some sessions, by date."""
    ids = list(session_ids)
    if not ids:
        return []
    return list(
        db.session.scalars(
            select(Session.title).where(Session.id.in_(ids)).order_by(Session.starts_at, Session.id)
        )
    )


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What a cycle knows of an address: whose it is, the sessions they hold or wait for, the objects of what they gave back."""

    registrant: Registrant | None = None
    live: Collection[int] = ()
    formers: Mapping[int, Invitation] = field(default_factory=dict)  # as `former_invitations`, by session


def known(cycle_id: int, key: str) -> KnownAddress:
    """What the cycle knows of this address, in one answer whether it does or not."""
    rows = db.session.execute(_KNOWN, {"cycle_id": cycle_id, "key": key}).all()
    if not rows:
        return KnownAddress()
    return KnownAddress(
        registrant=rows[0][0],
        live={session_id for _one, session_id, state, _former in rows if state in LIVE},
        formers={session_id: former for _one, session_id, _state, former in rows if former},
    )


def live_registration(registrant_id: int, session_id: int) -> Registration | None:
    """The registration somebody holds or waits with in a session."""
    return db.session.scalar(
        select(Registration)
        .where(
            Registration.registrant_id == registrant_id,
            Registration.session_id == session_id,
            Registration.state.in_(LIVE),
        )
        .options(joinedload(Registration.registrant), joinedload(Registration.invitation))
    )


def contribution(registrant: Registrant, session: Session) -> ContributorKind | None:
    """What somebody is invited to a session as; None: they attend it like anybody."""
    return db.session.scalar(
        select(Contributor.kind)
        .where(
            Contributor.session_id == session.id,
            Contributor.is_invited,
            Contributor.email_key == registrant.email_key,
        )
        .order_by(Contributor.position.desc())
        .limit(1)
    )


def former_invitations(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], Invitation]:
    """By session and registrant the last calendar object that stood for a place given back since."""
    if not places:
        return {}
    rows = db.session.execute(
        _FORMER,
        {"sessions": sorted({one for one, _ in places}), "registrants": sorted({one for _, one in places})},
    )
    found = {(session, registrant): invitation for session, registrant, invitation in rows}
    return {place: found[place] for place in places if place in found}


def let_invitations_go(invitation_ids: Iterable[int]) -> None:
    """Registrations given back give up their calendar objects: these stand for other ones from now on."""
    ids = list(invitation_ids)
    if ids:
        db.session.execute(
            update(Registration).where(Registration.invitation_id.in_(ids)).values(invitation_id=None)
        )


def coming_uids(registrant_id: int, *, now: datetime) -> list[str]:
    """The calendar identities of the places somebody holds in sessions that take place and have not begun."""
    return list(
        db.session.scalars(
            select(Invitation.uid)
            .join(Registration, Registration.invitation_id == Invitation.id)
            .join(Session, Session.id == Registration.session_id)
            .where(
                Registration.registrant_id == registrant_id,
                Registration.state == RegistrationState.CONFIRMED,
                Session.state == SessionState.SCHEDULED,
                Session.starts_at > now,
            )
            .order_by(Invitation.id)
        )
    )


def withheld_invitations(registrant_id: int, *, now: datetime) -> dict[int, datetime]:
    """When the invitations leave that are held back, by the session to come of the place."""
    wanted = (
        select(Registration.session_id, Email.not_before)
        .select_from(Email)
        .join(Invitation, Invitation.uid == Email.uid)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .where(Registration.registrant_id == registrant_id, Registration.state == RegistrationState.CONFIRMED)
        .join(Session, Session.id == Registration.session_id)
        .where(is_in(MailState.WITHHELD), Session.starts_at > now)
        .order_by(Email.not_before, Email.id)
    )
    return dict(db.session.execute(wanted).all())


def live_registrations(registrant_id: int) -> list[Registration]:
    """What somebody holds or waits for, with the sessions, by date."""
    return list(
        db.session.scalars(
            select(Registration)
            .join(Registration.session)
            .where(Registration.registrant_id == registrant_id, Registration.state.in_(LIVE))
            .order_by(Session.starts_at, Session.id)
            .options(contains_eager(Registration.session))
        )
    )


def address_keys(registrant_ids: Iterable[int]) -> dict[int, str | None]:
    """The canonical address of each of these people; who is gone is left out."""
    found = select(Registrant.id, Registrant.email_key).where(Registrant.id.in_(sorted(set(registrant_ids))))
    return dict(db.session.execute(found).all())


def last_registration(registrant_id: int, session_id: int) -> Registration | None:
    """The last registration somebody has or had in a session."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.registrant_id == registrant_id, Registration.session_id == session_id)
        .order_by(Registration.id.desc())
        .limit(1)
    )


def live_by_registrant(ids: Iterable[int]) -> dict[int, list[Registration]]:
    """What each of these people holds or waits for, in one query."""
    found: dict[int, list[Registration]] = {}
    for one in db.session.scalars(
        select(Registration)
        .where(Registration.registrant_id.in_(sorted(set(ids))), Registration.state.in_(LIVE))
        .options(joinedload(Registration.session), joinedload(Registration.registrant))
        .order_by(Registration.id)
    ):
        found.setdefault(one.registrant_id, []).append(one)
    return found


def reload(registrations: Sequence[Registration]) -> None:
    """The registrations as they stand now that their sessions are held, with sessions, registrants, invitations."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_([registration.id for registration in registrations]))
        .options(
            # what is read anew forgets its relations: each that is looked at is read with it
            joinedload(Registration.session),
            joinedload(Registration.registrant),
            joinedload(Registration.invitation),
        )
        .execution_options(populate_existing=True)
    )
    with_cycles(registration.session for registration in found.all())


def session_by_public_id(cycle_id: int, public_id: str) -> Session | None:
    """One session of a cycle by its outward id."""
    return db.session.scalar(
        select(Session).where(Session.cycle_id == cycle_id, Session.public_id == public_id)
    )


def holds_place() -> ColumnElement[bool]:
    """That a registrant attends or waits for a seat: who speaks alone, or is of the team, counts nowhere."""
    return exists().where(
        Registration.registrant_id == Registrant.id,
        Registration.state.in_(LIVE),
        Registration.contributes_as.is_(None),
    )


def people_counts(cycle_ids: Sequence[int]) -> dict[int, int]:
    """How many different people hold or wait for a place, by cycle."""
    # cycle by cycle: of many at once PostgreSQL would rather read the registrations of all
    people = select(func.count()).where(Registrant.cycle_id == Cycle.id, holds_place()).scalar_subquery()
    counted = select(Cycle.id, people).where(Cycle.id.in_(cycle_ids)).order_by(Cycle.id)
    return dict(db.session.execute(counted).all())
