"""What is sent twice from one page is done once, and answered alike."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.signed_in import post, sign_in
from tests.page import read
from tests.planning.typed import CYCLE, SESSION, WORKSPACE, lines
from webinars import clock
from webinars.accounts.models import Membership, Organiser
from webinars.attempts import actions
from webinars.attempts.models import Attempt
from webinars.attendance.models import Evidence, Headcount
from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Email
from webinars.registration.models import Registrant
from webinars.storage.database import Model
from webinars.storage.extensions import db

ATTENDANCE = f"{WORKSPACE}/sessions/achats-responsables/attendance"
MEMBERS = "/organise/vto/settings/members"
WALK_IN = {"walk-first_name": "Ada", "walk-last_name": "Martin", "walk-structure_type": "NR"}
INES = {"email": "ines@vto.example.org", "name": "Inès Aït", "role": "organiser"}
ATTEMPT = "an-attempt-of-this-test"
TO_COME = SESSION | {"day": "2090-03-14"}

# where the form stands, where it is sent, what is typed, what must not be there twice
FORMS: dict[str, tuple[str, str, dict[str, Any], type[Model]]] = {
    "walk-in": (ATTENDANCE, f"{ATTENDANCE}/walk-in", WALK_IN, Registrant),
    "the evidence of a walk-in": (ATTENDANCE, f"{ATTENDANCE}/walk-in", WALK_IN, Evidence),
    "headcount": (ATTENDANCE, f"{ATTENDANCE}/headcount", {"heads-people": "3"}, Headcount),
    "cycle": ("/organise/vto/cycles/new", "/organise/vto/cycles/new", CYCLE, Cycle),
    "session": (f"{WORKSPACE}/sessions/new", f"{WORKSPACE}/sessions/new", TO_COME, Session),
    "sessions": (
        f"{WORKSPACE}/sessions/add",
        f"{WORKSPACE}/sessions/add",
        {"usual_start": "10:00", "usual_end": "11:00", "usual_link": "https://video.example.org/r"}
        | lines({"title": "Un", "day": "2027-04-01"}, {"title": "Deux", "day": "2027-04-08"}),
        Session,
    ),
    "member": (MEMBERS, MEMBERS, INES, Membership),
    "invitation": (MEMBERS, MEMBERS, INES, Email),
    "reset": ("/forgotten-password", "/forgotten-password", {"email": "nadia@vto.example.org"}, Email),
}


def count(model: type[Model]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def attempt_on(client: FlaskClient, page: str) -> str:
    """The name of this showing of the page's form, as a browser sends it back."""
    return read(client.get(page, follow_redirects=True)).values["attempt"]


@pytest.mark.parametrize("form", FORMS)
def test_a_double_click_counts_once(desk: FlaskClient, session: Session, form: str) -> None:
    page, address, typed, made = FORMS[form]
    sent = typed | {"attempt": attempt_on(desk, page)}
    before = count(made)

    first = post(desk, address, sent)
    after_one = count(made)
    second = post(desk, address, sent)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert (after_one > before, count(made)) == (True, after_one)


@pytest.mark.parametrize("form", FORMS)
def test_the_page_shown_anew_counts_anew_or_says_what_stands_in_the_way(
    desk: FlaskClient, session: Session, form: str
) -> None:
    page, address, typed, made = FORMS[form]
    post(desk, address, typed | {"attempt": attempt_on(desk, page)})
    after_one = count(made)

    again = post(desk, address, typed | {"attempt": attempt_on(desk, page)})

    is_refused = typed is INES  # a member already
    assert (again.status_code, count(made) > after_one) == ((200, False) if is_refused else (303, True))


def test_other_answers_from_the_same_page_are_another_deed(desk: FlaskClient, session: Session) -> None:
    for name in ("Ada", "Bela"):
        post(desk, f"{ATTENDANCE}/walk-in", WALK_IN | {"walk-first_name": name, "attempt": ATTEMPT})

    assert sorted(db.session.scalars(select(Registrant.first_name))) == ["Ada", "Bela"]


def test_nobody_is_answered_with_somebody_else_s_attempt(
    app: Flask, desk: FlaskClient, session: Session, otto: Organiser
) -> None:
    his = sign_in(app.test_client(), otto)

    for browser in (desk, his):
        post(browser, f"{ATTENDANCE}/headcount", {"heads-people": "3", "attempt": ATTEMPT})

    assert count(Headcount) == 2


@pytest.mark.parametrize("brought", ["", "short", "x" * 65, "with a blank or two in it"])
def test_a_form_without_its_attempt_is_shown_again_complete(
    desk: FlaskClient, session: Session, brought: str
) -> None:
    answer = post(desk, f"{ATTENDANCE}/walk-in?lang=en", WALK_IN | {"attempt": brought})

    assert answer.status_code == 422
    page = read(answer)
    assert "This page was not complete: press the button once more." in page.lines
    assert page.values["walk-last_name"] == "Martin"
    assert count(Registrant) == 0

    anew = next(page.form(action).values["attempt"] for action in page.actions if "/walk-in" in action)
    assert post(desk, f"{ATTENDANCE}/walk-in", WALK_IN | {"attempt": anew}).status_code == 303
    assert count(Registrant) == 1


def test_an_invitation_sent_again_is_one_mail_a_page(
    desk: FlaskClient, outbox: Callable[[], list[Email]]
) -> None:
    post(desk, MEMBERS, INES)
    ines = db.session.scalars(select(Membership.id).order_by(Membership.id.desc())).first()
    attempt = read(desk.get(MEMBERS)).form(f"{MEMBERS}/{ines}/invite").values["attempt"]

    answers = [post(desk, f"{MEMBERS}/{ines}/invite", {"attempt": attempt}).location for _click in range(2)]

    assert answers == [MEMBERS, MEMBERS]
    assert [mail.kind for mail in outbox()] == ["organiser_invitation"] * 2


@pytest.mark.parametrize("form", ["member", "session"])
def test_what_is_removed_twice_is_removed(
    desk: FlaskClient, session: Session, otto: Organiser, form: str
) -> None:
    otto_s = db.session.scalars(select(Membership.id).where(Membership.organiser_id == otto.id)).one()
    session.starts_at, session.ends_at = (
        at.replace(year=2090) for at in (session.starts_at, session.ends_at)
    )
    db.session.commit()
    address = {
        "member": f"{MEMBERS}/{otto_s}/remove",
        "session": f"{WORKSPACE}/sessions/achats-responsables/remove",
    }[form]
    attempt = attempt_on(desk, address)

    first, second = (post(desk, address, {"attempt": attempt}) for _click in range(2))

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert first.status_code == 303
    assert post(desk, address).status_code == 404


def test_attempts_are_forgotten_after_a_week(desk: FlaskClient) -> None:
    now = clock.now()
    actions.begin("old", now=now - timedelta(days=8))
    actions.begin("young", now=now - timedelta(days=6))

    assert actions.sweep(now=now) == 1
    assert db.session.scalars(select(Attempt.key)).all() == ["young"]
