"""Whatever happens in whatever order, a calendar that takes what is handed over ends with what is so."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.settled import MINUTE, edit, send_settled
from tests.planning.test_actions import joins, next_week
from tests.registration.conftest import written
from tests.wire.content import read_calendar
from tests.wire.linter import defects
from webinars.invitations.models import Invitation, MailHost
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import UNSENT, Email, MailState
from webinars.registration.actions import withdraw
from webinars.registration.models import RegistrationState
from webinars.registration.queries import live_registrations
from webinars.storage.extensions import db

STEPS = 16


class World:
    """One session, Ada, and her calendar, which does what it is sent and nothing else."""

    def __init__(self, session):
        self.session, self.now = session, NOW
        self.ada = joins(session, "Ada").registrant
        self.entries, self.numbers, self.organizers = {}, {}, {}

    def move(self):
        edit(self.session, now=self.now, **next_week(self.session))

    def rename(self):
        edit(self.session, now=self.now, title=f"Titre {self.now:%H%M}")

    def cancel(self):
        deeds.cancel_session(self.session, by=NADIA, now=self.now)

    def restore(self):
        deeds.restore_session(self.session, by=NADIA, now=self.now)

    def withdraw(self):
        for registration in live_registrations(self.ada.id):
            withdraw(registration, now=self.now)

    def come_back(self):
        if not self.session.is_cancelled:
            joins(self.session, "Ada")

    def settle(self):
        self.now += 6 * MINUTE
        send_settled(self.now)

    def put_off(self):
        """The server says: later; a worker is killed with the next."""
        for email in db.session.scalars(select(Email).where(Email.state == MailState.QUEUED).limit(1)):
            email.attempts, email.attempted_at = 1, self.now

    def hand_over(self, most=100):
        """What is due leaves, each UID in its order, as the worker does it."""
        due = (
            select(Email)
            .where(Email.state == MailState.QUEUED, Email.not_before <= self.now)
            .order_by(Email.id)
        )
        for email in db.session.scalars(due).all()[:most]:
            if email.uid and not self._is_held_up(email):
                self._take(email)
        db.session.commit()

    def hand_over_one(self):
        self.hand_over(1)

    def _is_held_up(self, email):
        before = [email.uid, *([email.follows] if email.follows else [])]
        waits = select(Email.id).where(Email.uid.in_(before), Email.id < email.id, Email.state.in_(UNSENT))
        return db.session.scalars(waits).first() is not None

    def _take(self, email):
        try:
            message = written(email)
        except ReasonGone:
            email.state = MailState.DROPPED
            return
        email.state, email.sent_at = MailState.SENT, NOW
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                self._read(part.get_payload(decode=True))

    def _read(self, content):
        assert defects(content) == []
        calendar = read_calendar(content)
        [event] = calendar.children_named("VEVENT")
        uid, number, organizer = event.value("UID"), int(event.value("SEQUENCE")), event.value("ORGANIZER")
        assert number > self.numbers.get(uid, -1)
        assert self.organizers.setdefault(uid, organizer) == organizer
        self.numbers[uid] = number
        is_kept = calendar.value("METHOD") == "REQUEST"
        self.entries[uid] = (event.value("DTSTART"), event.value("SUMMARY")) if is_kept else None

    def shown(self):
        return [entry for entry in self.entries.values() if entry is not None]

    def so(self):
        """What her calendar should show."""
        live = [one for one in live_registrations(self.ada.id) if one.state is RegistrationState.CONFIRMED]
        if self.session.is_cancelled or not live:
            return []
        return [
            (
                self.session.local_start.strftime("%Y%m%dT%H%M%S"),
                f"{self.session.title} – {self.session.cycle.title}",
            )
        ]


DEEDS = (
    World.move,
    World.rename,
    World.cancel,
    World.cancel,
    World.restore,
    World.restore,
    World.withdraw,
    World.come_back,
    World.come_back,
    World.settle,
    World.put_off,
    World.hand_over,
    World.hand_over_one,
)


@pytest.mark.parametrize("is_google", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_a_calendar_ends_with_what_is_so(session, seed, is_google):
    if is_google:
        db.session.add(MailHost(domain="example.org", is_google=True, asked_at=NOW))
    session.starts_at += timedelta(days=90)
    session.ends_at += timedelta(days=90)
    db.session.commit()
    world, done = World(session), []

    for step in range(STEPS):
        drawn = hashlib.sha256(f"{seed} {step} {is_google}".encode()).digest()
        deed = DEEDS[drawn[0] % len(DEEDS)]
        done.append(deed.__name__)
        world.now += MINUTE
        deed(world)
        db.session.commit()
    world.settle()
    world.hand_over()

    assert (done, world.shown()) == (done, world.so())
    if not is_google:
        assert (
            len({one.uid for one in db.session.scalars(select(Invitation)) if one.uid in world.entries}) <= 1
        )
