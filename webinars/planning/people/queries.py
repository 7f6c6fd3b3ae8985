"""The people of a cycle, a page at a time, with what each holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import PartStat
from webinars.invitations.words import answer_words
from webinars.registration.models import Registrant, Registration, Status
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.storage.extensions import db
from webinars.web.paging import Page, page_of

PAGE = 50
SHOWN = {"confirmed": Status.CONFIRMED, "waitlisted": Status.WAITLISTED, "cancelled": Status.CANCELLED}


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """Which people are looked for."""

    words: str = ""
    session: str = ""
    status: str = ""


def people_of(cycle: Cycle, asked: PeopleSearch) -> tuple[Page[Registrant], dict[int, list[Registration]]]:
    """One page of the people asked for, by name; and how each of them stands to their sessions now, by date."""
    page = page_of(_people(cycle, asked), size=PAGE)
    latest: dict[int, dict[int, Registration]] = defaultdict(dict)
    for registration in _registrations([registrant.id for registrant in page.rows]):
        # whoever came back is no longer withdrawn
        latest[registration.registrant_id][registration.session_id] = registration
    return page, {person: list(by_session.values()) for person, by_session in latest.items()}


def registrant_of(cycle: Cycle, public_id: str) -> Registrant | None:
    """One person of the cycle."""
    return db.session.scalar(
        select(Registrant).where(Registrant.cycle_id == cycle.id, Registrant.public_id == public_id)
    )


def live_of(registrant: Registrant, *, now: datetime) -> list[Registration]:
    """What the person may still give back, by date."""
    return [
        registration
        for registration in _registrations([registrant.id])
        if registration.is_live and not registration.session.has_started(now)
    ]


def status_words(registration: Registration) -> tuple[str, str]:
    """The word for where a registration stands, and its tone."""
    return {
        Status.PENDING: (_("to be confirmed"), "warn"),
        Status.CONFIRMED: (_("registered"), "good"),
        Status.WAITLISTED: (_("waiting"), "warn"),
        Status.REFUSED: (_("refused"), ""),
        Status.CANCELLED: (_("withdrawn"), ""),
    }[registration.status]


def calendar_words(registration: Registration) -> str:
    """What the calendar of somebody with a place answered, in a word; empty when nothing is known."""
    invitation = registration.invitation
    if registration.status is not Status.CONFIRMED or invitation is None:
        return ""
    if invitation.partstat is PartStat.NEEDS_ACTION:
        return ""
    return answer_words(invitation.partstat)[0]


def _people(cycle: Cycle, asked: PeopleSearch) -> Select[Registrant]:
    found = select(Registrant).where(Registrant.cycle_id == cycle.id, *holds_every_word(asked.words))
    if asked.session or asked.status:
        later = aliased(Registration)
        came_back = exists().where(
            later.registrant_id == Registration.registrant_id,
            later.session_id == Registration.session_id,
            later.id > Registration.id,
        )
        holds = exists().where(Registration.registrant_id == Registrant.id, ~came_back)
        if asked.status in SHOWN:
            holds = holds.where(Registration.status == SHOWN[asked.status])
        if asked.session:
            holds = holds.where(
                Registration.session_id == Session.id,
                Session.slug == asked.session,
                Session.cycle_id == cycle.id,
            )
        found = found.where(holds)
    return found.order_by(*BY_NAME)


def _registrations(registrant_ids: Sequence[int]) -> Sequence[Registration]:
    return db.session.scalars(
        select(Registration)
        .join(Registration.session)
        .where(Registration.registrant_id.in_(registrant_ids))
        .order_by(Session.starts_at, Session.id, Registration.id)
        .options(contains_eager(Registration.session), joinedload(Registration.invitation))
    ).all()
