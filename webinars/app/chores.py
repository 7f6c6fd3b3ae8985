"""What workers do from time to time, and how often."""

from datetime import timedelta

from webinars.attendance.imports.leftovers import clear_leftovers
from webinars.attendance.imports.uploads import sweep_pending
from webinars.deliverability import host_lookup
from webinars.messages import chores as messages
from webinars.outbox.chores import Chore, without_settings
from webinars.outbox.queue import postponement, retention
from webinars.planning.deletion.chores import clear_pictures, delete_due
from webinars.planning.updates.chores import send_settled
from webinars.registration.letters.chores import send_backlog
from webinars.reminders import sweep
from webinars.replies import chores as replies_chores

SWEEP = "sweep"  # says, beside what it does, that a worker is alive
READING = "read incoming mail"

CHORES: tuple[Chore, ...] = (
    Chore(SWEEP, timedelta(minutes=1), postponement.bring_back),
    Chore("clear old mail", timedelta(hours=1), retention.clear_old),
    Chore("remove waiting reports", timedelta(hours=1), sweep_pending),
    Chore("clear half-done reports", timedelta(minutes=5), without_settings(clear_leftovers)),
    Chore("send what was held back", timedelta(minutes=5), send_backlog),
    Chore("send settled updates", timedelta(seconds=15), send_settled),
    Chore("delete cycles", timedelta(minutes=1), delete_due),
    Chore("clear pictures", timedelta(days=1), clear_pictures),
    Chore("learn mail hosts", timedelta(minutes=1), without_settings(host_lookup.learn)),
    Chore("send reminders", sweep.PERIOD, without_settings(sweep.remind)),
    Chore(READING, timedelta(minutes=1), replies_chores.read_configured),
    Chore("clear incoming mail", timedelta(hours=1), replies_chores.clear_old),
    Chore("send scheduled messages", timedelta(minutes=1), without_settings(messages.send_due)),
)
