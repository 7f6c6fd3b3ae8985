"""Mail that came back: which it was, and what that means for its address (docs/decisions/0030)."""

from datetime import datetime

from webinars.addresses import address_key
from webinars.logs import log
from webinars.outbox.identity import mail_domain
from webinars.outbox.marks import count_bounce, is_marked, mark_address, mark_returned
from webinars.outbox.models import Email
from webinars.replies.answering import Sorted
from webinars.replies.contexts import context_of_mail, latest_mail_to, mail_proven
from webinars.replies.delivery_status import Fate, Report, tokens_in
from webinars.replies.mime import Arrival
from webinars.replies.verdicts import Verdict

NO_SUCH_ADDRESS = "5.1."
ABOUT_SENDER = ("5.1.7", "5.1.8")  # they speak of our own address
BY_TOKEN_ALONE = Fate(action="failed", status="", recipients=(), words="returned without a report")


def is_report(arrival: Arrival) -> bool:
    """Whether a server speaks of a mail of ours: nothing else is read from it."""
    has_token = bool(tokens_in(arrival.recipients, mail_domain()))
    return arrival.report is not None or (arrival.is_from_nobody and has_token)


def receive(arrival: Arrival, *, now: datetime) -> Sorted:
    """Keeps what became of the mail; the address is marked when it does not exist, or at the third return.

    Only a report that proves to be about a mail of ours does so; another one waits for a person.
    """
    report = arrival.report or Report()
    if not report.is_of_delivery:
        return Sorted(Verdict.OTHER_REPORT)
    email = mail_proven(arrival, report.message_id)
    if email is None:
        return _unproven(report)
    if arrival.report is None and _is_absence(arrival, email):
        return Sorted(Verdict.AUTOMATIC)
    fate = _gravest(report.fates) or (
        BY_TOKEN_ALONE if tokens_in(arrival.recipients, mail_domain()) else None
    )
    if fate is None:
        return Sorted(Verdict.OTHER_REPORT)
    return _conclude(email, fate, now=now)


def _conclude(email: Email, fate: Fate, *, now: datetime) -> Sorted:
    context = context_of_mail(email)
    cycle, held = (context.cycle, context.registration) if context else (None, None)
    reason = _reason(fate)
    details = {"reason": reason, "address": email.recipient}
    if not fate.has_failed:
        verdict = Verdict.DELAYED if fate.action == "delayed" else Verdict.OTHER_REPORT
        log.info("mail delayed", extra={"facts": {"email": email.id, "status": fate.status}})
        return Sorted(verdict, cycle, held, details=details)
    was_marked = is_marked(email.recipient)
    is_new = mark_returned(email, reason=reason)
    if fate.status.startswith("4."):
        log.info("mail given up by a server", extra={"facts": {"email": email.id, "status": fate.status}})
    elif fate.status.startswith(NO_SUCH_ADDRESS) and fate.status not in ABOUT_SENDER:
        mark_address(email.recipient, reason=reason, now=now)
    elif is_new:
        count_bounce(email.recipient, reason=reason, now=now)
    newly_marked = is_marked(email.recipient) and not was_marked
    details["marked"] = "yes" if newly_marked else ""
    return Sorted(Verdict.RETURNED, cycle, held, details=details, needs_person=newly_marked)


def _unproven(report: Report) -> Sorted:
    """What only names an address of ours: a person looks at it, for anybody can write it about anybody."""
    fate = _gravest(tuple(one for one in report.fates if one.has_failed))
    email = latest_mail_to(fate.recipients) if fate else None
    if fate is None or email is None:
        return Sorted(Verdict.OTHER_REPORT)
    context = context_of_mail(email)
    return Sorted(
        Verdict.OTHER_REPORT,
        context.cycle if context else None,
        context.registration if context else None,
        details={"reason": _reason(fate), "address": email.recipient},
        needs_person=True,
    )


def _reason(fate: Fate) -> str:
    return f"{fate.status} {fate.words}".strip()


def _gravest(fates: tuple[Fate, ...]) -> Fate | None:
    """What failed for good, else what failed, else what is said at all."""
    order = sorted(fates, key=lambda fate: (not fate.has_failed, not fate.status.startswith("5")))
    return order[0] if order else None


def _is_absence(arrival: Arrival, email: Email) -> bool:
    """Whether the recipient's mailbox, and no server, has answered: somebody is away, the mail arrived."""
    return arrival.is_absence or address_key(arrival.writer.sender) == email.recipient_key
