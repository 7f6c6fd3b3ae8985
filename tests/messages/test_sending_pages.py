"""The pages one sends, schedules and calls a message off on: what is pressed twice is done once."""

from dataclasses import replace

import pytest

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.messages.conftest import HERE, TYPED, at, stored
from tests.page import read
from webinars.messages.audience import Standing
from webinars.messages.models import MessageState

KEPT = "1 courriel est gardé\u00a0: aucun serveur de messagerie n’est réglé."
LEAVES = "1 courriel est en cours d’envoi."


@pytest.fixture(params=[("", KEPT), ("mail.example.org", LEAVES)], ids=["no server", "a server"])
def said(request, app, monkeypatch):
    """What is said of one mail, without a mail server and with one."""
    server, words = request.param
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_server=server))
    return words


def test_sending_asks_first_and_sends_once(desk, ada, writes, outbox, said):
    message = writes(Standing.CONFIRMED)
    page = desk.get(at(message, "/send"))

    assert read(page).heading == "Envoyer à 1\u00a0personne\u202f?"
    assert outbox() == []
    answers = [post(desk, at(message, "/send")) for _time in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert [mail.recipient for mail in outbox()] == ["ada@town.example.org"]
    assert read(desk.get(at(message))).notices == [said]


def test_who_sees_only_the_second_answer_of_a_double_click_reads_that_it_leaves(desk, ada, writes, said):
    message = writes(Standing.CONFIRMED)
    post(desk, at(message, "/send"))
    desk.get(at(message))
    post(desk, at(message, "/send"))

    assert read(desk.get(at(message))).notices == [said]


def test_nothing_is_sent_to_an_empty_group(desk, writes, outbox, cycle):
    message = writes(Standing.WAITING)
    page = post(desk, at(message, "/send"))

    assert "Aucune personne de ce groupe ne peut recevoir de message maintenant" in read(page).callouts
    assert (stored()[0].state, outbox()) == (MessageState.DRAFT, [])


def test_a_message_is_scheduled_on_the_clock_of_the_cycle(desk, ada, writes):
    message = writes()
    post(desk, at(message, "/schedule"), {"day": "2026-03-03", "hour": "10:30"})
    [kept] = stored()

    assert kept.state is MessageState.SCHEDULED
    assert kept.not_before.isoformat() == "2026-03-03T09:30:00+00:00"
    assert "Envoi prévu le mardi 3\u00a0mars\u00a02026, 10\u00a0h\u00a030" in read(desk.get(HERE)).lines


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "", "hour": ""}, "Indiquez le jour."),
        ({"day": "2026-03-03", "hour": "soon"}, "Écrivez l’heure"),
        ({"day": "2026-03-02", "hour": "10:00"}, "Choisissez un moment à venir"),
        ({"day": "2027-05-02", "hour": "10:00"}, "Choisissez un jour jusqu’au"),
        ({"day": "2026-03-29", "hour": "02:30"}, "n’existe pas le dimanche 29"),
        ({"day": "2026-10-25", "hour": "02:30"}, "dites laquelle"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_with_a_sentence(desk, ada, writes, typed, words):
    message = writes()
    page = post(desk, at(message, "/schedule"), typed)

    assert page.status_code == 200
    assert any(words in sentence for sentence in read(page).errors), read(page).errors
    assert read(page).values["day"] == typed["day"]
    assert stored()[0].state is MessageState.DRAFT


def test_an_hour_that_comes_twice_is_asked(desk, ada, writes):
    message = writes()
    post(desk, at(message, "/schedule"), {"day": "2026-10-25", "hour": "02:30", "turn": "second"})

    assert stored()[0].not_before.isoformat() == "2026-10-25T01:30:00+00:00"


def test_a_scheduled_message_is_cancelled_and_a_draft_thrown_away(desk, ada, writes):
    scheduled = writes(state=MessageState.SCHEDULED, not_before=NOW, subject="un")
    draft = writes(subject="deux")
    for message in (scheduled, draft):
        assert desk.get(at(message, "/cancel")).status_code == 200
        assert [post(desk, at(message, "/cancel")).status_code for _time in range(1)] == [303]

    assert [(one.subject, one.state) for one in stored()] == [("un", MessageState.CANCELLED)]


def test_what_is_no_draft_is_neither_edited_nor_sent_nor_scheduled(desk, ada, writes, outbox):
    message = writes(state=MessageState.CANCELLED)

    edited = post(desk, at(message, "/edit"), {**TYPED, "subject": "Autre"})
    assert (edited.status_code, read(edited).values["subject"]) == (409, "Autre")  # the words are not lost
    assert (
        "Il a été envoyé, programmé ou annulé entre-temps. Copiez-le comme nouveau message pour écrire à nouveau."
        in read(edited).lines
    )
    assert desk.get(at(message, "/edit")).status_code == 409
    assert post(desk, at(message, "/send")).status_code == 303
    assert post(desk, at(message, "/schedule"), {"day": "2026-03-03", "hour": "10:30"}).status_code == 303
    assert (stored()[0].subject, stored()[0].state, outbox()) == ("À lire", MessageState.CANCELLED, [])
