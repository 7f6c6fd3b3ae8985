"""Putting a file of cycles in place: once, however often it is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webinars.accounts.models import Organisation
from webinars.actors import Actor
from webinars.cycles.models import Contributor, Cycle, Partner, Session
from webinars.cycles.states import PartnerRole
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.planning import actions
from webinars.planning.loader.cycle_file import CycleFile, FileCycle, FileSession
from webinars.storage.extensions import db
from webinars.words.addresses import web_address


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What became of one cycle of the file."""

    cycle: Cycle
    sessions: int
    is_new: bool
    missing: tuple[str, ...]  # titles of sessions without day or hours


def known_cycles(organisation: Organisation, file: CycleFile) -> dict[str, Cycle]:
    """Those of the file's cycles that were loaded before, by their name in it."""
    ids = [one.source_id for one in file.cycles]
    found = db.session.scalars(
        select(Cycle)
        .where(Cycle.organisation_id == organisation.id, Cycle.source_id.in_(ids))
        .order_by(Cycle.id)
    )
    return {cycle.source_id: cycle for cycle in found if cycle.source_id}


def load_cycles(
    organisation: Organisation, file: CycleFile, *, by: Actor, now: datetime
) -> list[LoadOutcome]:
    """Adds the cycles that are not there yet; those that are stay exactly as they are.

    A cycle whose sessions are all past is published, any other is a draft: no registration opens by accident.
    """
    known = known_cycles(organisation, file)
    outcome = []
    for one in file.cycles:
        missing = tuple(session.title for session in one.undated)
        if one.source_id in known:
            outcome.append(
                LoadOutcome(known[one.source_id], len(one.sessions), is_new=False, missing=missing)
            )
            continue
        cycle = _add(organisation, one, by=by, now=now)
        outcome.append(LoadOutcome(cycle, len(one.sessions), is_new=True, missing=missing))
    if any(one.is_new for one in outcome):
        note(Deed.CYCLES_LOADED, organisation.id, organisation.subject, by=by, now=now)
    return outcome


def will_be_published(one: FileCycle, *, now: datetime) -> bool:
    """Whether all its sessions are past, so that publishing it opens nothing."""
    zone = ZoneInfo(one.timezone)
    moments = [session.moments(zone) for session in one.sessions]
    return bool(moments) and all(moment is not None and moment[1] <= now for moment in moments)


def _add(organisation: Organisation, one: FileCycle, *, by: Actor, now: datetime) -> Cycle:
    cycle = Cycle(
        organisation=organisation,
        organisation_id=organisation.id,
        source_id=one.source_id,
        title=one.title,
        summary=one.summary,
        presentation=one.presentation,
        noun=one.noun,
        timezone=one.timezone,
        language=organisation.language,
        published_sentence=one.published_sentence,
    )
    actions.create_cycle(cycle, by=by, now=now)
    _add_sessions(cycle, one.sessions, now=now)
    actions.set_partners(cycle, _partners(organisation, one))
    actions.set_themes(cycle, one.themes)
    db.session.flush()
    if will_be_published(one, now=now):
        actions.publish(cycle, by=by, now=now)
    return cycle


def _add_sessions(cycle: Cycle, sessions: Sequence[FileSession], *, now: datetime) -> None:
    added = [(_session(cycle, one, now=now), one.short_title or one.title) for one in sessions]
    actions.add_sessions(cycle, added, now=now)
    # their ids are not asked for: SQLite would give each by a statement of its own
    db.session.bulk_save_objects(
        Contributor(
            session_id=session.id,
            position=position,
            name=speaker.name,
            role=speaker.role,
            organisation=speaker.organisation,
        )
        for (session, _name), one in zip(added, sessions, strict=True)
        for position, speaker in enumerate(one.speakers)
    )


def _session(cycle: Cycle, one: FileSession, *, now: datetime) -> Session:
    session = Session(
        source_id=one.source_id,
        title=one.title,
        abstract=one.abstract,
        timezone=cycle.timezone,
        day=one.day,
        start_time=one.start_time,
        end_time=one.end_time,
    )
    moments = one.moments(cycle.zone)
    if moments:
        session.move(starts_at=moments[0], ends_at=moments[1], now=now)
    return session


def _partners(organisation: Organisation, one: FileCycle) -> Sequence[Partner]:
    """Those who organise with the organisation itself; alone, it needs no mention."""
    own = {organisation.name.casefold(), organisation.short_name.casefold()}
    return [
        Partner(
            position=position,
            role=PartnerRole.CO_ORGANISER,
            name=organiser.name,
            url=web_address(organiser.url) or "",
        )
        for position, organiser in enumerate(one.organisers)
        if organiser.name.casefold() not in own
    ]
