"""What an organisation announces and what it has held: cycles with their sessions, found by theme and by words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from sqlalchemy import func, select

from webinars.accounts.models import Organisation
from webinars.cycles import queries
from webinars.cycles.models import Cycle, Resource, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.storage.extensions import db
from webinars.web.paging import page_of
from webinars.words.folding import fold

PAST_ON_A_PAGE = 12

OfCycle = TypeVar("OfCycle", Session, Resource)


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """A cycle on the agenda."""

    cycle: Cycle
    sessions: Sequence[Session]  # by date
    resources: Sequence[Resource]
    coming: Sequence[Session]  # those still to be held, by date

    @property
    def shown(self) -> Session | None:
        """The session whose date stands beside the title: the next one, else the last one held."""
        if self.coming:
            return self.coming[0]
        dated = [session for session in self.sessions if session.is_dated]
        return dated[-1] if dated else None

    @property
    def year(self) -> int | None:
        """The year of that date."""
        return self.shown.day.year if self.shown and self.shown.day else None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Cycles that are still to come, by their next date; past ones, the latest first."""

    coming: Sequence[AgendaEntry]
    past: Sequence[AgendaEntry]
    themes: Sequence[str]  # of all cycles, the most frequent first
    page: int
    pages: int  # of past cycles
    is_narrowed: bool

    @property
    def past_years(self) -> list[tuple[int | None, list[AgendaEntry]]]:
        """The past cycles by the year of the date they are shown with, in their order; None: they had no date."""
        return [(year, list(entries)) for year, entries in groupby(self.past, key=lambda entry: entry.year)]


@dataclass(frozen=True, slots=True)
class OrganisationAgenda:
    """An organisation of the instance, with what it has ahead."""

    organisation: Organisation
    coming: int
    next_at: datetime | None


def agenda(organisation: Organisation, *, theme: str, words: str, page: int, now: datetime) -> Agenda:
    """The organisation's published cycles, narrowed to a theme and to words when they are given."""
    themes, spellings = _themes(organisation)
    shown = queries.public_cycles(
        organisation,
        themes=spellings.get(fold(theme), []) if theme else None,
        ids=_found_by(words, organisation),
    )
    past = page_of(queries.those_past(shown, now=now), page=page, per_page=PAST_ON_A_PAGE)
    coming = queries.those_coming(shown, now=now)
    entries = _entries([*coming, *past.items], now=now)
    return Agenda(
        coming=entries[: len(coming)],
        past=entries[len(coming) :],
        themes=themes,
        page=past.page,
        pages=past.pages,
        is_narrowed=bool(theme or words),
    )


def houses(*, now: datetime) -> list[OrganisationAgenda]:
    """Every organisation of the instance, by name, with the number and first date of its coming sessions."""
    ahead = (
        select(
            Cycle.organisation_id,
            func.count().label("coming"),
            func.min(Session.starts_at).label("next_at"),
        )
        .join(Cycle, Cycle.id == Session.cycle_id)
        .where(
            Cycle.state != CycleState.DRAFT, Session.state == SessionState.SCHEDULED, Session.starts_at > now
        )
        .group_by(Cycle.organisation_id)
        .subquery()
    )
    wanted = (
        select(Organisation, func.coalesce(ahead.c.coming, 0), ahead.c.next_at)
        .outerjoin(ahead, ahead.c.organisation_id == Organisation.id)
        .order_by(Organisation.name, Organisation.id)
    )
    return [OrganisationAgenda(*row) for row in db.session.execute(wanted)]


def _entries(cycles: Sequence[Cycle], *, now: datetime) -> list[AgendaEntry]:
    """The cycles in the order given, each with all that stands beside it."""
    ids = [cycle.id for cycle in cycles]
    sessions = _by_cycle(queries.sessions_among(ids))
    resources = _by_cycle(queries.resources_among(ids))
    return [
        AgendaEntry(
            cycle=cycle,
            sessions=sessions[cycle.id],
            resources=resources[cycle.id],
            coming=[one for one in sessions[cycle.id] if _is_ahead(one, now)],
        )
        for cycle in cycles
    ]


def _by_cycle(found: Sequence[OfCycle]) -> dict[int, list[OfCycle]]:
    by_cycle: dict[int, list[OfCycle]] = defaultdict(list)
    for row in found:
        by_cycle[row.cycle_id].append(row)
    return by_cycle


def _is_ahead(session: Session, now: datetime) -> bool:
    return not session.is_cancelled and not session.is_over(now)


def _themes(organisation: Organisation) -> tuple[list[str], dict[str, list[str]]]:
    """The themes, the most frequent first, and how each is spelt, by its folded name."""
    counted: Counter[str] = Counter()
    spellings: dict[str, list[str]] = defaultdict(list)
    for name, cycles in queries.public_themes(organisation):
        counted[fold(name)] += cycles
        spellings[fold(name)].append(name)
    ranked = sorted(counted, key=lambda key: (-counted[key], key))
    return [spellings[key][0] for key in ranked], spellings


def _found_by(words: str, organisation: Organisation) -> list[int] | None:
    """The ids of the cycles that hold every word; None without words: all do."""
    wanted = fold(words).split()
    if not wanted:
        return None
    texts: dict[int, list[str]] = defaultdict(list)
    for cycle_id, *parts in queries.words_of_cycles(organisation):
        texts[cycle_id] += parts
    held = {cycle_id: fold(" ".join(parts)) for cycle_id, parts in texts.items()}
    return [cycle_id for cycle_id, text in held.items() if all(word in text for word in wanted)]
