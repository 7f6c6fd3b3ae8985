"""From evidence to one conclusion per person and session (specification/figures, section 6).

A hand wins over a report, a report over a check-in, that over a join link, and all over an entry that proves no address.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert

from webinars.actors import Actor, columns_of
from webinars.attendance import drafts, queries
from webinars.attendance.models import Attendance, Conclusion, Evidence, EvidenceKind
from webinars.attendance.reports.connections import Occasion, restored
from webinars.attendance.reports.presence import Threshold, seconds_present
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.registration.team import team_ids
from webinars.storage.extensions import db

PRECEDENCE = tuple(EvidenceKind)


@dataclass(frozen=True)
class PersonConclusion:
    """What the evidence about one person says."""

    conclusion: Conclusion
    seconds: int | None = None
    how: EvidenceKind | None = None
    match: str | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What presence is measured by at a session."""

    occasion: Occasion
    threshold: Threshold


def measures_of(session: Session) -> Measures:
    """Those of the session as it stands."""
    return Measures(occasion_of(session), threshold_of(session.cycle))


def occasion_of(session: Session) -> Occasion:
    """The window and zone presence at this session is measured in."""
    starts_at, ends_at = session.window()
    return Occasion(starts_at=starts_at, ends_at=ends_at, zone=session.zone)


def threshold_of(cycle: Cycle) -> Threshold:
    """From how long on somebody counts as present in this cycle."""
    return Threshold(minutes=cycle.threshold_minutes, percent=cycle.threshold_percent)


def conclude(evidence: Sequence[Evidence], occasion: Occasion, threshold: Threshold) -> PersonConclusion:
    """What holds, of at least one piece of evidence about one person."""
    strongest = min((one.kind for one in evidence), key=PRECEDENCE.index)
    told = [one for one in evidence if one.kind is strongest]
    latest = max(told, key=lambda one: (one.stated_at, one.id))
    rows = [row for one in told for row in one.connections]
    seconds = seconds_present(restored(rows), occasion) if rows else latest.seconds
    if latest.statement is not None:
        return PersonConclusion(latest.statement, seconds, strongest, latest.match)
    is_present = threshold.is_reached(seconds, occasion)
    found = Conclusion.PRESENT if is_present else Conclusion.BRIEF
    return PersonConclusion(found, seconds, strongest, latest.match)


@dataclass(frozen=True)
class ConclusionBasis:
    """What conclusions about a session rest on, beside the evidence about each person."""

    measures: Measures
    has_report: bool
    spared: Callable[[], set[int]]  # who is not absent though nobody saw them; asked only if need be

    def conclusions(self, evidence: Iterable[Evidence], registered: set[int]) -> dict[int, PersonConclusion]:
        """What holds of each person the evidence is about, and of the registered people nobody has seen.

        An entry that proves no address keeps from being absent whom a report does not name; without one it says nothing.
        """
        by_person: dict[int, list[Evidence]] = defaultdict(list)
        for one in evidence:
            if self.has_report or one.kind is not EvidenceKind.ENTRY:
                by_person[one.registrant_id].append(one)
        found = {
            person: conclude(told, self.measures.occasion, self.measures.threshold)
            for person, told in by_person.items()
        }
        unseen = registered - found.keys() if self.has_report else set()
        if unseen:
            found |= dict.fromkeys(unseen - self.spared(), PersonConclusion(Conclusion.ABSENT))
        return found


def conclude_session(
    session: Session, *, among: Sequence[int] | None = None, by: Actor, now: datetime
) -> None:
    """Brings conclusions about the session in line with the evidence, all or those of these people; none where there is none.

    After a report, registered people nobody has seen are absent, unless they are of the team or a line that
    waits may be them. The evidence about one person says nothing of the others.
    """
    grounds = ConclusionBasis(
        measures_of(session),
        queries.has_report(session),
        spared=lambda: team_ids(session) | queries.candidate_ids(session),
    )
    found = grounds.conclusions(queries.live_evidence(session, among), queries.registered_ids(session, among))
    _record(session, queries.attendances_of(session, among), found, by=by, now=now)
    drafts.overtake(session, among, now=now)


def conclude_cycle(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """The same for every session of the cycle, after its threshold has changed."""
    for session in sessions_of(cycle):
        if session.is_dated:
            queries.hold(session)
            conclude_session(session, by=by, now=now)


def _record(
    session: Session,
    known_rows: Sequence[Attendance],
    found: dict[int, PersonConclusion],
    *,
    by: Actor,
    now: datetime,
) -> None:
    rows = {row.registrant_id: row for row in known_rows}
    for person, row in rows.items():
        if person not in found:
            db.session.delete(row)
        elif said_by(row) != found[person]:
            row.conclusion, row.seconds = found[person].conclusion, found[person].seconds
            row.how, row.match = found[person].how, found[person].match
            row.concluded_at, row.concluded_by = now, by
    db.session.flush()
    facts = {"session_id": session.id, "concluded_at": now} | columns_of(concluded_by=by)
    unknown = sorted(found.keys() - rows.keys())
    if unknown:
        new = [facts | asdict(found[person]) | {"registrant_id": person} for person in unknown]
        db.session.execute(insert(Attendance), new)


def said_by(row: Attendance) -> PersonConclusion:
    """What a row says that was concluded."""
    return PersonConclusion(row.conclusion, row.seconds, row.how, row.match)
