"""Hours at either end of what can be said: an answer of anybody must leave the pages of organisers standing."""

from dataclasses import replace

import pytest

from tests.replies.samples import apple, exchange
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

ANSWERS = "/organise/vto/cycles/emploi/messages/answers"
EDGES = ["99991231T235959Z", "99991231T235959", "00010101T000000", "00010101T000000Z"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Cayenne"])
@pytest.mark.parametrize("edge", EDGES)
def test_a_wish_at_the_end_of_time_is_shown_without_its_hour(comes, sample, session, desk, edge, zone):
    session.timezone = zone
    kept = b"DTSTART" if edge.endswith("Z") else b"DTSTART;TZID=Nowhere"
    wish = apple(replace(sample, method="COUNTER", start=edge)).replace(b"DTSTART;TZID=Europe/Paris", kept)

    assert comes(wish).verdict is Verdict.WISH
    assert desk.get(ANSWERS).status_code == 200


def test_a_wish_that_was_kept_before_is_shown_too(comes, sample, desk):
    incoming = comes(apple(replace(sample, method="COUNTER")))
    incoming.details = {**incoming.details, "wish": "9999-12-31T23:59:59+00:00"}
    db.session.commit()

    assert desk.get(ANSWERS).status_code == 200
    assert db.session.query(Incoming).count() == 1


@pytest.mark.parametrize("edge", EDGES)
def test_an_answer_stamped_at_the_end_of_time_is_an_answer(comes, sample, desk, edge):
    assert comes(exchange(replace(sample, stamp=edge))).verdict is Verdict.ANSWERED
    assert desk.get(ANSWERS).status_code == 200
