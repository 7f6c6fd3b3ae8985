"""Two saves of one thing at the very same moment: the second sees the first, on either engine; and a control."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from tests.accounts.signed_in import Browser, csrf_token, shown
from tests.races.database import all_at_once
from tests.races.test_attempts import desks
from tests.races.test_programme import slowly
from tests.races.test_seats import NOW
from webinars.accounts.models import Organisation
from webinars.accounts.organisation import routes as organisation_routes
from webinars.cycles.models import Cycle, Session
from webinars.planning.editor import routes, session_routes
from webinars.storage.extensions import db

HOME = "/organise/vto"
EDITOR = f"{HOME}/cycles/c/sessions/s0"
SESSION = {
    "title": "Session 0",
    "day": "2026-03-12",
    "start_time": "10:00",
    "end_time": "11:00",
    "timezone": "Europe/Paris",
    "format": "online",
}
CYCLE = {
    "title": "Cycle",
    "noun": "webinar",
    "timezone": "Europe/Paris",
    "language": "fr",
    "threshold_minutes": "10",
}
HOUSE = {
    "name": "VTO",
    "short_name": "VTO",
    "contact": "c@vto.example.org",
    "colour": "310",
    "timezone": "Europe/Paris",
    "language": "fr",
    "public_structures": "families",
    "public_territory": "departments",
}


def both_save(app: Flask, address: str, kept: dict[str, str], *changes: dict[str, str]) -> list[int]:
    """What each is answered who opened the form before anybody saved, and saves when all do."""
    browsers = [browser for browser, _token in desks(app, len(changes))]
    with app.app_context():
        session = db.session.scalars(
            select(Session).join(Session.cycle).options(contains_eager(Session.cycle))
        ).one()
        assert session.starts_at
        start = session.starts_at
        session.move(starts_at=start, ends_at=start + timedelta(hours=1), now=NOW)
        db.session.commit()
        made_from = [shown(browser, address) for browser in browsers]
        tokens = [csrf_token(browser, address) for browser in browsers]

    def save(browser: Browser, typed: dict[str, str]) -> Callable[[], Any]:
        return lambda: browser.post(address, data=typed).status_code

    pages = [
        {"csrf_token": token, **seen, **kept, **change}
        for token, seen, change in zip(tokens, made_from, changes, strict=True)
    ]
    return all_at_once(app, [save(*each) for each in zip(browsers, pages, strict=True)])


CASES = [
    (EDITOR, SESSION, session_routes, Session, ("subtitle", "abstract")),
    (f"{HOME}/cycles/c/settings", CYCLE, routes, Cycle, ("summary", "presentation")),
    (f"{HOME}/settings", HOUSE, organisation_routes, Organisation, ("tagline", "controller")),
]


@pytest.mark.parametrize(("address", "kept", "module", "model", "fields"), CASES)
def test_what_two_change_apart_at_one_moment_is_kept_of_both(
    app, monkeypatch, address, kept, module, model, fields
):
    slowly(monkeypatch, module, "_takes_over")
    one, other = fields

    answers = both_save(app, address, kept, {one: "Un"}, {other: "Deux"})

    with app.app_context():
        row = db.session.scalars(select(model)).one()
        assert (answers, getattr(row, one), getattr(row, other)) == ([303, 303], "Un", "Deux")
        assert row.edits == 2


@pytest.mark.parametrize(("address", "kept", "module", "model", "fields"), CASES)
def test_of_two_who_change_the_same_at_one_moment_the_second_is_asked(
    app, monkeypatch, address, kept, module, model, fields
):
    slowly(monkeypatch, module, "_takes_over")

    answers = both_save(app, address, kept, {fields[0]: "Un"}, {fields[0]: "Deux"})

    with app.app_context():
        row = db.session.scalars(select(model)).one()
        assert sorted(answers) == [303, 409]
        assert getattr(row, fields[0]) == ("Un", "Deux")[answers.index(303)]
        assert row.edits == 1


def test_control_where_nobody_waits_the_second_takes_back_what_the_first_did(app, monkeypatch):
    monkeypatch.setattr(session_routes, "hold_session", lambda _session: True)
    slowly(monkeypatch, session_routes, "_takes_over", lets_go=True)

    answers = both_save(app, EDITOR, SESSION, {"subtitle": "Un"}, {"subtitle": "Deux"})

    assert answers == [303, 303]
