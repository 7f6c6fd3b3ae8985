"""What can be asked about attempts."""

from collections.abc import Iterable

from sqlalchemy import select

from webinars.attempts.models import Attempt
from webinars.storage.extensions import db


def done_among(keys: Iterable[str]) -> set[str]:
    """Those of these attempts that were done."""
    wanted = select(Attempt.key).where(Attempt.key.in_([*keys]), Attempt.answer != "").order_by(Attempt.key)
    return set(db.session.scalars(wanted))
