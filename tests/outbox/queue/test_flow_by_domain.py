"""What the watched flow of mail costs and says where the pace counts by domain: as much whatever waits."""

from datetime import timedelta
from random import Random  # noqa: TID251 — the same queues at each run

import pytest
from flask import Flask
from sqlalchemy import insert, select

from bench.neighbours import analyse
from tests.conftest import NOW
from tests.plans.conftest import app, settings
from tests.plans.cost import Cost, counted
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.flow import flow_of_mail
from webinars.outbox.queue.pace import Pace
from webinars.storage.extensions import db

__all__ = ["app", "settings"]

MINUTE = timedelta(minutes=1)
PACE = Pace(per_minute=600, per_domain=60)
PLENTY = 30  # domains, more than are looked at


def fill(first: int, last: int, domains: int) -> None:
    """So many mails that were to leave within the last hour, the domains in turn, none of them tried."""
    rows = [mail(number, domain=f"town{number % domains}.example.org") for number in range(first, last)]
    db.session.execute(insert(Email), rows)
    db.session.commit()
    analyse()


def mail(number: int, **facts: object) -> dict[str, object]:
    due_at = NOW - 60 * MINUTE + timedelta(seconds=number / 100)
    return {
        "kind": "note",
        "purpose": f"note {number}",
        "recipient": "ada@town.fr",
        "recipient_key": "ada@town.fr",
        "language": "fr",
        "about_id": number,
        "message_id": f"m{number}",
        "uid": f"u{number}",
        "bounce_token": f"b{number}",
        "state": MailState.QUEUED,
        "created_at": NOW - 60 * MINUTE,
        "not_before": due_at,
        "due_at": due_at,
        **facts,
    }


def cost() -> Cost:
    with counted() as found:
        flow_of_mail(PACE, now=NOW)
    return found


@pytest.mark.parametrize("domains", [3, PLENTY])
def test_ten_times_the_mail_that_waits_costs_no_more(app: Flask, domains: int) -> None:
    fill(0, 600, domains)
    few = cost()
    fill(600, 6_000, domains)

    many = cost()

    assert len(many.statements) == len(few.statements)
    assert many.steps <= 1.5 * few.steps + 100


def test_many_domains_are_asked_by_as_many_statements_as_one(app: Flask) -> None:
    fill(0, 10, 1)
    one = cost()
    fill(10, 100, PLENTY)

    assert len(cost().statements) == len(one.statements)


def test_many_mails_tried_at_the_same_time_are_not_sorted_to_find_the_last(app: Flask) -> None:
    db.session.execute(
        insert(Email),
        [mail(number, domain="a.fr", state=MailState.SENT, sent_at=NOW) for number in range(6_000)],
    )
    at = NOW - 120 * MINUTE
    db.session.query(Email).update({"attempted_at": at, "sent_at": at})
    db.session.commit()
    analyse()

    assert cost().steps < 1_000


def slow_behind() -> timedelta:
    """The definition in plain words, over all rows: of each domain the first that waits, beyond what its pace explains."""
    mails = db.session.scalars(select(Email).order_by(Email.due_at, Email.id)).all()
    first: dict[str, Email] = {}
    for one in mails:
        if one.state is MailState.QUEUED and one.due_at <= NOW:
            first.setdefault(one.domain, one)
    behind = timedelta()
    for waits in list(first.values())[:20]:
        passed = [
            one
            for one in mails
            if one.attempted_at
            and one.attempted_at >= waits.due_at
            and (one.due_at, one.id) < (waits.due_at, waits.id)
        ]
        alike = sum(one.domain == waits.domain for one in passed)
        explained = MINUTE * max(len(passed) / PACE.per_minute, alike / PACE.per_domain)
        behind = max(behind, NOW - waits.due_at - explained)
    return behind


@pytest.mark.parametrize("seed", range(3))
def test_any_queue_is_as_far_behind_as_its_definition_says(app: Flask, seed: int) -> None:
    chance = Random(seed)
    rows = []
    for number in range(600):
        due_at = NOW - chance.randrange(-10, 60) * MINUTE
        is_sent = chance.random() < 0.8
        at = due_at + chance.randrange(60) * MINUTE if is_sent else None
        state = MailState.SENT if is_sent else MailState.QUEUED
        domain = f"d{chance.randrange(PLENTY)}.fr"
        rows.append(
            mail(number, domain=domain, state=state, attempted_at=at, sent_at=at)
            | {"due_at": due_at, "not_before": due_at}
        )
    db.session.execute(insert(Email), rows)
    db.session.commit()

    assert flow_of_mail(PACE, now=NOW).behind == slow_behind()
