"""What came in by mail, and how far each mailbox was read."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.actors import Actor, acted
from webinars.cycles.models import Cycle
from webinars.registration.models import Registrant, Registration
from webinars.replies.verdicts import Verdict
from webinars.storage.database import IDS_ONCE, Model


class Incoming(Model):
    """One message that came in, once, and what became of it; what needs nobody is kept without its words."""

    __tablename__ = "incoming"
    __table_args__ = (
        CheckConstraint("(handled_by_name IS NULL) = (handled_at IS NULL)", name="handled_by"),
        Index("ix_incoming_tray", "cycle_id", "needs_person", "handled_at", "id"),
        Index("ix_incoming_sender", "sender", "received_at"),
        Index("ix_incoming_received", "received_at"),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of the content: the same by any way
    message_id: Mapped[str | None] = mapped_column(String(250), unique=True)
    received_at: Mapped[datetime]
    sender: Mapped[str | None] = mapped_column(
        String(254)
    )  # as it is compared; None: not readable, or cleared
    subject: Mapped[str] = mapped_column(String(200), default="")
    verdict: Mapped[Verdict]
    needs_person: Mapped[bool] = mapped_column(default=False)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    registrant_id: Mapped[int | None] = mapped_column(  # who wrote a letter
        ForeignKey("registrant.id", ondelete="SET NULL"), index=True
    )
    excerpt: Mapped[str] = mapped_column(Text, default="")  # plain text, cleaned and cut
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)  # a wish's hour, a deputy, a reason
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[Actor | None] = acted("handled_by", is_optional=True)
    # the message itself, while somebody may need it; last and deferred: lists need not read past it
    content: Mapped[bytes | None] = mapped_column(deferred=True)

    cycle: Mapped[Cycle | None] = relationship(lazy="raise_on_sql")
    registrant: Mapped[Registrant | None] = relationship(lazy="raise_on_sql")
    registration: Mapped[Registration | None] = relationship(lazy="raise_on_sql")


class MailboxPosition(Model):
    """Up to which message an IMAP folder was read."""

    __tablename__ = "mailbox_position"
    __table_args__ = (
        CheckConstraint("uidvalidity >= 0", name="uidvalidity"),
        CheckConstraint("last_uid >= 0", name="last_uid"),
    )

    name: Mapped[str] = mapped_column(String(64), primary_key=True)  # digest of server, account, folder
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)
