"""A mail is a row before it is a message."""

import enum
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    event,
    select,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property, mapped_column

from webinars.outbox.identity import domain_of, mail_domain, new_bounce_token, new_message_id
from webinars.storage.database import Model, spelt_out
from webinars.words.addresses import address_key


class MailState(enum.StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    WITHHELD = "withheld"


class Urgency(enum.IntEnum):
    """How long a mail can wait: those of a lower number leave first."""

    AT_ONCE = 1  # somebody has just asked, or their calendar is wrong without it
    REMINDER = 2
    GROUP = 3  # messages of organisers to many


URGENCY_OF_KIND = {"reminder": Urgency.REMINDER, "message": Urgency.GROUP}  # all others cannot wait

# mails of one UID leave in order: one of these keeps the later ones back
UNSENT = (MailState.QUEUED, MailState.SENDING, MailState.WITHHELD)

QUEUED = text("state = 'queued'")
SENDING = text("state = 'sending'")
WITHHELD = text("state = 'withheld'")
ATTEMPTED = text("attempted_at IS NOT NULL")

WORDS = 500  # characters of what a server said, as rows keep it


class EmailText(Model):
    """What was written of a mail, once, before its first attempt: apart, so that what becomes of the mail moves none of it."""

    __tablename__ = "email_text"

    email_id: Mapped[int] = mapped_column(ForeignKey("email.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes]


# pressing each text would cost PostgreSQL more than everything else it does for a mail
event.listen(
    EmailText.__table__,
    "after_create",
    DDL("ALTER TABLE email_text ALTER COLUMN content SET STORAGE EXTERNAL").execute_if(  # type: ignore[no-untyped-call]
        dialect="postgresql"
    ),
)


def _not_before(context: DefaultExecutionContext) -> datetime:
    """The time before which the row that is added may not leave."""
    at: datetime = context.get_current_parameters()["not_before"]  # type: ignore[no-untyped-call]
    return at


def _urgency(context: DefaultExecutionContext) -> Urgency:
    """How long the row that is added can wait, by its kind."""
    kind: str = context.get_current_parameters()["kind"]  # type: ignore[no-untyped-call]
    return URGENCY_OF_KIND.get(kind, Urgency.AT_ONCE)


class Email(Model):
    """One message to one person: its identity is frozen with the change it tells, its text is written later."""

    __tablename__ = "email"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("unanswered >= 0", name="unanswered"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("(leased_until IS NULL) = (lease IS NULL)", name="lease_ends"),
        CheckConstraint("(lease IS NOT NULL) = (state = 'sending')", name="lease_while_sending"),
        CheckConstraint("attempted_at IS NOT NULL OR attempts = 0", name="attempted"),
        CheckConstraint("sent_at IS NOT NULL OR state <> 'sent'", name="sent"),
        CheckConstraint("sent_at IS NULL OR state IN ('sent', 'bounced')", name="not_sent"),
        CheckConstraint("sequence IS NULL OR uid IS NOT NULL", name="sequence_of_uid"),
        CheckConstraint("(recipient_key = '') = (recipient = '')", name="recipient_keyed"),
        # each of the mails it is asked for, alone
        Index("ix_email_due", "urgency", "not_before", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index("ix_email_first_due", "due_at", "id", sqlite_where=QUEUED, postgresql_where=QUEUED),
        Index(
            "ix_email_domain_first_due",
            "domain",
            "due_at",
            "id",
            sqlite_where=QUEUED,
            postgresql_where=QUEUED,
        ),
        Index("ix_email_leased", "leased_until", sqlite_where=SENDING, postgresql_where=SENDING),
        Index("ix_email_withheld", "not_before", sqlite_where=WITHHELD, postgresql_where=WITHHELD),
        Index("ix_email_attempted", "attempted_at", "id", sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED),
        Index("ix_email_thread", "uid", "id"),
        Index("ix_email_cycle_id_recipient_key", "cycle_id", "recipient_key"),
        Index("ix_email_cycle_id_state_sent_at", "cycle_id", "state", "sent_at"),
        Index("ix_email_recipient_key", "recipient_key"),
        CheckConstraint("urgency BETWEEN 1 AND 3", name="urgency_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    urgency: Mapped[int] = mapped_column(default=_urgency)
    purpose: Mapped[str] = mapped_column(String(120), unique=True)  # the same thing is never said twice
    recipient: Mapped[str] = mapped_column(String(320))
    recipient_key: Mapped[str] = mapped_column(String(320))
    domain: Mapped[str] = mapped_column(String(255))  # the recipient's, for the pace
    language: Mapped[str] = mapped_column(String(5))
    about_id: Mapped[int]  # the registration, registrant or account the writer loads
    cycle_id: Mapped[int | None]  # for the cycle's own list; no foreign key, cycles stand above
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    can_be_silenced: Mapped[bool] = mapped_column(default=False)  # announcement, reminder, survey
    by_form: Mapped[bool] = mapped_column(default=False)  # caused by a form that anybody can send: limited
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    uid: Mapped[str | None] = mapped_column(
        String(255)
    )  # mails of one UID leave in order; also a thread's name
    follows: Mapped[str | None] = mapped_column(
        String(255)
    )  # a UID whose earlier mails leave before this one
    sequence: Mapped[int | None]
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    # when it should leave: the first time it may, which stays when a try puts it off
    due_at: Mapped[datetime] = mapped_column(default=_not_before)
    not_after: Mapped[datetime | None]  # said later it would be wrong: it is dropped then
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    unanswered: Mapped[int] = mapped_column(default=0)  # times it may have left though no answer says so
    bounce_token: Mapped[str] = mapped_column(String(32), index=True)
    attempted_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(WORDS))
    holds_secret: Mapped[bool] = mapped_column(
        default=False
    )  # its text opens an account: never kept once settled
    content: MappedSQLExpression[bytes | None] = column_property(
        select(EmailText.content)
        .where(EmailText.email_id == id)  # noqa: A003 — this row's
        .correlate_except(EmailText)
        .scalar_subquery(),
        deferred=True,
    )


Row = dict[str, Any]  # the columns of a mail that is to be kept


def row(
    kind: str,
    *,
    recipient: str,
    language: str,
    about_id: int,
    purpose: str,
    now: datetime,
    cycle_id: int | None = None,
    details: dict[str, Any] | None = None,
    uid: str | None = None,
    sequence: int | None = None,
    follows: str | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    message_id: str | None = None,
    can_be_silenced: bool = False,
    by_form: bool = False,
    holds_secret: bool = False,
) -> Row:
    """One mail as it will be kept, with an identity of its own; it leaves as soon as it is, unless the facts say otherwise."""
    return {
        "kind": kind,
        "purpose": purpose,
        "recipient": recipient,
        "recipient_key": address_key(recipient),
        "domain": domain_of(recipient),
        "language": language,
        "about_id": about_id,
        "cycle_id": cycle_id,
        "details": details or {},
        "can_be_silenced": can_be_silenced,
        "by_form": by_form,
        "message_id": message_id or new_message_id(mail_domain()),
        "uid": uid,
        "sequence": sequence,
        "follows": follows,
        "state": MailState.QUEUED,
        "created_at": now,
        "not_before": not_before or now,
        "not_after": not_after,
        "bounce_token": new_bounce_token(),
        "holds_secret": holds_secret,
    }


def withheld(row: Row, *, until: datetime) -> Row:
    """The mail as it is kept when it may not leave yet."""
    return row | {"state": MailState.WITHHELD, "not_before": until}


def is_in(*states: MailState) -> ColumnElement[bool]:
    """The condition that a mail is in one of these states, spelt out: else the index of such mails is not taken."""
    return spelt_out(Email.state, *states)


class AddressMark(Model):
    """What came back from an address; once marked, no further mail of a cycle goes there."""

    __tablename__ = "address_mark"
    __table_args__ = (CheckConstraint("marked_at IS NOT NULL OR reason = ''", name="reason_of_mark"),)

    recipient_key: Mapped[str] = mapped_column(String(320), primary_key=True)
    marked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(WORDS), default="")  # status code and words of the server
    challenged_at: Mapped[datetime | None]  # it asks whoever writes for a proof: a person was told so once


class Pause(Model):
    """While its one row exists, no mail leaves."""

    __tablename__ = "mail_pause"
    ONLY: ClassVar[int] = 1

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime]


class Trouble(Model):
    """While its one row exists, our mail is refused everywhere: one mail at a time tries again."""

    __tablename__ = "mail_trouble"
    __table_args__ = (CheckConstraint("tries >= 1", name="tries"),)
    ONLY: ClassVar[int] = 1

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(String(WORDS))  # of the server
    since: Mapped[datetime]
    tries: Mapped[int]
    next_at: Mapped[datetime]  # when the next mail may try; whoever moves it on tries


class ChoreSchedule(Model):
    """When a chore may be done again; whoever moves the time on does it."""

    __tablename__ = "chore_turn"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # when it was last done to its end
