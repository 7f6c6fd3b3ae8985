"""Mailboxes that ask whoever writes for a proof that they are a person (Mailinblack and the like): nobody here can give it."""

import re
from datetime import datetime

from webinars.outbox.models import Email
from webinars.outbox.queue.blocked_addresses import note_challenge
from webinars.replies.decision.answers import Classification
from webinars.replies.decision.contexts import context_of_mail, mails_meant
from webinars.replies.parser.mime import ReceivedMessage
from webinars.replies.verdicts import Verdict
from webinars.words.addresses import address_key
from webinars.words.folding import fold

MOST = 5_000  # characters that are looked at
# what they say, folded: their services by name, and what is asked in French, English, German, Spanish, Italian
_ASKS = re.compile(
    r"mail ?in ?black|spam ?arrest|boxbe|captcha|challenge response"
    r"|(?:pas|bien pas) un robot|not a (?:robot|machine)|kein roboter|no (?:eres|es|soy) un robot|non sei un robot"
    r"|(?:prove|confirm|verify|show) (?:that )?you are (?:a )?(?:real )?(?:human|person)"
    r"|vous etes (?:bien )?une? (?:etre )?(?:humain|personne|expediteur)"
    r"|(?:vous |m|de )authentif|authentifiez|sender verification|verifi(?:cation de|er|ez) lexpediteur"
    r"|pour que votre (?:message|mail|e mail|email|courriel) (?:me |lui |nous )?(?:parvienne|soit (?:remis|delivre|distribue|transmis))"
    r"|(?:order|here|link) to (?:deliver|release) (?:your|this) (?:message|mail|e mail|email)"
    r"|until you (?:confirm|verify|click|prove)|(?:held|waiting) for (?:your )?(?:confirmation|verification)"
)


def is_challenge(arrival: ReceivedMessage) -> bool:
    """Whether a mailbox asks for a proof; never what a person has written."""
    said = f"{arrival.writer.sender} {arrival.subject} {arrival.text}"[:MOST]
    return arrival.is_automatic and _ASKS.search(fold(said)) is not None


def receive(arrival: ReceivedMessage, email: Email | None, *, now: datetime) -> Classification:
    """Marks nobody; a person is told once for each address, where the mail that was challenged is known."""
    email = email or next(iter(mails_meant(arrival)), None)
    if email is None:
        return Classification(Verdict.CHALLENGE)
    context = context_of_mail(email)
    return Classification(
        Verdict.CHALLENGE,
        context.cycle if context else None,
        context.registration if context else None,
        details={"address": address_key(email.recipient)},
        needs_person=note_challenge(email.recipient, now=now),
    )
