"""A session once more in its cycle."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.editor.test_workspace import foreigner
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import ADA, signs_up
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.queries import contributors_of, sessions_of
from webinars.outbox.models import Email
from webinars.planning.actions import set_people
from webinars.reminders.actions import choose
from webinars.reminders.models import ReminderRule
from webinars.reminders.queries import plan_of, rules_of
from webinars.storage.extensions import db

__all__ = ["foreigner", "signs_up"]

HERE = f"{WORKSPACE}/sessions/achats-responsables/duplicate"


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_copy_has_texts_people_seats_and_reminders_and_no_link(
    desk: FlaskClient, session: Session
) -> None:
    session.abstract, session.capacity = "Un résumé", 12
    set_people(session, [Contributor(name="Léa Roux", position=0)])
    choose(session.cycle, [ReminderRule(minutes=60)], session=session, by=NADIA, now=NOW)
    db.session.commit()

    answer = post(desk, HERE, {"day": "2026-04-09"})

    first, copy = sessions_of(session.cycle)
    assert answer.location == f"{WORKSPACE}/sessions/{copy.slug}"
    assert (copy.title, copy.abstract, copy.capacity, copy.join_url) == (first.title, "Un résumé", 12, "")
    assert (copy.day, copy.starts_at) == (date(2026, 4, 9), datetime(2026, 4, 9, 8, tzinfo=UTC))
    assert [one.name for one in contributors_of([copy])[copy.id]] == ["Léa Roux"]
    assert [rule.minutes for rule in rules_of(plan_of(session.cycle, copy))] == [60]
    assert len(contributors_of([first])[first.id]) == 1


def test_two_presses_make_one_copy(desk: FlaskClient, session: Session) -> None:
    form = {"day": "2026-04-09", "attempt": "one-showing-of-the-form"}

    first, second = post(desk, HERE, form), post(desk, HERE, form)

    assert (second.status_code, second.location) == (303, first.location)
    assert len(sessions_of(session.cycle)) == 2


def test_whoever_took_the_whole_cycle_is_invited(
    desk: FlaskClient, session: Session, signs_up: Callable[..., object], outbox: Callable[[], list[Email]]
) -> None:
    signs_up(ADA, session, whole_cycle=True)
    before = len(outbox())

    post(desk, HERE, {"day": "2026-04-09"})

    assert [mail.kind for mail in outbox()[before:]] == ["invitation"]


def test_a_day_that_has_passed_is_asked_about(desk: FlaskClient, session: Session) -> None:
    page = read(post(desk, f"{HERE}?lang=en", {"day": "2026-01-15"}))

    assert page.error_for("is_past_meant") == (
        "Thursday 15\u00a0January 2026 has passed: correct the day, or tick this box."
    )
    assert len(sessions_of(session.cycle)) == 1
    answer = post(desk, HERE, {"day": "2026-01-15", "is_past_meant": "y"})
    assert answer.status_code == 303


@pytest.mark.parametrize("day", ["", "32/13/2026"])
def test_a_day_that_is_none_is_told_beside_its_field(desk: FlaskClient, session: Session, day: str) -> None:
    page = read(post(desk, f"{HERE}?lang=en", {"day": day}))

    assert page.error_for("day") != ""
    assert len(sessions_of(session.cycle)) == 1


def test_nothing_is_added_to_a_cycle_that_is_being_deleted(desk: FlaskClient, session: Session) -> None:
    session.cycle.ask_deletion(by=NADIA, now=NOW)
    db.session.commit()

    answer = post(desk, HERE, {"day": "2026-04-09"})

    assert answer.status_code == 409
    assert len(sessions_of(session.cycle)) == 1


def test_a_session_of_another_organisation_is_not_there(
    foreigner: FlaskClient, cycle: Cycle, session: Session
) -> None:
    there = HERE.replace("/vto/", "/onpv/")

    assert foreigner.get(there).status_code == 404
    assert post(foreigner, there, {"day": "2026-04-09"}).status_code == 404
    assert len(sessions_of(cycle)) == 1
