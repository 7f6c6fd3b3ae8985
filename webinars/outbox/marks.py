"""Addresses that return mail: marked ones get no further mail of any cycle, until an organiser says they are right."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from webinars.addresses import address_key
from webinars.extensions import db
from webinars.outbox.answers import WORDS
from webinars.outbox.models import AddressMark, Email, State

COUNTED_OUT = 3  # returned mails after which an address is marked
NEVER_LEFT = (State.DROPPED, State.WITHHELD)


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
            Email.state.in_((State.QUEUED, State.WITHHELD)),
        )
        .values(state=State.DROPPED, last_error=words_of(found.reason))
    )


def count_bounce(address: str, *, reason: str, now: datetime) -> bool:
    """One more mail came back from the address; says whether it is marked now, as it is at the third."""
    found = _mark_of(address)
    found.bounces += 1
    found.reason = reason[:WORDS]
    if found.bounces >= COUNTED_OUT:
        mark_address(address, reason=reason, now=now)
    db.session.flush()
    return found.marked_at is not None


def returns_mail(key: ColumnElement[str | None] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """The condition that this key is that of a marked address."""
    return exists().where(AddressMark.recipient_key == key, AddressMark.marked_at.is_not(None))


def is_marked(address: str) -> bool:
    """Whether mail of cycles is kept from this address."""
    return bool(marked_among([address_key(address)]))


def clear_mark(address: str) -> bool:
    """Mail reaches the address again, what was counted is forgotten; says whether it was marked."""
    found = db.session.get(AddressMark, address_key(address), with_for_update=True)
    if found is None:
        return False
    was_marked = found.marked_at is not None
    db.session.delete(found)
    db.session.flush()
    return was_marked


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
        .where(Email.id == email.id, Email.state.not_in((*NEVER_LEFT, State.BOUNCED)))
        .values(state=State.BOUNCED, last_error=reason[:WORDS], lease=None, leased_until=None)
    )
    return bool(returned.rowcount)  # type: ignore[attr-defined]


def _mark_of(address: str) -> AddressMark:
    """The address's row, held until the commit; a new one when nothing ever came back."""
    key = address_key(address)
    found = db.session.get(AddressMark, key, with_for_update=True)
    if found is None:
        found = AddressMark(recipient_key=key, bounces=0, reason="")
        db.session.add(found)
        db.session.flush()
    return found
