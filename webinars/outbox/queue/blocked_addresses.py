"""Addresses that return mail: marked ones get no further mail of any cycle, until an organiser says they are right."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from webinars.outbox.models import WORDS, AddressMark, Email, MailState
from webinars.storage.database import inserting
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

NEVER_LEFT = (MailState.DROPPED, MailState.WITHHELD)


def mark_address(address: str, *, reason: str, now: datetime) -> None:
    """No further mail of a cycle goes to the address; what waits for it is dropped and says why."""
    found = _mark_of(address)
    found.reason = reason[:WORDS]
    found.marked_at = found.marked_at or now
    db.session.flush()
    db.session.execute(
        update(Email)
        .where(
            Email.recipient_key == found.recipient_key,
            Email.cycle_id.is_not(None),
            Email.state.in_((MailState.QUEUED, MailState.WITHHELD)),
        )
        .values(state=MailState.DROPPED, last_error=words_of(found.reason))
    )


def returns_mail(key: ColumnElement[str | None] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """The condition that this key is that of a marked address."""
    return exists().where(AddressMark.recipient_key == key, AddressMark.marked_at.is_not(None))


def is_marked(address: str) -> bool:
    """Whether mail of cycles is kept from this address."""
    return bool(marked_among([address_key(address)]))


def clear_mark(address: str) -> bool:
    """Mail reaches the address again; says whether it was marked."""
    found = db.session.get(AddressMark, address_key(address), with_for_update=True)
    if found is None or found.marked_at is None:
        return False
    if found.challenged_at is None:
        db.session.delete(found)  # nothing is known of it any more
    else:
        found.marked_at, found.reason = None, ""
    db.session.flush()
    return True


def note_challenge(address: str, *, now: datetime) -> bool:
    """The address asks whoever writes for a proof; says whether that is new."""
    found = _mark_of(address)
    if found.challenged_at is not None:
        return False
    found.challenged_at = now
    db.session.flush()
    return True


def marked_among(keys: Collection[str]) -> dict[str, str]:
    """Which of these addresses, as they are compared, are marked, and the reason of each."""
    marked = select(AddressMark.recipient_key, AddressMark.reason).where(
        AddressMark.recipient_key.in_(keys), AddressMark.marked_at.is_not(None)
    )
    return dict(db.session.execute(marked).all())


def words_of(reason: str) -> str:
    """What a mail says that was not sent because its address is marked."""
    return f"address marked: {reason}"[:WORDS]


def mark_returned(email: Email, *, reason: str) -> bool:
    """The mail came back; False when that was known already, or when it never left."""
    returned = db.session.execute(
        update(Email)
        .where(Email.id == email.id, Email.state.not_in((*NEVER_LEFT, MailState.BOUNCED)))
        .values(state=MailState.BOUNCED, last_error=reason[:WORDS], lease=None, leased_until=None)
    )
    return bool(returned.rowcount)  # type: ignore[attr-defined]


def _mark_of(address: str) -> AddressMark:
    """The address's row, held until the commit; a new one when nothing ever came back."""
    key = address_key(address)
    fresh = inserting(AddressMark, db.engine.dialect.name).values(recipient_key=key, reason="")
    db.session.execute(fresh.on_conflict_do_nothing())
    return db.session.get_one(AddressMark, key, with_for_update=True, populate_existing=True)
