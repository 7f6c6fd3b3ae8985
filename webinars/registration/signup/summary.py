"""What a sign-up gave; and its summary in an address: signed, without a word about who signed up."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import Signer
from sqlalchemy import bindparam, select

from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Row
from webinars.registration.models import Registrant, RegistrationState
from webinars.storage.transactions import run
from webinars.web.links import derived_key

NAME = 6  # the first characters of an outward id: enough inside one cycle
FORMER_MAC = 16

_OUTWARD_IDS = (
    select(Session.id, Session.public_id)
    .where(Session.id.in_(bindparam("ids", expanding=True)))
    .order_by(Session.id)
)


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a sign-up gave.

    The outcomes are those of a first sign-up, whoever the address belongs to: a page may show them to
    whoever sent the form. What the address already held is told by mail only.
    """

    registrant: Registrant
    outcomes: dict[int, RegistrationState]
    not_taken: tuple[int, ...]  # chosen sessions that take nobody now
    was_known: bool
    purpose: str  # of the confirmation
    held: Sequence[Session] = ()  # those that were chosen, as they stand
    is_repeated: bool = False  # it was sent before, and this is what it gave

    @property
    def is_new(self) -> bool:
        """Whether this very sign-up made the registrant known."""
        return not (self.was_known or self.is_repeated)

    def runs(self, now: datetime) -> bool:
        """Whether it gave a seat in a session that takes place at this moment."""
        return any(
            one.is_running(now) and self.outcomes.get(one.id) is RegistrationState.CONFIRMED
            for one in self.held
        )

    def details(
        self, fresh: Collection[int], invitations: Sequence[Row], *, whole_cycle: bool
    ) -> dict[str, Any]:
        """What its confirmation is told; fresh are the sessions that were not held before."""
        return {
            "outcomes": {str(session_id): str(state) for session_id, state in self.outcomes.items()},
            "fresh": sorted(fresh),
            "invited": [mail["about_id"] for mail in invitations],  # registrations
            "not_taken": list(self.not_taken),
            "was_known": self.was_known,
            "whole_cycle": whole_cycle,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """The sessions of a sign-up by what became of them."""

    takes_all: bool
    confirmed: frozenset[str]  # the first characters of outward ids
    waiting: frozenset[str]
    not_taken: frozenset[str]

    def of(self, sessions: Iterable[Session]) -> list[tuple[Session, RegistrationState | None]]:
        """The sessions it speaks of with their outcome, in the order given; None: taken by nobody now."""
        return [
            (session, self._outcome(session.public_id[:NAME]))
            for session in sessions
            if session.public_id[:NAME] in self.confirmed | self.waiting | self.not_taken
        ]

    def _outcome(self, name: str) -> RegistrationState | None:
        if name in self.confirmed:
            return RegistrationState.CONFIRMED
        return RegistrationState.WAITLISTED if name in self.waiting else None


def outward_ids(session_ids: Collection[int], among: Iterable[Session] = ()) -> dict[int, str]:
    """The outward id of each session, asked of the database for those that are not among these."""
    known = {session.id: session.public_id for session in among}
    rest = [one for one in session_ids if one not in known]
    return known | dict(run(_OUTWARD_IDS, {"ids": rest}).all()) if rest else known


def written(
    cycle: Cycle,
    names: Mapping[int, str],  # outward ids
    outcomes: Mapping[int, RegistrationState],
    not_taken: Iterable[int],
    *,
    takes_all: bool,
) -> str:
    """The summary as the last part of an address."""
    confirmed = [id_ for id_, state in outcomes.items() if state is RegistrationState.CONFIRMED]
    waiting = [id_ for id_, state in outcomes.items() if state is not RegistrationState.CONFIRMED]
    groups = (
        "".join(sorted(names[id_][:NAME] for id_ in group)) for group in (confirmed, waiting, not_taken)
    )
    text = ".".join(["a" if takes_all else "s", *groups])
    return _signer(cycle).sign(text).decode()


def read(cycle: Cycle, token: str) -> Summary | None:
    """The summary of an address; None when it was not made here for this cycle."""
    text, _dot, signature = token.rpartition(".")
    if not (_is_signed(cycle, text, token) or _was_signed(cycle, text, signature)):
        return None
    kind, *groups = text.split(".")
    confirmed, waiting, not_taken = (
        frozenset(group[at : at + NAME] for at in range(0, len(group), NAME)) for group in groups
    )
    return Summary(kind == "a", confirmed, waiting, not_taken)


def _is_signed(cycle: Cycle, text: str, token: str) -> bool:
    signer = _signer(cycle)
    # base64 spells one signature in many ways, and each would be one more page kept in memory
    return signer.validate(token) and signer.sign(text).decode() == token


def _was_signed(cycle: Cycle, text: str, mac: str) -> bool:
    """Whether 0.3 or an earlier version signed it: such an address has no end, and may be a bookmark."""
    formerly = hmac.digest(derived_key("sign-up summary"), f"{cycle.id}\n{text}".encode(), "sha256").hex()
    return hmac.compare_digest(mac.encode(), formerly[:FORMER_MAC].encode())


def _signer(cycle: Cycle) -> Signer:
    return Signer(derived_key("sign-up summary"), salt=str(cycle.id), digest_method=hashlib.sha256)
