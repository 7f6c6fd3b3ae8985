"""Sweeps at the moments a test names; between two of them nothing was missed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.registration.conftest import registrations, signs_up, written
from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Email, MailState
from webinars.registration.models import Registrant
from webinars.reminders.actions import choose
from webinars.reminders.models import ReminderRule
from webinars.reminders.sweep import PERIOD, remind
from webinars.storage.extensions import db

__all__ = ["registrations", "signs_up"]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
Sweep = Callable[..., int]


@pytest.fixture
def sweep(app: object) -> Sweep:
    """`sweep(at)`: one sweep and its commit, the former one `after` before it."""

    def sweep(at: datetime, *, after: timedelta = PERIOD) -> int:
        db.session.rollback()
        remind(at - after)
        told = remind(at)
        db.session.commit()
        return told

    return sweep


@pytest.fixture
def ada(session: Session, signs_up: Callable[..., object]) -> Registrant:
    """Ada, who has a seat in the session."""
    from tests.registration.conftest import ADA

    return signs_up(ADA, session).registrant  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def reminders(outbox: Callable[[], list[Email]]) -> Callable[[], list[Email]]:
    """Every reminder that waits or went, oldest first."""
    return lambda: [mail for mail in outbox() if mail.kind == "reminder"]


def plan(
    cycle: Cycle, *minutes: int, session: Session | None = None, text: str = "", is_on: bool = True
) -> None:
    """Chooses reminders for the cycle, or for one session of it."""
    rules = [ReminderRule(minutes=number, text=text) for number in minutes]
    choose(cycle, rules, session=session, is_on=is_on, by=NADIA, now=NOW)
    db.session.commit()


def read_at(mail: Email, at: datetime):
    """The mail as a mail program reads it when it is written at this moment."""
    with time_machine.travel(at, tick=False):
        return written(mail)


def state_of(mail: Email) -> MailState:
    db.session.refresh(mail)
    return mail.state
