"""Guessing is slowed, owners are not locked out (specification/security, rule 22).

Tries are counted for an account from one client, and for an account and a client each alone. A browser that
signed in to the account before is counted apart, so that strangers cannot use up its tries. A pause is short
and tries made during it do not lengthen it; the link for a forgotten password is open all the while.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, or_

from webinars import clock
from webinars.accounts.queries import house_contact
from webinars.limits.actions import count_if, forget
from webinars.limits.models import Limit, Tally
from webinars.limits.queries import tally_of
from webinars.storage.extensions import db

HOUR = timedelta(hours=1)
PAIR = Limit("sign-in from one client to one account", 5, HOUR)
KNOWN = Limit("sign-in from a known browser", 5, HOUR)
ACCOUNT = Limit("sign-in to one account", 300, HOUR)
CLIENT = Limit("sign-in from one client", 60, HOUR)
RESETS = Limit("forgotten password of one address", 3, HOUR)
RESETS_OF_CLIENT = Limit("forgotten passwords from one client", 20, HOUR)

SHORT_PAUSE = timedelta(seconds=30)
LONG_PAUSE = timedelta(minutes=2)
A_MOMENT = timedelta(seconds=1)
FEW_SECONDS = 120  # beyond, minutes are said

Counted = tuple[Limit, str]


def counted_as(account: str, client: str, known: str | None) -> list[Counted]:
    """Under which counts a try to sign in falls; `known` names the browser when it signed in there before."""
    if known is not None:
        return [(KNOWN, f"{account} {known}")]
    return [(PAIR, f"{account} {client}"), (ACCOUNT, account), (CLIENT, client)]


def pause_left(counts: Iterable[Counted], *, now: datetime) -> timedelta:
    """How long to wait before the next try; counts this one when there is nothing to wait for.

    Looking and counting are one step: of tries made at once, no more pass than one after the other.
    """
    counts = list(counts)
    with db.session.begin_nested() as step:
        if all(count_if(limit, subject, _allowed(limit, now=now), now=now) for limit, subject in counts):
            return timedelta(0)
        step.rollback()  # a try that waits counts nowhere
    return max(A_MOMENT, *(_wait(limit, subject, now=now) for limit, subject in counts))


def pause_words(pause: timedelta) -> str:
    """What whoever must wait is told: until when, and whom to write to."""
    seconds = max(1, ceil(pause.total_seconds()))
    if seconds <= FEW_SECONDS:
        wait = ngettext(
            "Too many attempts: wait %(num)s second, then try again.",
            "Too many attempts: wait %(num)s seconds, then try again.",
            seconds,
        )
    else:
        wait = ngettext(
            "Too many attempts: wait %(num)s minute, then try again.",
            "Too many attempts: wait %(num)s minutes, then try again.",
            ceil(seconds / 60),
        )
    contact = house_contact()
    return " ".join(
        [wait, *([_("If it goes on, write to %(contact)s.", contact=contact)] if contact else [])]
    )


def start_again(counts: Iterable[Counted]) -> None:
    """The owner came in: the tries from there no longer count."""
    limit, subject = next(iter(counts))
    forget(limit, subject)


def _allowed(limit: Limit, *, now: datetime) -> ColumnElement[bool]:
    return or_(
        Tally.count < limit.most,
        and_(Tally.count < 4 * limit.most, Tally.last_at <= now - SHORT_PAUSE),
        Tally.last_at <= now - LONG_PAUSE,
        Tally.last_at > now + clock.MOMENT,  # counted by a clock that was ahead
    )


def _wait(limit: Limit, subject: str, *, now: datetime) -> timedelta:
    tally = tally_of(limit, subject, now=now)
    if tally is None or tally.count < limit.most or clock.is_ahead(tally.last_at, now):
        return timedelta(0)
    pause = LONG_PAUSE if tally.count >= 4 * limit.most else SHORT_PAUSE
    return tally.last_at + pause - now
