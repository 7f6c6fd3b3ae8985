"""Messages in words: who shall read them, how many that is, how far they have come."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Session
from webinars.messages.audience import MessageReach, Standing
from webinars.messages.models import Message, MessageState
from webinars.outbox.models import MailState
from webinars.words import typology
from webinars.words.dates import moment_words, says_year, short_date
from webinars.words.numbers import number_words


def standing_words(standing: Standing) -> str:
    """Who is meant, as a choice."""
    return {
        Standing.ALL: _("Everybody"),
        Standing.CONFIRMED: _("Who has a seat"),
        Standing.WAITING: _("Who waits for a seat"),
        Standing.PRESENT: _("Who was present"),
        Standing.ABSENT: _("Who was absent"),
        Standing.NOT_ANSWERED: _("Who has not answered the invitation"),
    }[standing]


def _standing_facts(standing: Standing, people: int) -> str:
    return {
        Standing.ALL: _("everybody"),
        Standing.CONFIRMED: ngettext("has a seat", "have a seat", people),
        Standing.WAITING: ngettext("waits for a seat", "wait for a seat", people),
        Standing.PRESENT: ngettext("was present", "were present", people),
        Standing.ABSENT: ngettext("was absent", "were absent", people),
        Standing.NOT_ANSWERED: ngettext(
            "has not answered the invitation", "have not answered the invitation", people
        ),
    }[standing]


def standing_notes() -> dict[str, str]:
    """What each choice holds exactly."""
    return {
        Standing.ALL: _(
            "With a seat, waiting for one, or come without registering; not who is no longer registered"
        ),
        Standing.CONFIRMED: _("For the whole cycle: in one session at least that takes place"),
        Standing.WAITING: _("For the whole cycle: for one session at least that takes place"),
        Standing.PRESENT: _(
            "As attendance was recorded; who only stayed briefly is neither present nor absent"
        ),
        Standing.ABSENT: _("Absent or excused; for the whole cycle: present at none"),
        Standing.NOT_ANSWERED: _(
            "Has a seat, and the calendar said neither yes nor no; for the whole cycle: about a session to come"
        ),
    }


def session_words(session: Session, *, among: Sequence[Session] = (), now: datetime) -> str:
    """A session, in a list to choose from: with the year where it is not the present one, or those of the list meet."""
    title = session.title if len(session.title) <= 70 else f"{session.title[:69]}…"
    if not session.is_dated:
        return title
    days = [one.day for one in [session, *among]]
    year = says_year(days, today=now.astimezone(session.zone))
    return f"{short_date(session.local_start, year=year)} · {title}"


def audience_words(message: Message, *, now: datetime) -> str:
    """Who is meant, in one line."""
    return _group_words(standing_words(message.standing), message, now=now)


def recipients_words(message: Message, people: int, *, now: datetime) -> str:
    """3 people: have a seat · 17 Nov · Responsible purchasing."""
    who = _group_words(_standing_facts(message.standing, people), message, now=now)
    return _("%(people)s: %(who)s", people=people_words(people), who=who)


def _group_words(who: str, message: Message, *, now: datetime) -> str:
    parts = [who, session_words(message.session, now=now) if message.session else _("whole cycle")]
    kinds = ", ".join(kind_label(code) for code in message.kinds)
    return " · ".join([*parts, kinds] if kinds else parts)


def kind_label(code: str) -> str:
    """A family or a type of structures."""
    return typology.type_label(code) if "-" in code else typology.family_label(code)


def people_words(people: int) -> str:
    """412 people."""
    return ngettext("%(people)s person", "%(people)s people", people, people=number_words(people))


def reach_words(reach: MessageReach) -> str:
    """412 people; not counted: 3 who asked for no announcements, 2 who left no address."""
    people, left_out = people_words(reach.people), ", ".join(_left_out(reach))
    if not left_out:
        return people
    number = reach.muted + reach.without_address + reach.returned
    not_counted = ngettext("not counted: %(people)s", "not counted: %(people)s", number, people=left_out)
    return _("; ").join([people, not_counted])


def _left_out(reach: MessageReach) -> Iterator[str]:
    muted, without, returned = map(number_words, (reach.muted, reach.without_address, reach.returned))
    if reach.muted:
        yield ngettext(
            "%(number)s who asked for no announcements",
            "%(number)s who asked for no announcements",
            reach.muted,
            number=muted,
        )
    if reach.without_address:
        yield ngettext(
            "%(number)s who left no address",
            "%(number)s who left no address",
            reach.without_address,
            number=without,
        )
    if reach.returned:
        yield ngettext(
            "%(number)s whose address returns mail",
            "%(number)s whose addresses return mail",
            reach.returned,
            number=returned,
        )


def state_words(message: Message, *, keeps_mail: bool = False) -> tuple[str, str]:
    """Where the message stands in a word, and the tone of it; without a mail server it was kept, not sent."""
    return {
        MessageState.DRAFT: (_("Draft"), ""),
        MessageState.SCHEDULED: (_("Scheduled"), "warn"),
        MessageState.SENDING: (_("Being sent"), "warn"),
        MessageState.SENT: (_("Kept") if keeps_mail else _("Sent"), "good"),
        MessageState.CANCELLED: (_("Sending cancelled"), ""),
        MessageState.FAILED: (_("Could not leave"), "bad"),
    }[message.state]


def moment_of(message: Message, zone: ZoneInfo, *, keeps_mail: bool = False) -> str:
    """When it leaves, began to or has left, in words; nothing for what does not leave."""
    if message.state is MessageState.SCHEDULED and message.not_before:
        return _("Leaves on %(moment)s", moment=moment_words(message.not_before.astimezone(zone)))
    if message.state is MessageState.FAILED and message.not_before:
        at = moment_words(message.not_before.astimezone(zone))
        return _("Was to leave on %(moment)s, and three tries failed: nobody has received it", moment=at)
    if message.state in (MessageState.SENDING, MessageState.SENT) and message.sent_at:
        at = moment_words(message.sent_at.astimezone(zone))
        if message.state is MessageState.SENDING:
            return _("Sending began on %(moment)s", moment=at)
        return _("Kept on %(moment)s", moment=at) if keeps_mail else _("Sent on %(moment)s", moment=at)
    return ""


def progress_words(counts: Mapping[MailState, int], *, keeps_mail: bool = False) -> str:
    """What became of the mails: 400 left, 10 wait, 2 failed; nothing without any."""
    waiting = counts.get(MailState.QUEUED, 0) + counts.get(MailState.SENDING, 0)
    failed = counts.get(MailState.FAILED, 0) + counts.get(MailState.BOUNCED, 0)
    dropped = counts.get(MailState.DROPPED, 0)
    parts = [
        ngettext("%(number)s kept", "%(number)s kept", left, number=number_words(left))
        if keeps_mail
        else ngettext("%(number)s sent", "%(number)s sent", left, number=number_words(left))
        for left in [counts.get(MailState.SENT, 0)]
        if left
    ]
    if waiting:
        parts.append(ngettext("%(num)s waits", "%(num)s wait", waiting))
    if failed:
        parts.append(ngettext("%(num)s returned", "%(num)s returned", failed))
    if dropped:
        parts.append(ngettext("%(num)s no longer concerned", "%(num)s no longer concerned", dropped))
    return ", ".join(parts)


def sent_words(message: Message) -> str:
    """The numbers fixed when it was sent."""
    numbers = (message.people, message.muted, message.without_address, message.returned)
    return reach_words(MessageReach(*(number or 0 for number in numbers)))
