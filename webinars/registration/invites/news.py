"""What people without an entry in their calendar are told of a session: who waits, and whose invitation never left."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from webinars.cycles.models import Session
from webinars.outbox.actions import LastMail, drop_unsent, queue_all
from webinars.outbox.models import Row, row
from webinars.outbox.queries import unsent_details
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registration, RegistrationState

KIND = "session_news"


class News(StrEnum):
    """What happened to the session."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"


def tell(
    registrations: Sequence[Registration], session: Session, news: News, *, word: str = "", now: datetime
) -> int:
    """Queues one mail for each, which says the session as it is and as they knew it; says how many."""
    present = AnnouncedFacts.of(session).text()
    queue_all([_row(one, session, news, present, word=word, now=now) for one in registrations])
    for registration in registrations:
        registration.said = present
    return len(registrations)


def take_back(registrations: Sequence[Registration]) -> dict[str, LastMail]:
    """Drops the news that has not left; says the last mail of each thread that may have.

    What somebody knows of the session is then what they knew before it.
    """
    by_thread = {registration.thread: registration for registration in registrations}
    for thread, details in unsent_details(by_thread):
        if "before" in details:
            by_thread[thread].said = details["before"]
    return drop_unsent(by_thread)


def was_cancellation(left: LastMail | None) -> bool:
    """Whether the last that somebody was told is that the session does not take place."""
    return left is not None and left.kind == KIND and left.details["news"] == News.CANCELLED


def _row(
    registration: Registration, session: Session, news: News, present: str, *, word: str, now: datetime
) -> Row:
    registrant = registration.registrant
    return row(
        KIND,
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registration.id,
        purpose=f"{KIND}:{news}:{registration.id}:{now:%Y%m%dT%H%M%S.%f}",
        now=now,
        cycle_id=session.cycle_id,
        details={
            "news": news,
            "waits": registration.state is RegistrationState.WAITLISTED,
            "before": registration.said or present,
            "said": present,
            "word": word,
        },
        uid=registration.thread,
        not_after=session.ends_at if news is News.CANCELLED else session.starts_at,
    )
