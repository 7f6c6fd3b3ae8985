"""The session of the day stands at the head of its page, from morning to night."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.signed_in import sign_in
from tests.page import read
from tests.today.scene import CYCLE, AddSession, at, lead, page
from webinars import clock
from webinars.accounts.models import Organiser
from webinars.cycles.models import Session
from webinars.storage.extensions import db


@pytest.mark.parametrize(
    ("hour", "minute", "says", "buttons"),
    [
        (6, 0, "One session today", ["Tick who comes", "Change the link"]),
        (9, 20, "A session in 40 minutes", ["Tick who comes", "Change the link"]),
        (9, 45, "A session in 15 minutes", ["Enter the room", "Tick who comes", "Change the link"]),
        (11, 29, "One session is under way", ["Enter the room", "Tick who comes", "Change the link"]),
        (11, 30, "One session took place today", ["Tick who comes"]),
        (23, 59, "One session took place today", ["Tick who comes"]),
    ],
)
def test_the_session_of_the_day_stands_there_from_morning_to_night(
    desk: FlaskClient,
    nadia: Organiser,
    session: Session,
    clock_of_the_day: time_machine.Traveller,
    hour: int,
    minute: int,
    says: str,
    buttons: list[str],
) -> None:
    clock_of_the_day.move_to(at(hour, minute))
    sign_in(desk, nadia)

    [panel] = page(desk).all("article", class_="now")
    shown = {link.children[0]: link.attributes["href"] for link in panel.all("a", class_="button")}
    assert lead(desk).startswith(f"{says}, ")
    assert list(shown) == buttons
    assert shown["Tick who comes"] == f"{CYCLE}/sessions/clauses/attendance"
    assert shown.get("Enter the room", session.join_url) == session.join_url


@pytest.mark.parametrize(
    ("hour", "french", "english"),
    [
        (6, "Deux séances aujourd’hui, ", "Two sessions today, "),
        (11, "Deux séances sont en cours, ", "Two sessions are under way, "),
        (15, "Deux séances ont eu lieu aujourd’hui, ", "Two sessions took place today, "),
    ],
)
def test_the_sentence_under_the_date_begins_with_a_capital(
    desk: FlaskClient,
    nadia: Organiser,
    session: Session,
    add_session: AddSession,
    clock_of_the_day: time_machine.Traveller,
    hour: int,
    french: str,
    english: str,
) -> None:
    add_session(session.cycle, "Autre", days=1)
    clock_of_the_day.move_to(at(hour))
    sign_in(desk, nadia)

    for language, words in (("en", english), ("fr", french)):
        [head] = read(desk.get(f"/organise/vto?lang={language}")).all(class_="day-head")
        assert head.all("p")[0].text.startswith(words)


def test_there_is_none_today_on_the_day_before_and_after(
    desk: FlaskClient, nadia: Organiser, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    for hour in (-1, 24):
        clock_of_the_day.move_to(at(0) + timedelta(hours=hour))
        assert lead(sign_in(desk, nadia)).startswith("No session today, ")


def test_what_ended_after_midnight_was_held_today(desk: FlaskClient, session: Session) -> None:
    session.starts_at, session.ends_at = at(0) - timedelta(hours=1), at(0, 30)
    db.session.commit()

    assert lead(desk).startswith("One session took place today, ")


def test_a_session_of_a_cycle_put_away_the_same_day_was_held_all_the_same(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    session.cycle.close(now=clock.now())
    session.cycle.archive()
    db.session.commit()
    clock_of_the_day.move_to(at(15))

    assert lead(desk) == "One session took place today, nothing awaits you."


@pytest.mark.parametrize("server", ["", "mail.example.org"])
def test_mail_is_called_sent_where_a_server_takes_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, desk: FlaskClient, session: Session, server: str
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_server=server))

    shown = {language: read(desk.get(f"/organise/vto?lang={language}")).plain for language in ("en", "fr")}
    said = {
        "en": ("sent since yesterday", "kept since yesterday", "No mail server is set"),
        "fr": ("gardé", "Aucun serveur de messagerie"),
    }
    assert [words in shown["en"] for words in said["en"]] == [bool(server), not server, not server]
    assert [words in shown["fr"] for words in said["fr"]] == [not server] * 2
