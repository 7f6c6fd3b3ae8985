"""What can be asked about cycles and sessions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session, Theme
from webinars.cycles.states import CycleState, SessionState
from webinars.storage.extensions import db

_IS_KNOWN = Cycle.state != CycleState.DRAFT  # visitors know its address
_IS_PUBLIC = and_(_IS_KNOWN, Cycle.deletion_asked_at.is_(None))
# put together once: whoever signs up asks it
_AT = (
    select(Cycle)
    .join(Cycle.organisation)
    .where(Organisation.slug == bindparam("organisation_slug"), Cycle.slug == bindparam("slug"))
    .options(contains_eager(Cycle.organisation))
)
_PUBLIC, _KNOWN = _AT.where(_IS_PUBLIC), _AT.where(_IS_KNOWN)
_SESSIONS = (
    select(Session)
    .where(Session.cycle_id == bindparam("cycle_id"))
    .order_by(Session.starts_at.is_(None), Session.starts_at, Session.day.is_(None), Session.day, Session.id)
)


def cycle_of(organisation: Organisation, slug: str) -> Cycle | None:
    """The organisation's cycle of that name, whatever its state."""
    return db.session.scalar(
        select(Cycle)
        .join(Cycle.organisation)
        .where(Cycle.organisation_id == organisation.id, Cycle.slug == slug)
        .options(contains_eager(Cycle.organisation))
    )


def public_cycle(organisation_slug: str, slug: str) -> Cycle | None:
    """The cycle visitors see at that address, with its organisation; None for a draft, or one that is being deleted."""
    return db.session.scalar(_PUBLIC, {"organisation_slug": organisation_slug, "slug": slug})


def cycle_in_calendars(organisation_slug: str, slug: str) -> Cycle | None:
    """The same for calendars that follow it: they read that its sessions are cancelled until it has gone."""
    return db.session.scalar(_KNOWN, {"organisation_slug": organisation_slug, "slug": slug})


def sessions_of(cycle: Cycle) -> list[Session]:
    """The cycle's sessions by date; those without one come last."""
    return with_cycles(db.session.scalars(_SESSIONS, {"cycle_id": cycle.id}))


def session_of(cycle: Cycle, slug: str) -> Session | None:
    """The cycle's session of that name."""
    return db.session.scalar(
        select(Session)
        .join(Session.cycle)
        .where(Session.cycle_id == cycle.id, Session.slug == slug)
        .options(contains_eager(Session.cycle))
    )


def session_at(organisation: Organisation, slug: str, session_slug: str) -> Session | None:
    """A session of the organisation's cycle, by the names in its address."""
    cycle = cycle_of(organisation, slug)
    return session_of(cycle, session_slug) if cycle else None


def contributors_of(sessions: Iterable[Session]) -> dict[int, list[Contributor]]:
    """Speakers and team of each session, in their order."""
    ids = [session.id for session in sessions]
    found: dict[int, list[Contributor]] = defaultdict(list)
    wanted = select(Contributor).where(Contributor.session_id.in_(ids))
    for contributor in db.session.scalars(wanted.order_by(Contributor.position, Contributor.id)):
        found[contributor.session_id].append(contributor)
    return found


def partners_of(cycle: Cycle) -> Sequence[Partner]:
    """The organisations named on the cycle's page, in their order."""
    wanted = select(Partner).where(Partner.cycle_id == cycle.id)
    return db.session.scalars(wanted.order_by(Partner.position, Partner.id)).all()


def themes_of(cycle: Cycle) -> Sequence[str]:
    """The words the cycle can be found by, in their order."""
    wanted = select(Theme.name).where(Theme.cycle_id == cycle.id)
    return db.session.scalars(wanted.order_by(Theme.position, Theme.id)).all()


def resources_of(cycle: Cycle) -> Sequence[Resource]:
    """What remains of the cycle and its sessions, in their order."""
    wanted = select(Resource).where(Resource.cycle_id == cycle.id)
    return db.session.scalars(wanted.order_by(Resource.position, Resource.id)).all()


def cycle_slugs(organisation_id: int) -> set[str]:
    """The names the organisation's cycles have in addresses."""
    wanted = select(Cycle.slug).where(Cycle.organisation_id == organisation_id).order_by(Cycle.id)
    return set(db.session.scalars(wanted))


def session_slugs(cycle_id: int) -> set[str]:
    """The names the cycle's sessions have in addresses."""
    wanted = select(Session.slug).where(Session.cycle_id == cycle_id).order_by(Session.id)
    return set(db.session.scalars(wanted))


def with_cycles(sessions: Iterable[Session]) -> list[Session]:
    """The sessions, each with its cycle: what was read anew forgets it, and whoever holds a session may ask for it."""
    found = list(sessions)
    for session in found:
        # in memory already but for whoever came without it
        set_committed_value(session, "cycle", db.session.get_one(Cycle, session.cycle_id))
    return found


def public_cycles(
    organisation: Organisation, *, themes: Sequence[str] | None = None, ids: Sequence[int] | None = None
) -> Select[Cycle]:
    """The organisation's cycles that visitors may see, of those with one of the themes and among the ids if given."""
    found = select(Cycle).where(*_public(organisation))
    if themes is not None:
        found = found.where(exists().where(Theme.cycle_id == Cycle.id, Theme.name.in_(themes)))
    return found if ids is None else found.where(Cycle.id.in_(ids))


def those_coming(cycles: Select[Cycle], *, now: datetime) -> Sequence[Cycle]:
    """Those with a session still to be held and not put away, by its date; without one they come last."""
    next_at = _of_cycle(func.min(Session.starts_at), _is_ahead(now))
    found = cycles.where(_is_coming(now)).order_by(next_at.is_(None), next_at, Cycle.id)
    return db.session.scalars(found).all()


def those_past(cycles: Select[Cycle], *, now: datetime) -> Select[Cycle]:
    """Of these cycles those with no session to come, the one that ended last first."""
    last_at = _of_cycle(func.max(Session.ends_at))
    return cycles.where(~_is_coming(now)).order_by(last_at.is_(None), last_at.desc(), Cycle.id.desc())


def _public(organisation: Organisation) -> tuple[ColumnElement[bool], ...]:
    return Cycle.organisation_id == organisation.id, _IS_PUBLIC


def _is_coming(now: datetime) -> ColumnElement[bool]:
    is_held = exists().where(Session.cycle_id == Cycle.id, _is_ahead(now))
    return and_(Cycle.state != CycleState.ARCHIVED, is_held)


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    is_over = and_(Session.ends_at.is_not(None), Session.ends_at <= now)
    return and_(Session.state != SessionState.CANCELLED, ~is_over)


def _of_cycle(
    asked: ColumnElement[datetime | None], *which: ColumnElement[bool]
) -> ScalarSelect[datetime | None]:
    return select(asked).where(Session.cycle_id == Cycle.id, *which).correlate(Cycle).scalar_subquery()


def sessions_among(cycle_ids: Sequence[int]) -> Sequence[Session]:
    """The sessions of these cycles by date; those without one come last."""
    wanted = select(Session).where(Session.cycle_id.in_(cycle_ids))
    by_date = (Session.starts_at.is_(None), Session.starts_at, Session.day, Session.id)
    return db.session.scalars(wanted.order_by(*by_date)).all()


def resources_among(cycle_ids: Sequence[int]) -> Sequence[Resource]:
    """What remains of these cycles, in the order of each."""
    wanted = select(Resource).where(Resource.cycle_id.in_(cycle_ids))
    return db.session.scalars(wanted.order_by(Resource.position, Resource.id)).all()


def public_themes(organisation: Organisation) -> Sequence[Row[str, int]]:
    """Each theme of the cycles visitors may see, as it is spelt, with the number of cycles; that of the first cycle first."""
    return db.session.execute(
        select(Theme.name, func.count())
        .join(Cycle, Cycle.id == Theme.cycle_id)
        .where(*_public(organisation))
        .group_by(Theme.name)
        .order_by(func.min(Cycle.id), func.min(Theme.position), func.min(Theme.id))
    ).all()


def words_of_cycles(organisation: Organisation) -> Iterator[Row[*tuple[Any, ...]]]:
    """The id of a cycle visitors may see with texts it can be found by, piece by piece."""
    about = (
        select(Cycle.id, Cycle.title, Cycle.summary),
        select(Session.cycle_id, Session.title, Session.subtitle).join(Session.cycle),
        select(Theme.cycle_id, Theme.name).join(Cycle, Cycle.id == Theme.cycle_id),
    )
    for asked in about:
        yield from db.session.execute(asked.where(*_public(organisation)).order_by(Cycle.id))
