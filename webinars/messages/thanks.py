"""Words of thanks to start from, once a session has its attendance: others for who came than for who missed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select

from webinars.attendance.missing_reports import lacks_report
from webinars.attendance.models import Attendance, Conclusion
from webinars.attendance.pending_lines import NONE, waiting_by_session
from webinars.attendance.queries import conclusions_of
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import SessionState
from webinars.messages.audience import REACHABLE, Standing
from webinars.messages.models import CHANGEABLE, DECIDED, Message
from webinars.messages.queries import written_about
from webinars.registration.models import Registrant

MOST = 6
IN_SEASON = timedelta(days=30)  # after a session: then nobody expects thanks any more
_TO_WHO_CAME = (Standing.ALL, Standing.CONFIRMED)  # once the session is over


@dataclass(frozen=True, slots=True)
class ThanksOffer:
    """A session one may write about now, and what was written already."""

    session: Session
    counts: Mapping[Conclusion, int]
    to_decide: int  # lines of its reports that may still change who came
    written: Mapping[Standing, Message]

    @property
    def present(self) -> int:
        """How many came."""
        return self.counts.get(Conclusion.PRESENT, 0)

    @property
    def absent(self) -> int:
        """How many missed it."""
        return self.counts.get(Conclusion.ABSENT, 0) + self.counts.get(Conclusion.EXCUSED, 0)


def offers(cycle: Cycle, sessions: Sequence[Session], *, now: datetime) -> list[ThanksOffer]:
    """Past sessions whose attendance is recorded, the latest first."""
    past = [session for session in sessions if session.is_over(now) and not session.is_cancelled]
    if not past:
        return []
    conclusions, to_decide, written = (
        conclusions_of(past),
        waiting_by_session([one.id for one in past]),
        written_about(cycle),
    )
    found = [
        ThanksOffer(
            session,
            conclusions[session.id],
            to_decide.get(session.id, NONE).total,
            {one: written[session.id, one] for one in Standing if (session.id, one) in written},
        )
        for session in past
        if conclusions[session.id]
    ]
    return sorted(found, key=lambda offer: offer.session.local_end, reverse=True)[:MOST]


def waits_for_thanks(now: datetime) -> ColumnElement[bool]:
    """That a session is over, who came is known, and nobody has written to them yet."""
    written = exists().where(
        Message.session_id == Session.id,
        Message.state.in_(DECIDED),
        or_(
            Message.standing == Standing.PRESENT,
            and_(Message.standing.in_(_TO_WHO_CAME), Message.created_at >= Session.ends_at),
        ),
    )
    is_in_season = and_(Session.ends_at > now - IN_SEASON, Session.ends_at <= now)
    came = exists().where(*_came())
    return and_(is_in_season, Session.state == SessionState.SCHEDULED, came, ~written, ~lacks_report(now))


def people_to_thank() -> ScalarSelect[int]:
    """How many came to a session and can be written to."""
    return select(func.count()).where(*_came()).correlate(Session).scalar_subquery()


def draft_of_thanks() -> ScalarSelect[str]:
    """The public id of what somebody has begun to write to who came to a session."""
    begun = select(func.max(Message.public_id)).where(
        Message.session_id == Session.id,
        Message.standing == Standing.PRESENT,
        Message.state.in_(CHANGEABLE),
    )
    return begun.correlate(Session).scalar_subquery()


def _came() -> tuple[ColumnElement[bool], ...]:
    return (
        Attendance.session_id == Session.id,
        Attendance.conclusion == Conclusion.PRESENT,
        Registrant.id == Attendance.registrant_id,
        REACHABLE,
    )


def thanks(session: Session, standing: Standing, *, now: datetime) -> dict[str, Any]:
    """What the form holds: the right group and words to start from, in the cycle's language."""
    with force_locale(session.cycle.language):
        subject, body = _for_absent(session, now=now) if standing is Standing.ABSENT else _for_present()
    return {"session": session.slug, "standing": standing, "subject": subject, "body": body}


def _for_present() -> tuple[str, str]:
    return (
        _("Thank you: {session}"),
        _(
            "Hello {first_name},\n\n"
            "Thank you for taking part in “{session}” on {date}.\n\n"
            "Any documents and recording are on [the page of the session]({page}). "
            "You are welcome to pass it on.\n\n"
            "Your other sessions are on [your own page]({my_page}).\n\n"
            "See you soon"
        ),
    )


def _for_absent(session: Session, *, now: datetime) -> tuple[str, str]:
    words = [
        _(
            "Hello {first_name},\n\n"
            "You had a seat in “{session}” on {date}, and we missed you.\n\n"
            "Any documents and recording are on [the page of the session]({page}), "
            "to look at when it suits you."
        )
    ]
    if any(one.is_to_come(now) for one in sessions_of(session.cycle)):
        words.append(
            _(
                "The next sessions are on [your own page]({my_page}): "
                "if you cannot come to one, give back your seat there, so that somebody else has it."
            )
        )
    return _("We missed you: {session}"), "\n\n".join(words)
