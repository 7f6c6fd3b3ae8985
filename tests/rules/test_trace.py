"""Whoever follows a use case through the code opens few modules, and comes back to none of its actions or views.

The bounds are what was reached: a module more in the path of a sign-up or of a report needs a reason, and its number here.
"""

import io
from threading import Event

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.attendance.conftest import demo_1, zoom  # noqa: F401
from tests.page import read
from tests.registration.conftest import today  # noqa: F401
from tests.registration.reading_pages import filled, send
from tests.rules.trace import Trace
from webinars.app.letters import WRITERS
from webinars.cycles.models import Session
from webinars.outbox.worker import Worker, worker_of

# one of each gives the site's own files before Flask is asked, where a library stood; one of a sign-up has public pages know nobody,
# two let who is invited add the date where a mail program has no button, two are the receipt and the address that was probably meant
SIGN_UP = 71  # one of them where a page was forgotten meanwhile
APPLY = 40
ENTRIES = 2  # of one module of actions or of views


@pytest.fixture
def sign_up(app: Flask, client: FlaskClient, session: Session, today: object) -> Trace:  # noqa: F811
    """One person signs up for one session, and their two mails leave; another came before."""
    worker = worker_of(app.app_context, current_app.config["SETTINGS"], WRITERS)
    worker.delivery.ticks = lambda: 0.0  # no batch ends because watching takes its time
    assert send(client).status_code == 303
    _work_off(worker)
    token = read(client.get("/vto/emploi")).values["form_token"]
    form = filled(email="bela@choir.example.org", form_token=token)
    trace = Trace()
    with trace.watching():
        answer = client.post("/vto/emploi/register", data=form)
        left = _work_off(worker)
    assert (answer.status_code, left) == (303, 2)
    return trace


def _work_off(worker: Worker) -> int:
    left = 0
    while worked := worker.work_once(Event()):
        left += worked
    return left


@pytest.fixture
def report(desk: FlaskClient, demo_1: Session, zoom: bytes) -> Trace:  # noqa: F811
    """A report that was dropped and looked at is applied."""
    base = "/organise/vto/cycles/emploi/sessions/demo-1/attendance"
    dropped = post(desk, f"{base}/report", {"report": (io.BytesIO(zoom), "zoom.csv")})
    page = read(desk.get(dropped.location))
    address = next(action for action in page.actions if action.endswith("/apply"))
    trace = Trace()
    with trace.watching():
        answer = desk.post(address, data=page.form(address).values)
    assert answer.status_code == 303
    return trace


def test_a_sign_up_and_its_mails_go_through_few_modules(sign_up: Trace) -> None:
    assert len(sign_up.modules) <= SIGN_UP, f"{len(sign_up.modules)} modules:\n{sign_up}"
    assert sign_up.entered_often(ENTRIES) == {}


def test_a_report_that_is_applied_goes_through_few_modules(report: Trace) -> None:
    assert len(report.modules) <= APPLY, f"{len(report.modules)} modules:\n{report}"
    assert report.entered_often(ENTRIES) == {}
