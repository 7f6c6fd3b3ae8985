"""One form sent several times at once does its thing once; a key taken at the same moment is told, not a fault."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.accounts.signed_in import Browser, csrf_token, sign_in
from tests.page import read
from tests.races.database import all_at_once
from tests.races.test_seats import a_session
from webinars.accounts import actions as accounts
from webinars.accounts.models import Organisation, Organiser, Role
from webinars.attempts import forms
from webinars.attempts.models import Attempt
from webinars.attendance.models import Headcount
from webinars.cycles.models import Cycle
from webinars.storage.extensions import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEADS = "/organise/vto/cycles/c/sessions/s0/attendance/headcount"
CLICKS = 8
ATTEMPT = "one-page-shown-once"


def desks(app: Flask, count: int) -> list[tuple[Browser, str]]:
    """So many browsers of one organiser, each with its token."""
    app.test_client_class = Browser
    with app.app_context():
        a_session(None)
        organisation = db.session.scalars(select(Organisation)).one()
        accounts.add_member(
            organisation, email="n@vto.example.org", name="N", role=Role.ADMINISTRATOR, language="fr", now=NOW
        )
        db.session.commit()
        nadia = db.session.scalars(select(Organiser)).one()
        browsers = [sign_in(app.test_client(), nadia) for _number in range(count)]
        return [(browser, csrf_token(browser, HEADS)) for browser in browsers]


def clicks(app: Flask, address: str, typed: dict[str, str]) -> list[TestResponse]:
    """The same form, sent by several requests at once."""

    def click(browser: Browser, token: str):
        return lambda: browser.post(address, data={"csrf_token": token, **typed})

    return all_at_once(app, [click(browser, token) for browser, token in desks(app, CLICKS)])


def test_a_form_sent_several_times_at_once_counts_once(app):
    answers = clicks(app, HEADS, {"heads-people": "3", "attempt": ATTEMPT})

    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, HEADS.removesuffix("/headcount"))
    }
    with app.app_context():
        assert db.session.scalars(select(Headcount.people)).all() == [3]


def test_control_attempts_of_their_own_count_each(app, monkeypatch):
    attempts = iter(range(10**6, 10**6 + CLICKS))
    begun = forms.actions.begin
    monkeypatch.setattr(forms.actions, "begin", lambda _key, *, now: begun(str(next(attempts)), now=now))

    clicks(app, HEADS, {"heads-people": "3", "attempt": ATTEMPT})

    with app.app_context():
        assert db.session.scalars(select(Headcount.people)).all() == [3] * CLICKS


def test_a_name_taken_at_the_same_moment_is_a_page_with_a_sentence(app):
    """Cycles of one title, from several pages: whoever comes second is told, or finds another name."""

    def click(browser: Browser, token: str, number: int):
        typed = {"title": "Un titre", "noun": "webinar", "attempt": f"one-page-of-number-{number}"}
        return lambda: browser.post("/organise/vto/cycles/new", data={"csrf_token": token, **typed})

    answers = all_at_once(app, [click(*desk, number) for number, desk in enumerate(desks(app, CLICKS))])

    said = [answer.status_code for answer in answers]
    assert set(said) <= {303, 409}
    with app.app_context():
        made = db.session.scalars(select(Cycle.slug).where(Cycle.title == "Un titre")).all()
        assert len(made) == len(set(made)) == said.count(303)
        done = db.session.scalars(select(Attempt.answer).where(Attempt.answer.like("/%"))).all()
        assert len(done) == said.count(303)


def test_a_key_that_is_taken_is_told_and_stores_nothing(app, monkeypatch):
    from webinars.planning import actions

    monkeypatch.setattr(actions, "free_slug", lambda *_a, **_k: "c", raising=False)
    [(browser, token)] = desks(app, 1)

    with app.app_context():
        answer = browser.post(
            "/organise/vto/cycles/new?lang=en",
            data={"csrf_token": token, "title": "Un titre", "noun": "webinar", "attempt": ATTEMPT},
        )

    assert answer.status_code == 409
    assert read(answer).heading == "Somebody did the same at the same moment"
    with app.app_context():
        assert db.session.scalars(select(Cycle.slug)).all() == ["c"]
