"""People in every standing, a past session with its attendance, one to come, one that is cancelled."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.outbox.conftest import refuse
from webinars.attendance.models import Attendance, Conclusion
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import SessionState
from webinars.invitations.models import Invitation, PartStat
from webinars.messages.audience import Audience, Standing
from webinars.messages.models import Message, MessageState
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

__all__ = ["refuse"]

HERE = "/organise/vto/cycles/emploi/messages"
IN = RegistrationState.CONFIRMED
NONCE = "abcdefghijklmnop"
TYPED = {
    "nonce": NONCE,
    "session": "",
    "standing": "confirmed",
    "subject": "À lire",
    "body": "Bonjour {prénom}",
}

Joins = Callable[..., Registrant]
Writes = Callable[..., Message]


@pytest.fixture(autouse=True)
def clock_stands() -> Iterator[object]:
    """The clock stands at the day the cast lives in, until it is moved."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def past(cycle: Cycle, add_session: Callable[..., Session]) -> Session:
    return add_session(cycle, "Clauses sociales", days=-10)


@pytest.fixture
def coming(cycle: Cycle, add_session: Callable[..., Session]) -> Session:
    return add_session(cycle, "Achats responsables", days=10)


@pytest.fixture
def cancelled(cycle: Cycle, add_session: Callable[..., Session]) -> Session:
    return add_session(cycle, "Annulée", days=12, state=SessionState.CANCELLED, cancelled_at=NOW)


@pytest.fixture
def joins(cycle: Cycle) -> Joins:
    """`joins("Ada", coming=RegistrationState.CONFIRMED)`: a person of the cycle, with a place in sessions by their slug."""

    def add(name: str, places: dict[Session, RegistrationState] | None = None, **facts: object) -> Registrant:
        values: dict[str, object] = {
            "first_name": name,
            "last_name": "Doe",
            "email": f"{name.lower()}@town.example.org",
            "structure_type": "COL-COM",
            "created_at": NOW,
            "changed_at": NOW,
            **facts,
        }
        person = Registrant(cycle_id=cycle.id, **values)
        person.email_key = person.email
        db.session.add(person)
        for session, state in (places or {}).items():
            cancelled_at = NOW if state is RegistrationState.CANCELLED else None
            moments = {"created_at": NOW, "confirmed_at": NOW, "cancelled_at": cancelled_at}
            db.session.add(Registration(registrant=person, session=session, state=state, **moments))
        db.session.commit()
        return person

    return add


@pytest.fixture
def writes(cycle: Cycle) -> Writes:
    """`writes(Standing.ALL, session)`: a draft to that group."""

    def write(standing: Standing = Standing.ALL, session: Session | None = None, **facts: object) -> Message:
        values: dict[str, object] = {
            "subject": "À lire",
            "body": "Bonjour {prénom}",
            "state": MessageState.DRAFT,
            "decided_by": NADIA,
            **facts,
        }
        message = Message(
            cycle=cycle,
            session=session,
            standing=standing,
            created_by=NADIA,
            created_at=NOW,
            changed_at=NOW,
            **{"kinds": [], **values},
        )
        db.session.add(message)
        db.session.commit()
        return message

    return write


def concludes(session: Session, person: Registrant, conclusion: Conclusion) -> None:
    """What attendance says of somebody at a session."""
    db.session.add(
        Attendance(
            session_id=session.id,
            registrant_id=person.id,
            conclusion=conclusion,
            concluded_at=NOW,
            concluded_by=NADIA,
        )
    )
    db.session.commit()


def invites(person: Registrant, session: Session, answer: PartStat) -> None:
    """Gives the registration its invitation, and the answer of the calendar."""
    registration = db.session.scalars(
        db.select(Registration).where(
            Registration.registrant_id == person.id, Registration.session_id == session.id
        )
    ).one()
    registration.invitation = Invitation(
        session_id=session.id,
        uid=f"{person.id}.{session.id}@example.org",
        organizer="webinaires@example.org",
        organizer_name="VTO",
        said=AnnouncedFacts.of(session).text(),
        attendee=person.email,
        attendee_name=person.name,
        partstat=answer,
        first_message_id=f"<{person.id}>",
        last_message_id=f"<{person.id}>",
        created_at=NOW,
    )
    db.session.commit()


def audience(cycle: Cycle, standing: Standing, session: Session | None = None, *kinds: str) -> Audience:
    return Audience(cycle.id, standing, session.id if session else None, kinds)


@pytest.fixture
def ada(joins, coming):
    return joins("Ada", {coming: IN})


def at(message: Message, step: str = "") -> str:
    return f"{HERE}/{message.public_id}{step}"


def stored() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Message).order_by(Message.id)))
