"""Decisions about the lines of an import that was undone: they count nowhere, and hold again when the same file comes again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import joinedload

from webinars.actors import Actor, columns_of
from webinars.attendance import queries
from webinars.attendance.drafts import RowValues
from webinars.attendance.imports.lease import ReportLease
from webinars.attendance.imports.lots import in_lots, written_as_lot
from webinars.attendance.matching.matcher import MatchMethod
from webinars.attendance.models import (
    Alias,
    Decision,
    Evidence,
    EvidenceKind,
    Headcount,
    Report,
    ReportLine,
    ReportState,
)
from webinars.cycles.models import Session
from webinars.registration.identity import FIELDS, identity_of
from webinars.registration.models import Registrant, Source
from webinars.storage.database import Model, public_id
from webinars.storage.extensions import db
from webinars.storage.transactions import run
from webinars.words.addresses import address_key


@dataclass(slots=True)
class KeptDecision:
    """What somebody said a line is."""

    decision: Decision
    at: datetime
    by: Actor
    people: list[int] = field(default_factory=list)
    walk_in: Mapping[str, str] | None = None  # who came without registering, and is gone with the import
    heads: int = 0
    alias: Alias | None = None

    @property
    def holds(self) -> bool:
        """Whether whoever it was about is still known."""
        if self.decision is Decision.HEADCOUNT:
            return self.heads > 0
        if self.decision is Decision.WALK_IN:
            return bool(self.people or self.walk_in)
        return bool(self.people) or self.decision is not Decision.MATCHED


Decisions = Mapping[int, KeptDecision]  # by the line of the file
# what is written of somebody who is added anew; what they said, and what follows from it
WRITTEN = (
    *("public_id", "cycle_id", "email", "email_key", "source", "created_at", "changed_at"),
    *(one.name for one in FIELDS),
    *("folded_name", "name_key", "folded_structure"),
)


def decisions_about(undone: Report) -> Decisions:
    """What was decided about the lines of a report before its import was undone."""
    decided = (ReportLine.report_id == undone.id, ReportLine.decided_at.is_not(None))
    lines = db.session.scalars(select(ReportLine).where(*decided)).all()
    found = {line.id: _said_of(line) for line in lines}
    for line_id, person in db.session.execute(_beside(Evidence, Evidence.registrant_id).where(*decided)):
        found[line_id].people.append(person)
    for line_id, heads in db.session.execute(_beside(Headcount, Headcount.people).where(*decided)):
        found[line_id].heads = heads  # the latest count
    for line_id, alias in db.session.execute(_beside(Alias, Alias).where(*decided)):
        found[line_id].alias = alias
    return {line.number: found[line.id] for line in lines if found[line.id].holds}


def _said_of(line: ReportLine) -> KeptDecision:
    if line.decided_at is None or line.decided_by is None:
        raise ValueError("nobody decided the line")
    return KeptDecision(line.decision, line.decided_at, line.decided_by, walk_in=line.walk_in)


def _beside(model: type[Evidence | Headcount | Alias], what: Any) -> Select[int, Any]:
    """Something of the rows about lines, in the order in which they were written."""
    beside = select(model.report_line_id, what).join(ReportLine, ReportLine.id == model.report_line_id)
    return beside.order_by(model.id)


def keep_walk_ins(report_id: int) -> None:
    """Writes beside the lines what is known of whoever was added for them: they go with the import."""
    asked = (
        select(ReportLine, Registrant)
        .join(Evidence, Evidence.report_line_id == ReportLine.id)
        .join(Registrant, Registrant.id == Evidence.registrant_id)
        .where(ReportLine.report_id == report_id, ReportLine.decision == Decision.WALK_IN)
    )
    for line, person in db.session.execute(asked.order_by(ReportLine.id)):
        line.walk_in = {one.name: getattr(person, one.name) for one in FIELDS}


def decide_again(mine: ReportLease, decisions: Decisions) -> None:
    """The lines are what was said of them; in lots, which count nowhere before their report does."""
    for numbers in in_lots(sorted(decisions)):
        with written_as_lot(mine):
            lines = _lines(mine.report_id, numbers)
            proofs = delete(Evidence).where(Evidence.report_line_id.in_([line.id for line in lines]))
            db.session.execute(proofs.execution_options(synchronize_session=False))
            named = {person for number in numbers for person in decisions[number].people}
            known = queries.hold_people(named)
            for line in lines:
                said = decisions[line.number]
                line.decision, line.decided_at, line.decided_by = said.decision, said.at, said.by
            told = [(line, decisions[line.number]) for line in lines]
            _write(
                Evidence,
                [_proof(*one, person) for one in told for person in one[1].people if person in known],
            )
            _write(Alias, [row for one in told for row in _alias_rows(*one, known)])


def _lines(report_id: int, numbers: Sequence[int]) -> Sequence[ReportLine]:
    of_report = select(ReportLine).where(ReportLine.report_id == report_id, ReportLine.number.in_(numbers))
    return db.session.scalars(of_report.options(joinedload(ReportLine.report)).order_by(ReportLine.id)).all()


def _proof(line: ReportLine, said: KeptDecision, person: int) -> RowValues:
    return {
        "session_id": line.report.session_id,
        "registrant_id": person,
        "kind": EvidenceKind.REPORT,
        "connections": line.connections,
        "seconds": line.seconds,
        "match": MatchMethod.HAND,
        "report_line_id": line.id,
        "stated_at": said.at,
    } | columns_of(stated_by=said.by)


def _alias_rows(line: ReportLine, said: KeptDecision, known: set[int]) -> list[RowValues]:
    alias = said.alias
    if alias is None or alias.registrant_id not in {None, *known}:
        return []
    copied = ("cycle_id", "folded_name", "email", "registrant_id", "decided_at")
    return [{"report_line_id": line.id} | {name: getattr(alias, name) for name in copied}]


def _write(model: type[Model], rows: Sequence[RowValues]) -> None:
    if rows:
        run(insert(model.__table__), rows)  # type: ignore[arg-type]


def count_again(report: Report, session: Session, decisions: Decisions, *, now: datetime) -> Sequence[int]:
    """Headcounts, and whoever had been added to the cycle, in the transaction that makes the report count; says whom it added."""
    numbers = [
        number for number, said in decisions.items() if said.heads or (said.walk_in and not said.people)
    ]
    told = [(line, decisions[line.number]) for line in _lines(report.id, numbers)]
    _write(Headcount, [_headcount(*one) for one in told if one[1].decision is Decision.HEADCOUNT])
    walk_ins = [one for one in told if one[1].decision is Decision.WALK_IN]
    people = _added(session, walk_ins, now=now)
    _write(Evidence, [_proof(*one, person) for one, person in zip(walk_ins, people, strict=True)])
    same_file = select(Report.id).where(
        Report.session_id == session.id, Report.digest == report.digest, Report.state == ReportState.UNDONE
    )
    there_again = update(ReportLine).where(
        ReportLine.report_id.in_(same_file), ReportLine.walk_in.is_not(None)
    )
    db.session.execute(there_again.values(walk_in=None).execution_options(synchronize_session=False))
    return people


def _headcount(line: ReportLine, said: KeptDecision) -> RowValues:
    counted = {"people": said.heads, "label": line.name[:200], "counted_at": said.at}
    there = {"session_id": line.report.session_id, "report_line_id": line.id}
    return there | counted | columns_of(counted_by=said.by)


def _added(
    session: Session, walk_ins: Sequence[tuple[ReportLine, KeptDecision]], *, now: datetime
) -> list[int]:
    """Whoever came without registering, by their ids: known in the cycle by their address, or added anew."""
    keys = [address_key(line.email) if line.email else None for line, _said in walk_ins]
    of_cycle = select(Registrant.email_key, Registrant.id).where(Registrant.cycle_id == session.cycle_id)
    known = dict(db.session.execute(of_cycle.where(Registrant.email_key.in_(keys))).all())
    new = {
        index: Registrant(
            public_id=public_id(),
            cycle_id=session.cycle_id,
            email=line.email,
            email_key=keys[index],
            **identity_of(said.walk_in or {}).values(),
            source=Source.WALK_IN,
            created_at=now,
            changed_at=now,
        )
        for index, (line, said) in enumerate(walk_ins)
        if keys[index] not in known
    }
    _write(Registrant, [{name: getattr(person, name) for name in WRITTEN} for person in new.values()])
    named = select(Registrant.public_id, Registrant.id).where(
        Registrant.public_id.in_([person.public_id for person in new.values()])
    )
    ids = dict(db.session.execute(named).all())
    return [ids[new[index].public_id] if index in new else known[key] for index, key in enumerate(keys)]
