"""A report read and matched before it is applied: what importing it would record. Only reads."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result, Row, select

from config import Settings
from webinars.attendance import queries
from webinars.attendance.conclusion import Measures, measures_of
from webinars.attendance.imports.preview import Preview, preview, previewed
from webinars.attendance.imports.transcript import read_again, written
from webinars.attendance.imports.uploads import StoredUploads
from webinars.attendance.matching.roster import KnownPerson, Roster, TeamMember
from webinars.attendance.reports.connections import UNANSWERED, Answers
from webinars.attendance.reports.reader import read_report
from webinars.cycles.models import Session
from webinars.cycles.queries import contributors_of
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.team import team_ids
from webinars.storage.extensions import db

NAMED_BY = (
    Registrant.id,
    Registrant.public_id,
    Registrant.source_id,
    Registrant.first_name,
    Registrant.last_name,
    Registrant.email,
)
KeyOf = Callable[[Row[Any]], str]  # given the columns above


def by_id(person: Row[Any]) -> str:
    """How an import names people: by their row."""
    return str(person.id)


@dataclass(frozen=True)
class Basis:
    """What a report is read and matched against; while it stands, so does the preview."""

    measures: Measures
    people: list[KnownPerson]
    team: list[TeamMember]
    aliases: dict[str, str]

    @property
    def digest(self) -> str:
        """What tells it from another basis."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """A report read and matched before anybody is made to wait for it."""

    basis: Basis
    preview: Preview

    def text(self) -> str:
        """As it is kept until it is imported."""
        return written(self.preview.report, self.preview.matches, rests_on=self.basis.digest)


def preview_report(
    session: Session,
    content: bytes,
    *,
    answers: Answers = UNANSWERED,
    key: KeyOf = by_id,
) -> Preview:
    """What importing the file would record; raises a ReportRefused, and stores nothing."""
    return prepare_report(session, content, answers=answers, key=key).preview


def prepare_report(
    session: Session,
    content: bytes,
    *,
    answers: Answers = UNANSWERED,
    key: KeyOf = by_id,
) -> Prepared:
    """The same, with what it was computed from; only reads."""
    basis = basis_of(session, key)
    occasion, threshold = basis.measures.occasion, basis.measures.threshold
    report = read_report(content, occasion, answers=answers)
    roster = Roster(basis.people, basis.team, basis.aliases)
    return Prepared(basis, preview(report, occasion, roster, threshold=threshold))


def prepared_again(session: Session, text: str) -> Prepared | None:
    """What was kept of a report; None when the session has changed since, its people, or what is known of them."""
    basis = basis_of(session)
    kept = read_again(text, rests_on=basis.digest)
    if kept is None:
        return None
    measures = basis.measures
    return Prepared(basis, previewed(*kept, measures.occasion, basis.people, measures.threshold))


def prepared_from(
    session: Session, digest: str, content: bytes, answers: Answers, settings: Settings
) -> Prepared:
    """What was kept of the reading; read and matched anew when it rests on something else, or on an answer."""
    kept = StoredUploads(settings.storage).transcript(session, digest) if answers == UNANSWERED else None
    found = prepared_again(session, kept) if kept is not None else None
    return found or prepare_report(session, content, answers=answers)


def basis_of(session: Session, key: KeyOf = by_id) -> Basis:
    """Whom lines of the session's reports may be about: its registrants, its team, earlier decisions.

    Somebody of the team who also registered is known by what they wrote there too.
    """
    of_team, registered = team_ids(session), _registered(session)
    expected = [(person, active) for person, active in registered if person.id not in of_team]
    people = [
        KnownPerson(key(person), person.first_name, person.last_name, person.email or "", active)
        for person, active in expected
    ]
    names = {person.id: key(person) for person, _active in expected}
    declared = [
        TeamMember(member.name, member.email)
        for member in contributors_of([session]).get(session.id, [])
        if member.name or member.email
    ]
    team = declared + [
        TeamMember(f"{person.first_name} {person.last_name}".strip(), person.email or "")
        for person, _active in registered
        if person.id in of_team
    ]
    decided = queries.aliases_of(session.cycle_id)
    aliases = {name: names[person] for name, person in decided.items() if person in names}
    return Basis(measures_of(session), people, team, aliases)


def _registered(session: Session) -> list[tuple[Row[Any], bool]]:
    """Everybody who registered for the session, what names them, and whether their registration still stands.

    Rows and no registrants: of tens of thousands, Python's own tidying would hold up every other request.
    """
    rows: Result[Any] = db.session.execute(
        select(*NAMED_BY, Registration.state)
        .join(Registration, Registration.registrant_id == Registrant.id)
        .where(
            Registration.session_id == session.id,
            Registration.state.in_(
                (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.CANCELLED)
            ),
        )
        .order_by(Registration.id)
    )
    standing: dict[int, tuple[Row[Any], bool]] = {}
    for row in rows:
        known = standing.get(row.id)
        standing[row.id] = (row, row.state is RegistrationState.CONFIRMED or bool(known and known[1]))
    return list(standing.values())
