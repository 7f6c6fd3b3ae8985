"""The link to one's own page, asked for at the door of a session: it goes to the address the door belongs to, and nowhere else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from config import Settings
from webinars.outbox.actions import queue
from webinars.outbox.queries import last_written_at
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.letters.allowance import allowance_of, hold_address
from webinars.registration.models import Registrant

KIND = "page_link"
AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PageLink:
    """What the door says of sending somebody their page; nothing of the address it goes to."""

    is_offered: bool
    is_reached: bool
    asked_at: datetime | None
    again_at: datetime | None
    is_just_asked: bool

    @classmethod
    def of(cls, registrant: Registrant, zone: ZoneInfo, *, is_just_asked: bool, now: datetime) -> Self:
        """As it stands now, on the clock of this zone."""
        asked_at = _last_asked_at(registrant, now=now)
        return cls(
            is_offered=_has_page(registrant),
            is_reached=_is_reached(registrant),
            asked_at=asked_at,
            again_at=(asked_at + AGAIN_AFTER).astimezone(zone) if asked_at else None,
            is_just_asked=is_just_asked,
        )


def send_page_link(registrant: Registrant, *, settings: Settings, now: datetime) -> bool:
    """Sends the link, once an hour at most; says whether it was asked for now.

    It counts among what others may cause to this address in a day: beyond that it leaves the next morning.
    """
    if not (_has_page(registrant) and _is_reached(registrant)):
        return False
    address = reachable(registrant)
    hold_address(registrant.email_key or "")  # of two presses at once the second finds the first
    if _last_asked_at(registrant, now=now) is not None:
        return False
    zone = registrant.cycle.organisation.zone
    allowance = allowance_of(registrant.email_key or "", zone, settings=settings, now=now)
    queue(
        KIND,
        recipient=address,
        language=registrant.language,
        about_id=registrant.id,
        purpose=f"{KIND}:{registrant.id}:{now:%Y-%m-%dT%H:%M:%S.%f}",
        now=now,
        cycle_id=registrant.cycle_id,
        not_before=None if allowance.mails else allowance.morning,
        by_form=True,
    )
    return True


def _has_page(registrant: Registrant) -> bool:
    return not registrant.cycle.is_being_deleted


def _is_reached(registrant: Registrant) -> bool:
    """Whether there is an address that does not return mail."""
    return registrant.email is not None and not is_marked(registrant.email)


def _last_asked_at(registrant: Registrant, *, now: datetime) -> datetime | None:
    """When the link was asked for that is on its way, or left less than an hour ago; None where it may be asked for."""
    since, until = now - AGAIN_AFTER, now + AGAIN_AFTER  # later ones are of a clock far ahead
    return last_written_at(KIND, registrant.id, registrant.email_key, since=since, until=until)
