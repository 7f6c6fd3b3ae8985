"""What is late, what is refused, and what says so."""

from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW
from tests.outbox.sink import OK
from webinars.outbox import actions
from webinars.outbox.chores import Chore, ChoreRound
from webinars.outbox.errors import ChoreNotDone
from webinars.outbox.models import ChoreSchedule, Email, MailState
from webinars.outbox.queries import done_ats
from webinars.outbox.queue import lease
from webinars.outbox.queue.flow import flow_of_mail, oldest_due_at
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.pace import FREE, Pace
from webinars.storage.extensions import db
from webinars.web.logs import log

MINUTE = timedelta(minutes=1)


@pytest.fixture
def told(caplog):
    """What was logged, by its words."""
    log.addHandler(caplog.handler)
    yield lambda words: [record.facts for record in caplog.records if record.getMessage() == words]
    log.removeHandler(caplog.handler)


def behind(minutes: float, pace: Pace = FREE) -> float:
    """How many minutes the oldest due mail is behind, so long after now."""
    return flow_of_mail(pace, now=NOW + minutes * MINUTE).behind / MINUTE


def test_mail_is_due_from_its_first_time_on_however_often_it_is_put_off(add, deliver, sink, watch):
    sink.on_recipient = lambda *_: "450 4.7.1 Not now"
    add()
    for _try in range(3):
        deliver()
        watch.pass_(minutes=10)

    assert oldest_due_at(now=watch()) == NOW
    assert behind(30) == 30


def test_mail_a_worker_holds_is_as_late_as_before_while_the_server_says_nothing(add):
    add()
    lease.claim(Lease(timedelta(minutes=10)), limit=10, pace=FREE, now=NOW + 14 * MINUTE)
    db.session.commit()

    assert oldest_due_at(now=NOW + 16 * MINUTE) == NOW
    assert behind(16) == 16


def test_mail_that_is_to_leave_later_is_not_due(add):
    add(not_before=NOW + 60 * MINUTE)

    assert (behind(59), behind(75)) == (0, 15)


def test_what_is_held_back_is_not_late_until_it_is_let_go(add):
    add(uid="one@example.org")
    actions.hold_back(["one@example.org"], until=NOW + 60 * MINUTE)
    db.session.commit()
    held = (behind(59), behind(61))
    actions.let_go(["one@example.org"], now=NOW + 40 * MINUTE)
    db.session.commit()

    assert (held, behind(45)) == ((0, 1), 5)


def test_letting_go_does_not_excuse_what_was_late_before(add, deliver, sink, watch):
    sink.on_recipient = lambda *_: "450 Not now"
    add(uid="one@example.org")
    deliver()
    actions.let_go(["one@example.org"], now=NOW)
    db.session.commit()

    assert behind(20) == 20


def test_what_is_withheld_until_the_morning_is_not_late_nor_what_waits_behind_it(add):
    first = add(uid="one@example.org")
    first.state = MailState.WITHHELD
    db.session.commit()
    add(uid="one@example.org")
    add(follows="one@example.org")
    withheld = behind(120)
    actions.release(["one@example.org"], now=NOW + 100 * MINUTE)
    db.session.commit()

    assert (withheld, behind(120)) == (0, 20)


def test_what_is_sent_again_is_due_from_then_on(add):
    email = add()
    email.state = MailState.FAILED
    db.session.commit()
    actions.send_again([email], now=NOW + 60 * MINUTE)
    db.session.commit()

    assert behind(70) == 10


def test_what_a_worker_left_behind_is_late_when_nobody_takes_it_up(add):
    email = add()
    email.state, email.lease, email.leased_until = MailState.SENDING, "x", NOW + 2 * MINUTE
    db.session.commit()

    assert (behind(1), behind(30)) == (0, 30)


@pytest.mark.parametrize("pace", [Pace(per_minute=2), Pace(per_domain=2)])
def test_the_set_pace_explains_how_long_mail_waits(add, pace):
    """Of a hundred mails at two a minute, sixty left in thirty minutes; then nothing more."""
    for _mail in range(100):
        add()
    for number, email in enumerate(db.session.query(Email).order_by(Email.id).limit(60)):
        email.state = MailState.SENT
        email.attempted_at = email.sent_at = NOW + (number / 2) * MINUTE
    db.session.commit()

    assert (behind(30, pace), behind(50, pace), behind(30)) == (0, 20, 30)


def test_a_full_pace_to_one_domain_excuses_no_other(add):
    for _mail in range(10):
        add("ada@town.fr")
    add("bela@city.fr")
    for email in db.session.query(Email).order_by(Email.id).limit(5):
        email.state, email.attempted_at, email.sent_at = MailState.SENT, NOW + MINUTE, NOW + MINUTE
    db.session.commit()

    assert behind(6, Pace(per_domain=1)) == 6  # Bela's; five minutes of Ada's are explained


def test_a_mail_put_off_is_not_excused_by_those_that_left_past_it(add, deliver, delivery, sink, watch):
    sink.on_recipient = lambda address, _time: "450 Not now" if address == "ada@town.fr" else OK
    delivery.pace = Pace(per_minute=1000)
    add("ada@town.fr")
    for _mail in range(30):
        add("bela@city.fr")
    deliver()

    assert behind(20, Pace(per_minute=1)) == 20


def test_an_hour_of_mail_is_counted_by_its_last_word(add, deliver, sink, watch):
    answers = {"a@town.fr": OK, "b@town.fr": "450 Not now", "c@town.fr": "550 5.2.2 Full", "d@town.fr": OK}
    sink.on_recipient = lambda address, _time: answers[address]
    emails = [add(address) for address in answers]
    deliver()
    db.session.get(Email, emails[3].id).state = MailState.BOUNCED
    db.session.commit()
    flow = flow_of_mail(FREE, now=NOW + MINUTE)
    assert (flow.tried, flow.refused, flow.last_left_at) == (4, 3, NOW)

    actions.send_again([db.session.get(Email, emails[2].id)], now=NOW)
    db.session.commit()
    flow = flow_of_mail(FREE, now=NOW + MINUTE)
    assert (flow.tried, flow.refused) == (3, 2)
    assert flow_of_mail(FREE, now=NOW + 61 * MINUTE).tried == 0


@pytest.mark.parametrize(("answer", "code"), [("550 No", "550"), ("450 4.7.1 Not you, ada@town.fr", "4.7.1")])
def test_a_batch_that_failed_as_a_whole_is_one_line_without_addresses(add, deliver, sink, told, answer, code):
    sink.on_recipient = lambda *_: answer
    for one in range(8):
        add(f"person{one}@town.fr")
    deliver()

    assert told("no mail of a batch was taken") == [{"mails": 8, code: 8}]


def test_a_batch_of_which_one_was_taken_is_no_line(add, deliver, sink, told):
    sink.on_recipient = lambda address, _time: OK if address == "person3@town.fr" else "550 No"
    for one in range(8):
        add(f"person{one}@town.fr")
    deliver()

    assert told("no mail of a batch was taken") == []


def test_a_refused_sender_is_told_for_the_batch_too(add, delivery, sink, told):
    async def refuse(server, session, envelope, address, options):
        return "550 5.7.1 Sender not owned by user"

    sink.handle_MAIL = refuse
    add()
    delivery.work_off(Event())

    assert told("no mail of a batch was taken") == [{"mails": 1, "5.7.1": 1}]


def test_when_a_chore_was_last_done_is_kept_and_one_that_fails_is_not(app, settings):
    def fail(_now, _settings):
        raise RuntimeError

    def give_up(_now, _settings):
        raise ChoreNotDone

    ChoreRound(
        [Chore(name, MINUTE, do) for name, do in (("done", len), ("fails", fail), ("gives up", give_up))],
        settings,
    ).go()
    done = Chore("good", MINUTE, lambda _now, _settings: 0)
    ChoreRound([done], settings).go()

    kept = done_ats()
    assert {name: at is not None for name, at in kept.items()} == {
        "done": False,  # it raised, too
        "fails": False,
        "gives up": False,
        "good": True,
    }
    assert db.session.get(ChoreSchedule, "good").done_at is not None


def test_a_chore_that_gives_up_has_said_so_itself(app, told, settings):
    def give_up(_now, _settings):
        raise ChoreNotDone

    ChoreRound([Chore("gives up", MINUTE, give_up)], settings).go()

    assert told("chore failed") == []
