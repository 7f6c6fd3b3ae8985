"""What can be asked about cycles and sessions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.cycles.surroundings import Contributor, Partner, Resource, Theme
from webinars.extensions import db

# put together once: whoever signs up asks it
_PUBLIC = (
    select(Cycle)
    .join(Cycle.organisation)
    .where(
        Organisation.slug == bindparam("organisation_slug"),
        Cycle.slug == bindparam("slug"),
        Cycle.state != CycleState.DRAFT,
    )
    .options(contains_eager(Cycle.organisation))
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
    """The cycle visitors see at that address, with its organisation; None for a draft."""
    return db.session.scalar(_PUBLIC, {"organisation_slug": organisation_slug, "slug": slug})


def sessions_of(cycle: Cycle) -> list[Session]:
    """The cycle's sessions by date; those without one come last."""
    return list(
        db.session.scalars(
            select(Session)
            .join(Session.cycle)
            .where(Session.cycle_id == cycle.id)
            .order_by(
                Session.starts_at.is_(None),
                Session.starts_at,
                Session.day.is_(None),
                Session.day,
                Session.id,
            )
            .options(contains_eager(Session.cycle))
        )
    )


def session_of(cycle: Cycle, slug: str) -> Session | None:
    """The cycle's session of that name."""
    return db.session.scalar(
        select(Session)
        .join(Session.cycle)
        .where(Session.cycle_id == cycle.id, Session.slug == slug)
        .options(contains_eager(Session.cycle))
    )


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
