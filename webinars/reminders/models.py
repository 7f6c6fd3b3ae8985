"""Which reminders leave before which sessions, and which have left."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.cycles.models import Session
from webinars.storage.database import Model

OF_CYCLE, OF_SESSION = text("session_id IS NULL"), text("session_id IS NOT NULL")


class ReminderPlan(Model):
    """The reminders a cycle has chosen, or one session instead of its cycle's; without one the usual ones leave."""

    __tablename__ = "reminder_plan"
    __table_args__ = (
        Index(
            "uq_reminder_plan_cycle",
            "cycle_id",
            unique=True,
            sqlite_where=OF_CYCLE,
            postgresql_where=OF_CYCLE,
        ),
        Index(
            "uq_reminder_plan_session",
            "session_id",
            unique=True,
            sqlite_where=OF_SESSION,
            postgresql_where=OF_SESSION,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE")
    )  # None: every session without a plan of its own
    is_on: Mapped[bool] = mapped_column(default=True)  # switched off it keeps its rules, and nothing leaves


class ReminderRule(Model):
    """One reminder of a plan: how long before the start, and what the organisers add to it."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        UniqueConstraint("plan_id", "minutes"),
        CheckConstraint("minutes > 0", name="before_the_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("reminder_plan.id", ondelete="CASCADE"))
    minutes: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")  # Markdown; empty: the usual words


class ReminderRound(Model):
    """A reminder that has left for a session at this start, with the words it had: it never leaves again."""

    __tablename__ = "reminder_round"
    __table_args__ = (
        UniqueConstraint("session_id", "minutes", "starts_at"),
        CheckConstraint("minutes > 0", name="before_the_start"),
        CheckConstraint("told >= 0", name="told"),
        CheckConstraint("told = 0 OR NOT has_failed", name="failed_tells_nobody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    minutes: Mapped[int]
    starts_at: Mapped[datetime]  # the start it was computed from: a moved session is reminded anew
    text: Mapped[str] = mapped_column(Text, default="")
    is_last: Mapped[bool] = mapped_column(default=False)
    told: Mapped[int] = mapped_column(default=0)  # how many it was written to
    left_at: Mapped[datetime]
    has_failed: Mapped[bool] = mapped_column(
        default=False
    )  # its mails could not be made: nobody was written to

    session: Mapped[Session] = relationship(lazy="raise_on_sql")


class ReminderSweep(Model):
    """Until when everything that fell due has been dealt with; one row, held by whoever sweeps."""

    __tablename__ = "reminder_sweep"
    ONLY: ClassVar[str] = "only"

    name: Mapped[str] = mapped_column(String(8), primary_key=True, default=ONLY)
    until: Mapped[datetime]
