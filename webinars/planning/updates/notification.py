"""Who hears of what happens to a session, and what they are told."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from flask_babel import ngettext

from webinars.cycles.models import Cycle, Session
from webinars.outbox.actions import LastMail, drop_unsent, last_left
from webinars.registration import queries, seats
from webinars.registration.invites import news
from webinars.registration.invites.actions import invite, send_cancellation, send_update
from webinars.registration.invites.calendar_objects import ENDINGS
from webinars.registration.invites.changes import AnnouncedFacts, Change, InvitationOccasion
from webinars.registration.invites.news import News
from webinars.registration.models import Registration


@dataclass(frozen=True, slots=True)
class NotifiedCounts:
    """How many people hear of something: those who have a seat, those who wait for one, speakers and team.

    Whose address returns mail is counted apart: nothing leaves to it.
    """

    seated: int = 0
    waiting: int = 0
    returned: int = 0
    contributing: int = 0

    @property
    def people(self) -> int:
        """All who hear of it."""
        return self.seated + self.waiting + self.contributing

    @property
    def words(self) -> str:
        """« 3 personnes inscrites et 2 en attente », and how many more cannot be told."""
        if not self.returned:
            return self._people_words()
        if not self.people:
            return ngettext(
                "%(num)s person whose address returns mail (nothing leaves to it)",
                "%(num)s people whose addresses return mail (nothing leaves to them)",
                self.returned,
            )
        return ngettext(
            "%(people)s (and %(num)s more whose address returns mail: nothing leaves to it)",
            "%(people)s (and %(num)s more whose addresses return mail: nothing leaves to them)",
            self.returned,
            people=self._people_words(),
        )

    @property
    def unreached_words(self) -> str:
        """Why no message leaves although it concerns somebody; empty where one does, or where it concerns nobody."""
        if self.people or not self.returned:
            return ""
        return ngettext(
            "No message leaves: one person is concerned, but their address returns mail.",
            "No message leaves: %(num)s people are concerned, but their addresses return mail.",
            self.returned,
        )

    def _people_words(self) -> str:
        if not self.contributing:
            return self._attendee_words()
        if not self.seated and not self.waiting:
            return ngettext(
                "%(num)s person of the programme", "%(num)s people of the programme", self.contributing
            )
        return ngettext(
            "%(people)s, and %(num)s person of the programme",
            "%(people)s, and %(num)s people of the programme",
            self.contributing,
            people=self._attendee_words(),
        )

    def _attendee_words(self) -> str:
        if not self.waiting:
            return ngettext("%(num)s registered person", "%(num)s registered people", self.seated)
        if not self.seated:
            return ngettext("%(num)s person waiting", "%(num)s people waiting", self.waiting)
        return ngettext(
            "%(num)s registered person and %(waiting)s waiting",
            "%(num)s registered people and %(waiting)s waiting",
            self.seated,
            waiting=self.waiting,
        )

    def __bool__(self) -> bool:
        """Whether it concerns anybody: an address that returns mail may be corrected before anything leaves."""
        return self.people + self.returned > 0

    def __add__(self, other: Self) -> "NotifiedCounts":
        return NotifiedCounts(
            self.seated + other.seated,
            self.waiting + other.waiting,
            self.returned + other.returned,
            self.contributing + other.contributing,
        )


def is_announced(session: Session) -> bool:
    """Whether people may hold places in it that they count on."""
    return session.cycle.is_public and not session.is_cancelled


def tell_change(
    session: Session, *, known: str, word: str = "", texts_at: datetime | None = None, now: datetime
) -> NotifiedCounts:
    """Tells everybody who knows something else of the session, in their calendar or waiting; says how many.

    Whoever was invited before `texts_at` hears that its texts are new. `known` is what those who have waited since
    nobody wrote that down believe of the session.
    """
    alike: dict[tuple[str, bool], list[Registration]] = defaultdict(list)
    for registration in queries.invited_to(session):
        invitation = registration.invitation
        if invitation is not None and invitation.cancelled_at is None:
            lacks_texts = texts_at is not None and invitation.created_at <= texts_at
            alike[invitation.said, lacks_texts].append(registration)
    seated: list[Registration] = []
    for (said, lacks_texts), registrations in alike.items():
        change = AnnouncedFacts.from_text(said).change_to(session)
        if change is not None or lacks_texts:
            change = replace(change or Change(), word=word, texts=lacks_texts)
            if send_update(session, registrations, what_changed=change, now=now):
                seated += registrations
    seated += _invite_late(session, now=now)
    return _told(session, seated, _tell_waiting(session, known=known, word=word, now=now))


def _invite_late(session: Session, *, now: datetime) -> list[Registration]:
    """Invites who signed up while the session ran: it takes place at another moment, and no calendar has it."""
    if session.has_started(now):
        return []
    return invite(_late(queries.invited_to(session)), session.cycle, now=now)


def _tell_waiting(session: Session, *, known: str, word: str, now: datetime) -> list[Registration]:
    present, waiting = AnnouncedFacts.of(session).text(), seats.waiting_for(session)
    for registration in waiting:
        registration.said = registration.said or known
    others = [registration for registration in waiting if registration.said != present]
    news.tell(others, session, News.MOVED, word=word, now=now)
    return others


def tell_cancellation(session: Session, *, now: datetime, word: str = "") -> NotifiedCounts:
    """Takes the session out of every calendar, and tells those who wait; says how many. Nobody once it is over."""
    seated, waiting = queries.invited_to(session), seats.waiting_for(session)
    if session.is_over(now):
        drop_unsent(queries.mail_names([session.id]))
        return NotifiedCounts()
    left = news.take_back(waiting)
    unaware = [one for one in waiting if not news.was_cancellation(left.get(one.thread))]
    late = _late(seated)
    told = send_cancellation(session, seated, now=now, word=word)
    news.tell([*late, *unaware], session, News.CANCELLED, word=word, now=now)
    return _told(session, [*told, *late], unaware)


def tell_restoration(session: Session, cycle: Cycle, *, now: datetime) -> NotifiedCounts:
    """Tells everybody who heard of the cancellation that the session takes place; says how many.

    Whose cancellation has not left is not told of either.
    """
    if session.has_started(now):
        return NotifiedCounts()
    seated = queries.invited_to(session)
    left = news.take_back(seated)
    heard = {one.thread for one in seated if news.was_cancellation(left.get(one.thread))}
    invited = invite(_ended(seated), cycle, now=now, occasion=InvitationOccasion.RESTORED, heard=heard)
    waiting = seats.waiting_for(session)
    left = news.take_back(waiting)
    aware = [one for one in waiting if news.was_cancellation(left.get(one.thread))]
    news.tell(aware, session, News.RESTORED, now=now)
    return _told(session, [one for one in seated if one in invited], aware)


def invite_corrected(session: Session, *, now: datetime) -> None:
    """Invites those whose address was corrected while the session was cancelled: nobody else's object ended."""
    if not session.has_started(now):
        invite(
            _ended(queries.invited_to(session)), session.cycle, now=now, occasion=InvitationOccasion.RESTORED
        )


def expecting(session: Session) -> NotifiedCounts:
    """How many expect the session: whose calendars hold it, and who waits for a seat."""
    seated = [
        one
        for one in queries.invited_to(session)
        if one.came_late or (one.invitation and not one.invitation.cancelled_at)
    ]
    return _told(session, seated, seats.waiting_for(session)) if is_announced(session) else NotifiedCounts()


def would_be_restored(session: Session) -> NotifiedCounts:
    """How many would hear that it takes place after all, if it were restored at this moment."""
    ended, waiting = _ended(queries.invited_to(session)), seats.waiting_for(session)
    left = last_left(queries.mail_names([session.id]))
    invited = [
        one for one in ended if one.invitation is None or not _holds_entry(left.get(one.invitation.uid))
    ]
    aware = [one for one in waiting if news.was_cancellation(left.get(one.thread))]
    return _told(session, invited, aware)


def _told(
    session: Session, seated: Collection[Registration], waiting: Collection[Registration]
) -> NotifiedCounts:
    """The people of these places, those apart whose address returns mail."""
    lost = queries.places_returning_mail(session.id)
    reached = [one for one in seated if one.id not in lost]
    contributing = sum(one.contributes_as is not None for one in reached)
    waits = sum(one.id not in lost for one in waiting)
    returned = len(seated) + len(waiting) - len(reached) - waits
    return NotifiedCounts(len(reached) - contributing, waits, returned, contributing)


def _ended(seated: list[Registration]) -> list[Registration]:
    reachable = [one for one in seated if one.registrant.email]
    return [one for one in reachable if one.invitation is None or one.invitation.cancelled_at is not None]


def _late(seated: list[Registration]) -> list[Registration]:
    return [one for one in seated if one.came_late and one.registrant.email]


def _holds_entry(left: LastMail | None) -> bool:
    return left is not None and left.kind not in ENDINGS
