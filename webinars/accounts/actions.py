"""What can happen to accounts and organisations."""

from datetime import datetime

from sqlalchemy import delete, select

from webinars.accounts import queries
from webinars.accounts.browser_sessions import sweep_browser_sessions
from webinars.accounts.credentials import tokens
from webinars.accounts.credentials.passwords import hash_password, is_outdated, is_password
from webinars.accounts.errors import AlreadyMember, LastAdministrator, NothingToInvite, SlugTaken
from webinars.accounts.models import BrowserSession, Membership, Organisation, Organiser, Role
from webinars.accounts.slugs import RESERVED, free_slug
from webinars.actors import Actor
from webinars.attempts.actions import sweep as sweep_attempts
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.journal.subjects import Subject
from webinars.limits.actions import sweep as sweep_tallies
from webinars.outbox.actions import queue
from webinars.outbox.identity import new_bounce_token
from webinars.storage.database import only_reading
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

MADE = {Role.ORGANISER: Deed.MEMBER_MADE_ORGANISER, Role.ADMINISTRATOR: Deed.MEMBER_MADE_ADMINISTRATOR}


def organiser_with(account: str, password: str) -> Organiser | None:
    """The account with this address and password; no transaction is held while the password is checked."""
    with only_reading():
        organiser = queries.account_of(account)
        kept = organiser.password_hash if organiser and not organiser.disabled_at else None
        db.session.rollback()
    if not is_password(password, kept) or organiser is None or kept is None:
        return None
    if is_outdated(kept):
        organiser.password_hash = hash_password(password)
    return organiser


def ask_for_reset(address: str, *, language: str, now: datetime) -> None:
    """Queues the mail with the link; whether there is an account is looked up when it is written."""
    organiser = queries.account_of(address)
    queue(
        "password_reset",
        recipient=organiser.email if organiser else address,
        language=organiser.language if organiser else language,
        about_id=organiser.id if organiser else 0,
        purpose=f"password_reset:{new_bounce_token()}",
        now=now,
        holds_secret=True,
    )


def set_password(organiser: Organiser, kept: str, *, now: datetime, by: Actor | None = None) -> None:
    """Keeps the new password's hash; every session and every link of the account ends."""
    organiser.password_hash = kept
    tokens.void_tokens(organiser, now=now)
    end_sessions(organiser)
    note_account(Deed.PASSWORD_SET, organiser, by=by or organiser.as_actor, now=now)


def end_sessions(organiser: Organiser, *, but: str | None = None) -> None:
    """Signs the account out everywhere, or everywhere but there."""
    ended = delete(BrowserSession).where(BrowserSession.organiser_id == organiser.id)
    if but is not None:
        ended = ended.where(BrowserSession.digest != but)
    db.session.execute(ended)


def end_session(organiser: Organiser, digest: str) -> None:
    """Signs one browser of the account out."""
    db.session.execute(
        delete(BrowserSession).where(
            BrowserSession.organiser_id == organiser.id, BrowserSession.digest == digest
        )
    )


def create_organisation(
    name: str,
    *,
    contact: str,
    language: str,
    timezone: str,
    now: datetime,
    short_name: str = "",
    slug: str = "",
) -> Organisation:
    """A new organisation at an address of its own."""
    taken = set(db.session.scalars(select(Organisation.slug)))
    if slug and (slug in taken or slug in RESERVED):
        raise SlugTaken()
    organisation = Organisation(
        slug=slug or free_slug(short_name or name, taken, otherwise="organisation"),
        name=name,
        short_name=short_name or name[:60],
        contact=contact,
        language=language,
        timezone=timezone,
        created_at=now,
    )
    db.session.add(organisation)
    return organisation


def invite(
    organisation: Organisation, *, email: str, name: str, role: Role, language: str, by: Actor, now: datetime
) -> Membership:
    """Makes the person a member and queues the invitation; raises AlreadyMember."""
    membership = add_member(organisation, email=email, name=name, role=role, language=language, now=now)
    queue_invitation(membership, now=now)
    note(Deed.MEMBER_INVITED, membership.organisation_id, membership.organiser.subject, by=by, now=now)
    return membership


def add_member(
    organisation: Organisation, *, email: str, name: str, role: Role, language: str, now: datetime
) -> Membership:
    """Makes the person a member, with the account of that address or a new one without a password."""
    organiser = queries.account_of(email)
    if organiser is None:
        organiser = Organiser(
            email=email, email_key=address_key(email), name=name, language=language, created_at=now
        )
        db.session.add(organiser)
        db.session.flush()
    elif organisation.id is not None and queries.membership_in(organisation.slug, organiser) is not None:
        raise AlreadyMember()
    membership = Membership(organisation=organisation, organiser=organiser, role=role, created_at=now)
    db.session.add(membership)
    db.session.flush()
    return membership


def queue_invitation(membership: Membership, *, now: datetime) -> None:
    """Queues the mail that lets the person in."""
    organiser = membership.organiser
    queue(
        "organiser_invitation",
        recipient=organiser.email,
        language=organiser.language,
        about_id=membership.id,
        purpose=f"organiser_invitation:{membership.id}:{new_bounce_token()}",
        now=now,
        holds_secret=True,
    )


def invite_again(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Sends the invitation once more; raises NothingToInvite when it was taken."""
    if membership.organiser.password_hash is not None:
        raise NothingToInvite()
    queue_invitation(membership, now=now)
    note(Deed.MEMBER_INVITED_AGAIN, membership.organisation_id, membership.organiser.subject, by=by, now=now)


def hold_member(membership: Membership) -> None:
    """Whoever else changes the member waits until the commit; the role is read anew.

    The organisation first: two administrators must not take each other's role at once.
    """
    db.session.execute(
        select(Organisation.id).where(Organisation.id == membership.organisation_id).with_for_update()
    )
    db.session.refresh(membership, ["role", "edits", "edited"], with_for_update={"key_share": True})


def change_role(membership: Membership, role: Role, *, by: Actor, now: datetime) -> None:
    """Gives the member another role; raises LastAdministrator when nobody would be left to open the settings."""
    if membership.role is role:
        return
    _keep_an_administrator(membership)
    membership.role = role
    note(MADE[role], membership.organisation_id, membership.organiser.subject, by=by, now=now)


def remove_member(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Takes the member out of the organisation; the account stays. Raises LastAdministrator."""
    _keep_an_administrator(membership)
    note(Deed.MEMBER_REMOVED, membership.organisation_id, membership.organiser.subject, by=by, now=now)
    db.session.delete(membership)


def sweep(*, now: datetime) -> None:
    """Removes what has ended: sessions, links, counts nobody asks for any more."""
    sweep_browser_sessions(now=now)
    tokens.sweep_tokens(now=now)
    sweep_tallies(now=now)
    sweep_attempts(now=now)


def _keep_an_administrator(membership: Membership) -> None:
    if membership.role is not Role.ADMINISTRATOR:
        return
    # two administrators must not remove each other at once
    db.session.execute(
        select(Organisation.id).where(Organisation.id == membership.organisation_id).with_for_update()
    )
    if queries.other_administrators(membership) == 0:
        raise LastAdministrator()


def note_account(
    deed: Deed,
    organiser: Organiser,
    *,
    by: Actor,
    now: datetime,
    about: Subject | None = None,
    detail: str | None = None,
) -> None:
    """Keeps what happened to an account in the journal of each organisation it belongs to."""
    belongs: list[int | None] = [one.organisation_id for one in queries.memberships_of(organiser)]
    for organisation_id in belongs or [None]:
        note(deed, organisation_id, about or organiser.subject, by=by, now=now, detail=detail)
