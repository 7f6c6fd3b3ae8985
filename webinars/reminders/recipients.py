"""Who a reminder goes to: everybody who has a seat and can be reminded."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db


@dataclass(frozen=True, slots=True)
class ReminderReader:
    """Somebody who has a seat, and since when."""

    registration_id: int
    session_id: int
    email: str
    language: str
    confirmed_at: datetime


def readers_of(session_ids: Iterable[int]) -> dict[int, list[ReminderReader]]:
    """Those with a seat who can be reminded, by session: an address is known and reminders are not silenced."""
    rows = db.session.execute(
        _readers(
            select(
                Registration.id,
                Registration.session_id,
                Registrant.email,
                Registrant.language,
                Registration.confirmed_at,
            ),
            session_ids,
        ).order_by(Registration.id)
    )
    found: dict[int, list[ReminderReader]] = defaultdict(list)
    for row in rows:
        found[row.session_id].append(ReminderReader(*row))
    return found


def reader_counts(session_ids: Iterable[int]) -> dict[int, int]:
    """How many would be reminded at this moment, by session; an address that returns mail is written to by nobody."""
    counted = _readers(select(Registration.session_id, func.count()), session_ids).where(
        ~returns_mail(Registrant.email_key)
    )
    rows = db.session.execute(counted.group_by(Registration.session_id)).all()
    return dict(rows)


def _readers(asked: Select[*tuple[Any, ...]], session_ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    return asked.join(Registration.registrant).where(
        Registration.session_id.in_(list(session_ids)),
        Registration.state == RegistrationState.CONFIRMED,
        Registration.confirmed_at.is_not(None),
        Registration.contributes_as.is_(None),
        Registrant.email.is_not(None),
        Registrant.muted_at.is_(None),
    )
