"""How long the text of a mail is kept after it left."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from config import Settings
from webinars.outbox.models import UNSENT, Email, EmailText, MailState
from webinars.storage.extensions import db

AT_ONCE = 500


def clear_contents(*, older_than: timedelta, now: datetime) -> int:
    """Clears the text of mail that left so long ago, and at once of what is secret or was dropped; its row stays. Says how many."""
    old = (
        select(EmailText.email_id)
        .join(Email, Email.id == EmailText.email_id)
        .where(
            (Email.attempted_at < now - older_than) | Email.holds_secret | (Email.state == MailState.DROPPED),
            Email.state.not_in(UNSENT),
        )
        .order_by(EmailText.email_id)
        .limit(AT_ONCE)
    )
    cleared = 0
    while True:
        # small steps: sign-ups wait for none of them
        with db.engine.begin() as connection:
            ids = list(connection.scalars(old))
            connection.execute(delete(EmailText).where(EmailText.email_id.in_(ids)))
        cleared += len(ids)
        if len(ids) < AT_ONCE:
            return cleared


def clear_old(now: datetime, settings: Settings) -> int:
    """Clears what the settings keep no longer; says how many."""
    return clear_contents(older_than=timedelta(days=settings.mail_keep_days), now=now)
