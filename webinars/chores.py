"""What workers do from time to time, and how often."""

from datetime import timedelta

from webinars.messages import chores as messages
from webinars.outbox import keeping
from webinars.outbox.chores import Chore

CHORES: tuple[Chore, ...] = (
    Chore("clear old mail", timedelta(hours=1), keeping.clear_old),
    Chore("send scheduled messages", timedelta(minutes=1), messages.send_due),
)
