"""Each mail and page of each state of somebody, read in both languages: what it must say, and what it must not."""

from datetime import timedelta

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.deeds import cancel_session, edit_session, restore_session
from tests.registration.conftest import ADA, BELA, written
from tests.registration.morning import in_paris, morning_comes
from tests.registration.reading_mails import LANGUAGES, html_of, left, text_of
from tests.registration.reading_pages import send as post
from tests.registration.visitor import path
from webinars.planning.updates.actions import send
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

ACCESS = ("lien d’accès", "access link", "/join/")
PASSES_ON = ("première personne en attente", "first person waiting")
WAITS = {"fr": "Sur liste d’attente", "en": "On the waiting list"}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def full(cycle, add_session, signs_up):
    """A full session: Béla has its only seat."""
    session = add_session(cycle, capacity=1)
    signs_up(BELA, session)
    return session


@pytest.fixture
def ada(full, signs_up, language):
    """Ada, who waits."""
    return signs_up(ADA, full, language=language).registrant


@pytest.fixture
def mails(outbox):
    """`mails()`: what was written to Ada since it was last asked, each as subject and both bodies."""

    def since():
        found = [written(mail) for mail in outbox() if mail.recipient == ADA.email and mail.state == "queued"]
        left()
        return [(str(one["Subject"]), plain(text_of(one)), plain(html_of(one))) for one in found]

    return since


def plain(text):
    return " ".join(text.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\u202f", " ").split())


def missing(mail, subject, *words):
    """What is missing: this beginning of the subject, each of the words in either body."""
    lacking = [] if mail[0].startswith(subject) else [subject]
    return lacking + [word for word in words for body in mail[1:] if word not in body]


def heard(mail, *words):
    """Which of the words stand in the subject or a body."""
    return [word for word in words for part in mail if word in part]


SUBJECTS = {
    "waiting": {
        "fr": "Sur liste d’attente : jeu. 12 mars, 10 h – ",
        "en": "On the waiting list: Thu 12 Mar, 10:00 – ",
    },
    "registered": {"fr": "Vos inscriptions : ", "en": "Your registrations: "},
    "moved": {
        "fr": "Sur liste d’attente, séance modifiée : ",
        "en": "On the waiting list, session changed: ",
    },
    "cancelled": {
        "fr": "Sur liste d’attente, séance annulée : ",
        "en": "On the waiting list, session cancelled: ",
    },
    "restored": {
        "fr": "Sur liste d’attente, séance rétablie : ",
        "en": "On the waiting list, session takes place: ",
    },
}
STATES = {
    # kind of state: in French, in English
    "title": ("Vous êtes sur liste d’attente", "You are on the waiting list"),
    "still": ("Vous êtes toujours sur la liste d’attente", "You are still on the waiting list"),
    "not yet": ("n’ajoutez pas la date à votre agenda", "do not add the date to your calendar"),
    "off": ("La séance n’aura pas lieu", "The session will not take place"),
}


def word(name, language):
    return STATES[name][language == "en"]


def test_who_only_waits_reads_so_and_is_promised_no_way_in(ada, language, mails):
    [mail] = mails()

    assert (
        missing(mail, SUBJECTS["waiting"][language], word("title", language), word("not yet", language)) == []
    )
    assert any(line.startswith(f"◐ {WAITS[language]}") for line in Page(mail[2]).lines)
    assert heard(mail, *ACCESS, "est enregistrée", "is recorded") == []


def test_who_waits_already_and_asks_again_is_not_called_registered(ada, full, signs_up, language, mails):
    mails()
    signs_up(ADA, full)
    [mail] = mails()

    below = {"fr": "Votre liste d’attente figure ci-dessous", "en": "Your waiting list is below"}
    assert missing(mail, SUBJECTS["waiting"][language], word("title", language), below[language]) == []
    assert (
        heard(mail, *ACCESS, "déjà inscrite", "already registered", "a été inscrite", "was registered") == []
    )


def test_who_only_waits_is_told_so_in_the_morning_too(full, signs_up, with_settings, language, mails):
    with_settings(sign_ups_per_address=0)
    signs_up(ADA, full, language=language)
    with_settings(sign_ups_per_address=9)
    assert morning_comes(in_paris(3, 8)) == 1
    [mail] = mails()

    assert missing(mail, f"{WAITS[language]}", word("title", language)) == []
    assert "◐" in mail[2]
    assert heard(mail, *ACCESS, "inscrit", "registered") == []


def test_who_waits_and_has_a_seat_elsewhere_is_registered(
    cycle, full, add_session, signs_up, language, mails
):
    signs_up(ADA, full, add_session(cycle, "Autre", days=20), language=language)
    [_invitation, confirmation] = mails()

    assert missing(confirmation, SUBJECTS["registered"][language]) == []
    assert "◐" not in confirmation[2]


def test_a_session_that_moves_goes_away_and_comes_back_is_told_to_who_waits(ada, full, language, mails):
    mails()
    later = {name: getattr(full, name) + timedelta(days=1) for name in ("starts_at", "ends_at")}
    edit_session(full, now=NOW, **later)
    send(full, now=NOW)
    db.session.commit()
    [moved] = mails()
    cancel_session(full, by=NADIA, now=NOW)
    send(full, now=NOW)
    db.session.commit()
    [cancelled] = mails()
    restore_session(full, by=NADIA, now=NOW)
    db.session.commit()
    [restored] = mails()

    assert missing(moved, SUBJECTS["moved"][language], word("still", language)) == []
    assert missing(cancelled, SUBJECTS["cancelled"][language], word("off", language)) == []
    assert missing(restored, SUBJECTS["restored"][language], word("still", language)) == []
    assert ["◐" in mail[2] for mail in (moved, cancelled, restored)] == [True, False, True]
    for mail in (moved, cancelled, restored):
        assert heard(mail, *ACCESS, *PASSES_ON) == []


def test_a_seat_goes_to_who_waits_only_where_somebody_does(cycle, add_session, signs_up, language, mails):
    session = add_session(cycle, capacity=1)
    signs_up(ADA, session, language=language)
    [alone, _confirmation] = mails()
    signs_up(BELA, session)
    later = {name: getattr(session, name) + timedelta(hours=1) for name in ("starts_at", "ends_at")}
    edit_session(session, now=NOW, **later)
    send(session, now=NOW)
    db.session.commit()
    [update] = mails()

    assert heard(alone, *PASSES_ON) == []
    assert missing(update, {"fr": "Mise à jour", "en": "Update"}[language], PASSES_ON[language == "en"]) == []


HELD = {
    # what happens to a seat: the subject's beginning and the fact, in French and in English
    "registered": (
        ("Invitation : ", "votre place est confirmée"),
        ("Invitation: ", "your seat is confirmed"),
    ),
    "moved": (("Mise à jour : ", "change de date"), ("Update: ", "changes date")),
    "cancelled": (("Annulée : ", "est annulée"), ("Cancelled: ", "is cancelled")),
    "restored": (
        ("Rétablie : ", "est rétablie"),
        ("Takes place after all: ", "takes place after all"),
    ),
    "withdrawn": (
        ("Votre désistement : ", "Votre désistement est enregistré"),
        ("Your withdrawal: ", "Your seat is given back"),
    ),
}


def test_who_has_a_seat_reads_what_becomes_of_it(session, signs_up, language, mails):
    ada = signs_up(ADA, session, language=language).registrant
    read_by_ada = {"registered": mails()[0]}
    later = {name: getattr(session, name) + timedelta(days=1) for name in ("starts_at", "ends_at")}
    for name, deed in {
        "moved": lambda: edit_session(session, now=NOW, **later),
        "cancelled": lambda: cancel_session(session, by=NADIA, now=NOW),
        "restored": lambda: restore_session(session, by=NADIA, now=NOW),
        "withdrawn": lambda: withdraw(queries.live_registration(ada.id, session.id), now=NOW),
    }.items():
        deed()
        send(session, now=NOW)
        db.session.commit()
        [read_by_ada[name]] = mails()

    for name, mail in read_by_ada.items():
        assert missing(mail, *HELD[name][language == "en"]) == []
        assert heard(mail, *PASSES_ON, *WAITS.values()) == []


ANSWERED = {
    # what a form got, and when its page is read: h1 and lead, in French and in English
    "seat": (
        ("Vous êtes inscrit·e à une séance", "Ensuite : une invitation, si cette adresse ne l’a pas"),
        ("You are registered for one session", "Then: an invitation, unless this address has it"),
    ),
    "wait": (
        (
            "Séance complète : liste d’attente",
            "Sauf si vous avez déjà une place, vous êtes sur liste d’attente",
        ),
        ("Full session: waiting list", "You are on the waiting list, unless you already have your seat"),
    ),
    "past": (
        ("Votre inscription est enregistrée", "Cette séance a commencé"),
        ("Your registration is recorded", "This session has started"),
    ),
}


@pytest.mark.parametrize("got", list(ANSWERED))
def test_the_page_that_answers_says_what_was_got(client, cycle, add_session, signs_up, language, got):
    session = add_session(cycle, capacity=1)
    if got == "wait":
        signs_up(BELA, session)
    location = post(client, lang=language, take="some", sessions=[session.public_id]).location
    is_later = timedelta(days=12 if got == "past" else 0)

    with time_machine.travel(NOW + is_later, tick=False):
        page = read(client.get(location, follow_redirects=True))

    title, lead = ANSWERED[got][language == "en"]
    assert [plain(heading.text) for heading in page.all("h1")] == [title]
    assert lead in plain(page.text)
    assert len(page.said("hero")) == 1
    assert (len(page.all("div", class_="warn")), len(page.all("div", class_="good"))) == (
        got == "wait",
        got == "seat",
    )
    offered = [address.partition("?")[0].rpartition("/")[2] for address in page.addresses]
    assert ("address" in offered) is (got != "past")


DOORS = {
    # state: h1 and a sentence of the door, and of one's own page, in French and in English
    "waiting": (
        ("Vous êtes sur liste d’attente", "Liste d’attente, rang 1"),
        ("You are on the waiting list", "Waiting list, position 1"),
    ),
    "running": (
        ("Vous êtes sur liste d’attente", "aucune place ne s’est libérée"),
        ("You are on the waiting list", "no seat became free"),
    ),
    "past": (("Cette séance est terminée", ""), ("This session is over", "")),
    "withdrawn": (("Vous avez quitté la liste d’attente", ""), ("You have left the waiting list", "")),
    "cancelled": (("Cette séance est annulée", "Annulée"), ("This session is cancelled", "Cancelled")),
}
MOVES = {"running": timedelta(days=10, minutes=30), "past": timedelta(days=12)}


@pytest.mark.parametrize("state", list(DOORS))
def test_the_door_and_ones_own_page_say_where_one_stands(client, full, ada, language, state):
    if state == "withdrawn":
        withdraw(queries.live_registration(ada.id, full.id), now=NOW)
    if state == "cancelled":
        cancel_session(full, by=NADIA, now=NOW)
    db.session.commit()
    door, own = path(links.join_link(ada, full)), path(links.me_link(ada))

    with time_machine.travel(NOW + MOVES.get(state, timedelta()), tick=False):
        at_the_door, at_home = read(client.get(door)), read(client.get(own))

    title, line = DOORS[state][language == "en"]
    assert [heading.text for heading in at_the_door.all("h1")] == [title]
    assert line in plain(at_home.text)


ASKED = {
    # who asks, whether somebody waits, whether sign-up goes on: what the page says, in French and in English
    ("seat", "waits", "open"): (
        "Votre place ira à la première personne en attente. Si votre agenda le demande, confirmez le retrait. Si vous revenez,",
        "Your seat goes to the first person waiting. If your calendar asks, confirm the removal. Coming back puts",
    ),
    ("seat", "nobody", "open"): (
        "Si votre agenda le demande, confirmez le retrait. Vous pouvez revenir tant que",
        "If your calendar asks, confirm the removal. You can come back as long as",
    ),
    ("seat", "nobody", "closed"): (
        "Si votre agenda le demande, confirmez le retrait. Les inscriptions sont fermées : vous ne pourrez pas revenir.",
        "If your calendar asks, confirm the removal. Registrations are closed: you cannot come back.",
    ),
    ("wait", "waits", "open"): (
        "Vous perdez votre rang. Si vous revenez, vous serez en fin de liste d’attente.",
        "You lose your position. Coming back puts you at the end of the waiting list.",
    ),
    ("wait", "waits", "closed"): (
        "Vous perdez votre rang. Les inscriptions sont fermées : vous ne pourrez pas revenir.",
        "You lose your position. Registrations are closed: you cannot come back.",
    ),
}


@pytest.mark.parametrize("case", list(ASKED), ids="-".join)
def test_who_gives_back_is_told_to_whom_and_whether_they_can_return(
    client, cycle, add_session, signs_up, language, case
):
    who, waits, sign_up = case
    session = add_session(cycle, capacity=1)
    first = signs_up(BELA if who == "wait" else ADA, session, language=language).registrant
    last = signs_up(ADA if who == "wait" else BELA, session).registrant if waits == "waits" else first
    if sign_up == "closed":
        cycle.close(now=NOW)
    db.session.commit()
    page = f"{path(links.me_link(last if who == 'wait' else first))}/sessions/{session.public_id}/withdraw"

    text = plain(read(client.get(f"{page}?lang={language}")).text)

    assert ASKED[case][language == "en"] in text
    assert any(words in text for words in PASSES_ON) is (case[:2] == ("seat", "waits"))


SEATS = ("Garder mes places", "Keep my seats")


@pytest.mark.parametrize(
    ("held", "words", "kept"),
    [
        ("seat", ("Vous vous désistez de cette séance", "You withdraw from this session"), SEATS),
        (
            "seat and wait",
            ("Vous vous désistez de ces séances", "You withdraw from these sessions"),
            SEATS,
        ),
        ("waited for", ("Vous vous désistez de cette séance", "You withdraw from this session"), SEATS),
        (
            "wait",
            ("Vous quittez cette liste d’attente", "You leave this waiting list"),
            ("Rester sur la liste", "Stay on the list"),
        ),
        (
            "waits",
            ("Vous quittez ces listes d’attente", "You leave these waiting lists"),
            ("Rester sur les listes", "Stay on the lists"),
        ),
    ],
)
def test_who_gives_everything_back_is_told_the_same(
    client, cycle, add_session, signs_up, language, held, words, kept
):
    session = add_session(cycle, capacity=1)
    if held in ("seat and wait", "waits"):
        other = add_session(cycle, "Autre", days=20, capacity=1)
        signs_up(BELA, other)
        signs_up(ADA, other)
    if held in ("wait", "waits"):
        signs_up(BELA, session)
    ada = signs_up(ADA, session, language=language).registrant
    if held == "waited for":
        signs_up(BELA, session)

    page = read(client.get(f"{path(links.me_link(ada))}/withdraw?lang={language}"))

    assert [one for one in words if one in page.text] == [words[language == "en"]]
    passes_on = ("Là où quelqu’un attend, votre place", "Where somebody waits, your seat")[language == "en"]
    assert (passes_on in page.text) is (held == "waited for")
    assert kept[language == "en"] in [said for said, _to in page.links]
