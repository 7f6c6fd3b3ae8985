"""What can be asked about accounts and organisations."""

from collections.abc import Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from webinars.accounts.models import BrowserSession, Membership, Organisation, Organiser, Role
from webinars.storage.extensions import db
from webinars.words.addresses import AddressRefused, address_key, read_address
from webinars.words.text import cut_line


def membership_in(slug: str, organiser: Organiser) -> Membership | None:
    """The account's membership in the organisation of that address, organisation included."""
    return db.session.scalar(
        select(Membership)
        .join(Membership.organisation)
        .where(Organisation.slug == slug, Membership.organiser_id == organiser.id)
        .options(contains_eager(Membership.organisation))
    )


def memberships_of(organiser: Organiser) -> list[Membership]:
    """The account's memberships, organisations included, by their names."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.organisation)
            .where(Membership.organiser_id == organiser.id)
            .options(contains_eager(Membership.organisation))
            .order_by(Organisation.name, Organisation.id)
        )
    )


def members_of(organisation: Organisation) -> Select[Membership]:
    """The organisation's members, accounts included, by their names."""
    return (
        select(Membership)
        .join(Membership.organiser)
        .where(Membership.organisation_id == organisation.id)
        .options(contains_eager(Membership.organiser))
        .order_by(Organiser.name, Organiser.id)
    )


def member(organisation: Organisation, membership_id: int) -> Membership | None:
    """One member of this organisation, account included."""
    return db.session.scalar(
        select(Membership)
        .where(Membership.organisation_id == organisation.id, Membership.id == membership_id)
        .options(joinedload(Membership.organiser, innerjoin=True))
    )


def house_contact() -> str | None:
    """Whom to write to where no organisation is known yet: the first one's contact; None while there is none."""
    return db.session.scalar(select(Organisation.contact).order_by(Organisation.id).limit(1))


def other_administrators(membership: Membership) -> int:
    """How many administrators of the same organisation can sign in, this member left out."""
    counted = (
        select(func.count())
        .select_from(Membership)
        .join(Membership.organiser)
        .where(
            Membership.organisation_id == membership.organisation_id,
            Membership.id != membership.id,
            Membership.role == Role.ADMINISTRATOR,
            Organiser.disabled_at.is_(None),
            Organiser.password_hash.is_not(None),
        )
    )
    return int(db.session.scalar(counted) or 0)


def administrators_of(organisation: Organisation) -> list[str]:
    """The names of those who can open the organisation's settings."""
    return [
        one.organiser.name
        for one in db.session.scalars(members_of(organisation))
        if one.is_administrator and one.organiser.disabled_at is None
    ]


def account_of(address: str) -> Organiser | None:
    """The account of an address, whatever its capitals."""
    return db.session.scalar(select(Organiser).where(Organiser.email_key == address_key(address)))


def open_accounts(ids: Collection[int]) -> set[int]:
    """Those of these accounts that can sign in, or could with a password."""
    found = select(Organiser.id).where(Organiser.id.in_(sorted(ids)), Organiser.disabled_at.is_(None))
    return set(db.session.scalars(found.order_by(Organiser.id)))


def memberships_left(ids: Collection[int]) -> set[int]:
    """Those of these memberships that there still are."""
    found = select(Membership.id).where(Membership.id.in_(sorted(ids)))
    return set(db.session.scalars(found.order_by(Membership.id)))


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation at that address."""
    return db.session.scalar(select(Organisation).where(Organisation.slug == slug))


def browser_sessions_of(organiser: Organiser) -> list[BrowserSession]:
    """The account's signed-in browsers, the latest used first."""
    return list(
        db.session.scalars(
            select(BrowserSession)
            .where(BrowserSession.organiser_id == organiser.id)
            .order_by(BrowserSession.seen_at.desc(), BrowserSession.digest)
        )
    )


def account_key(typed: str) -> str:
    """Under which key an account of that address stands; also for what is no address."""
    try:
        return address_key(read_address(typed))
    except AddressRefused:
        return address_key(cut_line(typed, 320))
