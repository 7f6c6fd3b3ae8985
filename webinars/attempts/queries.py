"""What can be asked about attempts."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from webinars.attempts.models import Attempt
from webinars.storage.transactions import run

# put together once: the page that answers each sign-up asks it
_DONE = select(Attempt.key).where(Attempt.key.in_(bindparam("keys", expanding=True)), Attempt.answer != "")


def done_among(keys: Iterable[str]) -> set[str]:
    """Those of these attempts that were done."""
    return {key for (key,) in run(_DONE, {"keys": [*keys]})}
