"""Reports, what they prove, and what was concluded."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webinars.actors import Actor, acted
from webinars.cycles.models import Session
from webinars.registration.models import Registrant
from webinars.storage.database import FOLDED, FOLDED_LIMIT, Model, public_id
from webinars.words.folding import fold


class Conclusion(enum.StrEnum):
    """What is held to be true of one person at one session."""

    PRESENT = "present"
    BRIEF = "brief"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNKNOWN = "unknown"


class EvidenceKind(enum.StrEnum):
    """Where a proof comes from; earlier ones win over later ones."""

    HAND = "hand"
    REPORT = "report"
    CHECK_IN = "check_in"
    JOIN_LINK = "join_link"
    ENTRY = "entry"  # by the page that answers a late sign-up: no address is proved


class Decision(enum.StrEnum):
    """What became of a line of a report."""

    MATCHED = "matched"  # by the rules, or by hand
    REVIEW = "review"  # waits for somebody
    UNMATCHED = "unmatched"  # waits too, without a candidate
    WALK_IN = "walk_in"
    HEADCOUNT = "headcount"
    IGNORED = "ignored"
    TEAM = "team"


class ReportState(enum.StrEnum):
    """Whether the lines of a report count; a long one comes and goes in lots, and changes from one to the other at once."""

    ENTERING = "entering"  # counts nowhere yet
    STANDING = "standing"
    LEAVING = "leaving"  # counts still
    UNDONE = "undone"


WAITING = text("decision IN ('review', 'unmatched')")
WALK_INS = text("decision = 'walk_in'")
KEPT_ONCE = text("state <> 'undone'")
UNDER_WAY = text("lease IS NOT NULL")


class Report(Model):
    """A file from a video tool, imported once; undoing keeps the row and says when.

    Whoever enters it or takes it back has a lease; one report of a session is under way at a time.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index(
            "uq_report_digest",
            "session_id",
            "digest",
            unique=True,
            sqlite_where=KEPT_ONCE,
            postgresql_where=KEPT_ONCE,
        ),
        Index(
            "uq_report_under_way",
            "session_id",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
        CheckConstraint(
            "(lease IS NOT NULL) = (state IN ('entering', 'leaving'))", name="lease_while_under_way"
        ),
        CheckConstraint("(leased_until IS NULL) = (lease IS NULL)", name="lease_ends"),
        CheckConstraint("(undone_at IS NOT NULL) = (state = 'undone')", name="undone"),
        CheckConstraint("(undone_by_name IS NULL) = (undone_at IS NULL)", name="undone_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    tool: Mapped[str] = mapped_column(String(40))
    encoding: Mapped[str] = mapped_column(String(20))
    delimiter: Mapped[str] = mapped_column(String(12))
    warnings: Mapped[list[str]] = mapped_column(default=list)
    imported_at: Mapped[datetime]
    imported_by: Mapped[Actor] = acted("imported_by")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[Actor | None] = acted("undone_by", is_optional=True)
    state: Mapped[ReportState] = mapped_column(default=ReportState.STANDING)
    lease: Mapped[str | None] = mapped_column(String(16))  # of whoever enters it or takes it back
    leased_until: Mapped[datetime | None]

    session: Mapped[Session] = relationship(lazy="raise_on_sql")

    @classmethod
    def counts(cls) -> ColumnElement[bool]:
        """That what its lines say holds."""
        return cls.state.in_((ReportState.STANDING, ReportState.LEAVING))


class ReportLine(Model):
    """One person of a report: what the file said, who it may be, what was decided."""

    __tablename__ = "report_line"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("(decided_by_name IS NULL) = (decided_at IS NULL)", name="decided_by"),
        Index("ix_report_line_report", "report_id", "number"),
        Index("ix_report_line_waiting", "report_id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_report_line_walk_in", "report_id", sqlite_where=WALK_INS, postgresql_where=WALK_INS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    number: Mapped[int]  # line of the file, from 1
    name: Mapped[str] = mapped_column(String(300))  # of a phone number, the last two digits only
    folded_name: Mapped[str] = mapped_column(FOLDED)  # found by
    email: Mapped[str | None] = mapped_column(String(254))  # None: the report gives none
    seconds: Mapped[int | None]  # inside the window; None: not known
    connections: Mapped[list[Any]] = mapped_column(default=list)  # as connections.kept() writes them
    match: Mapped[str | None] = mapped_column(String(24))  # email, name_exact, name_fuzzy, hand…
    score: Mapped[int | None]  # 0–100
    kind: Mapped[str | None] = mapped_column(String(24))  # of an unmatched line: phone, room, person…
    why: Mapped[str | None] = mapped_column(String(60))  # of one for review
    decision: Mapped[Decision]
    proposed: Mapped[Decision]  # what the rules said, to come back to
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[Actor | None] = acted("decided_by", is_optional=True)
    # what was said of a walk-in who is gone with the import that was undone
    walk_in: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    report: Mapped[Report] = relationship(lazy="raise_on_sql")

    @validates("name")
    def _fold_name(self, _attribute: str, value: str) -> str:
        self.folded_name = fold(value)[:FOLDED_LIMIT]
        return value

    @property
    def as_shown(self) -> str:
        """Whether somebody decided it, and when: a form carries what its page showed."""
        return self.decided_at.isoformat() if self.decided_at else ""


class LineCandidate(Model):
    """Somebody a doubtful line may be about; gone with them."""

    __tablename__ = "line_candidate"
    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 100", name="score_in_range"),)

    report_line_id: Mapped[int] = mapped_column(
        ForeignKey("report_line.id", ondelete="CASCADE"), primary_key=True
    )
    registrant_id: Mapped[int] = mapped_column(
        ForeignKey("registrant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]  # the likeliest first
    score: Mapped[int]


class LineProposal(Model):
    """Somebody the rules said a line is about, whatever was decided since; gone with them."""

    __tablename__ = "line_proposal"

    report_line_id: Mapped[int] = mapped_column(
        ForeignKey("report_line.id", ondelete="CASCADE"), primary_key=True
    )
    registrant_id: Mapped[int] = mapped_column(
        ForeignKey("registrant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]  # as the line names them


class Evidence(Model):
    """A statement about one person at one session, and who made it."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("report_line_id", "registrant_id"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("(report_line_id IS NOT NULL) = (kind = 'report')", name="line_of_report"),
        CheckConstraint("match IS NULL OR kind = 'report'", name="match_of_report"),
        CheckConstraint("statement IS NOT NULL OR kind <> 'hand'", name="hand_states"),
        Index("ix_evidence_session", "session_id", "registrant_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    registrant_id: Mapped[int] = mapped_column(ForeignKey("registrant.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EvidenceKind]
    statement: Mapped[Conclusion | None]  # None: the seconds speak
    seconds: Mapped[int | None]
    connections: Mapped[list[Any]] = mapped_column(default=list)
    match: Mapped[str | None] = mapped_column(String(24))
    report_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("report_line.id", ondelete="CASCADE"), index=True
    )
    stated_at: Mapped[datetime]
    stated_by: Mapped[Actor] = acted("stated_by")
    withdrawn_at: Mapped[datetime | None]


class Attendance(Model):
    """What is concluded from all evidence about one person at one session."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "registrant_id"),
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("seconds IS NULL OR how IS NOT NULL", name="seconds_seen"),
        CheckConstraint("match IS NULL OR coalesce(how, '') = 'report'", name="match_of_report"),
        Index("ix_attendance_registrant", "registrant_id", "conclusion"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    registrant_id: Mapped[int] = mapped_column(ForeignKey("registrant.id", ondelete="CASCADE"))
    conclusion: Mapped[Conclusion]
    seconds: Mapped[int | None]
    how: Mapped[EvidenceKind | None]  # None: concluded from nobody having seen them
    match: Mapped[str | None] = mapped_column(String(24))  # how the report's line was matched
    concluded_at: Mapped[datetime]
    concluded_by: Mapped[Actor] = acted("concluded_by")

    session: Mapped[Session] = relationship(lazy="raise_on_sql")
    registrant: Mapped[Registrant] = relationship(lazy="raise_on_sql")

    @property
    def as_shown(self) -> str:
        """What is concluded and from what, in two words: a form carries what its page showed."""
        return f"{self.conclusion} {self.how or 'nobody'}"

    @property
    def is_by_hand(self) -> bool:
        """Whether an organiser concluded it, rather than a report or a link."""
        return self.how is EvidenceKind.HAND

    def is_word_of(self, actor: Actor) -> bool:
        """Whether that organiser concluded it."""
        return self.is_by_hand and self.concluded_by.is_same_as(actor)


class DraftConclusion(Model):
    """What is to be concluded of one person once a report under way counts, or counts no more; counts nowhere itself.

    Kept for those alone of whom something else is concluded then. Whoever states something about a person
    meanwhile overtakes the draft: they are concluded anew at the end.
    """

    __tablename__ = "draft_conclusion"
    __table_args__ = (
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("how IS NULL OR conclusion IS NOT NULL", name="how_concluded"),
        CheckConstraint("seconds IS NULL OR how IS NOT NULL", name="seconds_seen"),
        CheckConstraint("match IS NULL OR coalesce(how, '') = 'report'", name="match_of_report"),
        Index(
            "ix_draft_conclusion_overtaken",
            "report_id",
            sqlite_where=text("is_overtaken = 1"),
            postgresql_where=text("is_overtaken"),
        ),
        {
            "sqlite_with_rowid": False
        },  # the rows lie in their key: they are read whole while nobody else can write
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    registrant_id: Mapped[int] = mapped_column(
        ForeignKey("registrant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    conclusion: Mapped[Conclusion | None]  # None: nothing is concluded of them any more
    seconds: Mapped[int | None]
    how: Mapped[EvidenceKind | None]
    match: Mapped[str | None] = mapped_column(String(24))
    is_overtaken: Mapped[bool] = mapped_column(default=False)


class Headcount(Model):
    """Unnamed people behind one shared connection; taking the count back keeps the row and says who and when."""

    __tablename__ = "headcount"
    __table_args__ = (
        CheckConstraint("people >= 1", name="people"),
        CheckConstraint("(withdrawn_by_name IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_by"),
        Index(
            "uq_headcount_report_line",
            "report_line_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    people: Mapped[int]
    label: Mapped[str] = mapped_column(String(200), default="")
    report_line_id: Mapped[int | None] = mapped_column(ForeignKey("report_line.id", ondelete="CASCADE"))
    counted_at: Mapped[datetime]
    counted_by: Mapped[Actor] = acted("counted_by")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[Actor | None] = acted("withdrawn_by", is_optional=True)


class Alias(Model):
    """A decision about one line kept for the next sessions of the cycle: this name in a report is this person, or the team.

    Two lines may say different things of one name: the latest decision is followed. It holds while its report counts.
    """

    __tablename__ = "alias"
    __table_args__ = (Index("ix_alias_cycle", "cycle_id", "folded_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_line_id: Mapped[int] = mapped_column(ForeignKey("report_line.id", ondelete="CASCADE"), unique=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    folded_name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str | None] = mapped_column(
        String(254)
    )  # of a line that had one: it is known by that alone
    registrant_id: Mapped[int | None] = mapped_column(
        ForeignKey("registrant.id", ondelete="CASCADE"), index=True
    )  # None: somebody of the team
    decided_at: Mapped[datetime]
