"""One person's place in one session, as calendars know it (RFC 5545 and 5546 words)."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.cycles.models import Session
from webinars.storage.database import Model

GOOGLE = frozenset(("gmail.com", "googlemail.com"))  # domains of its own, about which DNS is not asked


class PartStat(enum.StrEnum):
    """What the attendee's calendar answered."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"
    DELEGATED = "DELEGATED"


class Invitation(Model):
    """The calendar object of one registration: its UID, ORGANIZER and ATTENDEE never change."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("last_major >= 0", name="last_major"),
        CheckConstraint("restored_sequence >= 0", name="restored_sequence"),
        CheckConstraint("(restored_at IS NULL) = (restored_sequence IS NULL)", name="restored"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    organizer: Mapped[str] = mapped_column(String(254))
    organizer_name: Mapped[str] = mapped_column(String(200))
    attendee: Mapped[str] = mapped_column(String(254))
    attendee_name: Mapped[str] = mapped_column(String(200))
    sequence: Mapped[int] = mapped_column(default=0)
    last_major: Mapped[int] = mapped_column(default=0)  # the last change of date or time
    partstat: Mapped[PartStat] = mapped_column(default=PartStat.NEEDS_ACTION)
    said: Mapped[str] = mapped_column(Text)  # what its messages say of the session
    first_message_id: Mapped[str] = mapped_column(String(120))
    last_message_id: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]  # answers made before do not count, but to what was sent since
    restored_sequence: Mapped[int | None]  # of the message that took the cancellation back

    session: Mapped[Session] = relationship(lazy="raise_on_sql")


class InvitationAnswer(Model):
    """One answer of an attendee's calendar; the invitation itself has the one that holds."""

    __tablename__ = "invitation_answer"
    __table_args__ = (
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("deputy IS NULL OR partstat = 'DELEGATED'", name="deputy_delegated"),
        Index("ix_invitation_answer_invitation", "invitation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    partstat: Mapped[PartStat]
    sequence: Mapped[int]
    stamped_at: Mapped[datetime]  # DTSTAMP: when the attendee's calendar made it
    received_at: Mapped[datetime]
    written_at: Mapped[datetime]  # the earlier of what its mail says and its arrival
    sender: Mapped[str] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(String(500), default="")
    deputy: Mapped[str | None] = mapped_column(String(254))  # DELEGATED-TO
    is_former: Mapped[bool] = mapped_column(
        default=False
    )  # it answers a date that has changed since, or what was cancelled meanwhile


class MailHost(Model):
    """Where the mail of a domain is read, as DNS said when it was last asked.

    Google's calendar takes a cancelled entry away by itself, and may not revive it.
    """

    __tablename__ = "mail_host"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    is_google: Mapped[bool | None]  # None: DNS gave no answer
    asked_at: Mapped[datetime]
