"""Whom a doubtful line may be, with what speaks for and against."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webinars.attendance import queries
from webinars.attendance.matching.shown_names import name_key
from webinars.attendance.models import Attendance, Conclusion, ReportLine
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, RegistrationState
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.storage.extensions import db

MOST_FOUND = 20


@dataclass(frozen=True)
class Candidate:
    """Somebody a line may be about."""

    person: Registrant
    score: int | None  # likeness of the names, 0 to 100
    has_same_name: bool
    standing: RegistrationState | None  # None: never registered for the session
    is_present_already: bool
    minutes_already: int | None


def candidates_for(line: ReportLine, session: Session, *, but: Sequence[Registrant] = ()) -> list[Candidate]:
    """The people the rules think of but those, likeliest first; those already present come after the others."""
    left_out = {person.id for person in but}
    ranked = {
        one.registrant_id: one.score
        for one in queries.candidates_of(line)
        if one.registrant_id not in left_out
    }
    return sorted(_described(line, session, ranked), key=lambda one: one.is_present_already)


def search_people(session: Session, words: str) -> list[Registrant]:
    """People of the cycle whose name, address or structure holds every word."""
    wanted = select(Registrant).where(Registrant.cycle_id == session.cycle_id, *holds_every_word(words))
    return list(db.session.scalars(wanted.order_by(*BY_NAME).limit(MOST_FOUND)))


def _described(line: ReportLine, session: Session, scores: dict[int, int]) -> list[Candidate]:
    """In the order of the scores."""
    ids = list(scores)
    people = queries.people_by_id(ids)
    standings = queries.standings_in(session, ids)
    present = {
        row.registrant_id: row
        for row in queries.attendances_of(session, among=ids)
        if row.conclusion is Conclusion.PRESENT
    }
    return [
        Candidate(
            person=people[person_id],
            score=score,
            has_same_name=_is_same(line, people[person_id]),
            standing=standings.get(person_id),
            is_present_already=person_id in present,
            minutes_already=_minutes(present.get(person_id)),
        )
        for person_id, score in scores.items()
    ]


def _is_same(line: ReportLine, person: Registrant) -> bool:
    names = {name_key(person.name), name_key(f"{person.last_name} {person.first_name}")}
    return name_key(line.name) in names


def _minutes(row: Attendance | None) -> int | None:
    return None if row is None or row.seconds is None else row.seconds // 60
