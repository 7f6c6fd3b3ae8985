"""The people of a cycle, a page at a time, with what each holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload

from webinars.attendance.models import Attendance, Conclusion
from webinars.cycles.models import Cycle, Session
from webinars.cycles.words import contribution_words
from webinars.invitations.models import PartStat
from webinars.invitations.words import answer_words
from webinars.registration.models import Canceller, Registrant, Registration, RegistrationState
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.registration.seats import SEATED
from webinars.storage.extensions import db
from webinars.web.paging import page_of

PAGE = 50
FEW = 5  # sessions shown of a person, unless all of theirs are asked for
LIVE_STATES = (RegistrationState.PENDING, RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)
CAME = (Conclusion.PRESENT, Conclusion.BRIEF)
SHOWN = {
    "confirmed": RegistrationState.CONFIRMED,
    "waitlisted": RegistrationState.WAITLISTED,
    "cancelled": RegistrationState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class PeopleSearch:
    """Which people are looked for."""

    words: str = ""
    session: str = ""
    state: str = ""
    whole: str = ""  # the public id of somebody of whom all sessions are shown

    @property
    def is_narrow(self) -> bool:
        """Whether not everybody is looked for."""
        return bool(self.words or self.session or self.state)


@dataclass(frozen=True, slots=True)
class PersonSessions:
    """How one person stands to their sessions: some of them by date, and how many others there are."""

    shown: Sequence[Registration] = ()
    others: int = 0
    may_give_back: bool = False  # a seat, or the wait for one, of a session that has not started


NONE = PersonSessions()


def people_of(
    cycle: Cycle, asked: PeopleSearch, *, page: int, now: datetime
) -> tuple[Pagination, dict[int, PersonSessions]]:
    """One page of the people asked for, by name; and how each of them stands to their sessions now."""
    people = page_of(_people(cycle, asked), page=page, per_page=PAGE)
    whole = next((person.id for person in people if person.public_id == asked.whole), 0)
    shown: dict[int, list[Registration]] = defaultdict(list)
    counted: dict[int, tuple[int, int]] = {}
    found = _first_registrations([person.id for person in people], asked, whole=whole, now=now)
    for registration, total, to_give_back in db.session.execute(found):
        shown[registration.registrant_id].append(registration)
        counted[registration.registrant_id] = (total, to_give_back)
    held = {
        person: PersonSessions(shown[person], total - len(shown[person]), bool(to_give_back))
        for person, (total, to_give_back) in counted.items()
    }
    return people, held


@dataclass(frozen=True, slots=True)
class PeopleTally:
    """The people of a cycle, each counted once; the first two together are what its tab counts."""

    seated: int
    waiting: int  # and nowhere seated
    walk_ins: int  # came, and hold nothing
    programme: int  # invited as speakers and team alone
    left: int  # gave back what they held, or were taken off
    others: int  # want the whole cycle, which has no session for them yet

    @property
    def words(self) -> str:
        """« 22 inscrites, 1 venue sans inscription »."""
        parts = (
            (self.seated, ngettext("%(num)s registered", "%(num)s registered", self.seated)),
            (self.waiting, ngettext("%(num)s waiting", "%(num)s waiting", self.waiting)),
            (
                self.walk_ins,
                ngettext(
                    "%(num)s came without registering", "%(num)s came without registering", self.walk_ins
                ),
            ),
            (
                self.programme,
                ngettext(
                    "%(num)s person of the programme", "%(num)s people of the programme", self.programme
                ),
            ),
            (self.left, ngettext("%(num)s no longer registered", "%(num)s no longer registered", self.left)),
            (self.others, ngettext("%(num)s without a session", "%(num)s without a session", self.others)),
        )
        return ", ".join(words for number, words in parts if number)


def tally_of(cycle: Cycle) -> PeopleTally:
    """How many stand how to the cycle."""

    def holds(*states: RegistrationState) -> ColumnElement[bool]:
        return _has(Registration.state.in_(states), Registration.contributes_as.is_(None))

    contributes = _has(Registration.state.in_(SEATED), Registration.contributes_as.is_not(None))
    seen = exists().where(Attendance.registrant_id == Registrant.id, Attendance.conclusion.in_(CAME))
    standing = case(
        (holds(*SEATED), "seated"),
        (holds(RegistrationState.WAITLISTED), "waiting"),
        (seen, "walk_ins"),
        (contributes, "programme"),
        (holds(RegistrationState.CANCELLED), "left"),
        else_="others",
    )
    people = select(standing.label("standing")).where(Registrant.cycle_id == cycle.id).subquery()
    asked = select(people.c.standing, func.count()).group_by(people.c.standing).order_by(people.c.standing)
    found: dict[str, int] = dict(db.session.execute(asked).all())
    return PeopleTally(**{name: found.get(name, 0) for name in PeopleTally.__slots__})


def _has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Registration.registrant_id == Registrant.id, *conditions)


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


def state_words(registration: Registration) -> tuple[str, str]:
    """The word for where a registration stands, and its tone; a cancelled session leaves nothing to hold."""
    if registration.is_live and registration.session.is_cancelled:
        return _("session cancelled"), "bad"
    if registration.is_live and registration.contributes_as is not None:
        return contribution_words(registration.contributes_as), "good"
    if registration.canceller is Canceller.ORGANISER:
        return _("taken off by the team"), ""
    return {
        RegistrationState.PENDING: (_("to be confirmed"), "warn"),
        RegistrationState.CONFIRMED: (_("registered"), "good"),
        RegistrationState.WAITLISTED: (_("waiting"), "warn"),
        RegistrationState.REFUSED: (_("refused"), ""),
        RegistrationState.CANCELLED: (_("withdrawn"), ""),
    }[registration.state]


def calendar_words(registration: Registration) -> str:
    """What the calendar of somebody with a place answered, in a word; empty when nothing is known."""
    invitation = registration.invitation
    if registration.state is not RegistrationState.CONFIRMED or invitation is None:
        return ""
    if registration.session.is_cancelled:
        return ""
    if invitation.partstat is PartStat.NEEDS_ACTION:
        return ""
    return answer_words(invitation.partstat)[0]


def _people(cycle: Cycle, asked: PeopleSearch) -> Select[Registrant]:
    found = select(Registrant).where(Registrant.cycle_id == cycle.id, *holds_every_word(asked.words))
    if asked.session or asked.state:
        holds = exists().where(Registration.registrant_id == Registrant.id, ~_came_back())
        if asked.state in SHOWN:
            holds = holds.where(Registration.state == SHOWN[asked.state])
        if asked.session:
            holds = holds.where(
                Registration.session_id == Session.id,
                Session.slug == asked.session,
                Session.cycle_id == cycle.id,
            )
        found = found.where(holds)
    return found.order_by(*BY_NAME)


def _first_registrations(
    people: Sequence[int], asked: PeopleSearch, *, whole: int, now: datetime
) -> Select[Registration, int, int]:
    """Of each of these people the sessions that matter most, with how many there are and how many can be given back, by date."""
    person = Registration.registrant_id
    is_to_come = or_(Session.starts_at.is_(None), Session.starts_at > now)
    may_be_given_back = case((and_(Registration.state.in_(LIVE_STATES), is_to_come), 1), else_=0)
    ranked = (
        select(
            Registration.id,
            func.count().over(partition_by=person).label("total"),
            func.sum(may_be_given_back).over(partition_by=person).label("to_give_back"),
            func.row_number().over(order_by=_most_asked_first(asked, now), partition_by=person).label("rank"),
        )
        .join(Registration.session)
        .where(Registration.registrant_id.in_(people), ~_came_back())
        .subquery()
    )
    return (
        select(Registration, ranked.c.total, ranked.c.to_give_back)
        .join(ranked, ranked.c.id == Registration.id)
        .join(Registration.session)
        .where(or_(ranked.c.rank <= FEW, Registration.registrant_id == whole))
        .order_by(Session.starts_at, Session.id)
        .options(contains_eager(Registration.session), joinedload(Registration.invitation))
    )


def _most_asked_first(asked: PeopleSearch, now: datetime) -> tuple[Any, ...]:
    """What is looked for, then what is still to come, the soonest first, then what is over, the latest first."""
    sought = [Session.slug == asked.session] if asked.session else []
    if asked.state in SHOWN:
        sought.append(Registration.state == SHOWN[asked.state])
    is_over = Session.ends_at < now
    return (
        case((and_(true(), *sought), 0), else_=1),
        case((is_over, 1), else_=0),
        case((~is_over, Session.starts_at)),
        Session.starts_at.desc(),
        Registration.id,
    )


def _came_back() -> ColumnElement[bool]:
    """The condition that the same person registered for the same session again: whoever came back is no longer withdrawn."""
    later = aliased(Registration)
    return exists().where(
        later.registrant_id == Registration.registrant_id,
        later.session_id == Registration.session_id,
        later.id > Registration.id,
    )


def _registrations(registrant_ids: Sequence[int]) -> Sequence[Registration]:
    return db.session.scalars(
        select(Registration)
        .join(Registration.session)
        .where(Registration.registrant_id.in_(registrant_ids))
        .order_by(Session.starts_at, Session.id, Registration.id)
        .options(contains_eager(Registration.session), joinedload(Registration.invitation))
    ).all()
