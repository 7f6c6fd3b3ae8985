"""What pages of those who registered say in each state: cancelled, full, weeks before, for one session."""

from datetime import timedelta

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_cycle, cancel_session
from tests.registration.conftest import ADA, BELA
from tests.registration.reading_pages import send as post
from tests.registration.test_states_in_words import language, plain
from tests.registration.visitor import path
from webinars.registration import links
from webinars.storage.extensions import db

__all__ = ["language"]
pytestmark = pytest.mark.usefixtures("today")


def text(client, address):
    return plain(read(client.get(address)).text)


def test_a_cancelled_cycle_offers_nobody_to_withdraw_from_it(client, cycle, add_session, signs_up, language):
    two = [add_session(cycle), add_session(cycle, "Autre", days=20)]
    page = path(links.me_link(signs_up(ADA, *two, language=language).registrant))
    before = read(client.get(page))
    cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()
    after = read(client.get(page))

    said = {"fr": "Ce cycle est annulé.", "en": "This cycle is cancelled."}[language]
    assert (f"{page}/withdraw" in before.addresses, said in before.text) == (True, False)
    assert (f"{page}/withdraw" in after.addresses, said in after.lines) == (False, True)


def test_a_cancelled_cycle_has_no_date_to_come_in_the_agenda(client, cycle, add_session, language):
    add_session(cycle)
    cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()
    agenda, public = (read(client.get(f"/vto{page}?lang={language}")) for page in ("", "/emploi"))

    assert {"fr": "Cycle annulé", "en": "Cycle cancelled"}[language] in agenda.said("status")
    assert [
        said
        for said in ("Dates à préciser", "Dates to be announced", "12 mars", "12 March")
        if said in agenda.plain
    ] == []
    assert {"fr": "Ses séances à venir n’auront pas lieu.", "en": "will not take place"}[
        language
    ] in public.plain


@pytest.mark.parametrize("others", [True, False])
def test_the_door_of_a_cancelled_session_names_others_where_there_are(
    client, cycle, add_session, signs_up, language, others
):
    session = add_session(cycle)
    ada = signs_up(ADA, session, language=language).registrant
    if others:
        add_session(cycle, "Autre", days=20)
    cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()

    shown = text(client, path(links.join_link(ada, session)))

    assert {"fr": "Elle n’aura pas lieu.", "en": "It will not take place."}[language] in shown
    assert ({"fr": "montre ses autres séances", "en": "The other sessions"}[language] in shown) is others


def test_the_door_says_when_to_come_back_and_on_the_day_to_stay(client, session, signs_up, language):
    door = path(links.join_link(signs_up(ADA, session, language=language).registrant, session))
    weeks_before = text(client, door)
    with time_machine.travel(session.starts_at - timedelta(hours=2), tick=False):
        on_the_day = text(client, door)

    later = {"fr": "Revenez le 12 mars à partir de 9 h 45", "en": "Come back on 12 March from 9:45 on"}[
        language
    ]
    stay = {"fr": "gardez cette page ouverte", "en": "keep this page open"}[language]
    assert (later in weeks_before, stay in weeks_before) == (True, False)
    assert (later in on_the_day, stay in on_the_day) == (False, True)


@pytest.mark.parametrize("state", ["free", "full", "closed"])
def test_a_withdrawal_is_taken_back_as_far_as_it_can_be(
    client, cycle, add_session, signs_up, language, state
):
    session = add_session(cycle, capacity=1)
    ada = signs_up(ADA, session, language=language).registrant
    if state == "full":
        signs_up(BELA, session)
    if state == "closed":
        cycle.close(now=NOW)
    db.session.commit()
    page = path(links.me_link(ada))
    address = f"{page}/sessions/{session.public_id}/withdraw"
    token = read(client.get(address)).values["form_token"]
    shown = client.get(client.post(address, data={"form_token": token}).location)
    [bar] = read(shown).all("div", class_="undo")

    offers = {
        "free": ("Revenir sur ce choix", "Undo"),
        "full": ("Me mettre sur liste d’attente", "Join the waiting list"),
        "closed": ("", ""),
    }
    assert " ".join(button.text for button in bar.all("button")) == offers[state][language == "en"]


@pytest.mark.parametrize("sessions", [1, 2])
def test_the_page_that_answers_counts_invitations_and_is_true_for_a_known_address(
    client, cycle, add_session, language, sessions
):
    chosen = [add_session(cycle, f"Séance {n}", days=10 + n).public_id for n in range(sessions)]
    answers = [post(client, lang=language, take="some", sessions=chosen).location for _ in range(2)]
    first, second = (text(client, answer) for answer in answers)

    words = {
        1: (
            "si cette adresse ne l’a pas déjà reçue",
            "Acceptez-la",
            "unless this address has it",
            "Accept it",
        ),
        2: (
            "sauf celles que cette adresse a déjà",
            "Acceptez-les",
            "but for those",
            "Accept them",
        ),
    }[sessions]
    assert first == second
    assert [said in first for said in (words[:2] if language == "fr" else words[2:])] == [True, True]


def test_who_gives_all_back_reads_the_list_under_the_sentence_that_announces_it(
    client, session, signs_up, language
):
    page = path(links.me_link(signs_up(ADA, session, language=language).registrant))
    shown = text(client, f"{page}/withdraw")

    list_of, removal = {
        "fr": ("Vous vous désistez de cette séance :", "Si votre agenda le demande, confirmez le retrait."),
        "en": ("You withdraw from this session:", "If your calendar asks, confirm the removal."),
    }[language]
    assert shown.index(list_of) < shown.index(session.title) < shown.index(removal)


@pytest.mark.parametrize("sessions", [1, 2])
def test_what_is_past_agrees_with_what_it_is_said_of(client, cycle, add_session, sessions):
    cycle.noun = "video_conference"
    for n in range(sessions):
        add_session(cycle, f"Visio {n}", days=-10 - n)
    [kicker] = [one.text.strip() for one in read(client.get("/vto/emploi?lang=fr")).all("p", class_="kicker")]

    assert (
        plain(kicker)
        == {1: "Visioconférence, séance passée", 2: "Cycle de 2 visioconférences, passé"}[sessions]
    )
