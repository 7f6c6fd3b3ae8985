"""What waits for the team, a line for each thing: what harms people comes first, and what is done is gone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Session
from webinars.cycles.states import CycleState, Format
from webinars.planning.queries import DateSpan
from webinars.planning.updates.overview import WaitingUpdate
from webinars.registration.seats import Seats
from webinars.today.day import Day
from webinars.today.queries import PastSession
from webinars.words.dates import says_year, short_date

HALF_EMPTY_FROM = timedelta(days=7)  # before a session: then it is time to announce it again

PageAddress = Callable[..., str]  # of a page: its endpoint, and the values in it


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """Something that waits: how many of what, why it matters, where to act."""

    count: int
    noun: str
    consequence: str
    href: str
    verb: str


def work_of(day: Day, address: PageAddress, *, is_operator: bool) -> list[WaitingTask]:
    """What waits on this day; letters that belong to no cycle wait for who sees to the instance."""
    kinds = (
        _stuck_updates,
        _stuck_messages,
        _returned,
        _missing_links,
        _letters,
        *((_letters_elsewhere,) if is_operator else ()),
        _full,
        _half_empty,
        _without_report,
        _to_review,
        _thanks,
        _unsent,
        _undated,
        _to_close,
    )
    return [one for kind in kinds for one in kind(day, address)]


def fill_words(session: Session, seats: Seats, day: Day) -> tuple[str, str]:
    """How full a session to come is, in a word and its tone; nothing where there is nothing to say."""
    if session.has_started(day.now) or session.capacity is None:
        return "", ""
    if seats.is_full:
        return _("Full"), "warn"
    if seats.are_few:
        return _("Last seats"), "warn"
    return (_("Few registered"), "") if _is_half_empty(session, seats, day) else ("", "")


def _stuck_updates(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for update in day.updates:
        if update.update.has_failed:
            count = update.told.people or update.told.returned
            yield WaitingTask(
                count,
                ngettext("person was not told of a change", "people were not told of a change", count),
                _("%(title)s: the message could not leave.", title=update.session.title),
                address("planning.cycle", slug=update.session.cycle.slug),
                _("Send"),
            )


def _stuck_messages(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for message in day.stuck:
        yield WaitingTask(
            1,
            _("message that could not leave"),
            _("“%(subject)s”: its time has come, and nobody has it.", subject=message.subject),
            address("messages.message", slug=message.cycle.slug, message_id=message.public_id),
            _("Send"),
        )


def _returned(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for one in day.mail:
        if one.returned:
            yield WaitingTask(
                one.returned,
                ngettext("wrong address", "wrong addresses", one.returned),
                ngettext(
                    "%(title)s: the mail of this person is returned, so no invitation reaches them any more.",
                    "%(title)s: the mail of these people is returned, so no invitation reaches them any more.",
                    one.returned,
                    title=one.cycle.title,
                ),
                address("deliverability.deliveries", slug=one.cycle.slug, show="returned", _anchor="list"),
                _("Correct"),
            )


def _missing_links(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for session in day.coming:
        is_online = session.format is not Format.ON_SITE
        if session.cycle.state is CycleState.PUBLISHED and is_online and not session.join_url:
            yield WaitingTask(
                1,
                _("video link missing"),
                _("%(session)s: nobody can join without it.", session=_session_words(session, day)),
                address("planning.session", **_slugs(session), _anchor="join_url"),
                _("Add"),
            )


def _letters(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for one in day.mail:
        if one.letters:
            yield WaitingTask(
                one.letters,
                ngettext("message received", "messages received", one.letters),
                _("%(title)s: somebody expects an answer.", title=one.cycle.title),
                address("replies.answers", slug=one.cycle.slug, _anchor="tray"),
                _("Read"),
            )


def _letters_elsewhere(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    if day.post.letters:
        yield WaitingTask(
            day.post.letters,
            ngettext("message received", "messages received", day.post.letters),
            _("Of no cycle that we know: somebody may expect an answer."),
            address("incoming.tray"),
            _("Read"),
        )


def _full(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for session in day.coming:
        waiting, seats = day.waiting.get(session.id, 0), day.seats[session.id]
        if waiting and session.capacity is not None and not session.has_started(day.now):
            yield WaitingTask(
                waiting,
                ngettext("person on the waiting list", "people on the waiting list", waiting),
                ngettext(
                    "%(session)s, is full: with %(num)s seat everybody has one.",
                    "%(session)s, is full: with %(num)s seats everybody has one.",
                    seats.enough_for(waiting),
                    session=_session_words(session, day),
                ),
                address("planning.enlarge_session", **_slugs(session)),
                _("Add seats"),
            )


def _half_empty(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for session in day.coming:
        seats = day.seats[session.id]
        if session.cycle.state is CycleState.PUBLISHED and _is_half_empty(session, seats, day):
            left = seats.left or 0
            yield WaitingTask(
                left,
                ngettext("seat free", "seats free", left),
                _("%(session)s: less than half are taken.", session=_session_words(session, day)),
                address("planning.cycle", slug=session.cycle.slug, _anchor="address"),
                _("Announce"),
            )


def _is_half_empty(session: Session, seats: Seats, day: Day) -> bool:
    is_soon = session.starts_at is not None and day.now < session.starts_at <= day.now + HALF_EMPTY_FROM
    return is_soon and seats.is_half_empty


def _without_report(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for one in day.past:
        if one.lacks_report:
            is_ticked = one.session.format is Format.ON_SITE
            yield WaitingTask(
                1,
                _("session to mark") if is_ticked else _("report to upload"),
                _("%(session)s: who came is not known yet.", session=_session_words(one.session, day)),
                address("attendance.session", **_slugs(one.session), _anchor="list" if is_ticked else "tool"),
                _("Mark") if is_ticked else _("Drop"),
            )


def _to_review(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for one in day.past:
        if one.lines:
            yield WaitingTask(
                one.lines,
                ngettext("line of a report to match", "lines of a report to match", one.lines),
                _(
                    "%(session)s: the figures do not count them yet.",
                    session=_session_words(one.session, day),
                ),
                address("review.next_line", **_slugs(one.session)),
                _("Match"),
            )


def _thanks(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for one in day.past:
        if one.to_thank:
            yield WaitingTask(
                one.to_thank,
                ngettext("thank-you message not sent", "thank-you messages not sent", one.to_thank),
                _("%(session)s: the words are ready.", session=_session_words(one.session, day)),
                _thanks_page(one, address),
                _("Read over"),
            )


def _thanks_page(one: PastSession, address: PageAddress) -> str:
    slug = one.session.cycle.slug
    if one.draft:
        return address("messages.message", slug=slug, message_id=one.draft)
    return address("messages.new_message", slug=slug, thanks="present", session=one.session.slug)


def _unsent(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for update in day.updates:
        if not update.update.has_failed and not update.is_silent:
            yield WaitingTask(
                update.told.people,
                _unsent_words(update),
                _(
                    "%(title)s: the message will be sent %(time)s to %(people)s.",
                    title=update.session.title,
                    time=update.leaves,
                    people=update.told.words,
                ),
                address("planning.cycle", slug=update.session.cycle.slug),
                _("See"),
            )


def _unsent_words(update: WaitingUpdate) -> str:
    count = update.told.people
    if update.is_cancellation:
        return ngettext("person to tell of a cancellation", "people to tell of a cancellation", count)
    return ngettext("person to tell of a change", "people to tell of a change", count)


def _undated(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for cycle in day.cycles:
        undated = day.spans.get(cycle.id, DateSpan()).undated
        if undated:
            yield WaitingTask(
                undated,
                ngettext("date or hour missing", "dates or hours missing", undated),
                _("%(title)s stays a draft until then.", title=cycle.title),
                address("planning.cycle", slug=cycle.slug),
                _("Complete"),
            )


def _to_close(day: Day, address: PageAddress) -> Iterator[WaitingTask]:
    for cycle in day.cycles:
        if cycle.state is CycleState.PUBLISHED and day.spans.get(cycle.id, DateSpan()).is_over(day.now):
            yield WaitingTask(
                1,
                _("cycle to close"),
                _("%(title)s: its last session has taken place.", title=cycle.title),
                address("planning.change_state", slug=cycle.slug, step="close"),
                _("Close…"),
            )


def _slugs(session: Session) -> dict[str, str]:
    return {"slug": session.cycle.slug, "session_slug": session.slug}


def _session_words(session: Session, day: Day) -> str:
    """« Achats responsables », mardi 17 novembre."""
    start = session.local_start
    when = short_date(start, weekday=True, year=says_year([start], today=day.date))
    if start.date() == day.date:
        when = _("today")
    return _("%(title)s, %(day)s", title=session.title, day=when)
