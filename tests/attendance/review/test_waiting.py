"""One definition of the lines that wait, and the same counts on every tab of a cycle."""

import io
import json

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.signed_in import post
from tests.attendance.demo import expected
from tests.attendance.imports.test_importing import OTTO, apply
from tests.attendance.imports.test_importing import line as find
from tests.conftest import NOW
from tests.page import read
from webinars import clock
from webinars.attendance import queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.pending_lines import Waiting, waiting_by_session, waiting_in, waiting_in_cycle
from webinars.attendance.review import actions
from webinars.attendance.review.queue import QueuePart, queue_of
from webinars.capitalisation.cli import summary
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Session
from webinars.cycles.states import SessionState
from webinars.planning.editor.programme import programme_of
from webinars.storage.extensions import db
from webinars.today.day import day_of
from webinars.today.queries import tab_counts

CYCLE = "/organise/vto/cycles/emploi"
BASE = f"{CYCLE}/sessions/demo-1/attendance"


@pytest.fixture
def imported(demo_1: Session, zoom: bytes) -> Session:
    """The first session with its report: two lines with candidates, two without."""
    apply(demo_1, zoom)
    db.session.commit()
    return demo_1


def counters(session: Session) -> set[int]:
    """What each place that counts says."""
    day = day_of(session.cycle.organisation, now=clock.now())
    return {
        waiting_in(session),
        waiting_in_cycle(session.cycle).total,
        queue_of(session).counts[QueuePart.WAITING],
        len(queue_of(session).waiting),
        programme_of(session.cycle, now=NOW).review,
        cycle_counts(session.cycle, now=clock.now()).waiting.total,
        sum(one.lines for one in day.past),
        tab_counts(session.cycle, now=clock.now()).lines,
    }


def test_every_counter_says_the_same(app: Flask, imported: Session) -> None:
    with app.test_request_context("/organise/vto", method="POST"):
        g.organisation = imported.cycle.organisation
        assert counters(imported) == {4}

        actions.decide_nobody(find(imported, "Castagne O."), imported, by=OTTO, now=NOW)
        assert counters(imported) == {3}

        imports_actions.undo_report(imported, queries.reports_of(imported)[0], by=OTTO, now=NOW)
        assert counters(imported) == {0}


def test_the_two_kinds_are_those_of_the_sample(imported: Session) -> None:
    sample = expected("demo-1")

    assert waiting_by_session([imported.id]) == {
        imported.id: Waiting(with_candidates=len(sample["review"]), unmatched=len(sample["unmatched"]))
    }


def test_the_command_prints_the_lines_to_decide_and_those_with_candidates(
    app: Flask, imported: Session
) -> None:
    printed = app.test_cli_runner().invoke(args=["capitalisation", "figures", "--cycle", "emploi", "--json"])

    found = json.loads(printed.output)
    assert (found["lines_to_decide"], found["pending_review"]) == (4, 2)
    assert summary(cycle_counts(imported.cycle, now=clock.now()))["lines_to_decide"] == 4


def test_lines_of_a_cancelled_session_are_counted_and_reachable(desk: FlaskClient, imported: Session) -> None:
    imported.state, imported.cancelled_at = SessionState.CANCELLED, NOW
    db.session.commit()

    answer = desk.get(f"{CYCLE}/attendance")
    assert f"{BASE}/review" in read(answer).addresses
    assert tabs(answer)["attendance"] == 4


def tabs(answer: TestResponse) -> dict[str, int]:
    """The counts beside the tabs, by the last part of their address."""
    [row] = read(answer).all("nav", class_="tabs")
    counted = {link.attributes["href"]: link.all(class_="count") for link in row.all("a")}
    return {
        address.rpartition("/")[2]: int(counts[0].text.split()[0])
        for address, counts in counted.items()
        if counts
    }


def test_every_tab_shows_the_same_counts(desk: FlaskClient, imported: Session, zoom: bytes) -> None:
    report, doubtful = queries.reports_of(imported)[0], find(imported, "Castagne O.")
    preview = post(desk, f"{BASE}/report", {"report": (io.BytesIO(zoom + b"\n"), "zoom.csv")}).location
    shown = {
        address: tabs(desk.get(address))
        for address in (
            CYCLE,
            f"{CYCLE}/sessions/new",
            f"{CYCLE}/sessions/add",
            f"{CYCLE}/sessions/demo-1",
            f"{CYCLE}/people",
            f"{CYCLE}/attendance",
            BASE,
            preview,
            f"{BASE}/review/{doubtful.public_id}",
            f"{BASE}/imports/{report.public_id}/undo",
            f"{CYCLE}/figures",
            f"{CYCLE}/settings",
        )
    }

    assert shown == {address: {"people": 12, "attendance": 4} for address in shown}
