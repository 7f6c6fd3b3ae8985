"""Reminders leave relative to the start, to those who come, once, on time, never after the start."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_session, edit_session
from tests.registration.conftest import ADA, BELA
from tests.reminders.conftest import DAY, HOUR, plan
from webinars.cycles.models import Session
from webinars.cycles.states import CycleState
from webinars.outbox.models import MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration import queries
from webinars.registration.actions import mute, withdraw
from webinars.reminders.models import ReminderRound
from webinars.reminders.recipients import reader_counts
from webinars.reminders.sweep import PERIOD, remind
from webinars.storage.extensions import db

SECOND = timedelta(seconds=1)
PARIS = ZoneInfo("Europe/Paris")


def move(session, starts_at, *, now):
    edit_session(session, starts_at=starts_at, ends_at=starts_at + HOUR, now=now)
    db.session.commit()


def offsets(mails):
    return [int(mail.purpose.split(":")[1]) for mail in mails]


@pytest.mark.parametrize("before", [7 * DAY, DAY, HOUR])
def test_without_a_word_a_session_is_announced_three_times(session, ada, sweep, reminders, before):
    due = session.starts_at - before

    assert sweep(due - SECOND) == 0
    assert sweep(due) == 1

    mail = reminders()[0]
    assert (mail.recipient, mail.about_id) == (
        ADA.email,
        queries.live_registration(ada.id, session.id).id,
    )
    assert (mail.not_before, mail.not_after) == (due, session.starts_at)
    assert mail.can_be_silenced


def test_each_reminder_leaves_once_however_often_one_looks(session, ada, sweep, reminders):
    for before in (7 * DAY, DAY, HOUR):
        for later in (-SECOND, timedelta(0), timedelta(0), SECOND, 5 * SECOND, PERIOD, HOUR / 2):
            sweep(session.starts_at - before + later)

    assert offsets(reminders()) == [10080, 1440, 60]


def test_a_reminder_is_not_later_than_the_period_of_the_sweep(session, ada, sweep, reminders):
    due = session.starts_at - HOUR
    sweep(due - SECOND)
    sweep(due - SECOND + PERIOD, after=PERIOD)

    assert reminders()[0].not_before - due < PERIOD


def test_a_cycle_chooses_its_own_and_a_session_instead_of_it(cycle, session, add_session, signs_up, sweep):
    other = add_session(cycle, "Autre", days=20)
    signs_up(ADA, session, other)
    plan(cycle, 2880, 30)
    plan(cycle, 45, session=other)

    told = {
        one.title: [
            minutes
            for minutes in (10080, 2880, 1440, 60, 45, 30)
            if sweep(one.starts_at - timedelta(minutes=minutes))
        ]
        for one in (session, other)
    }

    assert told == {session.title: [2880, 30], other.title: [45]}


@pytest.mark.parametrize("of_session", [True, False])
def test_switched_off_nothing_leaves(cycle, session, ada, sweep, of_session):
    plan(cycle, 1440, 60)
    plan(cycle, 1440, 60, session=session if of_session else None, is_on=False)

    assert [sweep(session.starts_at - before) for before in (DAY, HOUR)] == [0, 0]


def test_a_session_may_be_reminded_in_a_cycle_that_is_not(cycle, session, ada, sweep):
    plan(cycle, 60, is_on=False)
    plan(cycle, 60, session=session)

    assert sweep(session.starts_at - HOUR) == 1


def test_a_session_that_moves_is_reminded_for_its_new_start_alone(session, ada, sweep, reminders):
    former = session.starts_at
    move(session, former + 3 * DAY, now=NOW)

    assert [sweep(former - before) for before in (DAY, HOUR)] == [0, 0]
    assert [sweep(former + 3 * DAY - before) for before in (DAY, HOUR)] == [1, 1]


def test_a_session_that_moves_after_a_reminder_is_reminded_anew(session, ada, sweep, reminders):
    former = session.starts_at
    sweep(former - DAY)
    move(session, former + 3 * DAY, now=former - HOUR)

    assert sweep(former + 2 * DAY) == 1
    assert offsets(reminders()) == [1440, 1440]


def test_moved_away_and_back_the_same_start_is_reminded_once(session, ada, sweep, reminders):
    former = session.starts_at
    sweep(former - DAY)
    move(session, former + 3 * DAY, now=former - DAY + SECOND)
    move(session, former, now=former - DAY + 2 * SECOND)
    db.session.execute(db.text("DELETE FROM reminder_sweep"))

    assert sweep(former - DAY + SECOND) == 0
    assert offsets(reminders()) == [1440]


def test_moved_so_near_that_a_reminder_would_be_late_it_does_not_leave(session, ada, sweep, reminders):
    now = NOW + DAY
    sweep(now)
    move(session, now + 20 * HOUR, now=now)

    assert sweep(now + PERIOD) == 0
    assert sweep(now + 19 * HOUR, after=18 * HOUR) == 1
    assert offsets(reminders()) == [60]


def test_a_reminder_thought_of_too_late_does_not_leave(cycle, session, ada, sweep):
    sweep(session.starts_at - 2 * HOUR)
    plan(cycle, 180)

    assert sweep(session.starts_at - 2 * HOUR + PERIOD) == 0


def test_the_withdrawn_the_waiting_and_the_silent_are_not_reminded(
    cycle, add_session, signs_up, sweep, reminders
):
    session = add_session(cycle, capacity=1)
    ada = signs_up(ADA, session).registrant
    bela = signs_up(BELA, session).registrant
    sweep(session.starts_at - 7 * DAY)
    withdraw(queries.live_registration(ada.id, session.id), now=session.starts_at - 6 * DAY)
    db.session.commit()
    sweep(session.starts_at - DAY)
    mute(bela, now=session.starts_at - 2 * HOUR)
    db.session.commit()
    sweep(session.starts_at - HOUR)

    assert [(mail.recipient, mail.purpose.split(":")[1]) for mail in reminders()] == [
        (ADA.email, "10080"),
        (BELA.email, "1440"),
    ]


def test_somebody_without_an_address_is_passed_over(session, ada, sweep):
    ada.email = ada.email_key = None
    db.session.commit()

    assert sweep(session.starts_at - DAY) == 0


def test_who_signs_up_after_a_reminder_fell_due_waits_for_the_next(session, signs_up, sweep):
    signs_up(ADA, session, now=session.starts_at - DAY + SECOND)

    assert sweep(session.starts_at - DAY + 10 * SECOND) == 0
    assert sweep(session.starts_at - HOUR) == 1


@pytest.mark.parametrize("what", ["cancelled", "draft", "archived"])
def test_a_session_nobody_waits_for_is_not_announced(cycle, session, ada, sweep, what):
    if what == "cancelled":
        cancel_session(session, by=NADIA, now=NOW)
    else:
        cycle.state, cycle.closed_at = CycleState(what), NOW if what == "archived" else None
    db.session.commit()

    assert sweep(session.starts_at - DAY) == 0


def test_a_closed_cycle_still_reminds(cycle, session, ada, sweep):
    cycle.close(now=NOW)
    db.session.commit()

    assert sweep(session.starts_at - DAY) == 1


def test_never_after_the_start(session, ada, sweep):
    assert sweep(session.starts_at, after=10 * DAY) == 0
    assert sweep(session.starts_at + SECOND, after=10 * DAY) == 0


def test_after_an_interruption_only_the_reminder_nearest_to_the_start_leaves(session, ada, sweep, reminders):
    assert sweep(session.starts_at - HOUR / 2, after=9 * DAY) == 1
    assert sweep(session.starts_at - HOUR / 3, after=HOUR / 6) == 0

    assert offsets(reminders()) == [60]


def test_the_first_sweep_of_an_instance_sends_nothing_late(session, ada):
    assert remind(session.starts_at - HOUR / 2) == 0


def test_a_day_before_is_the_same_hour_over_a_change_of_hour(cycle, add_session, signs_up, sweep):
    start = datetime(2026, 3, 29, 10, tzinfo=PARIS)
    session = add_session(cycle, starts_at=start, ends_at=start + HOUR)
    signs_up(ADA, session)

    assert sweep(datetime(2026, 3, 28, 10, tzinfo=PARIS) - SECOND) == 0
    assert sweep(datetime(2026, 3, 28, 10, tzinfo=PARIS)) == 1
    assert sweep(start.astimezone(UTC) - HOUR) == 1


def test_nothing_due_costs_one_question_whatever_the_number_of_cycles(
    cycle, add_session, count_queries, sweep
):
    for number in range(12):
        add_session(cycle, f"Session {number}", days=number + 1)
    sweep(NOW)
    with count_queries() as counted:
        assert remind(NOW + PERIOD) == 0
        db.session.commit()

    statements = [one for one in counted.statements if not one.startswith("BEGIN")]
    asked = [one for one in statements if "FROM session" in one]
    assert len(asked) == 1
    assert len(statements) == 3  # the sweep is held, the question, the sweep moves on


def test_the_question_reads_the_sessions_by_their_start(app, count_queries, sweep):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads small tables whole")
    with count_queries() as counted:
        sweep(NOW)
    asked = next(one for one in counted.statements if "FROM session" in one)
    steps = [row[3] for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {asked.replace('?', '1')}"))]

    assert [step for step in steps if step.startswith("SCAN session")] == []
    assert len([step for step in steps if "ix_session_starts_at" in step]) == 2


def test_what_was_done_is_written_down(session, ada, sweep):
    sweep(session.starts_at - HOUR)

    done = db.session.scalars(select(ReminderRound)).one()
    assert (done.session_id, done.minutes, done.starts_at, done.told, done.is_last) == (
        session.id,
        60,
        session.starts_at,
        1,
        True,
    )


def test_silencing_drops_the_reminder_that_waits(session, ada, sweep, reminders):
    sweep(session.starts_at - DAY)
    mute(ada, now=session.starts_at - DAY)
    db.session.commit()

    assert [mail.state for mail in reminders()] == [MailState.DROPPED]


def test_a_reminder_waits_until_a_change_that_settles_is_told(session, ada, sweep, reminders):
    due = session.starts_at - DAY
    move(session, session.starts_at + HOUR, now=due + HOUR - 2 * SECOND)
    sweep(due + HOUR)

    [reminder] = [mail for mail in reminders() if ":1440:" in mail.purpose or "1440" in mail.purpose]
    assert reminder.not_before == due + HOUR - 2 * SECOND + timedelta(minutes=5)


def test_the_number_foretold_leaves_out_whoever_cannot_be_reached(session, ada, signs_up):
    signs_up(BELA, session)
    mark_address(BELA.email, reason="550 5.1.1 No such user", now=NOW)
    db.session.commit()
    before = reader_counts([session.id])
    mute(ada, now=NOW)
    db.session.commit()

    assert (before, reader_counts([session.id])) == ({session.id: 1}, {})


def test_a_session_whose_reminder_always_fails_takes_no_other_along(
    cycle, session, ada, add_session, signs_up, sweep, reminders, desk
):
    other = add_session(cycle, "Autre", days=10)
    signs_up(BELA, other)
    db.session.execute(update(Session).where(Session.id == session.id).values(timezone="Mars/Base"))
    db.session.commit()
    db.session.expire_all()
    due = other.starts_at - 7 * DAY

    assert [sweep(due), sweep(due + PERIOD)] == [1, 0]
    assert [mail.recipient for mail in reminders()] == [BELA.email]
    rounds = db.session.scalars(select(ReminderRound).order_by(ReminderRound.has_failed)).all()
    assert [(one.session_id, one.told, one.has_failed) for one in rounds] == [
        (other.id, 1, False),
        *[(session.id, 0, True)] * (len(rounds) - 1),
    ]

    db.session.execute(update(Session).where(Session.id == session.id).values(timezone="Europe/Paris"))
    db.session.commit()
    assert "could not leave" in read(desk.get("/organise/vto/cycles/emploi/messages/reminders?lang=en")).said(
        "status"
    )
