"""One organisation with something of every kind, the states its objects may be in, and every address that shows them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select, update
from werkzeug.routing import Rule

from config import Settings
from tests.actors import OTTO
from tests.conftest import NOW
from tests.journal.scene import Scene, somebody_comes
from tests.planning import deeds
from tests.replies.tray import waiting_letter
from webinars import clock
from webinars.accounts.credentials.tokens import draw_token
from webinars.accounts.models import Membership, Purpose
from webinars.attendance import actions as attending
from webinars.attendance import queries
from webinars.attendance.imports import actions
from webinars.attendance.imports.uploads import StoredUploads
from webinars.attendance.models import Decision, Report, ReportLine
from webinars.cycles.models import Session
from webinars.cycles.states import CycleState
from webinars.messages import actions as writing
from webinars.messages.audience import Standing
from webinars.messages.models import Message, MessageState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import FEED, JOIN, ME, UNSUBSCRIBE
from webinars.registration.signup import summary
from webinars.storage.extensions import db
from webinars.web.links import personal_token

KINDS = {"joining.join": JOIN, "unsubscribing.page": UNSUBSCRIBE, "personal_feeds.personal": FEED}
ADA = "ada@town.example.org"
AN_HOUR = timedelta(hours=1)


@dataclass
class House:
    """The scene with Ada, who comes, a message, a headcount and a report that waits to be applied."""

    scene: Scene
    ada: Registrant
    message: Message
    names: dict[str, list[str]]  # what stands in addresses
    tokens: dict[str, str]  # by endpoint


def furnished(scene: Scene, settings: Settings) -> House:
    """The scene with something of every kind in it."""
    somebody_comes(scene)
    ada = db.session.scalars(select(Registrant).where(Registrant.email == ADA)).one()
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Bonjour {{prenom}}")
    writing.add(scene.past.cycle, message, by=OTTO, now=NOW)
    heads = attending.count_heads(scene.past, 3, label="Salle", by=OTTO, now=NOW)
    digest = StoredUploads(settings.storage).keep(scene.past, scene.zoom + b"\n", now=clock.now())
    member = db.session.scalars(select(Membership.id).where(Membership.organiser_id == scene.otto.id)).one()
    letter = waiting_letter(scene.past.cycle_id)
    names = {
        "org": ["vto"],
        "slug": [scene.past.cycle.slug],
        "session_slug": [scene.coming.slug, scene.past.slug],
        "session_id": [scene.coming.public_id, scene.past.public_id],
        "public_id": [ada.public_id],
        "member_id": [str(member)],
        "message_id": [message.public_id],
        "line_id": [scene.line().public_id],
        "report_id": [queries.reports_of(scene.past)[0].public_id],
        "headcount_id": [str(heads.id)],
        "number": [str(letter.id)],
        "digest": [digest],
        "minutes": ["1440"],
        "summary": [_summary(scene.coming)],
    }
    return House(scene, ada, message, names, _tokens(scene, ada))


def _summary(session: Session) -> str:
    told = {session.id: RegistrationState.CONFIRMED}
    return summary.written(session.cycle, {session.id: session.public_id}, told, [], takes_all=False)


def _tokens(scene: Scene, ada: Registrant) -> dict[str, str]:
    owner = scene.otto.id
    own = {kind: personal_token(kind, ada.public_id, ada.token_version) for kind in (ME, *KINDS.values())}
    db.session.rollback()
    password = draw_token(Purpose.RESET, owner, now=clock.now())
    return {
        "": own[ME],
        "entrance.set_password": password,
        **{endpoint: own[kind] for endpoint, kind in KINDS.items()},
    }


def addresses(rule: Rule, house: House) -> Iterator[str]:
    """Every address of the rule: each of the words it takes, with each object there is."""
    token = house.tokens.get(rule.endpoint, house.tokens[""])
    parts = re.split(r"(<[^>]+>)", rule.rule)
    yield from map("".join, product(*(_values(part, house, token) for part in parts)))


def _values(part: str, house: House, token: str) -> list[str]:
    found = re.fullmatch(r"<(?:([^:>]+):)?(\w+)>", part)
    if found is None:
        return [part]
    converter, name = found.group(1) or "", found.group(2)
    if converter.startswith("any("):
        return [one.strip() for one in converter[4:-1].split(",")]
    return [token] if name == "token" else house.names.get(name, ["1"])


def _cycle(state: CycleState) -> Callable[[House], None]:
    def change(house: House) -> None:
        house.scene.past.cycle.state = state
        house.scene.past.cycle.closed_at = None if state in (CycleState.DRAFT, CycleState.PUBLISHED) else NOW

    return change


def _registration(state: RegistrationState) -> Callable[[House], None]:
    def change(house: House) -> None:
        db.session.execute(
            update(Registration)
            .where(Registration.registrant_id == house.ada.id)
            .values(
                state=state,
                confirmed_at=NOW,
                cancelled_at=NOW if state is RegistrationState.CANCELLED else None,
            )
        )

    return change


def _line(decision: Decision) -> Callable[[House], None]:
    return lambda _house: db.session.execute(update(ReportLine).values(decision=decision))  # type: ignore[func-returns-value]


def _message(state: MessageState) -> Callable[[House], None]:
    def change(house: House) -> None:
        house.message.state = state
        house.message.not_before = clock.now() + AN_HOUR if state is MessageState.SCHEDULED else None
        has_left = state in (MessageState.SENDING, MessageState.SENT)
        house.message.decided_by, house.message.sent_at = OTTO, NOW if has_left else None
        for counted in ("people", "muted", "without_address", "returned"):
            setattr(house.message, counted, 0 if has_left else None)

    return change


def _session(**facts: Any) -> Callable[[House], None]:
    def change(house: House) -> None:
        for name, value in facts.items():
            setattr(house.scene.coming, name, value)

    return change


def _starts(delay: timedelta) -> Callable[[House], None]:
    def change(house: House) -> None:
        _at(house.scene.coming, clock.now() + delay)

    return change


def _at(session: Session, start: datetime) -> None:
    local = start.astimezone(session.zone)
    session.starts_at, session.ends_at = start, start + AN_HOUR
    session.day, session.start_time = local.date(), local.time()
    session.end_time = (local + AN_HOUR).time()


def _update_waits(house: House) -> None:
    at = house.scene.coming.starts_at
    assert at
    deeds.edit_session(
        house.scene.coming, starts_at=at + AN_HOUR, ends_at=at + 2 * AN_HOUR, by=OTTO, now=clock.now()
    )


def _report_undone(house: House) -> None:
    report = db.session.scalars(select(Report)).one()
    actions.undo_report(house.scene.past, report, by=OTTO, now=clock.now())


def _member_without_password(house: House) -> None:
    house.scene.otto.password_hash = None


UNDATED: dict[str, Any] = dict.fromkeys(("day", "start_time", "end_time", "starts_at", "ends_at"))

# of the objects of one kind; those that are changed by an action come before the state of their cycle
STATES: tuple[dict[str, Callable[[House], Any]], ...] = (
    {
        "a session is cancelled": lambda house: deeds.cancel_session(
            house.scene.coming, by=OTTO, now=clock.now()
        ),
        "a session goes on": _starts(-AN_HOUR / 2),
        "a session opens": _starts(AN_HOUR / 6),
        "a session is over": _starts(timedelta(days=-1)),
        "a session has no date": _session(**UNDATED),
        "a session is full": _session(capacity=1),
        "an update waits": _update_waits,
    },
    {f"a registration is {state}": _registration(state) for state in RegistrationState},
    {"a report is undone": _report_undone, **{f"a line is {one}": _line(one) for one in Decision}},
    {f"a message is {state}": _message(state) for state in MessageState},
    {
        "an address returns mail": lambda _house: mark_address(ADA, reason="5.1.1", now=NOW),
        "a member has no password": _member_without_password,
    },
    {
        **{f"a cycle is {state}": _cycle(state) for state in CycleState},
        "the cycle is cancelled": lambda house: deeds.cancel_cycle(
            house.scene.past.cycle, by=OTTO, now=clock.now()
        ),
    },
)
ALL = {name: change for kind in STATES for name, change in kind.items()}


# each state at least once, in as few scenes as there are states of one kind
MIXED = [
    tuple([*kind][number % len(kind)] for kind in STATES)
    for number in range(max(len(kind) for kind in STATES))
]
