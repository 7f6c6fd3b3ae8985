"""The trust panel: what became of each mail, and a wrong address corrected in two clicks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, called
from webinars.invitations.models import Invitation
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import is_marked, mark_address
from webinars.registration.address_change import readdress
from webinars.registration.links import me_link
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.today.queries import post_of

pytestmark = pytest.mark.usefixtures("then")
PAGE = "/organise/vto/cycles/emploi/messages/deliveries?lang=en"
TYPO = called(ADA, "Ada", "ada@gmial.com")


@pytest.fixture
def ada(signs_up, session) -> Registrant:
    return signs_up(TYPO, session).registrant


def settle(state: MailState, error: str | None = None) -> None:
    for mail in db.session.scalars(select(Email)):
        mail.state, mail.last_error = state, error
        mail.sent_at = NOW if state is MailState.SENT else None
        mail.lease, mail.leased_until = ("x", NOW) if state is MailState.SENDING else (None, None)
    db.session.commit()


PUT_OFF = "put off, tried again on Monday 2\u00a0March 2026, 10:00: "


def people(page):
    """Who stands on the page, first come first."""
    return [heading.text for heading in page.all("h3")]


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (MailState.QUEUED, None, "waiting, leaves on Monday 2\u00a0March 2026, 10:00"),
        (
            MailState.QUEUED,
            "451 busy",
            f"{PUT_OFF}the receiving server takes no mail from us at the moment. In the server’s words: 451 busy",
        ),
        (
            MailState.QUEUED,
            "451 4.4.1 no route",
            f"{PUT_OFF}the receiving server could not be reached. In the server’s words: 451 4.4.1 no route",
        ),
        (
            MailState.QUEUED,
            "ConnectionRefusedError: [Errno 111]",
            f"{PUT_OFF}the mail server does not answer.",
        ),
        (MailState.SENDING, None, "leaving now"),
        (MailState.SENT, None, "kept on Monday 2\u00a0March 2026, 10:00"),
        (
            MailState.FAILED,
            "550 no",
            "returned: the receiving server refuses it. In the server’s words: 550 no",
        ),
        (
            MailState.FAILED,
            "550 5.1.1 no",
            "returned: there is no such address. In the server’s words: 550 5.1.1 no",
        ),
        (
            MailState.FAILED,
            f"554 5.7.1 {'x' * 300}",
            f"returned: a rule of the receiving server refuses it. In the server’s words: 554 5.7.1 {'x' * 110}…",
        ),
        (MailState.FAILED, "KeyError: 'title'", "could not be written: the operator’s log says why"),
        (
            MailState.BOUNCED,
            "5.1.1 unknown",
            "returned: there is no such address. In the server’s words: 5.1.1 unknown",
        ),
        (MailState.BOUNCED, "returned without a report", "returned: the receiving server refuses it."),
        (MailState.BOUNCED, None, "returned: no reason was given"),
        (MailState.DROPPED, None, "not sent: its reason has gone"),
        (
            MailState.WITHHELD,
            None,
            "held back, leaves on Monday 2\u00a0March 2026, 10:00: sign-ups caused many messages to this address in one day",
        ),
    ],
)
def test_each_state_has_its_words(desk, ada, state, error, words):
    settle(state, error)

    assert words in read(desk.get(PAGE)).said("status")


@pytest.mark.parametrize(
    ("error", "unanswered", "words"),
    [
        ("TypeError: no bytes", 0, "could not be written: the operator’s log says why"),
        ("TimeoutError: timed out", 6, "given up: the mail server did not answer"),
        ("the server broke the dialogue off", 0, "given up: the mail server did not answer"),
    ],
)
def test_what_failed_after_attempts_says_whose_failure_it_is(desk, ada, error, unanswered, words):
    settle(MailState.FAILED, error)
    db.session.execute(update(Email).values(attempts=7, attempted_at=NOW, unanswered=unanswered))
    db.session.commit()
    answer = desk.get(PAGE)

    assert (words in read(answer).said("status"), error in answer.text) == (True, False)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("server", ["", "mail.example.org"])
def test_mail_is_called_sent_where_a_server_takes_it(app, monkeypatch, desk, ada, server, language):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_server=server))
    settle(MailState.SENT)
    pages = [
        read(desk.get(PAGE.replace("lang=en", f"lang={language}{more}"))).text
        for more in ("", "&show=trouble")
    ]

    said = {
        "fr": (
            "Aucun serveur de messagerie",
            "gardé le lundi 2",
            "envoi du lundi 2",
            "chaque courriel est arrivé",
        ),
        "en": ("No mail server is set", "kept on Monday 2", "sent on Monday 2", "every mail has arrived"),
    }[language]
    found = [any(words in page.replace("\N{NO-BREAK SPACE}", " ") for page in pages) for words in said]
    assert found == ([False, False, True, True] if server else [True, True, False, False])


def test_those_whom_nothing_reached_come_first_and_alone_when_asked(desk, ada, signs_up, session):
    bela = signs_up(BELA, session).registrant
    settle(MailState.SENT)
    for mail in db.session.scalars(select(Email).where(Email.recipient == bela.email)):
        mail.state, mail.sent_at = MailState.FAILED, None
    db.session.commit()
    everybody, stuck = desk.get(PAGE), desk.get(f"{PAGE}&show=trouble")

    assert people(read(everybody)) == ["Béla Bartók", "Ada Lovelace"]
    assert (people(read(stuck)), "Lovelace" in stuck.text) == (["Béla Bartók"], False)


def test_a_likely_slip_is_suggested_and_stands_in_the_form(desk, ada):
    assert "Did you mean ada@gmail.com?" in read(desk.get(PAGE)).said("status")

    assert read(desk.get(PAGE.replace("?", f"/{ada.public_id}?"))).values["email"] == "ada@gmail.com"


def test_correcting_sends_again_and_the_wrong_address_gets_nothing_more(desk, ada, session, outbox):
    old = db.session.scalars(select(Invitation)).one()
    link = me_link(ada)
    answer = post(desk, PAGE.replace("?", f"/{ada.public_id}?"), {"email": "ada@gmail.com"})
    assert answer.status_code == 303
    db.session.expire_all()

    waiting = [(mail.kind, mail.recipient) for mail in outbox() if mail.state is MailState.QUEUED]
    assert waiting == [("invitation", "ada@gmail.com"), ("confirmation", "ada@gmail.com")]
    assert {mail.state for mail in outbox() if mail.recipient == "ada@gmial.com"} == {MailState.DROPPED}
    new = db.session.scalars(select(Invitation).where(Invitation.id != old.id)).one()
    assert (old.cancelled_at is not None, new.attendee, new.sequence) == (True, "ada@gmail.com", 0)
    assert new.uid != old.uid
    assert desk.get(link.removeprefix("http://localhost")).status_code == 404


def test_a_fresh_request_corrects_whoever_holds_a_seat_or_waits(desk, cycle, add_session, signs_up, outbox):
    first, second = add_session(cycle, days=10), add_session(cycle, "Deux", days=17, capacity=1)
    signs_up(BELA, second)
    public_id = signs_up(TYPO, first, second).registrant.public_id
    db.session.commit()
    db.session.remove()

    answer = post(desk, PAGE.replace("?", f"/{public_id}?"), {"email": "ada@gmail.com"})

    assert answer.status_code == 303
    waiting = [mail.kind for mail in outbox() if mail.recipient == "ada@gmail.com"]
    assert waiting == ["invitation", "confirmation"]


def test_an_address_that_returns_mail_is_refused(desk, ada, outbox):
    mark_address("Ada@gmail.com", reason="5.1.1", now=NOW)
    db.session.commit()
    before = len(outbox())
    page = post(desk, PAGE.replace("?", f"/{ada.public_id}?"), {"email": "ada@gmail.com"})
    db.session.expire_all()

    assert (page.status_code, read(page).error_for("email")) == (
        200,
        "No mail would leave: write another address, one that takes mail.",
    )
    assert (db.session.get_one(Registrant, ada.id).email, len(outbox())) == (TYPO.email, before)
    assert read(page).values["email"] == "ada@gmail.com"


@pytest.mark.parametrize("is_marked_now", [False, True])
def test_another_spelling_replaces_the_spelling_alone(desk, ada, outbox, is_marked_now):
    if is_marked_now:
        mark_address(TYPO.email, reason="5.1.1", now=NOW)
        db.session.commit()
    link, before = me_link(ada), [(mail.id, mail.state) for mail in outbox()]
    uid = db.session.scalars(select(Invitation.uid)).one()
    answer = post(desk, PAGE.replace("?", f"/{ada.public_id}?"), {"email": "Ada@gmial.com"})
    db.session.expire_all()

    assert answer.status_code == 303
    assert db.session.get_one(Registrant, ada.id).email == "Ada@gmial.com"
    assert [(mail.id, mail.state) for mail in outbox()] == before
    assert db.session.scalars(select(Invitation.uid)).all() == [uid]
    assert desk.get(link.removeprefix("http://localhost")).status_code == 200


def test_what_went_to_the_wrong_address_is_not_followed_by_a_cancellation(ada, session, outbox):
    settle(MailState.SENT)
    readdress(ada, "ada@gmail.com", now=NOW)
    db.session.commit()

    assert [mail.kind for mail in outbox() if mail.state is MailState.QUEUED] == [
        "invitation",
        "confirmation",
    ]


def test_a_session_that_has_begun_is_not_sent_again(ada, session, outbox):
    settle(MailState.SENT)
    assert readdress(ada, "ada@gmail.com", now=NOW + timedelta(days=11)) == 0
    db.session.commit()

    assert [mail for mail in outbox() if mail.state is MailState.QUEUED] == []
    assert ada.email == "ada@gmail.com"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write the address that is right."),
        ("ada", "Write the whole address, with the @ sign. Example: name@town.fr"),
        ("ada@gmial.com", "This is the address we have: correct it, or leave it as it is."),
        (
            "bela@choir.example.org",
            "Somebody of the cycle has this address: take one of the two entries off the list first.",
        ),
        (
            "webinaires@example.org",
            "This address belongs to this site, which reads its mail: write your own.",
        ),
    ],
)
def test_a_wrong_correction_gets_a_sentence_and_changes_nothing(
    desk, ada, signs_up, session, typed, sentence
):
    signs_up(BELA, session)
    page = post(desk, PAGE.replace("?", f"/{ada.public_id}?"), {"email": typed})
    db.session.expire_all()

    assert (page.status_code, read(page).error_for("email")) == (200, sentence)
    assert db.session.get_one(Registrant, ada.id).email == "ada@gmial.com"


def test_correcting_twice_sends_once(desk, ada, outbox):
    address = PAGE.replace("?", f"/{ada.public_id}?")
    post(desk, address, {"email": "ada@gmail.com"})
    post(desk, address, {"email": "ada@gmail.com"})

    assert [mail.kind for mail in outbox() if mail.recipient == "ada@gmail.com"] == [
        "invitation",
        "confirmation",
    ]


def test_the_panel_asks_few_questions_of_the_database(desk, cycle, signs_up, session, count_queries):
    for number in range(30):
        signs_up(called(ADA, "Ada", f"ada{number}@town.example.org"), session)
    with count_queries() as counted:
        assert desk.get(PAGE).status_code == 200

    assert counted.count <= 15


def test_a_marked_address_is_said_beside_the_person_and_by_what_did_not_leave(desk, ada, signs_up, session):
    signs_up(BELA, session)
    mark_address(TYPO.email.upper(), reason="5.1.1 550 no such user", now=NOW)
    db.session.commit()
    sentence = "there is no such address. No further mail goes to this address until it is corrected or said to be right."
    addresses = (PAGE, f"{PAGE}&show=trouble", PAGE.replace("?", f"/{ada.public_id}?"))
    answers = [desk.get(address) for address in addresses]
    pages = [read(answer) for answer in answers]

    assert [page.text.count(f"Mail comes back: {sentence}") for page in pages] == [1, 1, 1]
    everybody, stuck, _correcting = pages
    assert people(everybody) == ["Ada Lovelace", "Béla Bartók"]
    assert (people(stuck), "Bartók" in answers[1].text) == (["Ada Lovelace"], False)
    assert stuck.text.count("not sent, mail to this address comes back: there is no such address.") == 2
    assert "its reason has gone" not in everybody.text


def test_the_corrected_address_is_not_marked(desk, ada):
    mark_address(TYPO.email, reason="5.1.1", now=NOW)
    db.session.commit()
    post(desk, PAGE.replace("?", f"/{ada.public_id}?"), {"email": "ada@gmail.com"})

    page = read(desk.get(PAGE))
    assert ("ada@gmail.com" in page.lines, "Mail comes back" in page.text) == (True, False)


def test_a_mark_is_lifted_once_and_mail_leaves_again(desk, ada, signs_up, add_session, cycle, outbox):
    correcting = PAGE.replace("?", f"/{ada.public_id}?")
    right = PAGE.replace("?", f"/{ada.public_id}/right?")
    assert "This address is right" not in desk.get(correcting).text
    mark_address(TYPO.email, reason="5.1.1", now=NOW)
    db.session.commit()
    assert right.partition("?")[0] in read(desk.get(correcting)).actions
    before = len(outbox())

    assert [post(desk, right).status_code for _again in range(2)] == [303, 303]

    assert (is_marked(TYPO.email), len(outbox())) == (False, before)
    deeds = [one.deed for one in db.session.scalars(select(JournalEntry))]
    assert deeds == ["address said to be right"]
    page = read(desk.get(PAGE))
    assert page.notices == [
        "Mail leaves to ada@gmial.com again, from the next one on. What was not sent meanwhile is not sent anew."
    ]
    assert "Mail comes back" not in page.text


def test_each_invitation_says_its_session(desk, ada, session):
    hidden = read(desk.get(PAGE)).said("visually-hidden")

    assert [words.endswith(f", {session.title}") for words in hidden].count(True) == 1


def test_what_was_put_off_again_and_again_did_not_arrive_though_its_next_try_is_to_come(
    desk, cycle, ada, signs_up, session
):
    signs_up(BELA, session)
    settle(MailState.SENT)
    for mail in db.session.scalars(select(Email).where(Email.recipient_key == ada.email_key)):
        mail.state, mail.last_error, mail.sent_at = MailState.QUEUED, "450 Not now", None
        mail.attempts, mail.attempted_at = 4, NOW - timedelta(hours=1)
        mail.not_before, mail.due_at = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    db.session.commit()

    stuck = desk.get(f"{PAGE}&show=trouble")
    assert (people(read(stuck)), "Bartók" in stuck.text) == (["Ada Lovelace"], False)
    assert post_of(cycle.organisation, now=NOW).late == 2


def test_of_many_messages_the_first_are_shown_what_did_not_arrive_among_them(
    desk, signs_up, add_session, cycle
):
    for number in range(12):
        person = signs_up(ADA, add_session(cycle, f"Rencontre {number}", days=number + 2)).registrant
    settle(MailState.SENT)
    oldest = db.session.scalars(select(Email).order_by(Email.id)).first()
    oldest.state, oldest.last_error, oldest.sent_at = MailState.FAILED, "550 no", None
    total = len(db.session.scalars(select(Email)).all())
    db.session.commit()
    whole = f"{PAGE}&whole={person.public_id}"

    page, all_of_them = read(desk.get(PAGE)), read(desk.get(whole))

    assert (page.text.count("kept on Monday"), page.text.count("returned: ")) == (4, 1)
    assert f"{total} mails" in page.lines
    assert page.link(f"and {total - 5} others Ada Lovelace")
    assert (all_of_them.text.count("kept on Monday"), all_of_them.text.count("returned: ")) == (total - 1, 1)
    assert "others" not in all_of_them.text
