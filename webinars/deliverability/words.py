"""What the trust panel says: kinds of mail, where each stands, what the sender's domain lacks."""

import re
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from webinars.deliverability.domain import DomainFinding, RecordStanding
from webinars.outbox.models import Email, MailState, Trouble, Urgency
from webinars.outbox.queue.blocked_addresses import words_of
from webinars.outbox.queue.flow import QuotaHold
from webinars.outbox.queue.status_codes import status_of
from webinars.outbox.reasons import reason_words
from webinars.registration.invites.changes import InvitationOccasion
from webinars.registration.invites.news import News
from webinars.registration.models import Canceller
from webinars.words.dates import moment_words

BRIEF = 120  # characters of what a server said
_EXCEPTION = re.compile(r"[A-Za-z_]\w*: ")

# what follows from a finding, and what to publish
ADVICE = {
    "no_domain": _l(
        "DNS does not know %(domain)s. Either the sender’s address is mistyped, or this server may not ask the public DNS: check from another machine."
    ),
    "silent": _l(
        "DNS gave no answer, so nothing is said about this record. Try again, or ask your provider."
    ),
    "spf_good": _l("Receivers know which servers may send for the domain."),
    "spf_open": _l(
        "The record ends without -all or ~all: it names servers but excludes nobody. End it with ~all."
    ),
    "spf_missing": _l(
        "Publish a TXT record on %(domain)s: v=spf1 include:YOUR-RELAY ~all — your mail provider says what takes the place of YOUR-RELAY."
    ),
    "spf_twice": _l("There are several SPF records, so receivers use none: join them into one."),
    "spf_everybody": _l("The record lets everybody send in your name: end it with ~all instead of +all."),
    "dkim_selector": _l(
        "We cannot guess the selector your mail server signs with: write it in WEBINARS_MAIL_DKIM_SELECTOR, and this line is checked."
    ),
    "dkim_good": _l("The key that proves our signatures is published."),
    "dkim_missing": _l(
        "No key is published at %(name)s: ask your mail provider for the record and publish it there."
    ),
    "dkim_empty": _l("The key is empty, which means revoked: publish the one your mail server signs with."),
    "dmarc_good": _l("Receivers set aside what is sent in your name by others."),
    "dmarc_none": _l(
        "The policy is « none »: forged mail still arrives. Once SPF and DKIM are in order, change p=none to p=quarantine."
    ),
    "dmarc_missing": _l(
        "Publish a TXT record on _dmarc.%(domain)s: v=DMARC1; p=none; rua=mailto:%(contact)s"
    ),
    "dmarc_unreadable": _l(
        "Receivers cannot read this record: keep exactly one, of the form v=DMARC1; p=quarantine"
    ),
    "mx_good": _l("Answers and returned mail find their way back."),
    "mx_missing": _l(
        "The domain says nowhere who takes its mail: answers and returned messages are lost. Publish an MX record on %(domain)s."
    ),
}


def kind_words(email: Email) -> str:
    """What kind of mail it is, in a word or two: the news of it, as its subject says it."""
    words = {
        "confirmation": _("Confirmation"),
        "backlog": _("What was held back"),
        "waiting": _("Waiting list"),
        "page_link": _("Personal page"),
        "session_news": _news_words(email),
        "invitation": _occasion_words(email, _("Invitation")),
        "invitation_restored": _occasion_words(email, _("Registered again")),
        "invitation_update": _("Change of a session"),
        "invitation_cancelled": _ending_words(email),
        "reminder": _("Reminder"),
        "message": _("Message"),
        "place_freed": _("Seat released"),
    }
    return words.get(email.kind, _("Mail"))


def _ending_words(email: Email) -> str:
    words: dict[str, str] = {
        Canceller.ATTENDEE: _("Withdrawal"),
        Canceller.ORGANISER: _("Registration withdrawn"),
    }
    return words.get(email.details.get("reason", ""), _("Cancellation"))


def _occasion_words(email: Email, otherwise: str) -> str:
    words: dict[str, str] = {
        InvitationOccasion.RESTORED: _("Takes place after all"),
        InvitationOccasion.SEAT_FREED: _("A seat for you"),
    }
    return words.get(email.details.get("occasion", ""), otherwise)


def _news_words(email: Email) -> str:
    if not email.details.get("waits"):
        return _("Cancellation")
    words: dict[str, str] = {
        News.MOVED: _("On the waiting list, session changed"),
        News.RESTORED: _("On the waiting list, session takes place"),
    }
    return words.get(email.details.get("news", ""), _("On the waiting list, session cancelled"))


def state_words(email: Email, zone: ZoneInfo, *, keeps_mail: bool = False) -> tuple[str, str]:
    """Where the mail stands, in a sentence, and its tone; without a mail server it was kept, not sent."""
    if email.state is MailState.QUEUED:
        return _waiting_words(email, zone)
    sent_at = moment_words((email.sent_at or email.created_at).astimezone(zone))
    leaves_at = moment_words(email.not_before.astimezone(zone))
    return {
        MailState.SENDING: (_("leaving now"), ""),
        MailState.SENT: (
            _("kept on %(moment)s", moment=sent_at)
            if keeps_mail
            else _("sent on %(moment)s", moment=sent_at),
            "good",
        ),
        MailState.FAILED: (_failed_words(email), "bad"),
        MailState.BOUNCED: (_("returned: %(reason)s", reason=_why(email.last_error)), "bad"),
        MailState.DROPPED: _dropped_words(email),
        MailState.WITHHELD: (
            _(
                "held back, leaves on %(moment)s: sign-ups caused many messages to this address in one day",
                moment=leaves_at,
            ),
            "warn",
        ),
    }[email.state]


def quota_words(held: QuotaHold, zone: ZoneInfo) -> str:
    """When mail that the quota holds back leaves, in the zone of the cycle."""
    until = moment_words(held.until.astimezone(zone))
    if held.urgency is Urgency.AT_ONCE:
        return _("What waits leaves by itself, from %(until)s on.", until=until)
    return _(
        "What waits leaves by itself, from %(until)s on. Confirmations, invitations and whatever else cannot wait leave meanwhile.",
        until=until,
    )


def trouble_words(trouble: Trouble, zone: ZoneInfo) -> str:
    """Why our mail is refused, and when the next one tries."""
    return _(
        "Whoever runs this site is told. The next message tries on %(moment)s; once one is taken, all of them leave. In the server’s words: %(said)s",
        moment=moment_words(trouble.next_at.astimezone(zone)),
        said=_brief(trouble.words),
    )


def mark_words(reason: str) -> str:
    """Why an address is marked, and what follows."""
    why = _("Mail comes back: %(why)s", why=reason_words(reason))
    what_follows = _("No further mail goes to this address until it is corrected or said to be right.")
    return f"{why} {what_follows}"


def _failed_words(email: Email) -> str:
    kept = email.last_error or ""
    if not kept or status_of(kept):
        return _("returned: %(reason)s", reason=_why(kept))
    # ours, before any server was asked or while it was; what an unanswered mail keeps is the line's
    if email.attempts == 0 or (_EXCEPTION.match(kept) and not email.unanswered):
        return _("could not be written: the operator’s log says why")
    return _("given up: the mail server did not answer")


def _why(kept: str | None) -> str:
    """A sentence for what a server said, then its own words in brief."""
    if not kept:
        return _("no reason was given")
    why = reason_words(kept)
    if not status_of(kept):
        return why
    return _("%(why)s In the server’s words: %(said)s", why=why, said=_brief(kept))


def _brief(said: str) -> str:
    return said if len(said) <= BRIEF else f"{said[:BRIEF].rstrip()}…"


def _dropped_words(email: Email) -> tuple[str, str]:
    kept = email.last_error or ""
    if kept.startswith(words_of("")):
        return _("not sent, mail to this address comes back: %(why)s", why=reason_words(kept)), "bad"
    return _("not sent: its reason has gone"), ""


def _waiting_words(email: Email, zone: ZoneInfo) -> tuple[str, str]:
    at = moment_words(email.not_before.astimezone(zone))
    if not email.last_error:
        return _("waiting, leaves on %(moment)s", moment=at), ""
    has_reply = bool(status_of(email.last_error))
    reason = _why(email.last_error) if has_reply else _("the mail server does not answer.")
    return _("put off, tried again on %(moment)s: %(reason)s", reason=reason, moment=at), "warn"


def standing_words(standing: RecordStanding) -> tuple[str, str]:
    """How a record stands, in a word, and its tone."""
    return {
        RecordStanding.GOOD: (_("in order"), "good"),
        RecordStanding.WEAK: (_("too open"), "warn"),
        RecordStanding.MISSING: (_("missing"), "bad"),
        RecordStanding.WRONG: (_("to correct"), "bad"),
        RecordStanding.UNKNOWN: (_("unknown"), ""),
    }[standing]


def advice(finding: DomainFinding, *, domain: str, contact: str) -> str:
    """What follows from a finding, and what to publish, in one or two sentences."""
    return str(ADVICE[finding.code]) % {"domain": domain, "contact": contact, "name": finding.name}
