"""What an organisation announces and what it has held: cycles with their sessions, found by theme and by words."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.cycles.surroundings import Resource, Theme
from webinars.extensions import db
from webinars.paging import part_of
from webinars.text import normal

PAST_ON_A_PAGE = 12

OfCycle = TypeVar("OfCycle", Session, Theme, Resource)


@dataclass(frozen=True, slots=True)
class Entry:
    """A cycle on the agenda."""

    cycle: Cycle
    sessions: Sequence[Session]  # by date
    themes: Sequence[str]
    resources: Sequence[Resource]
    coming: Sequence[Session]  # those still to be held, by date

    @property
    def shown(self) -> Session | None:
        """The session whose date stands beside the title: the next one, else the last one held."""
        if self.coming:
            return self.coming[0]
        dated = [session for session in self.sessions if session.is_dated]
        return dated[-1] if dated else None

    def text(self) -> str:
        """Every word the cycle can be found by."""
        titles = (f"{session.title} {session.subtitle}" for session in self.sessions)
        return folded(" ".join([self.cycle.title, self.cycle.summary, *titles, *self.themes]))


@dataclass(frozen=True, slots=True)
class Agenda:
    """Cycles that are still to come, by their next date; past ones, the latest first."""

    coming: Sequence[Entry]
    past: Sequence[Entry]
    themes: Sequence[str]  # of all cycles, the most frequent first
    page: int
    pages: int  # of past cycles
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the instance, with what it has ahead."""

    organisation: Organisation
    coming: int
    next_at: datetime | None


def agenda(organisation: Organisation, *, theme: str, words: str, page: int, now: datetime) -> Agenda:
    """The organisation's published cycles, narrowed to a theme and to words when they are given."""
    entries = _entries(organisation, now=now)
    kept = [entry for entry in entries if _is_wanted(entry, theme, words)]
    past = sorted((entry for entry in kept if not _is_coming(entry)), key=_last_held, reverse=True)
    shown = part_of(past, number=page, size=PAST_ON_A_PAGE)
    return Agenda(
        coming=sorted(filter(_is_coming, kept), key=_next_held),
        past=shown.rows,
        themes=_themes(entries),
        page=shown.number,
        pages=shown.pages,
        is_narrowed=bool(theme or words),
    )


def houses(*, now: datetime) -> list[House]:
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
    return [House(*row) for row in db.session.execute(wanted)]


def folded(text: str) -> str:
    """The text without capitals and accents, to compare."""
    plain = normal("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _entries(organisation: Organisation, *, now: datetime) -> list[Entry]:
    wanted = select(Cycle).where(Cycle.organisation_id == organisation.id, Cycle.state != CycleState.DRAFT)
    cycles = db.session.scalars(wanted.order_by(Cycle.id)).all()
    ids = [cycle.id for cycle in cycles]
    by_date = (Session.starts_at.is_(None), Session.starts_at, Session.day, Session.id)
    sessions = _by_cycle(select(Session).where(Session.cycle_id.in_(ids)).order_by(*by_date))
    themes = _by_cycle(select(Theme).where(Theme.cycle_id.in_(ids)).order_by(Theme.position, Theme.id))
    resources = _by_cycle(
        select(Resource).where(Resource.cycle_id.in_(ids)).order_by(Resource.position, Resource.id)
    )
    return [
        Entry(
            cycle=cycle,
            sessions=sessions[cycle.id],
            themes=[theme.name for theme in themes[cycle.id]],
            resources=resources[cycle.id],
            coming=[one for one in sessions[cycle.id] if _is_ahead(one, now)],
        )
        for cycle in cycles
    ]


def _by_cycle(wanted: Select[OfCycle]) -> dict[int, list[OfCycle]]:
    found: dict[int, list[OfCycle]] = defaultdict(list)
    for row in db.session.scalars(wanted):
        found[row.cycle_id].append(row)
    return found


def _is_ahead(session: Session, now: datetime) -> bool:
    return not session.is_cancelled and not session.is_over(now)


def _is_coming(entry: Entry) -> bool:
    return bool(entry.coming) and entry.cycle.state is not CycleState.ARCHIVED


def _next_held(entry: Entry) -> tuple[bool, float, int]:
    at = entry.coming[0].starts_at
    return at is None, at.timestamp() if at else 0.0, entry.cycle.id


def _last_held(entry: Entry) -> tuple[float, int]:
    times = [session.ends_at.timestamp() for session in entry.sessions if session.ends_at]
    return max(times, default=0.0), entry.cycle.id


def _is_wanted(entry: Entry, theme: str, words: str) -> bool:
    if theme and folded(theme) not in map(folded, entry.themes):
        return False
    text = entry.text()
    return all(word in text for word in folded(words).split())


def _themes(entries: Sequence[Entry]) -> list[str]:
    counted: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for entry in entries:
        for name in entry.themes:
            counted[folded(name)] += 1
            names.setdefault(folded(name), name)
    return [names[key] for key in sorted(counted, key=lambda key: (-counted[key], key))]
