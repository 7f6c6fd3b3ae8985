"""What an organiser writes to a group of people, and how far it has come."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.actors import Actor, acted
from webinars.cycles.models import Cycle, Session
from webinars.edits.models import EditCounted
from webinars.messages.audience import Audience, Standing
from webinars.storage.database import IDS_ONCE, Model, public_id


class MessageState(enum.StrEnum):
    """Life of a message."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"  # its mails are in the outbox, some have not left
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = (
        "failed"  # its time came and its mails could not be made: an organiser changes it or sends it again
    )


CHANGEABLE = (MessageState.DRAFT, MessageState.FAILED)
DECIDED = (MessageState.SCHEDULED, MessageState.SENDING, MessageState.SENT)


class Message(EditCounted, Model):
    """One text to a group; who is in the group is asked when it is sent, and kept nowhere but in the outbox."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_cycle", "cycle_id", "id"),
        Index("ix_message_state", "state"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("muted >= 0", name="muted"),
        CheckConstraint("without_address >= 0", name="without_address"),
        CheckConstraint("returned >= 0", name="returned"),
        CheckConstraint("not_before IS NOT NULL OR state <> 'scheduled'", name="scheduled"),
        CheckConstraint("decided_by_name IS NOT NULL OR state = 'draft'", name="decided_by"),
        CheckConstraint("(sent_at IS NOT NULL) = (state IN ('sending', 'sent'))", name="sent"),
        CheckConstraint(
            "(muted IS NULL) = (people IS NULL) AND (without_address IS NULL) = (people IS NULL)"
            " AND (returned IS NULL) = (people IS NULL) AND (people IS NULL OR sent_at IS NOT NULL)",
            name="counted_when_sent",
        ),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    # a session that is removed takes its messages along: nobody was ever registered for it
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    standing: Mapped[Standing] = mapped_column(default=Standing.ALL)
    kinds: Mapped[list[str]] = mapped_column(default=list)  # codes of structure types and families; none: any
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)  # Markdown, with placeholders
    state: Mapped[MessageState] = mapped_column(default=MessageState.DRAFT)
    not_before: Mapped[datetime | None]  # when it is scheduled
    tries: Mapped[int] = mapped_column(default=0)  # to send it that failed since then
    people: Mapped[int | None]  # to how many it was sent; this and the next three are fixed at that moment
    muted: Mapped[int | None]
    without_address: Mapped[int | None]
    returned: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by: Mapped[Actor] = acted("created_by")
    changed_at: Mapped[datetime]
    decided_by: Mapped[Actor | None] = acted(
        "decided_by", is_optional=True
    )  # who sent, scheduled or cancelled it
    sent_at: Mapped[datetime | None]  # when its mails entered the outbox

    cycle: Mapped[Cycle] = relationship(lazy="raise_on_sql")
    session: Mapped[Session | None] = relationship(lazy="raise_on_sql")

    @property
    def audience(self) -> Audience:
        """Who shall read it."""
        return Audience(self.cycle_id, self.standing, self.session_id, tuple(self.kinds))

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state in CHANGEABLE

    @property
    def waits(self) -> bool:
        """Whether nothing of it has left and it can be called off."""
        return self.is_draft or self.state is MessageState.SCHEDULED
