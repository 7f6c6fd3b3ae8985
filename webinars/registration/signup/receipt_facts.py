"""What the page says that answers a sign-up, whoever the address belongs to: templates/registration/registered.html."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from webinars.attempts.queries import done_among
from webinars.cycles import queries, words
from webinars.cycles.models import Cycle
from webinars.cycles.states import CycleState
from webinars.registration.models import RegistrationState
from webinars.registration.signup.receipt import CORRECTED, SENT_AGAIN, Receipt, use_key
from webinars.registration.signup.summary import Summary
from webinars.words.typos import likely_domain


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """What has been done with a receipt: by whoever sent the form, so that it says nothing about the address."""

    answers_correction: bool
    is_corrected: bool
    is_sent_again: bool

    @classmethod
    def of(cls, token: str, receipt: Receipt) -> Self:
        """As it stands now."""
        keys = {use: use_key(token, use) for use in (CORRECTED, SENT_AGAIN)}
        done = done_among(keys.values())
        return cls(receipt.is_corrected, keys[CORRECTED] in done, keys[SENT_AGAIN] in done)


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """What the page shows to whoever sent the form alone: the address they gave, and what they may do about it."""

    local: str  # before the @, and after
    domain: str
    likely: str  # the domain that was probably meant, where nothing was done about it; else empty
    summary: str
    token: str
    has_agreed: bool  # to something that the confirmation asks about once more
    state: ReceiptState

    @classmethod
    def of(cls, token: str, receipt: Receipt, summary: str) -> Self:
        """That of one sign-up."""
        local, _at, domain = receipt.person.email.rpartition("@")
        likely = likely_domain(domain) or ""
        return cls(
            local, domain, likely, summary, token, bool(receipt.consents), ReceiptState.of(token, receipt)
        )


def sign_up_facts(cycle: Cycle, told: Summary, *, now: datetime) -> dict[str, Any]:
    """What a sign-up gave, and what can still be had."""
    outcomes = told.of(queries.sessions_of(cycle))
    coming = [outcome for session, outcome in outcomes if session.is_to_come(now)]
    running = [outcome for session, outcome in outcomes if session.is_running(now)]
    takes_people = any(session.takes_registrations(now) for session, _outcome in outcomes)
    return {
        "cycle": cycle,
        "outcomes": outcomes,
        "summary": told,
        "words": words,
        "invited": coming.count(RegistrationState.CONFIRMED),
        "running_seats": running.count(RegistrationState.CONFIRMED),
        "waits": coming.count(RegistrationState.WAITLISTED),
        "may_repeat": cycle.state is CycleState.PUBLISHED and takes_people,
        "rooms": {},
        "now": now,
    }
