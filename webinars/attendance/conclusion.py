"""From evidence to one conclusion per person and session (specification/figures, section 6).

A hand wins over a report, a report over a check-in, that over a join link.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webinars.attendance import queries
from webinars.attendance.models import Attendance, Conclusion, Evidence, EvidenceKind
from webinars.attendance.reports.connections import Occasion
from webinars.attendance.reports.presence import Threshold, seconds_present
from webinars.attendance.stored_connections import occasion_of, restored
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.registration.team import team_ids
from webinars.storage.extensions import db

PRECEDENCE = tuple(EvidenceKind)


@dataclass(frozen=True)
class Concluded:
    """What the evidence about one person says."""

    conclusion: Conclusion
    seconds: int | None = None
    how: EvidenceKind | None = None
    match: str = ""


def threshold_of(cycle: Cycle) -> Threshold:
    """From how long on somebody counts as present in this cycle."""
    return Threshold(minutes=cycle.threshold_minutes, percent=cycle.threshold_percent)


def conclude(evidence: Sequence[Evidence], occasion: Occasion, threshold: Threshold) -> Concluded:
    """What holds, of at least one piece of evidence about one person."""
    strongest = min((one.kind for one in evidence), key=PRECEDENCE.index)
    told = [one for one in evidence if one.kind is strongest]
    latest = max(told, key=lambda one: (one.stated_at, one.id))
    rows = [row for one in told for row in one.connections]
    seconds = seconds_present(restored(rows), occasion) if rows else latest.seconds
    if latest.statement is not None:
        return Concluded(latest.statement, seconds, strongest, latest.match)
    is_present = threshold.is_reached(seconds, occasion)
    found = Conclusion.PRESENT if is_present else Conclusion.BRIEF
    return Concluded(found, seconds, strongest, latest.match)


def conclude_session(session: Session, *, among: Sequence[int] | None = None, by: str, now: datetime) -> None:
    """Brings conclusions about the session in line with the evidence, all or those of these people; none where there is none.

    After a report, registered people nobody has seen are absent, unless they are of the team or a line that
    waits may be them. The evidence about one person says nothing of the others.
    """
    occasion, threshold = occasion_of(session), threshold_of(session.cycle)
    by_person: dict[int, list[Evidence]] = defaultdict(list)
    for one in queries.live_evidence(session, among):
        by_person[one.registrant_id].append(one)
    found = {person: conclude(told, occasion, threshold) for person, told in by_person.items()}
    if queries.has_report(session):
        unseen = queries.registered_ids(session, among) - found.keys()
        if unseen:
            unseen -= team_ids(session) | queries.candidate_ids(session)
        found |= dict.fromkeys(unseen, Concluded(Conclusion.ABSENT))
    _record(session, queries.attendances_of(session, among), found, by=by, now=now)


def conclude_cycle(cycle: Cycle, *, by: str, now: datetime) -> None:
    """The same for every session of the cycle, after its threshold has changed."""
    for session in sessions_of(cycle):
        if session.is_dated:
            queries.hold(session)
            conclude_session(session, by=by, now=now)


def _record(
    session: Session, known_rows: Sequence[Attendance], found: dict[int, Concluded], *, by: str, now: datetime
) -> None:
    rows = {row.registrant_id: row for row in known_rows}
    for person, row in rows.items():
        if person not in found:
            db.session.delete(row)
    for person, concluded in found.items():
        known = rows.get(person)
        if known is not None and _said(known) == concluded:
            continue
        row = known or Attendance(session_id=session.id, registrant_id=person)
        row.conclusion, row.seconds = concluded.conclusion, concluded.seconds
        row.how, row.match = concluded.how, concluded.match
        row.concluded_at, row.concluded_by = now, by
        db.session.add(row)
    db.session.flush()


def _said(row: Attendance) -> Concluded:
    return Concluded(row.conclusion, row.seconds, row.how, row.match)
