"""Everybody registered for a session or seen at it: a page at a time, and how many of each there are."""

import enum
from dataclasses import dataclass
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.sql.selectable import Subquery

from webinars.attendance.models import Attendance, Conclusion
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.registration.team import is_in, team_of
from webinars.storage.extensions import db
from webinars.web.paging import Page, tuples_page_of

PAGE = 50
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class AttendeeRow:
    """One person on the attendance list of a session."""

    registrant: Registrant
    state: (
        RegistrationState | None
    )  # of their latest registration for it; None: a walk-in who never registered
    attendance: Attendance | None
    is_team: bool = False  # runs the session: counts in no figure

    @property
    def as_shown(self) -> str:
        """What a form says that its page showed of them."""
        return self.attendance.as_shown if self.attendance else ""

    @property
    def is_walk_in(self) -> bool:
        """Whether they came without a confirmed registration; the team needs none."""
        return not self.is_team and self.state is not RegistrationState.CONFIRMED


class AttendeeFilter(enum.StrEnum):
    """The part of the list somebody wants to see; the team is in none."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    BRIEF = "brief"
    ABSENT = "absent"
    EXCUSED = "excused"
    WALK_IN = "walk-in"


@dataclass(frozen=True, slots=True)
class AttendeeSearch:
    """Who is looked for."""

    words: str = ""
    show: AttendeeFilter | None = None
    said: str = ""  # outward id of whom a word was just said about: they stay in sight

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.words or self.show)


@dataclass(frozen=True)
class AttendanceTally:
    """Counts of a session's whole list; the headcount apart, the team nowhere."""

    registered: int
    unregistered: int
    present: int  # registered or not
    walk_ins: int  # of whom
    brief: int
    absent: int
    excused: int
    unknown: int
    headcount: int

    @property
    def people(self) -> int:
        """How many the list names, registered or not."""
        return self.registered + self.unregistered

    def of(self, part: AttendeeFilter) -> int:
        """How many people this part of the list names."""
        return self.unregistered if part == AttendeeFilter.WALK_IN else int(getattr(self, part))


def attendees(session: Session, asked: AttendeeSearch, *, page: int) -> Page[AttendeeRow]:
    """One page of the list, by name; the team marked as such."""
    found = tuples_page_of(listed(session, asked), page=page, per_page=PAGE)
    return Page([AttendeeRow(*row) for row in found.items], found.page, found.pages, found.total)


def listed(
    session: Session, asked: AttendeeSearch
) -> Select[Registrant, RegistrationState | None, Attendance | None, bool]:
    """The rows of the list, by name."""
    team = team_of(Session.id == session.id)
    is_team = team.c.registrant_id.is_not(None)
    rows = _joined(select(Registrant, Registration.state, Attendance, is_team), session, team)
    if asked.is_narrow:
        found = and_(*holds_every_word(asked.words), *_belongs_to(asked.show, is_team))
        rows = rows.where(or_(found, Registrant.public_id == asked.said))
    return rows.order_by(*BY_NAME)


def unknown_ids(session: Session) -> list[int]:
    """The registered people of whom nothing is recorded, the team left out."""
    rows = listed(session, AttendeeSearch(show=AttendeeFilter.UNKNOWN))
    return list(
        db.session.scalars(rows.with_only_columns(Registrant.id).order_by(None).order_by(Registrant.id))
    )


def tally_of(session: Session, headcount: int) -> AttendanceTally:
    """How many of each the whole list holds."""
    team = team_of(Session.id == session.id)
    is_registered = func.coalesce(Registration.state == RegistrationState.CONFIRMED, False)
    asked = _joined(select(is_registered, Attendance.conclusion, func.count()), session, team)
    counted = db.session.execute(
        asked.where(team.c.registrant_id.is_(None)).group_by(is_registered, Attendance.conclusion)
    ).all()

    def count(conclusion: Conclusion | None, *registered: bool) -> int:
        wanted = registered or (True, False)
        return sum(people for is_one, what, people in counted if what is conclusion and is_one in wanted)

    return AttendanceTally(
        registered=sum(people for is_one, _what, people in counted if is_one),
        unregistered=sum(people for is_one, _what, people in counted if not is_one),
        present=count(Conclusion.PRESENT),
        walk_ins=count(Conclusion.PRESENT, False),
        brief=count(Conclusion.BRIEF),
        absent=count(Conclusion.ABSENT),
        excused=count(Conclusion.EXCUSED),
        unknown=count(None),
        headcount=headcount,
    )


def _joined(asked: Select[*Columns], session: Session, team: Subquery) -> Select[*Columns]:
    latest = (
        select(func.max(Registration.id).label("id"), Registration.registrant_id)
        .where(Registration.session_id == session.id)
        .group_by(Registration.registrant_id)
        .subquery()
    )
    seen = and_(Attendance.registrant_id == Registrant.id, Attendance.session_id == session.id)
    return (
        asked.select_from(Registrant)
        .outerjoin(latest, latest.c.registrant_id == Registrant.id)
        .outerjoin(Registration, Registration.id == latest.c.id)
        .outerjoin(Attendance, seen)
        .outerjoin(team, is_in(team, session.id, Registrant.id))
        .where(
            Registrant.cycle_id == session.cycle_id,
            or_(Registration.state == RegistrationState.CONFIRMED, Attendance.id.is_not(None)),
        )
    )


def _belongs_to(show: AttendeeFilter | None, is_team: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    if show is None:
        return []
    if show is AttendeeFilter.UNKNOWN:
        belongs: ColumnElement[bool] = Attendance.id.is_(None)
    elif show is AttendeeFilter.WALK_IN:
        belongs = Registration.state.is_distinct_from(RegistrationState.CONFIRMED)
    else:
        belongs = Attendance.conclusion == Conclusion(show)
    return [~is_team, belongs]
