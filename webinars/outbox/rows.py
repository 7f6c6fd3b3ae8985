"""One mail as it will be kept, with an identity of its own: it is a row before it is a message."""

from datetime import datetime
from typing import Any

from webinars.outbox.identity import domain_of, mail_domain, new_bounce_token, new_message_id
from webinars.outbox.models import MailState
from webinars.words.addresses import address_key

Row = dict[str, Any]


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
    """A mail that leaves as soon as it is kept, unless the facts say otherwise."""
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
