"""What registration has to do by the clock."""

from datetime import datetime

from config import Settings
from webinars.outbox.chores import do_each
from webinars.registration.letters import backlog


def send_backlog(now: datetime, settings: Settings) -> int:
    """Tells every address what was held back from it until this morning, each in a transaction of its own; says to how many.

    What fails by itself tries again a day later.
    """
    held_back = backlog.due(now=now)
    return do_each(
        range(len(held_back)),
        lambda at: backlog.release(*held_back[at], settings=settings, now=now),
        failed=lambda at: backlog.put_off(*held_back[at], now=now),
        trouble="backlog not sent",
    )
