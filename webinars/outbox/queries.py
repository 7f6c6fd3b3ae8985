"""What can be asked about waiting mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from webinars.outbox.models import UNSENT, ChoreSchedule, Email, MailState, Pause
from webinars.storage.extensions import db


def counts() -> dict[MailState, int]:
    """How many mails are in each state, in the order of a mail's life."""
    found = dict(db.session.execute(select(Email.state, func.count()).group_by(Email.state)).all())
    return {state: found.get(state, 0) for state in MailState}


def is_returned() -> ColumnElement[bool]:
    """The condition that a server would not have a mail, be it at once or later; not that ours gave up before one said so."""
    has_reply = func.substr(func.coalesce(func.nullif(Email.last_error, ""), "5"), 1, 1).in_(("2", "4", "5"))
    return or_(Email.state == MailState.BOUNCED, and_(Email.state == MailState.FAILED, has_reply))


def pause_in_force() -> Pause | None:
    """The pause, while mail is held back."""
    return db.session.get(Pause, Pause.ONLY)


def done_ats() -> dict[str, datetime | None]:
    """When each chore that was ever begun was last done to its end, by its name."""
    return dict(
        db.session.execute(
            select(ChoreSchedule.name, ChoreSchedule.done_at).order_by(ChoreSchedule.name)
        ).all()
    )


def unsent_details(uids: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
    """What the mails of these UIDs that wait would say, the last first."""
    waits = Email.state.in_((MailState.QUEUED, MailState.WITHHELD))
    found = db.session.execute(
        select(Email.uid, Email.details).where(Email.uid.in_(list(uids)), waits).order_by(Email.id.desc())
    )
    return [(uid, details) for uid, details in found if uid]


def mail_of(purpose: str) -> Email | None:
    """The mail of this purpose."""
    return db.session.scalar(select(Email).where(Email.purpose == purpose))


def last_written_at(
    kind: str, about_id: int, key: str | None, *, since: datetime, until: datetime
) -> datetime | None:
    """When the last mail of this kind about this row was written to this address: between the two, or ever where it waits.

    Those that failed, came back or were dropped do not count.
    """
    never_came = (MailState.FAILED, MailState.BOUNCED, MailState.DROPPED)
    return db.session.scalar(
        select(func.max(Email.created_at)).where(
            Email.kind == kind,
            Email.recipient_key == key,
            Email.about_id == about_id,
            Email.state.not_in(never_came),
            or_(Email.created_at.between(since, until), Email.state.in_(UNSENT)),
        )
    )


def waiting_about(kind: str, ids: Iterable[int]) -> int:
    """How many mails of this kind about these rows wait to leave."""
    wanted = select(func.count()).where(
        Email.kind == kind, Email.about_id.in_(list(ids)), Email.state == MailState.QUEUED
    )
    return db.session.scalars(wanted).one()


def withheld_among(uids: Iterable[str]) -> set[str]:
    """Those of these UIDs whose mail waits for its owner to ask for it."""
    found = select(Email.uid).where(Email.uid.in_(list(uids)), Email.state == MailState.WITHHELD)
    return {uid for uid in db.session.scalars(found.distinct().order_by(Email.uid)) if uid}
