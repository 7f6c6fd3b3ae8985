"""What messages need from time to time."""

from datetime import datetime

from webinars.messages import actions, queries
from webinars.outbox.chores import do_each


def send_due(now: datetime) -> int:
    """Queues the mails of scheduled messages whose time has come; closes those that have left. Says how many moved.

    One that failed so many times waits for an organiser.
    """
    sent = do_each(
        queries.due(now=now),
        lambda number: _send(number, now),
        failed=actions.note_failure,
        trouble="message not sent",
    )
    return sent + actions.close_finished()


def _send(number: int, now: datetime) -> bool:
    message = queries.message_for_mail(number)
    if message is None:
        return False
    return actions.call_off_with_session(message, now=now) or actions.send_scheduled(message, now=now)
