"""A report enters a session at once or not at all; every import can be undone.

What is long is written in lots that count nowhere, each a transaction of its own, and others write between them.
One short transaction at the end makes all of it count.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from config import Settings
from webinars.actors import Actor, columns_of
from webinars.attendance import queries
from webinars.attendance.actions import forget_walk_ins
from webinars.attendance.conclusion import ConclusionBasis, Measures, conclude_session, measures_of, said_by
from webinars.attendance.drafts import RowValues, draft_row, keep_drafts, make_drafts_count
from webinars.attendance.imports import lease
from webinars.attendance.imports.decisions import count_again, decide_again, keep_walk_ins
from webinars.attendance.imports.errors import ReportInterrupted
from webinars.attendance.imports.lease import ReportLease
from webinars.attendance.imports.leftovers import clear_half_done, clear_through
from webinars.attendance.imports.lots import in_lots, written_as_lot
from webinars.attendance.imports.preparation import PreparedReport, prepare_report, prepared_from
from webinars.attendance.imports.preview import Preview
from webinars.attendance.imports.uploads import StoredUploads, digest_of
from webinars.attendance.matching.matcher import Match, Outcome
from webinars.attendance.models import (
    Alias,
    Decision,
    Evidence,
    EvidenceKind,
    Headcount,
    LineCandidate,
    LineProposal,
    Report,
    ReportLine,
    ReportState,
)
from webinars.attendance.reports.connections import UNANSWERED, Answers, kept
from webinars.attendance.reports.errors import NoRows, TimezoneSuspect
from webinars.attendance.reports.presence import seconds_present
from webinars.cycles.models import Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.registration.team import team_ids
from webinars.storage.database import FOLDED_LIMIT, only_reading, public_id
from webinars.storage.extensions import db
from webinars.storage.transactions import run
from webinars.words.folding import fold

DECISIONS = {
    Outcome.TEAM: Decision.TEAM,
    Outcome.MATCHED: Decision.MATCHED,
    Outcome.REVIEW: Decision.REVIEW,
    Outcome.UNMATCHED: Decision.UNMATCHED,
}
# rows are sent one after the other: a statement that gives ids back is taken apart for each of its thousands of values
_KEEP_LINES = insert(ReportLine.__table__)  # type: ignore[arg-type]
_KEEP_CANDIDATES = insert(LineCandidate.__table__)  # type: ignore[arg-type]
_KEEP_PROPOSALS = insert(LineProposal.__table__)  # type: ignore[arg-type]
_KEEP_EVIDENCE = insert(Evidence.__table__)  # type: ignore[arg-type]


def apply_report(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    by: Actor,
    now: datetime,
    answers: Answers = UNANSWERED,
    prepared: PreparedReport | None = None,
) -> Report:
    """Records the report; the same file again changes nothing and gives the report already there.

    What was prepared is used as long as nothing it rests on has changed. Commits. Raises ReportUnderWay, and
    ReportInterrupted when the session changed while the lots were written.
    """
    clear_half_done(session.id)
    queries.hold_anew(session)
    digest = digest_of(content)
    known = queries.same_report(session, digest)
    if known is not None:
        return known
    measures = measures_of(session)
    if prepared is None or prepared.basis.measures != measures:
        prepared = prepare_report(session, content, answers=answers)
    report = _new_report(session, digest, file_name, prepared.preview, by=by, now=now)
    with _under_way(report, ReportState.ENTERING) as mine:
        db.session.commit()  # the report is there, and counts nowhere
        _keep_lines(mine, session.id, prepared.preview, by=by, now=now)
        if decisions := prepared.preview.decisions:
            decide_again(mine, decisions)
        _draft(mine, session, measures, counting=Report.counts() | (Report.id == mine.report_id))

        _hold_unchanged(session, measures)
        mine.end(ReportState.STANDING)
        added = count_again(report, session, decisions, now=now) if decisions else []
        _conclude(mine, session, added, by=by, now=now)
        _note(Deed.REPORT_IMPORTED, session, report, by=by, now=now)
        db.session.commit()  # all of it counts
    clear_through(mine.report_id)
    return report


def undo_report(session: Session, report: Report, *, by: Actor, now: datetime) -> None:
    """Takes the report and every decision about its lines back: all is as before the import; idempotent.

    The decisions are kept beside it, and hold again when the same file is imported again. Commits. Raises ReportUnderWay, and ReportInterrupted when the session changed meanwhile.
    """
    clear_half_done(session.id)
    queries.hold_anew(session)
    db.session.refresh(report)
    if report.state is ReportState.UNDONE:
        return
    measures = measures_of(session)
    with _under_way(report, ReportState.LEAVING) as mine:
        db.session.commit()  # it counts still
        _draft(mine, session, measures, counting=Report.counts() & (Report.id != mine.report_id))

        _hold_unchanged(session, measures)
        walk_ins = _walk_ins_of(mine.report_id)
        mine.end(ReportState.UNDONE, undone_at=now, undone_by=by)
        _withdraw_headcounts(session, ReportLine.report_id == mine.report_id, by=by, now=now)
        _conclude(mine, session, by=by, now=now)
        if walk_ins:
            keep_walk_ins(mine.report_id)
            forget_walk_ins(walk_ins)
        _note(Deed.IMPORT_UNDONE, session, report, by=by, now=now)
        db.session.commit()  # it counts no more
    clear_through(mine.report_id)


def _note(deed: Deed, session: Session, report: Report, *, by: Actor, now: datetime) -> None:
    owner = session.cycle.organisation_id
    note(deed, owner, session.subject, by=by, now=now, detail=report.public_id)


def read_dropped(session_id: int, content: bytes, *, settings: Settings, now: datetime) -> str:
    """By plain values: reads and matches a dropped file; keeps it, with what was read, under its digest. Raises a ReportRefused, OSError."""
    prepared, uploads = None, StoredUploads(settings.storage)
    with only_reading():
        session = _session(session_id)
        with suppress(TimezoneSuspect, NoRows):  # the preview asks
            prepared = prepare_report(session, content)
        digest = uploads.keep(session, content, now=now)
        if prepared is not None:
            uploads.keep_transcript(session, digest, prepared.text())
        db.session.rollback()
    return digest


def record_previewed(
    session_id: int,
    digest: str,
    content: bytes,
    *,
    answers: Answers,
    file_name: str,
    by: Actor,
    now: datetime,
    settings: Settings,
) -> None:
    """By plain values: records a file that was previewed, at once or not at all. Commits. Raises as `apply_report` does."""
    with only_reading():
        prepared = prepared_from(_session(session_id), digest, content, answers, settings)
        db.session.rollback()
    apply_report(
        _session(session_id), content, file_name=file_name, by=by, now=now, answers=answers, prepared=prepared
    )


def take_back(session_id: int, report_id: str, *, by: Actor, now: datetime) -> None:
    """By plain values: undoes an import. Commits. Raises as `undo_report` does."""
    session = _session(session_id)
    report = queries.find_report(session, report_id)
    if report is None:
        raise ReportInterrupted
    undo_report(session, report, by=by, now=now)


def _session(session_id: int) -> Session:
    wanted = select(Session).where(Session.id == session_id).options(joinedload(Session.cycle))
    found = db.session.scalar(wanted)
    if found is None:
        raise ReportInterrupted
    return found


@contextmanager
def _under_way(report: Report, state: ReportState) -> Iterator[ReportLease]:
    """What goes wrong inside leaves nothing that counts, and whoever tries next clears it at once."""
    mine = lease.take(report, state)
    try:
        yield mine
    except BaseException:
        db.session.rollback()
        with suppress(ReportInterrupted, SQLAlchemyError):
            mine.let_go()
            db.session.commit()
        raise


def _hold_unchanged(session: Session, measures: Measures) -> None:
    queries.hold_anew(session)
    if measures_of(session) != measures:
        raise ReportInterrupted


def _new_report(
    session: Session, digest: str, file_name: str, seen: Preview, *, by: Actor, now: datetime
) -> Report:
    return Report(
        session_id=session.id,
        digest=digest,
        file_name=file_name[:200],
        tool=seen.report.tool,
        encoding=seen.report.encoding,
        delimiter=seen.report.delimiter,
        warnings=list(seen.notices),
        imported_at=now,
        imported_by=by,
    )


def _keep_lines(mine: ReportLease, session_id: int, seen: Preview, *, by: Actor, now: datetime) -> None:
    """The lines with what they prove, in lots."""
    for lot in in_lots(seen.matches):
        lines = [_line_row(mine.report_id, one, seen) for one in lot]
        with written_as_lot(mine):
            _keep_lot(lines, lot, session_id, by=by, now=now)


def _keep_lot(
    lines: Sequence[RowValues], matches: Sequence[Match], session_id: int, *, by: Actor, now: datetime
) -> None:
    """The lines of these matches, whom they are or may be about, and what they prove; somebody who is gone is left out."""
    rows = [row for one in matches for row in (*_candidate_rows(one), *_proposal_rows(one))]
    known = queries.hold_people({row["registrant_id"] for row in rows})
    run(_KEEP_LINES, lines)
    numbers = [line["number"] for line in lines]
    ids = queries.line_ids(lines[0]["report_id"], first=min(numbers), last=max(numbers))
    candidates, proposals, proofs = list[RowValues](), list[RowValues](), list[RowValues]()
    for line, one in zip(lines, matches, strict=True):
        line_id = ids[line["public_id"]]
        about = {"report_line_id": line_id}
        candidates += [about | row for row in _candidate_rows(one) if row["registrant_id"] in known]
        proposed = [about | row for row in _proposal_rows(one) if row["registrant_id"] in known]
        proposals += proposed
        proofs += [
            _evidence_row(line_id, line, row["registrant_id"], session_id, by=by, now=now) for row in proposed
        ]
    for statement, kept_rows in (
        (_KEEP_CANDIDATES, candidates),
        (_KEEP_PROPOSALS, proposals),
        (_KEEP_EVIDENCE, proofs),
    ):
        if kept_rows:
            run(statement, kept_rows)


def _candidate_rows(one: Match) -> list[RowValues]:
    return [
        {"registrant_id": int(candidate.key), "rank": rank, "score": candidate.score}
        for rank, candidate in enumerate(one.candidates)
    ]


def _proposal_rows(one: Match) -> list[RowValues]:
    return [{"registrant_id": int(key), "rank": rank} for rank, key in enumerate(dict.fromkeys(one.keys))]


def _line_row(report_id: int, one: Match, seen: Preview) -> RowValues:
    name, decision = one.name_to_keep[:300], DECISIONS[one.outcome]
    return {
        "public_id": public_id(),
        "report_id": report_id,
        "number": one.presence.lines[0],
        "name": name,
        "folded_name": fold(name)[:FOLDED_LIMIT],
        "email": one.presence.email[:254] or None,
        "seconds": seconds_present(one.connections, seen.occasion),
        "connections": kept(one.connections),
        "match": one.how,
        "score": one.score,
        "kind": one.kind,
        "why": one.why,
        "decision": decision,
        "proposed": decision,
    }


def _evidence_row(
    line_id: int, line: RowValues, person: int, session_id: int, *, by: Actor, now: datetime
) -> RowValues:
    return {
        "session_id": session_id,
        "registrant_id": person,
        "kind": EvidenceKind.REPORT,
        "connections": line["connections"],
        "seconds": line["seconds"],
        "match": line["match"],
        "report_line_id": line_id,
        "stated_at": now,
    } | columns_of(stated_by=by)


def _draft(mine: ReportLease, session: Session, measures: Measures, *, counting: ColumnElement[bool]) -> None:
    """What is to be concluded while these reports count, in lots; nobody waits while it is computed."""
    with only_reading():
        people = queries.people_concerned(session, counting)
        is_reported = queries.has_report(session, reports=counting)
        spared = team_ids(session) | queries.candidate_ids(session, reports=counting)
        db.session.rollback()
    grounds = ConclusionBasis(measures, is_reported, spared=lambda: spared)
    for lot in in_lots(people):
        with only_reading():
            drafts = _drafts(mine.report_id, session, lot, grounds, counting)
            db.session.rollback()
        with written_as_lot(mine):
            keep_drafts(drafts)


def _drafts(
    report_id: int,
    session: Session,
    people: Sequence[int],
    grounds: ConclusionBasis,
    counting: ColumnElement[bool],
) -> list[RowValues]:
    """Those of these people of whom something else is concluded then than now."""
    now = {row.registrant_id: said_by(row) for row in queries.attendances_of(session, people)}
    then = grounds.conclusions(
        queries.live_evidence(session, people, reports=counting), queries.registered_ids(session, people)
    )
    return [
        draft_row(report_id, person, **(asdict(then[person]) if person in then else {}))
        for person in people
        if then.get(person) != now.get(person)
    ]


def _conclude(
    mine: ReportLease, session: Session, added: Sequence[int] = (), *, by: Actor, now: datetime
) -> None:
    anew = {*make_drafts_count(mine.report_id, session.id, by=by, now=now), *added}
    if anew:
        conclude_session(session, among=sorted(anew), by=by, now=now)


def _walk_ins_of(report_id: int) -> Sequence[int]:
    """Whom somebody added to the cycle for a line of the report."""
    added = select(Evidence.registrant_id).join(ReportLine, ReportLine.id == Evidence.report_line_id)
    of_report = (ReportLine.report_id == report_id, ReportLine.decision == Decision.WALK_IN)
    return db.session.scalars(added.where(*of_report).order_by(Evidence.registrant_id)).all()


def testify(
    line: ReportLine,
    people: Iterable[int],
    session: Session,
    *,
    match: str | None,
    by: Actor,
    now: datetime,
) -> None:
    """The line is evidence about these people, from now on."""
    said = {"connections": line.connections, "seconds": line.seconds, "match": match}
    proofs = [
        _evidence_row(line.id, said, person, session.id, by=by, now=now) for person in dict.fromkeys(people)
    ]
    if proofs:
        run(_KEEP_EVIDENCE, proofs)


def silence(line: ReportLine, *, by: Actor, now: datetime) -> None:
    """The line says nothing any more, about anybody, and serves no later session; its headcount stays, withdrawn."""
    for said in (Evidence, Alias):
        db.session.execute(delete(said).where(said.report_line_id == line.id))
    _withdraw_headcounts(line.report.session, ReportLine.id == line.id, by=by, now=now)


def _withdraw_headcounts(session: Session, lines: ColumnElement[bool], *, by: Actor, now: datetime) -> None:
    """What was counted behind these lines of the session; few are, so each is looked up from its count."""
    counted_for_them = exists().where(ReportLine.id == Headcount.report_line_id, lines)
    db.session.execute(
        update(Headcount)
        .where(Headcount.session_id == session.id, Headcount.withdrawn_at.is_(None), counted_for_them)
        .values(withdrawn_at=now, withdrawn_by=by)
    )
