"""The page of one line, and a decision there, among thousands of lines that wait."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.attendance.review.test_lines import add_lines, held
from tests.attendance.test_pages import BASE
from tests.plans.cost import counted
from tests.processor import cost
from webinars.attendance.models import Decision
from webinars.attendance.queries import reports_of
from webinars.attendance.review.queue import QueuePart, queue_of
from webinars.cycles.models import Session
from webinars.storage.extensions import db

__all__ = ["held"]
FEW, MANY = 100, 9_000
MOST = 3  # times


def looks(desk: FlaskClient, session: Session) -> None:
    assert desk.get(f"{BASE}/review/{queue_of(session).waiting[0].public_id}").status_code == 200


def decides(desk: FlaskClient, session: Session) -> None:
    line = queue_of(session).waiting[0]
    answer = post(desk, f"{BASE}/review/{line.public_id}", {"decision": "ignore", "shown": line.as_shown})
    assert answer.status_code == 303


def costs(
    deed: Callable[[FlaskClient, Session], None], desk: FlaskClient, held: Session
) -> tuple[int, float]:
    """Statements, and seconds of the processor: the least of several, a busy machine takes some for itself."""
    with counted(many=True) as asked:
        deed(desk, held)
    return len(asked.statements), min(cost(lambda one: deed(desk, one), held) for _time in range(5))


# nine thousand lines are put there: more than two seconds where the machine is busy
@pytest.mark.parametrize("deed", [looks, decides], ids=["a page", "a decision"])
@pytest.mark.parametrize("decision", [Decision.REVIEW, Decision.UNMATCHED])
def test_nine_thousand_lines_cost_at_most_three_times_what_a_hundred_do(
    desk: FlaskClient,
    held: Session,
    deed: Callable[[FlaskClient, Session], None],
    decision: Decision,
) -> None:
    report = reports_of(held)[0]
    found = []
    for lines in (FEW, MANY - FEW):
        add_lines(report, lines, decision)
        deed(desk, held)
        found.append(costs(deed, desk, held))

    (few, short), (many, long) = found
    assert queue_of(held).counts[QueuePart.WAITING] > MANY - 20
    db.session.rollback()
    print(few, many, long / short, short, long)
    assert (many <= few, long <= MOST * short) == (True, True), (few, many, long / short)
