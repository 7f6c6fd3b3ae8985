"""A report read and matched before it is applied: what importing it would record. Only reads."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Result, Row, select

from config import Settings
from webinars.attendance import queries
from webinars.attendance.conclusion import ConclusionBasis, Measures, measures_of
from webinars.attendance.imports.decisions import Decisions, decisions_about
from webinars.attendance.imports.preview import AttendedPerson, Preview, preview, previewed
from webinars.attendance.imports.transcript import read_again, written
from webinars.attendance.imports.uploads import StoredUploads, digest_of
from webinars.attendance.matching.roster import KnownPerson, Roster, TeamMember
from webinars.attendance.models import Evidence, EvidenceKind
from webinars.attendance.reports.connections import UNANSWERED, Answers, kept
from webinars.attendance.reports.reader import read_report
from webinars.cycles.models import Session
from webinars.cycles.queries import contributors_of
from webinars.outbox.identity import mail_from
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.team import team_ids
from webinars.storage.extensions import db

NAMED_BY = (Registrant.id, Registrant.first_name, Registrant.last_name, Registrant.email)


@dataclass(frozen=True)
class ReportBasis:
    """What a report is read and matched against; while it stands, so does the preview."""

    measures: Measures
    people: list[KnownPerson]
    team: list[TeamMember]
    aliases: dict[str, str | None]  # None: the team

    @property
    def digest(self) -> str:
        """What tells it from another basis."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True)
class PreparedReport:
    """A report read and matched before anybody is made to wait for it."""

    basis: ReportBasis
    preview: Preview

    def text(self) -> str:
        """As it is kept until it is imported."""
        return written(self.preview.report, self.preview.matches, rests_on=self.basis.digest)


def preview_report(session: Session, content: bytes, *, now: datetime) -> Preview:
    """What importing the file would make hold; raises a ReportRefused, and stores nothing."""
    return as_it_will_be(session, prepare_report(session, content).preview, now=now)


def as_it_will_be(session: Session, seen: Preview, *, now: datetime) -> Preview:
    """The preview with all that is known of the session beside: words by hand, other reports, who runs it."""
    told = [*queries.live_evidence(session), *(_as_evidence(one, now) for one in seen.attended)]
    maybe = {int(person.key) for person in seen.absent_unless_review}
    spared = team_ids(session) | queries.candidate_ids(session) | maybe
    grounds = ConclusionBasis(measures_of(session), has_report=True, spared=lambda: spared)
    then = grounds.conclusions(told, maybe | {int(person.key) for person in seen.absent})
    return seen.settled({str(person): concluded for person, concluded in then.items()})


def _as_evidence(one: AttendedPerson, now: datetime) -> Evidence:
    """What the report will say of somebody; it is kept nowhere."""
    facts = {"match": one.how, "seconds": one.seconds, "connections": kept(one.connections)}
    return Evidence(id=0, registrant_id=int(one.person.key), kind=EvidenceKind.REPORT, stated_at=now, **facts)


def prepare_report(session: Session, content: bytes, *, answers: Answers = UNANSWERED) -> PreparedReport:
    """A report read and matched, with what it was computed from; raises a ReportRefused, and only reads."""
    basis = basis_of(session)
    occasion, threshold = basis.measures.occasion, basis.measures.threshold
    report = read_report(content, occasion, answers=answers)
    instance = TeamMember("", mail_from())
    roster = Roster(basis.people, [*basis.team, instance], basis.aliases)
    decisions = _decisions(session, digest_of(content))
    return PreparedReport(basis, preview(report, occasion, roster, threshold=threshold, decisions=decisions))


def _decisions(session: Session, digest: str) -> Decisions:
    """What was decided about the same file before its import was undone."""
    undone = queries.last_undone(session, digest)
    return decisions_about(undone) if undone else {}


def prepared_again(session: Session, digest: str, text: str) -> PreparedReport | None:
    """What was kept of a report; None when the session has changed since, its people, or what is known of them."""
    basis = basis_of(session)
    known = read_again(text, rests_on=basis.digest)
    if known is None:
        return None
    measures = basis.measures
    decisions = _decisions(session, digest)
    found = previewed(*known, measures.occasion, basis.people, measures.threshold, decisions=decisions)
    return PreparedReport(basis, found)


def prepared_from(
    session: Session, digest: str, content: bytes, answers: Answers, settings: Settings
) -> PreparedReport:
    """What was kept of the reading; read and matched anew when it rests on something else, or on an answer."""
    text = StoredUploads(settings.storage).transcript(session, digest) if answers == UNANSWERED else None
    found = prepared_again(session, digest, text) if text is not None else None
    return found or prepare_report(session, content, answers=answers)


def basis_of(session: Session) -> ReportBasis:
    """Whom lines of the session's reports may be about: its registrants, its team, earlier decisions.

    Somebody of the team who also registered is known by what they wrote there too.
    """
    of_team, registered = team_ids(session), _registered(session)
    expected = {person.id: (person, state) for person, state in registered if person.id not in of_team}
    declared = [
        TeamMember(member.name, member.email)
        for member in contributors_of([session]).get(session.id, [])
        if member.name or member.email
    ]
    team = declared + [
        TeamMember(f"{person.first_name} {person.last_name}".strip(), person.email or "")
        for person, _state in registered
        if person.id in of_team
    ]
    aliases = {
        said: None if person is None else str(person)
        for said, person in queries.aliases_of(session.cycle_id).items()
        if person is None or person in expected
    }
    return ReportBasis(measures_of(session), [_known(*one) for one in expected.values()], team, aliases)


def _known(person: Row[Any], state: RegistrationState) -> KnownPerson:
    return KnownPerson(
        str(person.id),
        person.first_name,
        person.last_name,
        person.email or "",
        is_active=state is RegistrationState.CONFIRMED,
        is_waiting=state is RegistrationState.WAITLISTED,
    )


def _registered(session: Session) -> list[tuple[Row[Any], RegistrationState]]:
    """Everybody who registered for the session, what names them, and how they stand: with a seat, waiting, withdrawn.

    Rows and no registrants: of tens of thousands, Python's own tidying would hold up every other request.
    """
    rows: Result[Any] = db.session.execute(
        select(*NAMED_BY, Registration.state)
        .join(Registration, Registration.registrant_id == Registrant.id)
        .where(
            Registration.session_id == session.id,
            Registration.state.in_(queries.STANDINGS),
        )
        .order_by(Registration.id)
    )
    standing: dict[int, tuple[Row[Any], RegistrationState]] = {}
    for row in rows:
        states = (row.state, standing[row.id][1]) if row.id in standing else (row.state,)
        standing[row.id] = (row, min(states, key=queries.STANDINGS.index))
    return list(standing.values())
