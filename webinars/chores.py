"""What workers do from time to time, and how often."""

from datetime import timedelta

from webinars.outbox import keeping
from webinars.outbox.chores import Chore
from webinars.planning.chores import send_settled

CHORES: tuple[Chore, ...] = (
    Chore("clear old mail", timedelta(hours=1), keeping.clear_old),
    Chore("send settled updates", timedelta(seconds=15), send_settled),
)
