"""What a refusal in our own dialogue means: for the address, for the one mail, or for us."""

from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE
from tests.outbox.sink import OK
from webinars.outbox.models import MailState
from webinars.outbox.queue import trouble
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.outbox.queue.status_codes import is_wrong_address
from webinars.outbox.reasons import reason_words
from webinars.storage.extensions import db

DOMAINS = ("town.fr", "city.fr", "dept.fr")


@pytest.fixture
def crowd(add):
    """Mails to so many people of three domains: `crowd(12)`."""

    def crowd(number: int, domains=DOMAINS):
        return [add(f"person{one}@{domains[one % len(domains)]}", cycle_id=1) for one in range(number)]

    return crowd


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("code", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"])
def test_an_address_a_server_calls_wrong_gets_nothing_more(add, deliver, sink, outbox, pipelining, code):
    sink.pipelining = pipelining
    sink.on_recipient = lambda address, _time: f"550 {code} No" if address == PEOPLE[0] else OK
    for _session in range(3):
        add(PEOPLE[0], cycle_id=1)
    add(PEOPLE[0])  # of an account: somebody has just asked for it
    add(PEOPLE[1], cycle_id=1)
    deliver()
    add(PEOPLE[0], cycle_id=1)
    deliver()

    assert is_marked(PEOPLE[0])
    assert sink.tried == [PEOPLE[0], PEOPLE[0], PEOPLE[1]]
    assert [email.state for email in outbox()] == [
        MailState.FAILED,
        MailState.DROPPED,
        MailState.DROPPED,
        MailState.FAILED,
        MailState.SENT,
        MailState.DROPPED,
    ]
    assert outbox()[1].last_error == f"address marked: 550 {code} No"


def test_an_address_refused_after_the_message_is_marked_too(add, deliver, sink):
    sink.on_message = lambda *_: "550 5.1.1 No such user"
    add()
    deliver()

    assert is_marked("ada@town.fr")


@pytest.mark.parametrize(
    "answer",
    [
        "550 No such user",
        "550 5.2.2 Mailbox full",
        "554 5.7.1 Client host blocked using a list",
        "550 5.1.0 Rejected",
        "550 5.1.7 Bad sender",
        "550 5.1.8 Bad sender",
        "550 Sender verification failed: they said 550 5.1.1 unknown",
        "550 5.1.1 <bounces+0f@example.org>: Sender address rejected",
        "550 5.1.1.7 nonsense",
        "450 5.1.1 Not now",
        "553-Refused for a reason\r\n553 below",
    ],
)
def test_any_other_refusal_marks_nobody(add, deliver, sink, answer):
    sink.on_recipient = lambda *_: answer
    for _time in range(4):
        add(cycle_id=1)
        deliver()

    assert not is_marked("ada@town.fr")


def test_the_line_of_an_answer_that_has_a_code_says_why(add, deliver, sink, outbox):
    sink.on_recipient = lambda *_: (
        "550-Your mail was not taken\r\n550-5.1.1 <ada@town.fr>\r\n550 5.1.1 no such user"
    )
    add()
    deliver()

    assert is_marked("ada@town.fr")
    assert outbox()[0].last_error == "550 5.1.1 <ada@town.fr> 5.1.1 no such user Your mail was not taken"


def test_ten_people_of_three_domains_refused_alike_are_trouble_of_ours(
    crowd, deliver, sink, watch, outbox, caplog
):
    sink.on_recipient = lambda *_: "554 5.7.1 Your host is on a list"
    crowd(40)
    deliver()

    assert ({email.state for email in outbox()}, len(sink.tried)) == ({MailState.QUEUED}, 10)
    known = trouble.in_force()
    assert (known.words, known.next_at) == ("554 5.7.1 Your host is on a list", NOW + timedelta(minutes=1))
    assert [record.message for record in caplog.records].count("our mail is refused") == 1

    waits = []
    for _turn in range(6):  # one at a time, each time somebody else, later and later
        watch.at = trouble.in_force().next_at
        before = len(sink.tried)
        deliver()
        waits.append((trouble.in_force().next_at - watch.at) / timedelta(minutes=1))
        assert len(sink.tried) == before + 1
    assert waits == [5, 15, 60, 60, 60, 60]
    assert len(set(sink.tried)) == len(sink.tried)
    assert ({email.state for email in outbox()}, max(email.attempts for email in outbox())) == (
        {MailState.QUEUED},
        0,
    )

    sink.on_recipient = lambda *_: OK
    watch.pass_(hours=1)
    deliver()
    watch.pass_(hours=1)
    deliver()
    assert (trouble.in_force(), {email.state for email in outbox()}) == (None, {MailState.SENT})
    assert sorted(sink.recipients) == sorted(email.recipient for email in outbox())


def test_one_that_is_taken_between_says_that_it_is_not_about_us(crowd, add, deliver, sink, outbox):
    sink.on_recipient = lambda address, _time: OK if address == "taken@town.fr" else "554 5.7.1 No"
    crowd(9)
    add("taken@town.fr")
    crowd(9)
    deliver()

    assert trouble.in_force() is None
    assert [email.state for email in outbox()].count(MailState.FAILED) == 18


@pytest.mark.parametrize(
    ("number", "domains", "answer"),
    [
        (30, DOMAINS[:2], "554 5.7.1 No"),
        (9, DOMAINS, "554 5.7.1 No"),
        (30, DOMAINS, "550 5.1.1 No such user"),
        (30, DOMAINS, "550 5.1.10 No such user"),
    ],
)
def test_fewer_people_or_domains_or_wrong_addresses_are_no_trouble_of_ours(
    crowd, deliver, sink, outbox, number, domains, answer
):
    sink.on_recipient = lambda *_: answer
    crowd(number, domains)
    deliver()

    assert (trouble.in_force(), {email.state for email in outbox()}) == (None, {MailState.FAILED})


def test_ten_refusals_for_different_reasons_are_no_trouble_of_ours(crowd, deliver, sink, outbox):
    sink.on_recipient = lambda address, _time: f"550 5.{2 + int(address[6:].partition('@')[0]) % 4}.0 No"
    crowd(20)
    deliver()

    assert (trouble.in_force(), {email.state for email in outbox()}) == (None, {MailState.FAILED})


def test_one_person_refused_ten_times_is_no_trouble_of_ours(add, deliver, sink, outbox):
    sink.on_recipient = lambda *_: "552 5.2.2 Full"
    for _time in range(12):
        add()
    deliver()

    assert (trouble.in_force(), {email.state for email in outbox()}) == (None, {MailState.FAILED})


def test_a_refused_sender_stops_all_mail_and_fails_none(crowd, deliver, sink, watch, outbox):
    tried = []

    async def refuse(server, session, envelope, address, options):
        tried.append(address)
        return "550 5.7.1 Sender not owned by user"

    sink.handle_MAIL = refuse
    crowd(15)
    for _day in range(5 * 24):
        deliver()
        watch.pass_(hours=1)

    assert {email.state for email in outbox()} == {MailState.QUEUED}
    assert max(email.attempts for email in outbox()) == 0
    assert len(tried) <= 5 * 24
    assert trouble.in_force().words == "550 5.7.1 Sender not owned by user"


def test_a_message_refused_for_its_size_with_the_sender_fails_alone(add, deliver, sink, outbox):
    async def refuse(server, session, envelope, address, options):
        return "552 5.3.4 Too large"

    sink.handle_MAIL = refuse
    add()
    deliver()

    assert (outbox()[0].state, trouble.in_force()) == (MailState.FAILED, None)


def test_a_wrong_address_in_trouble_lets_the_next_one_try_at_once(crowd, add, deliver, sink, watch, outbox):
    sink.on_recipient = lambda *_: "554 5.7.1 No"
    crowd(10)
    deliver()
    add("wrong@town.fr", cycle_id=1)
    add("right@town.fr", cycle_id=1)
    sink.on_recipient = lambda address, _time: "550 5.1.1 No" if address == "wrong@town.fr" else OK
    watch.pass_(minutes=1)
    deliver()

    assert (is_marked("wrong@town.fr"), trouble.in_force()) == (True, None)
    assert [email.state for email in outbox()] == [*[MailState.SENT] * 10, MailState.FAILED, MailState.SENT]


def test_two_workers_in_trouble_try_one_mail_between_them(crowd, deliver, delivery, sink, watch):
    sink.on_recipient = lambda *_: "554 5.7.1 No"
    crowd(10)
    deliver()
    watch.pass_(minutes=1)
    before = len(sink.tried)
    delivery.work_off(Event())
    delivery.work_off(Event())

    assert len(sink.tried) == before + 1


def test_the_words_for_a_code_are_true_of_it(app):
    with app.test_request_context("/?lang=en"):
        said = {
            code: reason_words(f"550 {code} No") for code in ("5.1.0", "5.1.4", "5.3.0", "5.7.1", "5.1.6")
        }
        assert reason_words("550 no") == "the receiving server refuses it."

    assert said == {
        "5.1.0": "the receiving server refuses it.",
        "5.1.4": "the receiving server refuses it.",
        "5.3.0": "the receiving server refuses it.",
        "5.7.1": "a rule of the receiving server refuses it.",
        "5.1.6": "the mailbox has moved away and left no address behind.",
    }


@pytest.mark.parametrize(
    ("kept", "is_wrong"),
    [
        ("5.1.1", True),
        ("5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.1.11 no", False),
        ("5.1.1.1 no", False),
        ("550 5.1.1", True),
        ("550-5.1.1 no", True),
        ("550", False),
        ("address marked: 550 5.1.1 no", True),
        ("450 5.1.1 for three days", False),
        ("550 #5.1.1 no", False),
        ("KeyError: 'title'", False),
        ("", False),
    ],
)
def test_what_says_that_an_address_is_wrong(kept, is_wrong):
    assert is_wrong_address(kept) is is_wrong


def test_operators_see_the_trouble(app, crowd, deliver, sink, client):
    sink.on_recipient = lambda *_: "554 5.7.1 On a list"
    crowd(10)
    deliver()
    status = app.test_cli_runner().invoke(args=["outbox", "status"]).output
    doctor = app.test_cli_runner().invoke(args=["doctor"]).output

    assert f"refused everywhere since {NOW.isoformat()}: 554 5.7.1 On a list" in status
    assert "refused everywhere since 2026-03-02" in doctor
    told = client.get("/health/service")
    assert (told.status_code, "mail_refused_everywhere" in told.json["reasons"]) == (503, True)
    assert told.json["mail"]["refused_everywhere_since"] == NOW.isoformat()
    assert client.get("/health").status_code == 200
    later = trouble.in_force().next_at
    app.test_cli_runner().invoke(args=["outbox", "resume"])
    assert trouble.in_force().next_at != later  # but at once
    trouble.end()
    db.session.commit()
    assert client.get("/health/service").json["mail"]["refused_everywhere_since"] is None
