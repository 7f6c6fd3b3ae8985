"""What workers do from time to time, and how often."""

from datetime import timedelta

from webinars.outbox import keeping
from webinars.outbox.chores import Chore
from webinars.replies import reading

CHORES: tuple[Chore, ...] = (
    Chore("clear old mail", timedelta(hours=1), keeping.clear_old),
    Chore("read incoming mail", timedelta(minutes=1), reading.read_configured),
    Chore("clear incoming mail", timedelta(hours=1), reading.clear_old),
)
