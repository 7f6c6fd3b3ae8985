"""Who did what to what, and when: each deed of an organiser, done on its page, leaves its entry."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from tests.accounts.conftest import ANOTHER, PASSWORD
from tests.accounts.signed_in import post, sign_in
from tests.attendance.conftest import demo_1, zoom
from tests.conftest import NOW
from tests.planning.test_loading import FILE
from tests.planning.test_workspace import SETTINGS
from tests.planning.typed import CYCLE as NEW_CYCLE
from tests.planning.typed import lines
from tests.rules.test_journal import deeds_of, posts
from webinars import clock
from webinars.accounts.models import Membership, Organiser, Purpose
from webinars.accounts.passwords import hash_password
from webinars.accounts.tokens import draw_token
from webinars.attendance import actions, deciding, importing, queries
from webinars.attendance.models import Conclusion, ReportLine
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.extensions import db
from webinars.journal.deeds import Deed
from webinars.journal.models import Entry
from webinars.messages import actions as writing
from webinars.messages.audience import Standing
from webinars.messages.models import Message
from webinars.outbox.marks import mark_address
from webinars.planning.actions import move_session
from webinars.registration.actions import Person, sign_up
from webinars.registration.models import Registrant, Registration, Status
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict

__all__ = ["demo_1", "zoom"]

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
        self.past.cycle.state = state
        return Post(f"{CYCLE}/{step}")


@dataclass
class Post:
    """What the browser sends."""

    address: str
    data: dict[str, Any] | None = None


@pytest.fixture
def scene(
    demo_1: Session,
    zoom: bytes,
    nadia: Organiser,
    otto: Organiser,
    add_session: Callable[..., Session],
) -> Scene:
    far = (clock.now() - NOW).days + 30
    coming = add_session(demo_1.cycle, "coming", days=far)
    importing.apply_report(demo_1, zoom, file_name="zoom.csv", by="Nadia Benali", now=NOW)
    nadia.password_hash = hash_password(PASSWORD)
    db.session.execute(delete(Entry))
    db.session.commit()
    return Scene(demo_1, coming, nadia, otto, zoom)


def dropped(scene: Scene, desk: FlaskClient) -> str:
    found = {"report": (io.BytesIO(scene.zoom + b"\n"), "zoom.csv")}
    return post(desk, f"{PAST}/report", found).location.partition("?")[0]


def withdrawn(scene: Scene) -> Post:
    person = scene.person("P01")
    db.session.add(
        Registration(registrant=person, session=scene.coming, status=Status.CONFIRMED, created_at=NOW)
    )
    return Post(f"{CYCLE}/people/{person.public_id}/withdraw", {"sessions": "coming"})


def somebody_comes(scene: Scene) -> None:
    person = Person(first_name="Ada", last_name="L", email="ada@town.example.org")
    sign_up(scene.coming.cycle, [scene.coming.public_id], person, language="fr", now=clock.now())


def of_an_update(scene: Scene, step: str, **typed: str) -> Post:
    somebody_comes(scene)
    at, hour = scene.coming.starts_at, timedelta(hours=1)
    assert at
    move_session(scene.coming, starts_at=at + hour, ends_at=at + 2 * hour, by="Otto", now=clock.now())
    db.session.execute(delete(Entry))
    return Post(f"{COMING}/update/{step}", typed)


def readdressed(scene: Scene) -> Post:
    person = scene.person("P01")
    return Post(f"{CYCLE}/messages/deliveries/{person.public_id}", {"email": "right@town.example.org"})


def marked(scene: Scene) -> Post:
    person = scene.person("P01")
    assert person.email
    mark_address(person.email, reason="5.1.1", now=NOW)
    return Post(f"{CYCLE}/messages/deliveries/{person.public_id}/right")


def of_a_message(scene: Scene, step: str, **typed: str) -> Post:
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Le mot de l’équipe")
    writing.add(scene.past.cycle, message, by="Otto", now=NOW)
    db.session.flush()
    if step == "call off":
        writing.schedule(message, at=clock.now(), by="Otto", now=NOW)
    db.session.execute(delete(Entry))
    return Post(f"{CYCLE}/messages/{message.public_id}/{'cancel' if step == 'call off' else step}", typed)


REMINDER = {"reminders-0-count": "2", "reminders-0-unit": "1440", "reminders-0-text": ""}


def letter(cycle_id: int | None) -> Incoming:
    kept = Incoming(digest="x", received_at=NOW, verdict=Verdict.LETTER, needs_person=True, cycle_id=cycle_id)
    db.session.add(kept)
    db.session.flush()
    return kept


def letter_of_the_cycle(scene: Scene) -> Post:
    return Post(f"{CYCLE}/messages/answers/{letter(scene.past.cycle_id).id}/handled")


def letter_of_nobody(_scene: Scene) -> Post:
    return Post(f"{HOME}/incoming/{letter(None).id}/handled")


def reminders_chosen(_scene: Scene) -> Post:
    return Post(f"{CYCLE}/messages/reminders/change", REMINDER)


def reminders_chosen_for_one(_scene: Scene) -> Post:
    return Post(f"{COMING}/reminders", REMINDER)


def counted(scene: Scene) -> Post:
    one = actions.count_heads(scene.past, 3, label="Salle", by="Otto", now=NOW)
    db.session.execute(delete(Entry))
    return Post(f"{PAST}/headcount/{one.id}/remove")


def decided(scene: Scene) -> Post:
    deciding.is_nobody(scene.line(), scene.past, by="Otto", now=NOW)
    db.session.execute(delete(Entry))
    return Post(f"{PAST}/review/{scene.line().public_id}/undo")


def ticked(scene: Scene, word: str) -> Post:
    return Post(f"{PAST}/tick", {"tick": f"{scene.person('P01').public_id}:{word}"})


def without_a_password(scene: Scene) -> Post:
    scene.otto.password_hash = None
    return Post(f"{scene.member()}/invite")


def cancelled(scene: Scene) -> Post:
    scene.coming.cancel(now=NOW)
    return Post(f"{COMING}/restore")


def with_a_logo() -> dict[str, Any]:
    return {"logo": (io.BytesIO(PIXEL), "logo.png")}


def settings_of(scene: Scene) -> Post:
    house = scene.past.cycle.organisation
    kept = {name: getattr(house, name) for name in ("name", "short_name", "contact", "timezone", "language")}
    return Post(f"{HOME}/settings", {**kept, "colour": "310", "tagline": "Ressources"})


def file_of_cycles(_scene: Scene) -> Post:
    hours = {"source_id": "vto-2020-10-15", "day": "2020-10-15", "start_time": "14:00", "end_time": "16:00"}
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
D = Deed

DONE: list[tuple[str, Callable[[Scene], Post], list[Deed]]] = [
    (
        "account.account",
        lambda _s: Post("/organise/account", {"name": "Nadia B.", "language": "fr"}),
        [D.ACCOUNT_CHANGED],
    ),
    (
        "account.change_password",
        lambda _s: Post("/organise/account/password", {"old_password": PASSWORD, "password": ANOTHER}),
        [D.PASSWORD_SET],
    ),
    (
        "entrance.set_password",
        lambda s: Post(f"/set-password/{token_of(s)}", {"password": ANOTHER}),
        [D.PASSWORD_SET],
    ),
    (
        "messages.new_message",
        lambda _s: Post(f"{CYCLE}/messages/new", MESSAGE),
        [D.MESSAGE_WRITTEN],
    ),
    ("messages.edit_message", lambda s: of_a_message(s, "edit", **MESSAGE), [D.MESSAGE_CHANGED]),
    ("messages.send_message", lambda s: of_a_message(s, "send"), [D.MESSAGE_SENT]),
    (
        "messages.schedule_message",
        lambda s: of_a_message(
            s, "schedule", day=f"{clock.now() + timedelta(days=9):%Y-%m-%d}", hour="10:00"
        ),
        [D.MESSAGE_SCHEDULED],
    ),
    ("messages.cancel_message", lambda s: of_a_message(s, "cancel"), [D.MESSAGE_THROWN_AWAY]),
    ("messages.cancel_message", lambda s: of_a_message(s, "call off"), [D.MESSAGE_CALLED_OFF]),
    ("members.invite_member", lambda _s: Post(f"{HOME}/settings/members", INES), [D.MEMBER_INVITED]),
    ("members.invite_again", without_a_password, [D.MEMBER_INVITED_AGAIN]),
    (
        "members.change_member",
        lambda s: Post(s.member(), {"role": "administrator"}),
        [D.MEMBER_MADE_ADMINISTRATOR],
    ),
    ("members.remove_member", lambda s: Post(f"{s.member()}/remove"), [D.MEMBER_REMOVED]),
    ("organisation.settings", settings_of, [D.SETTINGS_CHANGED]),
    ("organisation.set_logo", lambda _s: Post(f"{HOME}/settings/logo", with_a_logo()), [D.LOGO_CHANGED]),
    ("organisation.remove_logo", lambda _s: Post(f"{HOME}/settings/logo/remove"), [D.LOGO_REMOVED]),
    (
        "planning.new_cycle",
        lambda _s: Post(f"{HOME}/cycles/new", NEW_CYCLE | lines({"title": "Une"})),
        [D.CYCLE_CREATED, D.SESSION_ADDED],
    ),
    (
        "planning.load_cycles_file",
        file_of_cycles,
        [D.CYCLE_CREATED, D.CYCLE_PUBLISHED] * 3 + [D.CYCLES_LOADED],
    ),
    ("planning.cycle_settings", lambda _s: Post(f"{CYCLE}/settings", SETTINGS), [D.CYCLE_SETTINGS_CHANGED]),
    ("planning.change_state", lambda s: s.step("publish", CycleState.DRAFT), [D.CYCLE_PUBLISHED]),
    ("planning.change_state", lambda s: s.step("close", CycleState.PUBLISHED), [D.CYCLE_CLOSED]),
    ("planning.change_state", lambda s: s.step("reopen", CycleState.CLOSED), [D.CYCLE_REOPENED]),
    ("planning.change_state", lambda s: s.step("archive", CycleState.CLOSED), [D.CYCLE_ARCHIVED]),
    ("planning.new_session", lambda _s: Post(f"{CYCLE}/sessions/new", SESSION), [D.SESSION_ADDED]),
    (
        "planning.add_sessions",
        lambda _s: Post(f"{CYCLE}/sessions/add", {f"sessions-0-{key}": SESSION[key] for key in ROW}),
        [D.SESSION_ADDED],
    ),
    ("planning.session", lambda _s: Post(COMING, changed()), [D.SESSION_CHANGED]),
    (
        "planning.session",
        lambda s: somebody_comes(s) or Post(COMING, changed()),
        [D.UPDATE_PREPARED, D.SESSION_CHANGED],
    ),
    ("planning.send_update", lambda s: of_an_update(s, "send"), [D.UPDATE_SENT]),
    ("planning.edit_update", lambda s: of_an_update(s, "word", word="Pardon"), [D.UPDATE_CHANGED]),
    ("planning.drop_update", lambda s: of_an_update(s, "drop", sure="yes"), [D.UPDATE_DROPPED]),
    (
        "planning.cancel_cycle",
        lambda _s: Post(f"{CYCLE}/cancel", {"word": ""}),
        [D.CYCLE_CANCELLED, D.SESSION_CANCELLED],
    ),
    ("planning.session", lambda _s: Post(COMING, changed("80")), [D.SESSION_CHANGED, D.SEATS_CHANGED]),
    ("planning.enlarge_session", lambda _s: Post(f"{COMING}/seats", {"capacity": "60"}), [D.SEATS_CHANGED]),
    ("planning.cancel_session", lambda _s: Post(f"{COMING}/cancel"), [D.SESSION_CANCELLED]),
    ("planning.restore_session", cancelled, [D.SESSION_RESTORED]),
    ("planning.remove_session", lambda _s: Post(f"{COMING}/remove"), [D.SESSION_REMOVED]),
    ("planning.withdraw_person", withdrawn, [D.REGISTRATIONS_WITHDRAWN]),
    ("deliverability.correct_address", readdressed, [D.ADDRESS_CORRECTED]),
    ("deliverability.lift_mark", marked, [D.ADDRESS_MARK_LIFTED]),
    ("replies.handled", letter_of_the_cycle, [D.INCOMING_HANDLED]),
    ("incoming.tray_handled", letter_of_nobody, [D.INCOMING_HANDLED]),
    ("reminders.change", reminders_chosen, [D.REMINDERS_CHANGED]),
    ("reminders.change_session", reminders_chosen_for_one, [D.REMINDERS_CHANGED]),
    ("reminders.switch", lambda _scene: Post(f"{CYCLE}/messages/reminders/off"), [D.REMINDERS_CHANGED]),
    ("reminders.switch_session", lambda _scene: Post(f"{COMING}/reminders/off"), [D.REMINDERS_CHANGED]),
    ("attendance.tick", lambda s: ticked(s, "present"), [D.ATTENDANCE_STATED]),
    ("attendance.tick", lambda s: ticked(s, ""), [D.ATTENDANCE_TAKEN_BACK]),
    ("attendance.walk_in", lambda _s: Post(f"{PAST}/walk-in", CLAIRE), [D.WALK_IN_ADDED]),
    ("attendance.headcount", lambda _s: Post(f"{PAST}/headcount", {"heads-people": "3"}), [D.HEADCOUNT_SET]),
    ("attendance.remove_headcount", counted, [D.HEADCOUNT_REMOVED]),
    ("reports.undo", lambda s: Post(f"{PAST}/imports/{report_of(s)}/undo"), [D.IMPORT_UNDONE]),
    ("review.decide", lambda s: s.review(decision=f"person:{s.person('P12').public_id}"), [D.LINE_MATCHED]),
    ("review.decide", lambda s: s.review(decision="walk-in", **CLAIRE), [D.LINE_WALK_IN]),
    (
        "review.decide",
        lambda s: s.review(decision="headcount", **{"heads-people": "3"}),
        [D.LINE_HEADCOUNT],
    ),
    ("review.decide", lambda s: s.review(decision="ignore"), [D.LINE_IGNORED]),
    ("review.undo", decided, [D.LINE_TAKEN_BACK]),
    (
        "capitalisation.publish_sentence",
        lambda _s: Post(f"{CYCLE}/figures/sentence"),
        [D.SENTENCE_PUBLISHED],
    ),
    ("capitalisation.participants", lambda _s: Post(f"{CYCLE}/participants.csv"), [D.PARTICIPANTS_EXPORTED]),
]
ROW = ("title", "day", "start_time", "end_time")
# done below, with what they need
APART = {"reports.apply": {D.REPORT_IMPORTED}}
SEEN_ELSEWHERE = {D.CYCLE_UNPUBLISHED, D.MEMBER_MADE_ORGANISER}  # the way back of a deed done here


def token_of(scene: Scene) -> str:
    number = scene.nadia.id
    db.session.commit()
    return draw_token(Purpose.RESET, number, now=clock.now())


def report_of(scene: Scene) -> str:
    return queries.reports_of(scene.past)[0].public_id


def entries() -> list[tuple[str, str]]:
    return [(one.deed, one.actor) for one in db.session.scalars(select(Entry).order_by(Entry.id))]


def test_every_declared_deed_is_done_here(app: Flask) -> None:
    journalled = {endpoint: deeds_of(app, endpoint) for endpoint in posts(app) if deeds_of(app, endpoint)}

    assert {endpoint for endpoint, _send, _deeds in DONE} | APART.keys() == journalled.keys()
    declared = {deed for deeds in journalled.values() for deed in deeds}
    done = {deed for _endpoint, _send, deeds in DONE for deed in deeds}.union(*APART.values())
    assert declared - done == SEEN_ELSEWHERE


@pytest.mark.parametrize(
    ("endpoint", "send", "deeds"), DONE, ids=[f"{row[0]}-{row[2][-1].value}" for row in DONE]
)
def test_a_deed_leaves_its_entry(
    app: Flask,
    desk: FlaskClient,
    scene: Scene,
    endpoint: str,
    send: Callable[[Scene], Post],
    deeds: list[Deed],
) -> None:
    what = send(scene)
    db.session.commit()
    with app.test_request_context(what.address, method="POST") as context:
        assert context.request.url_rule is not None
        assert context.request.url_rule.endpoint == endpoint

    answer = post(desk, what.address, what.data)

    assert answer.status_code in (200, 303), answer.text
    assert entries() == [(deed.value, "Nadia Benali") for deed in deeds]
    house = scene.past.cycle.organisation_id
    assert {one.organisation_id for one in db.session.scalars(select(Entry))} == {house}


def test_an_import_is_an_entry_once(desk: FlaskClient, scene: Scene) -> None:
    address = dropped(scene, desk)
    assert entries() == []

    for _again in range(2):
        post(desk, f"{address}/apply", {"name": "zoom.csv"})

    assert entries() == [("report imported", "Nadia Benali")]


def test_what_is_repeated_or_refused_leaves_no_entry(desk: FlaskClient, scene: Scene) -> None:
    post(desk, f"{PAST}/walk-in", {"walk-last_name": "Dumas"})
    post(desk, f"{PAST}/review/{scene.line().public_id}/undo")
    post(desk, COMING, {**SESSION, "title": ""})
    post(desk, f"{CYCLE}/publish")

    assert entries() == []


def test_the_journal_names_no_attendee_and_keeps_no_message(desk: FlaskClient, scene: Scene) -> None:
    person = scene.person("P01")
    post(desk, f"{PAST}/tick", {"tick": f"{person.public_id}:present"})
    post(desk, f"{COMING}/cancel", {"word": "Le mot de l’équipe"})

    told = [one.object for one in db.session.scalars(select(Entry).order_by(Entry.id))]
    assert told == [f"{scene.past.title} · {person.public_id}", "coming"]


def test_a_long_title_leaves_room_for_the_detail(desk: FlaskClient, scene: Scene) -> None:
    scene.past.title = "a" * 200
    db.session.commit()
    actions.state(scene.past, scene.person("P01"), Conclusion.PRESENT, by="Otto", now=NOW)
    db.session.commit()

    entry = db.session.scalars(select(Entry)).one()
    assert (len(entry.object), entry.object.endswith(f"a · {scene.person('P01').public_id}")) == (200, True)


def test_another_name_is_told_with_the_former_one(desk: FlaskClient, scene: Scene) -> None:
    post(desk, "/organise/account", {"name": "Nadia B.", "language": "fr"})

    assert [one.object for one in db.session.scalars(select(Entry))] == ["Nadia Benali → Nadia B."]


def test_a_password_is_told_to_every_organisation_of_the_account(
    app: Flask, scene: Scene, cycle: Cycle
) -> None:
    from webinars.accounts.models import Organisation, Role

    other = Organisation(
        slug="nord", name="Réseau Nord", short_name="Nord", contact="c@n.org", created_at=NOW
    )
    db.session.add(Membership(organisation=other, organiser=scene.nadia, role=Role.ORGANISER, created_at=NOW))
    db.session.commit()
    desk = sign_in(app.test_client(), scene.nadia)

    post(desk, "/organise/account/password", {"old_password": PASSWORD, "password": ANOTHER})

    told = {one.organisation_id for one in db.session.scalars(select(Entry))}
    assert told == {other.id, cycle.organisation_id}
