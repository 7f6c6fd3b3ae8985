"""Which mails that did not arrive would still be written: one whose reason has gone is not offered and not counted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from webinars.accounts import queries as accounts
from webinars.cycles.models import Session
from webinars.messages import queries as messages
from webinars.outbox.models import Email
from webinars.registration import queries as registrations
from webinars.registration.invites.calendar_objects import ENDINGS
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.letters.mails import ABOUT_CALENDAR, is_news_to, is_true_of, waits_as
from webinars.reminders import queries as reminders
from webinars.replies import queries as replies

Judge = Callable[[Sequence[Email], datetime], Collection[int]]


def still_said(emails: Sequence[Email], *, now: datetime) -> list[Email]:
    """Those whose writer would write them at this moment; asked kind by kind, so that many cost what one does."""
    by_judge: dict[Judge | None, list[Email]] = defaultdict(list)
    for email in emails:
        if email.not_after is None or email.not_after > now:
            by_judge[JUDGES.get(email.kind)].append(email)
    kept: set[int] = set()
    for judge, some in by_judge.items():
        kept.update(judge(some, now) if judge else [email.id for email in some])
    return [email for email in emails if email.id in kept]


def _calendars(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    found = registrations.invitations_for_mails(email.id for email in emails)
    return [
        email.id
        for email in emails
        if email.id in found
        and is_true_of(email.kind, *found[email.id])
        and not _settles(email.kind, found[email.id][0].session)
        and AnnouncedFacts.from_text(email.details["said"]).is_dated
    ]


def _settles(kind: str, session: Session) -> bool:
    """Whether nobody is to be invited now: the session is cancelled, which is about to be told or taken back."""
    return session.is_cancelled and kind not in ENDINGS


def _news(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    found = registrations.registrations_for_mails(email.about_id for email in emails)
    return [
        email.id for email in emails if email.about_id in found and is_news_to(found[email.about_id], email)
    ]


def _waits(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    live = registrations.live_by_registrant(email.about_id for email in emails)
    return [email.id for email in emails if any(waits_as(one, email) for one in live.get(email.about_id, ()))]


def _confirmations(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    live = registrations.live_by_registrant(email.about_id for email in emails)
    return [email.id for email in emails if email.about_id in live]


def _page_links(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    keys = registrations.address_keys(email.about_id for email in emails)
    return [email.id for email in emails if keys.get(email.about_id) == email.recipient_key]


def _backlogs(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    """Told of several people of one address: one who still has it and holds something is enough."""
    live = registrations.live_by_registrant(one for email in emails for one in email.details["registrants"])
    keys = {number: held[0].registrant.email_key for number, held in live.items()}
    return [
        email.id
        for email in emails
        if any(keys.get(one) == email.recipient_key for one in email.details["registrants"])
    ]


def _reminders(emails: Sequence[Email], now: datetime) -> Collection[int]:
    found = registrations.registrations_for_mails(email.about_id for email in emails)
    left = reminders.left_for({one.session_id for one in found.values()})
    return [
        email.id
        for email in emails
        if (held := found.get(email.about_id)) is not None
        and reminders.is_true_of(held, email, now=now)
        and (held.session_id, email.details["minutes"], held.session.starts_at) in left
    ]


def _messages(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    by_message: dict[tuple[int, datetime], list[Email]] = defaultdict(list)
    for email in emails:
        by_message[email.details["message"], email.created_at].append(email)
    kept: list[int] = []
    for (message, at), some in by_message.items():
        here = messages.still_in_group(message, {email.about_id for email in some}, now=at)
        kept.extend(email.id for email in some if email.about_id in here)
    return kept


def _about(found: Callable[[Collection[int]], Collection[int]]) -> Judge:
    """A mail is still said while there is what it is about."""

    def judge(emails: Sequence[Email], _now: datetime) -> Collection[int]:
        there = found({email.about_id for email in emails})
        return [email.id for email in emails if email.about_id in there]

    return judge


def _letters(emails: Sequence[Email], _now: datetime) -> Collection[int]:
    contacts = replies.contacts_of_letters({email.about_id for email in emails})
    return [email.id for email in emails if contacts.get(email.about_id) == email.recipient]


JUDGES: dict[str, Judge] = {
    **dict.fromkeys(ABOUT_CALENDAR, _calendars),
    "session_news": _news,
    "waiting": _waits,
    "page_link": _page_links,
    "confirmation": _confirmations,
    "backlog": _backlogs,
    "reminder": _reminders,
    messages.KIND: _messages,
    messages.TEST_KIND: _about(messages.messages_left),
    replies.KIND: _letters,
    "password_reset": _about(accounts.open_accounts),
    "organiser_invitation": _about(accounts.memberships_left),
}
