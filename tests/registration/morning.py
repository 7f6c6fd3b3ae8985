"""The chore of the morning, and what it leaves behind, as tests look at it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app

from webinars.outbox.models import Email, MailState
from webinars.registration.letters.chores import send_backlog
from webinars.storage.extensions import db

PARIS = ZoneInfo("Europe/Paris")


def in_paris(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def morning_comes(now: datetime) -> int:
    """The chore, as a worker does it; says to how many it wrote."""
    told = send_backlog(now, current_app.config["SETTINGS"])
    db.session.expire_all()
    return told


def leaves(outbox, *, until: datetime, since: datetime | None = None) -> list[Email]:
    """The mails that leave in this time, or have left."""
    return [
        mail
        for mail in outbox()
        if mail.state not in (MailState.WITHHELD, MailState.DROPPED)
        and mail.not_before <= until
        and (since is None or mail.not_before >= since)
    ]


def held_back(outbox) -> list[Email]:
    return [mail for mail in outbox() if mail.state is MailState.WITHHELD]


def kinds(mails: list[Email]) -> dict[str, int]:
    found: dict[str, int] = {}
    for mail in mails:
        found[mail.kind] = found.get(mail.kind, 0) + 1
    return found
