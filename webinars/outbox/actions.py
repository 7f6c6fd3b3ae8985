"""What can happen to mail before it leaves."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, case, cast, delete, insert, literal, null, select, update

from webinars.outbox.carrier import call_workers
from webinars.outbox.identity import new_bounce_token
from webinars.outbox.models import Email, EmailText, MailState, Pause, Row, row
from webinars.storage.database import inserting
from webinars.storage.extensions import db
from webinars.storage.transactions import run
from webinars.words.addresses import address_key

PART = 5_000
Uids = Collection[str] | Select[str]  # of UIDs and threads, or the question that finds them
FORMER_TOKENS = 5  # of earlier attempts, remembered
_KEEP = insert(Email.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class LastMail:
    """The last mail of a UID that may have left."""

    kind: str
    message_id: str
    details: dict[str, Any]


def queue(kind: str, **facts: Any) -> Email:
    """Adds one mail with its identity (the facts of `row`); it leaves after the commit.

    The same purpose is never kept twice.
    """
    email = Email(**row(kind, **facts))
    db.session.add(email)
    call_workers()
    return email


def queue_all(rows: Sequence[Row]) -> None:
    """Keeps many mails with one statement; each is a `row`."""
    if rows:
        run(_KEEP, rows)
        call_workers()


def queue_new(rows: Sequence[Row]) -> None:
    """Keeps many mails with one statement and passes over those whose purpose is known; each is a `row`."""
    if rows:
        fresh = inserting(Email, db.engine.dialect.name).on_conflict_do_nothing(
            index_elements=[Email.purpose]
        )
        db.session.execute(fresh, rows)
        call_workers()


def drop_unsent(uids: Uids) -> dict[str, LastMail]:
    """Drops what still waits for these calendar identities; says the last mail of each that may have left.

    An identity without one is owed no cancellation: the invitation goes together with its pair.
    """
    left: dict[str, LastMail] = {}
    for some in _in_parts(uids):
        db.session.execute(
            update(Email)
            .where(Email.uid.in_(some), Email.state.in_((MailState.QUEUED, MailState.WITHHELD)))
            .values(state=MailState.DROPPED)
        )
        left |= last_left(some)
    return left


def last_left(uids: Uids) -> dict[str, LastMail]:
    """The last mail of each of these identities that may have left; those that told nobody anything are left out."""
    left: dict[str, LastMail] = {}
    gone = Email.state.in_((MailState.SENDING, MailState.SENT, MailState.BOUNCED)) | (Email.unanswered > 0)
    last = select(Email.uid, Email.kind, Email.message_id, Email.details).where(gone)
    for some in _in_parts(uids):
        found = db.session.execute(last.where(Email.uid.in_(some)).order_by(Email.uid, Email.id))
        left |= {uid: LastMail(kind, message_id, details) for uid, kind, message_id, details in found if uid}
    return left


def hold_back(uids: Uids, *, until: datetime) -> None:
    """What waits for these identities leaves no sooner; nor what a worker has in hand and gives back."""
    for some in _in_parts(uids):
        waits = Email.state.in_((MailState.QUEUED, MailState.SENDING))
        db.session.execute(
            update(Email)
            .where(Email.uid.in_(some), waits)
            .values(not_before=until, due_at=until)
            .execution_options(synchronize_session=False)
        )


def let_go(uids: Uids, *, now: datetime) -> None:
    """What was held back for these identities may leave at once."""
    for some in _in_parts(uids):
        held = (Email.state.in_((MailState.QUEUED, MailState.SENDING)), Email.not_before > now)
        due_at = case((Email.due_at > now, now), else_=Email.due_at)
        db.session.execute(
            update(Email)
            .where(Email.uid.in_(some), *held)
            .values(not_before=now, due_at=due_at)
            .execution_options(synchronize_session=False)
        )
    call_workers()


def _in_parts(uids: Uids) -> Iterator[Sequence[str] | Select[str]]:
    if isinstance(uids, Select):
        yield uids
        return
    # a statement takes so many values and no more
    each_once = sorted(set(uids))
    yield from (each_once[start : start + PART] for start in range(0, len(each_once), PART))


def drop_unsent_to(recipient: str, *, cycle_id: int) -> int:
    """Drops whatever of a cycle waits for this address; says how many."""
    dropped = db.session.execute(
        update(Email)
        .where(
            Email.cycle_id == cycle_id,
            Email.recipient_key == address_key(recipient),
            Email.state.in_((MailState.QUEUED, MailState.WITHHELD)),
        )
        .values(state=MailState.DROPPED)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def forget_mail(cycle_id: int) -> None:
    """Of the mail of a cycle that goes nothing is left but that it left: quotas count it, and nothing finds it.

    What still waits is dropped. Purposes and names, which hold ids, are given up.
    """
    of_cycle = Email.cycle_id == cycle_id
    db.session.execute(delete(EmailText).where(EmailText.email_id.in_(select(Email.id).where(of_cycle))))
    is_done = Email.state.in_((MailState.SENDING, MailState.SENT, MailState.BOUNCED))
    nobody = literal("gone:").concat(cast(Email.id, String))
    db.session.execute(
        update(Email)
        .where(of_cycle)
        .values(
            state=case((is_done, Email.state), else_=MailState.DROPPED),
            purpose=nobody,
            message_id=nobody,
            **dict.fromkeys(("recipient", "recipient_key", "domain", "bounce_token"), ""),
            **dict.fromkeys(("cycle_id", "uid", "follows", "sequence", "last_error"), null()),
            about_id=0,
            details={},
        )
        .execution_options(synchronize_session=False)
    )


def drop_silenceable(cycle_id: int, recipient: str) -> int:
    """Drops the announcements, reminders and surveys of a cycle that wait for this address; says how many."""
    dropped = db.session.execute(
        update(Email)
        .where(
            Email.cycle_id == cycle_id,
            Email.recipient_key == address_key(recipient),
            Email.can_be_silenced,
            Email.state.in_((MailState.QUEUED, MailState.WITHHELD)),
        )
        .values(state=MailState.DROPPED)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def release(uids: Collection[str], *, now: datetime) -> int:
    """Lets withheld mail of these calendar identities leave, as its owner wants; says how many."""
    released = db.session.execute(
        update(Email)
        .where(Email.uid.in_(uids), Email.state == MailState.WITHHELD)
        .values(state=MailState.QUEUED, not_before=now, due_at=now, by_form=False)
    )
    call_workers()
    return int(released.rowcount)  # type: ignore[attr-defined]


def send_again(emails: Sequence[Email], *, now: datetime) -> int:
    """Lets mail that was refused or returned leave again, to the same address and in its order; says how much.

    It is written anew, and what is returned for the former attempt no longer counts.
    """
    ids = [email.id for email in emails]
    held = db.session.scalars(
        select(Email)
        .where(Email.id.in_(ids), Email.state.in_((MailState.FAILED, MailState.BOUNCED)))
        .order_by(Email.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    db.session.execute(delete(EmailText).where(EmailText.email_id.in_([email.id for email in held])))
    for email in held:
        former = [*email.details.get("former_tokens", ()), email.bounce_token]
        email.details = {**email.details, "former_tokens": former[-FORMER_TOKENS:]}
        # a copy of what was returned may have arrived somewhere: a cancellation is still owed for it
        email.unanswered = min(1, email.unanswered + (email.state is MailState.BOUNCED))
        email.state, email.not_before, email.due_at, email.attempts = MailState.QUEUED, now, now, 0
        email.sent_at = email.last_error = None
        email.bounce_token = new_bounce_token()
    db.session.flush()
    call_workers()
    return len(held)


def once_more(emails: Iterable[Email], *, now: datetime) -> list[Row]:
    """Mails that left already, as they leave a second time beside the first; their purpose is kept once."""
    return [
        row(
            email.kind,
            recipient=email.recipient,
            language=email.language,
            about_id=email.about_id,
            purpose=f"once more:{email.id}",
            now=now,
            cycle_id=email.cycle_id,
            details=email.details,
            uid=email.uid,
            sequence=email.sequence,
        )
        for email in emails
    ]


def pause(*, reason: str, now: datetime) -> None:
    """Holds all mail back, on every worker, from its next batch on."""
    if db.session.get(Pause, Pause.ONLY) is None:
        db.session.add(Pause(id=Pause.ONLY, reason=reason, since=now))


def resume() -> None:
    """Lets mail leave again."""
    found = db.session.get(Pause, Pause.ONLY)
    if found is not None:
        db.session.delete(found)
    call_workers()
