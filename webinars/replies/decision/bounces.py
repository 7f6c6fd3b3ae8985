"""Mail that came back: which it was, and what that means for its address (docs/incoming-mail.md)."""

from datetime import datetime

from webinars.outbox.identity import mail_domain
from webinars.outbox.models import Email
from webinars.outbox.queue.blocked_addresses import is_marked, mark_address, mark_returned
from webinars.outbox.queue.status_codes import is_wrong_address
from webinars.replies.decision import challenges
from webinars.replies.decision.answers import Classification
from webinars.replies.decision.contexts import (
    context_of_mail,
    is_of_former_attempt,
    latest_mail_to,
    mail_proven,
)
from webinars.replies.parser.delivery_status import DeliveryReport, RecipientStatus, fate_in_words, tokens_in
from webinars.replies.parser.mime import ReceivedMessage
from webinars.replies.verdicts import Verdict
from webinars.web.logs import log


def is_report(arrival: ReceivedMessage) -> bool:
    """Whether a server speaks of a mail of ours, or somebody's mailbox does so to where mail returns: nothing else is read."""
    has_token = bool(tokens_in(arrival.recipients, mail_domain()))
    return arrival.report is not None or (has_token and (arrival.is_from_nobody or arrival.is_from_server))


def receive(arrival: ReceivedMessage, *, now: datetime) -> Classification:
    """Keeps what became of the mail; the address is marked when a server says that it is wrong.

    Only a report that proves to be about a mail of ours does so; another one waits for a person. Without a delivery
    status only a server is believed: absences and challenges mark nobody, and return nothing.
    """
    report = arrival.report or DeliveryReport()
    if not report.is_of_delivery:
        return Classification(Verdict.OTHER_REPORT)
    email = mail_proven(arrival, report.message_id)
    if email is None:
        return _unproven(report)
    if is_of_former_attempt(arrival, email):
        return Classification(Verdict.OTHER_REPORT)
    if report.fates:
        return _conclude(email, report.fates, now=now)
    return _without_status(arrival, email, now=now)


def _without_status(arrival: ReceivedMessage, email: Email, *, now: datetime) -> Classification:
    if challenges.is_challenge(arrival):
        return challenges.receive(arrival, email, now=now)
    if not arrival.is_from_server:
        return Classification(Verdict.AUTOMATIC if arrival.report is None else Verdict.OTHER_REPORT)
    return _conclude(email, (fate_in_words(arrival.text),), now=now)


def _conclude(email: Email, fates: tuple[RecipientStatus, ...], *, now: datetime) -> Classification:
    context = context_of_mail(email)
    cycle, held = (context.cycle, context.registration) if context else (None, None)
    fate = _gravest(fates)
    details = {"reason": fate.reason, "address": email.recipient}
    if not fate.has_failed:
        verdict = Verdict.DELAYED if fate.action == "delayed" else Verdict.OTHER_REPORT
        log.info("mail delayed", extra={"facts": {"email": email.id, "status": fate.status}})
        return Classification(verdict, cycle, held, details=details)
    was_marked = is_marked(email.recipient)
    mark_returned(email, reason=fate.reason)
    # a mail that is forwarded to several places may have arrived at one of them
    if all(one.has_failed and is_wrong_address(one.reason) for one in fates):
        mark_address(email.recipient, reason=fate.reason, now=now)
    else:
        log.info("mail returned", extra={"facts": {"email": email.id, "status": fate.status}})
    newly_marked = is_marked(email.recipient) and not was_marked
    details["marked"] = "yes" if newly_marked else ""
    return Classification(Verdict.RETURNED, cycle, held, details=details, needs_person=newly_marked)


def _unproven(report: DeliveryReport) -> Classification:
    """What only names an address of ours: a person looks at it, for anybody can write it about anybody."""
    failed = tuple(one for one in report.fates if one.has_failed)
    fate = _gravest(failed) if failed else None
    email = latest_mail_to(fate.recipients) if fate else None
    if fate is None or email is None:
        return Classification(Verdict.OTHER_REPORT)
    context = context_of_mail(email)
    return Classification(
        Verdict.OTHER_REPORT,
        context.cycle if context else None,
        context.registration if context else None,
        details={"reason": fate.reason, "address": email.recipient},
        needs_person=True,
    )


def _gravest(fates: tuple[RecipientStatus, ...]) -> RecipientStatus:
    """What failed for good, else what failed, else what is said at all; another reason before a wrong address."""
    return min(
        fates,
        key=lambda fate: (
            not fate.has_failed,
            not fate.status.startswith("5"),
            is_wrong_address(fate.reason),
        ),
    )
