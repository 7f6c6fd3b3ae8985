"""What workers ask all day is answered from an index, however much mail there was and is."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from tests.conftest import NOW
from webinars.outbox.queue import lease
from webinars.outbox.queue.flow import flow_of_mail, oldest_due_at
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.pace import FREE, Pace
from webinars.storage.extensions import db


@pytest.fixture
def plans(app):
    """How the engine answers what is asked when this is called, statement by statement."""

    if db.engine.dialect.name == "postgresql":
        # what it has learnt of this table while other tests filled it is forgotten
        db.session.execute(text("TRUNCATE email CASCADE"))
        db.session.commit()

    def plans(ask):
        asked = []

        def keep(_connection, _cursor, statement, parameters, *_rest):
            asked.append((statement, parameters))

        event.listen(db.engine, "before_cursor_execute", keep)
        try:
            ask()
        finally:
            event.remove(db.engine, "before_cursor_execute", keep)
        about_mail = re.compile(r"\b(FROM|UPDATE) email\b")
        found = [
            _plan(statement, parameters) for statement, parameters in asked if about_mail.search(statement)
        ]
        db.session.rollback()
        return "\n".join(found)

    return plans


def _plan(statement, parameters):
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    else:
        # nothing is known of a table that was just made: whether an index can serve is the question
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(str(row[-1]) for row in rows)


def _claim(pace=FREE):
    lease.claim(Lease(timedelta(minutes=1)), limit=10, pace=pace, now=NOW)


def test_due_mail_and_what_must_leave_before_it_are_each_found_by_their_index(add, plans):
    add()

    plan = plans(_claim)
    assert "ix_email_due" in plan
    assert "ix_email_thread" in plan
    assert not re.search(r"SCAN email(?! USING INDEX ix_email_leased)", plan)
    assert "Seq Scan" not in plan
    assert "BitmapAnd" not in plan  # all that waits, read again for each candidate


def test_what_a_worker_left_behind_is_found_by_its_index(add, plans):
    add()

    assert "ix_email_leased" in plans(
        lambda: lease.sweep(lease.OverlongLeases(timedelta(minutes=1)), now=NOW)
    )


@pytest.mark.parametrize("pace", [Pace(per_minute=60), Pace(per_hour=60), Pace(per_day=60)])
def test_what_left_in_this_minute_hour_or_day_is_found_by_its_index(add, plans, pace):
    add()

    plan = plans(lambda: _claim(pace))
    assert "ix_email_attempted" in plan
    assert not re.search(r"SCAN email(?! USING (COVERING )?INDEX ix_email_leased)", plan)
    assert "Seq Scan" not in plan


def test_since_when_mail_waits_is_found_by_its_index(add, plans):
    add()

    plan = plans(lambda: oldest_due_at(now=NOW))
    assert "ix_email_first_due" in plan
    assert "ix_email_leased" in plan


@pytest.mark.parametrize(
    ("pace", "index"),
    [
        (FREE, "ix_email_first_due"),
        (Pace(per_minute=60), "ix_email_first_due"),
        (Pace(per_domain=10), "ix_email_domain_first_due"),
        (Pace(per_hour=10, per_day=60), "ix_email_first_due"),
    ],
)
def test_how_mail_flows_is_found_by_indexes(add, plans, pace, index):
    add()
    plan = plans(lambda: flow_of_mail(pace, now=NOW))

    assert "ix_email_attempted" in plan
    assert index in plan
    first_domain = r"_\d+ USING COVERING INDEX ix_email_domain_first_due"
    assert not re.search(rf"SCAN email(?! USING INDEX ix_email_(leased|first_due|due)|{first_domain})", plan)
    assert "Seq Scan" not in plan
