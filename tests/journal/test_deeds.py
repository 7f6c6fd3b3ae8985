"""Who did what to what, and when: each deed of an organiser, done on its page, leaves its entry."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from tests.accounts.conftest import ANOTHER, PASSWORD
from tests.accounts.signed_in import post, sign_in
from tests.actors import OTTO
from tests.conftest import NOW
from tests.journal.done import APART, DONE, SEEN_ELSEWHERE
from tests.journal.scene import COMING, CYCLE, PAST, SESSION, Post, Scene, dropped
from tests.rules.test_journal import deeds_of, posts
from webinars.accounts.models import Membership, Organiser
from webinars.actors import Actor
from webinars.attendance import actions, queries
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Cycle
from webinars.journal.deeds import Deed
from webinars.journal.models import JournalEntry
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.extensions import db


def entries() -> list[tuple[str, str]]:
    return [
        (one.deed, one.actor.name)
        for one in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    ]


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
    assert {one.organisation_id for one in db.session.scalars(select(JournalEntry))} == {house}


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
    known = queries.attendance_of(scene.past, person.id)
    assert known is not None
    post(desk, f"{PAST}/tick", {"tick": f"{person.public_id}:present:{known.as_shown}"})
    post(desk, f"{COMING}/cancel", {"word": "Le mot de l’équipe"})

    found = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    told = [(one.subject, one.detail) for one in found]
    assert told == [
        (Subject(SubjectType.SESSION, scene.past.id, scene.past.title), person.public_id),
        (Subject(SubjectType.SESSION, scene.coming.id, "coming"), None),
    ]


def test_a_long_title_is_cut_and_its_detail_is_whole(scene: Scene) -> None:
    scene.past.title = "a" * 300
    person = scene.person("P01").public_id
    actions.state(scene.past, scene.person("P01"), Conclusion.PRESENT, by=OTTO, now=NOW)
    db.session.commit()

    entry = db.session.scalars(select(JournalEntry)).one()
    assert (entry.subject, entry.detail) == (Subject(SubjectType.SESSION, scene.past.id, "a" * 200), person)


def test_another_name_is_told_with_the_former_one(desk: FlaskClient, scene: Scene) -> None:
    post(desk, "/organise/account", {"name": "Nadia B.", "language": "fr"})

    entry = db.session.scalars(select(JournalEntry)).one()
    nadia = Actor(scene.nadia.id, "Nadia Benali")
    assert (entry.actor, entry.subject.label, entry.detail) == (nadia, "Nadia Benali", "Nadia B.")


def test_an_account_that_is_deleted_leaves_its_name(desk: FlaskClient, scene: Scene) -> None:
    post(desk, f"{COMING}/cancel", {"word": ""})
    entry = db.session.scalars(select(JournalEntry)).one()
    assert entry.actor == scene.nadia.as_actor

    db.session.execute(delete(Organiser).where(Organiser.id == scene.nadia.id))
    db.session.commit()

    assert entry.actor == Actor(None, "Nadia Benali")


def test_what_is_removed_keeps_what_it_was_called_and_means_no_later_one(
    desk: FlaskClient, scene: Scene
) -> None:
    post(desk, COMING, {**SESSION, "title": "coming", "capacity": "80"})
    post(desk, f"{COMING}/remove")

    told = {one.subject for one in db.session.scalars(select(JournalEntry))}
    assert told == {Subject(SubjectType.SESSION, None, "coming")}


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

    told = {one.organisation_id for one in db.session.scalars(select(JournalEntry))}
    assert told == {other.id, cycle.organisation_id}
