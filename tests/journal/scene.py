"""A cycle with a past session and one to come, and what a browser sends to do each deed there."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import delete, select

from tests.accounts.signed_in import post
from tests.actors import OTTO
from tests.conftest import NOW
from tests.planning.deeds import edit_session
from tests.planning.loader.test_loading import FILE
from tests.registration.signing_up import sign_up
from tests.replies.tray import waiting_letter
from webinars import clock
from webinars.accounts.credentials.tokens import draw_token
from webinars.accounts.models import Membership, Organiser, Purpose
from webinars.attendance import actions, queries
from webinars.attendance.models import Attendance, Conclusion, Report, ReportLine
from webinars.attendance.review import actions as review_actions
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import CycleState
from webinars.duplication.shift import fingerprint, shifted_all
from webinars.journal.models import JournalEntry
from webinars.messages import actions as writing
from webinars.messages.audience import Standing
from webinars.messages.models import Message
from webinars.outbox.actions import queue
from webinars.outbox.models import MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration.identity import Person
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

HOME = "/organise/vto"
CYCLE = f"{HOME}/cycles/emploi"
COMING = f"{CYCLE}/sessions/coming"
PAST = f"{CYCLE}/sessions/demo-1/attendance"
SESSION = {
    "title": "Achats responsables",
    "day": "2031-03-18",
    "start_time": "10:00",
    "end_time": "11:30",
    "timezone": "Europe/Paris",
    "format": "online",
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301"
    "0100c9fe92ef0000000049454e44ae426082"
)


@dataclass
class Scene:
    """A cycle with a past session whose report is imported, and one to come."""

    past: Session
    coming: Session
    nadia: Organiser
    otto: Organiser
    zoom: bytes

    def person(self, source_id: str) -> Registrant:
        return db.session.scalars(select(Registrant).where(Registrant.source_id == source_id)).one()

    def line(self, name: str = "Castagne O.") -> ReportLine:
        return next(one for one in queries.lines_of(self.past) if one.name == name)

    def review(self, **answer: str) -> "Post":
        return Post(f"{PAST}/review/{self.line().public_id}", answer)

    def member(self) -> str:
        membership = select(Membership.id).where(Membership.organiser_id == self.otto.id)
        return f"{HOME}/settings/members/{db.session.scalars(membership).one()}"

    def step(self, step: str, state: CycleState) -> "Post":
        is_over = state in (CycleState.CLOSED, CycleState.ARCHIVED)
        self.past.cycle.state, self.past.cycle.closed_at = state, NOW if is_over else None
        return Post(f"{CYCLE}/{step}")


@dataclass
class Post:
    """What the browser sends."""

    address: str
    data: dict[str, Any] | None = None


def dropped(scene: Scene, desk: FlaskClient) -> str:
    found = {"report": (io.BytesIO(scene.zoom + b"\n"), "zoom.csv")}
    return post(desk, f"{PAST}/report", found).location.partition("?")[0]


def a_copy_of_the_cycle(scene: Scene) -> Post:
    first = date(2027, 9, 2)
    dates = fingerprint(shifted_all(sessions_of(scene.past.cycle), first))
    typed = {"title": "Encore une fois", "first_day": str(first), "dates_seen": dates}
    return Post(f"{CYCLE}/duplicate", typed)


def withdrawn(scene: Scene) -> Post:
    person = scene.person("P01")
    db.session.add(
        Registration(
            registrant=person,
            session=scene.coming,
            state=RegistrationState.CONFIRMED,
            created_at=NOW,
            confirmed_at=NOW,
        )
    )
    return Post(f"{CYCLE}/people/{person.public_id}/withdraw", {"sessions": "coming"})


def somebody_comes(scene: Scene) -> None:
    person = Person(first_name="Ada", last_name="L", email="ada@town.example.org")
    sign_up(scene.coming.cycle, [scene.coming.public_id], person, language="fr", now=clock.now())


def of_an_update(scene: Scene, step: str, **typed: str) -> Post:
    somebody_comes(scene)
    at, hour = scene.coming.starts_at, timedelta(hours=1)
    assert at
    edit_session(scene.coming, starts_at=at + hour, ends_at=at + 2 * hour, by=OTTO, now=clock.now())
    db.session.execute(delete(JournalEntry))
    return Post(f"{COMING}/update/{step}", typed)


def readdressed(scene: Scene) -> Post:
    person = scene.person("P01")
    return Post(f"{CYCLE}/messages/deliveries/{person.public_id}", {"email": "right@town.example.org"})


def marked(scene: Scene) -> Post:
    person = scene.person("P01")
    assert person.email
    mark_address(person.email, reason="5.1.1", now=NOW)
    return Post(f"{CYCLE}/messages/deliveries/{person.public_id}/right")


def refused(scene: Scene, path: str) -> Post:
    """A mail to a person was refused because their mailbox is full."""
    person = scene.person("P01")
    assert person.email
    cycle_id = scene.past.cycle_id
    email = queue(
        "note", recipient=person.email, language="fr", about_id=1, purpose="note", now=NOW, cycle_id=cycle_id
    )
    email.state, email.last_error = MailState.FAILED, "552 5.2.2 full"
    return Post(f"{CYCLE}/messages/deliveries/{path.format(person=person.public_id)}")


def of_a_message(scene: Scene, step: str, **typed: str) -> Post:
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Le mot de l’équipe")
    writing.add(scene.past.cycle, message, by=OTTO, now=NOW)
    db.session.flush()
    if step == "call off":
        writing.schedule(message, at=clock.now(), by=OTTO, now=NOW)
    db.session.execute(delete(JournalEntry))
    return Post(f"{CYCLE}/messages/{message.public_id}/{'cancel' if step == 'call off' else step}", typed)


REMINDER = {"reminders-0-count": "2", "reminders-0-unit": "1440", "reminders-0-text": ""}


def letter_of_the_cycle(scene: Scene) -> Post:
    return Post(f"{CYCLE}/messages/answers/{waiting_letter(scene.past.cycle_id).id}/handled")


def letter_of_nobody(_scene: Scene) -> Post:
    return Post(f"{HOME}/incoming/{waiting_letter().id}/handled")


def reminders_chosen(_scene: Scene) -> Post:
    return Post(f"{CYCLE}/messages/reminders/change", REMINDER)


def reminders_chosen_for_one(_scene: Scene) -> Post:
    return Post(f"{COMING}/reminders", REMINDER)


def counted(scene: Scene) -> Post:
    one = actions.count_heads(scene.past, 3, label="Salle", by=OTTO, now=NOW)
    db.session.execute(delete(JournalEntry))
    return Post(f"{PAST}/headcount/{one.id}/remove")


def decided(scene: Scene) -> Post:
    review_actions.decide_nobody(scene.line(), scene.past, by=OTTO, now=NOW)
    db.session.execute(delete(JournalEntry))
    return Post(f"{PAST}/review/{scene.line().public_id}/undo", {"shown": scene.line().as_shown})


def ticked(scene: Scene, word: str) -> Post:
    person = scene.person("P01")
    if not word:
        actions.state(scene.past, person, Conclusion.ABSENT, by=OTTO, now=NOW)
        db.session.execute(delete(JournalEntry))
    known = queries.attendance_of(scene.past, person.id)
    return Post(f"{PAST}/tick", {"tick": f"{person.public_id}:{word}:{known.as_shown if known else ''}"})


def nobody_recorded(scene: Scene) -> Post:
    db.session.execute(delete(Report).where(Report.session_id == scene.past.id))
    db.session.execute(delete(Attendance).where(Attendance.session_id == scene.past.id))
    return Post(f"{PAST}/others")


def others_present(scene: Scene) -> Post:
    nobody_recorded(scene)
    together = actions.state_others_present(scene.past, by=scene.nadia.as_actor, now=NOW)
    db.session.execute(delete(JournalEntry))
    return Post(f"{PAST}/others/{together}/undo")


def without_a_password(scene: Scene) -> Post:
    scene.otto.password_hash = None
    return Post(f"{scene.member()}/invite")


def cancelled(scene: Scene) -> Post:
    scene.coming.cancel(now=NOW)
    return Post(f"{COMING}/restore")


def with_a_logo(scene: Scene) -> Post:
    kept = settings_of(scene)
    return Post(
        kept.address,
        {**(kept.data or {}), "logo-file": (io.BytesIO(PIXEL), "logo.png"), "logo-shown": "none"},
    )


def a_draft(scene: Scene) -> Post:
    db.session.add(
        Cycle(organisation=scene.past.cycle.organisation, slug="draft", title="Ébauche", created_at=NOW)
    )
    return Post(f"{HOME}/cycles/draft/remove")


def to_be_deleted(scene: Scene) -> Post:
    scene.past.cycle.ask_deletion(by=OTTO, now=NOW)
    return Post(f"{CYCLE}/delete/take-back")


def without_its_logo(scene: Scene) -> Post:
    scene.past.cycle.organisation.logo = "a" * 64
    return Post(f"{HOME}/settings/logo/remove", {"logo-shown": "a" * 64})


def settings_of(scene: Scene) -> Post:
    house = scene.past.cycle.organisation
    names = ("name", "short_name", "contact", "timezone", "language", "public_structures", "public_territory")
    kept = {name: getattr(house, name) for name in names}
    return Post(f"{HOME}/settings", {**kept, "colour": "310", "tagline": "Ressources"})


def file_of_cycles(_scene: Scene) -> Post:
    names = dict.fromkeys(("cycle_id", "source_id"), "vto-2020-10-15")
    hours = names | {"day": "2020-10-15", "start_time": "14:00", "end_time": "16:00"}
    typed = {f"hours-0-{name}": value for name, value in hours.items()}
    return Post(f"{HOME}/cycles/load", {"text": FILE.read_text(), "apply": "yes", **typed})


def changed(seats: str | None = None) -> dict[str, str]:
    return {**SESSION, "title": "coming"} | ({"capacity": seats} if seats else {})


CLAIRE = {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"}
INES = {"email": "ines@vto.example.org", "name": "Inès Aït", "role": "organiser"}
MESSAGE = {
    "nonce": "abcdefghijklmnop",
    "session": "",
    "standing": "all",
    "subject": "Merci",
    "body": "Le mot de l’équipe",
}


def token_of(scene: Scene) -> str:
    number = scene.nadia.id
    db.session.commit()
    return draw_token(Purpose.RESET, number, now=clock.now())


def report_of(scene: Scene) -> str:
    return queries.reports_of(scene.past)[0].public_id
