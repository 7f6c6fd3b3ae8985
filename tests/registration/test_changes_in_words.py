"""What mails say in the state somebody is in: how one comes back, what changed, what becomes of the whole cycle."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import cancel_cycle, cancel_session, edit_session
from tests.registration.conftest import ADA, BELA, written
from tests.registration.reading_mails import LANGUAGES, html_of, left, text_of
from tests.registration.test_states_in_words import heard, language, mails, missing, plain
from webinars.cycles.states import Format
from webinars.planning import actions as planning
from webinars.planning.deletion.actions import ask
from webinars.planning.updates.actions import send
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.registration.models import ConsentPurpose, Registrant
from webinars.storage.extensions import db

__all__ = ["language", "mails"]
pytestmark = pytest.mark.usefixtures("today")

WITHDRAWN = {"fr": "Votre désistement : ", "en": "Your withdrawal: "}
UPDATE = {"fr": "Mise à jour : ", "en": "Update: "}
BACK = {
    # seats, who else came, whether sign-up goes on: what becomes of one who comes back, in French and in English
    (None, "alone", "open"): (
        "Vous pouvez revenir tant que les inscriptions sont ouvertes.",
        "You can come back as long as registrations are open.",
    ),
    (1, "alone", "open"): (
        "Vous pouvez revenir tant que les inscriptions sont ouvertes et qu’il reste des places.",
        "You can come back as long as registrations are open and seats are left.",
    ),
    (1, "waited for", "open"): (
        "La séance est complète : si vous revenez, vous serez en fin de liste d’attente.",
        "The session is full: coming back puts you at the end of the waiting list.",
    ),
    (1, "waited for", "closed"): (
        "Les inscriptions sont fermées : vous ne pourrez pas revenir.",
        "Registrations are closed: you cannot come back.",
    ),
}


@pytest.mark.parametrize("case", list(BACK), ids=str)
def test_who_withdrew_reads_how_they_can_come_back(cycle, add_session, signs_up, language, mails, case):
    capacity, others, sign_up = case
    session = add_session(cycle, capacity=capacity)
    ada = signs_up(ADA, session, language=language).registrant
    if others == "waited for":
        signs_up(BELA, session)
    if sign_up == "closed":
        cycle.close(now=NOW)
    mails()

    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    [mail] = mails()

    assert missing(mail, WITHDRAWN[language], BACK[case][language == "en"]) == []
    assert heard(mail, *(words[language == "en"] for said, words in BACK.items() if said != case)) == []


DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHANGES = {
    # what changes: what is said, in French and in English; what is not
    "date and place": (
        {"by": DAY, "place": "Salle 2"},
        ("change de date et de lieu", "Ancienne date", "le lien d’accès reste le même"),
        ("changes date and venue", "Old date", "the access link stays the same"),
        ("Ancien horaire", "Old hours"),
    ),
    "hours": (
        {"by": HOUR},
        ("change d’horaire", "Ancien horaire", "Nouvel horaire"),
        ("changes hours", "Old hours", "New hours"),
        ("Ancienne date", "Old date"),
    ),
    "to a place": (
        {"format": Format.ON_SITE, "place": "Salle 2"},
        ("change de lieu", "La séance a lieu sur place : il n’y a plus de lien de visioconférence."),
        ("changes venue", "The session takes place on site: there is no video link any more."),
        ("reste le même", "stays the same", "/join/"),
    ),
    "texts": (
        {"are_texts_told": True},
        ("ce qui change", "Si votre agenda le demande, confirmez le changement."),
        ("what changes", "If your calendar asks, confirm the change."),
        ("Votre place est gardée", "Your seat is kept", "Cela ne vous convient pas", "does not suit"),
    ),
}


@pytest.mark.parametrize("case", list(CHANGES))
def test_an_update_says_what_changed_and_nothing_else(cycle, add_session, signs_up, language, mails, case):
    changes, french, english, unsaid = CHANGES[case]
    is_hybrid = case == "date and place"
    session = add_session(cycle, format=Format.HYBRID if is_hybrid else Format.ONLINE, place="Salle 1")
    signs_up(ADA, session, language=language)
    mails()
    moved = {name: value for name, value in changes.items() if name != "by"}
    if by := changes.get("by"):
        moved |= {name: getattr(session, name) + by for name in ("starts_at", "ends_at")}

    edit_session(session, now=NOW, **moved)
    send(session, now=NOW)
    db.session.commit()
    [mail] = mails()

    assert missing(mail, UPDATE[language], *(english if language == "en" else french)) == []
    assert heard(mail, *unsaid) == []


def test_a_seat_after_a_wait_recites_nothing_that_was_told_and_names_no_cancellation(
    cycle, add_session, signs_up, language, mails
):
    session = add_session(cycle, capacity=1)
    ada = signs_up(ADA, session, language=language).registrant
    mails()
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    left()
    bela = signs_up(BELA, session).registrant
    signs_up(ADA, session)
    later = {name: getattr(session, name) + DAY for name in ("starts_at", "ends_at")}
    edit_session(session, now=NOW, **later)
    send(session, now=NOW)
    db.session.commit()
    mails()

    withdraw(queries.live_registration(bela.id, session.id), now=NOW)
    db.session.commit()
    [mail] = mails()

    assert (
        missing(
            mail,
            {"fr": "Une place pour vous : ", "en": "A seat for you: "}[language],
            {"fr": "Une place est à vous", "en": "A seat is yours"}[language],
            {"fr": "dans un message précédent", "en": "in a former message"}[language],
        )
        == []
    )
    assert heard(mail, "Ancienne date", "Old date", "message d’annulation", "cancellation message") == []


def test_who_asks_again_is_told_that_nothing_has_changed(session, signs_up, language, mails):
    signs_up(ADA, session, language=language)
    mails()
    signs_up(ADA, session)
    [mail] = mails()

    assert (
        missing(
            mail,
            {"fr": "Vos inscriptions : ", "en": "Your registrations: "}[language],
            {
                "fr": "Si ce n’est pas vous, ignorez ce message : rien n’a changé.",
                "en": "If this was not you, ignore this message: nothing has changed.",
            }[language],
        )
        == []
    )
    assert heard(mail, "désistez-vous", "withdraw from") == []


def test_who_asks_again_for_more_is_told_how_to_leave_it(
    cycle, session, add_session, signs_up, language, mails
):
    signs_up(ADA, session, language=language)
    mails()
    signs_up(ADA, session, add_session(cycle, "Autre", days=20))
    confirmation = mails()[-1]

    words = {
        "fr": "désistez-vous de ce que vous n’avez pas demandé",
        "en": "withdraw from what you did not ask",
    }
    assert missing(confirmation, "", words[language]) == []
    assert heard(confirmation, "rien n’a changé", "nothing has changed") == []


def test_what_a_form_ticked_is_said_of_the_form(session, signs_up, language, mails):
    signs_up(ADA, session, language=language, consents={ConsentPurpose.NEWSLETTER})
    mails()
    signs_up(ADA, session)
    [mail] = mails()

    assert (
        missing(
            mail,
            "",
            {"fr": "Sur un formulaire rempli avec cette adresse", "en": "On a form filled in"}[language],
        )
        == []
    )


def test_who_begins_to_wait_is_told_so_from_the_first_line_on(cycle, add_session, signs_up, language, mails):
    session = add_session(cycle, capacity=1)
    signs_up(BELA, session)
    signs_up(ADA, session, language=language)
    [mail] = mails()

    assert (
        missing(
            mail,
            {"fr": "Sur liste d’attente : ", "en": "On the waiting list: "}[language],
            {"fr": "vous attendez une place pour cette séance", "en": "you wait for a seat in this session"}[
                language
            ],
            {"fr": "quittez la liste d’attente", "en": "leave the waiting list"}[language],
        )
        == []
    )
    assert (
        heard(mail, "voici vos séances", "here are your sessions", "désistez-vous de tout", "from everything")
        == []
    )
    told = {"fr": "vous recevez l’invitation", "en": "you receive the invitation"}[language]
    assert [body.count(told) for body in mail[1:]] == [1, 1]


def test_a_session_added_later_says_why_one_has_a_seat(
    cycle, session, signs_up, add_session, language, mails
):
    signs_up(ADA, whole_cycle=True, language=language)
    mails()
    added = add_session(cycle, "Autre", days=20)
    planning.enrol_whole_cycle(cycle, [added], now=NOW)
    db.session.commit()
    [mail] = mails()

    assert (
        missing(
            mail,
            "Invitation",
            {
                "fr": "vous suivez tout le cycle : vous avez aussi une place à cette séance.",
                "en": "you are following the whole cycle: you have a seat in this session too.",
            }[language],
        )
        == []
    )


OFF = {
    # what is cancelled: whether mails name the cycle, lead to the personal page, say that data is erased
    "session": (False, True, False),
    "cycle": (True, True, False),
    "deleted": (True, False, True),
}


@pytest.mark.parametrize("what", list(OFF))
def test_a_cancellation_says_what_becomes_of_the_cycle(cycle, add_session, signs_up, language, mails, what):
    session = add_session(cycle, capacity=1)
    signs_up(ADA, session, language=language)
    signs_up(BELA, session, language=language)
    mails()
    deed = {
        "session": lambda: cancel_session(session, by=NADIA, now=NOW),
        "cycle": lambda: cancel_cycle(cycle, by=NADIA, now=NOW),
        "deleted": lambda: ask(cycle, by=NADIA, settle_seconds=0, now=NOW),
    }[what]

    deed()
    send(session, now=NOW)
    db.session.commit()
    [to_ada] = mails()

    whole = {"fr": "est annulé : aucune de ses séances", "en": "is cancelled: none of its sessions"}[language]
    erased = {"fr": "Vos données seront effacées", "en": "Your data will be erased"}[language]
    for body in to_ada[1:]:
        assert (whole in body, "/me/" in body, erased in body) == OFF[what]


@pytest.mark.parametrize("words", LANGUAGES)
def test_who_waits_hears_of_the_cycle_too(cycle, add_session, signs_up, outbox, words):
    session = add_session(cycle, capacity=1)
    signs_up(ADA, session)
    signs_up(BELA, session, language=words)
    left()
    ask(cycle, by=NADIA, settle_seconds=0, now=NOW)
    db.session.commit()

    bela = db.session.scalar(select(Registrant).where(Registrant.email == BELA.email))
    [mail] = [written(one) for one in outbox() if one.recipient == bela.email and one.state == "queued"]
    for body in (plain(text_of(mail)), plain(html_of(mail))):
        assert {"fr": "aucune de ses séances à venir", "en": "none of its sessions to come"}[words] in body
        assert "/me/" not in body
