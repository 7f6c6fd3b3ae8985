"""Every mail of a registration, in both languages, as a mail program reads it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import cancel_session, restore_session
from tests.registration.conftest import ADA, BELA, CLEO, written
from tests.registration.reading_mails import (
    LANGUAGES,
    addresses_in,
    bodies,
    calendar_of,
    html_of,
    html_page,
    left,
    of_kind,
    parts,
    plain_lines,
    text_of,
)
from webinars.outbox.errors import ReasonGone
from webinars.planning.updates.actions import send
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.registration.invites.actions import send_cancellation, send_update
from webinars.registration.invites.changes import Change
from webinars.storage.extensions import db


@pytest.mark.parametrize(
    ("language", "subject", "fact"),
    [
        ("fr", "Vos inscriptions : Agir sur l’emploi dans les quartiers prioritaires", "Place confirmée"),
        ("en", "Your registrations: Agir sur l’emploi dans les quartiers prioritaires", "Seat confirmed"),
    ],
)
def test_the_confirmation_sums_up(session, signs_up, outbox, language, subject, fact):
    registrant = signs_up(ADA, session, language=language).registrant
    mail = of_kind(outbox, "confirmation")

    message = written(mail)

    assert message["Subject"] == subject
    assert message["To"] == "Ada Lovelace <ada@town.example.org>"
    assert message["Content-Language"] == language
    assert message["Message-ID"] == mail.message_id
    assert parts(message) == ["multipart/alternative", "text/plain", "text/html"]
    for body in bodies(message):
        assert fact in body.lines
        assert session.title in [line.removeprefix("* ") for line in body.lines]
        assert links.me_link(registrant) in body.addresses
        assert "video.example.org" not in body.text


@pytest.mark.parametrize("kind", ["confirmation", "invitation"])
def test_whose_address_was_corrected_meanwhile_is_shown_to_nobody_else(session, signs_up, outbox, kind):
    registrant = signs_up(ADA, session).registrant
    mail = of_kind(outbox, kind)  # it was taken before the correction, and is written after it
    registrant.email = registrant.email_key = "other@town.example.org"
    db.session.commit()

    with pytest.raises(ReasonGone):
        written(mail)


@pytest.mark.parametrize("minutes", [0, 30, 200])
def test_the_confirmation_leads_into_a_session_that_runs(session, signs_up, outbox, minutes):
    """No invitation leads there any more."""
    registrant = signs_up(ADA, session).registrant
    mail = of_kind(outbox, "confirmation")
    mail.not_before = session.starts_at + timedelta(minutes=minutes) if minutes else NOW
    db.session.commit()

    message = written(mail)

    way_in = links.join_link(registrant, session)
    for body in bodies(message):
        assert (way_in in body.text) is (minutes == 30)


def test_the_confirmation_leads_to_ones_own_calendar_and_to_help(session, signs_up, outbox):
    registrant = signs_up(ADA, session, language="en").registrant

    message = written(of_kind(outbox, "confirmation"))

    for body in bodies(message):
        assert f"{links.me_link(registrant)}#calendar" in body.addresses
        assert links.feed_link(registrant) not in body.text
        assert "http://localhost/calendar?lang=en" in body.addresses


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_says_what_waits_and_what_was_held_already(
    cycle, session, add_session, signs_up, outbox, language
):
    full = add_session(cycle, "Full", days=12, capacity=1)
    new = add_session(cycle, "New", days=14)
    signs_up(CLEO, full)
    signs_up(ADA, session, language=language)

    signs_up(ADA, session, full, new)

    lines = plain_lines(written(outbox()[-1]))
    words = {
        "fr": [
            "Bonjour Ada, cette adresse était déjà inscrite à ce cycle. Vos séances figurent ci-dessous\u202f; vos renseignements n’ont pas changé. Une invitation arrive séparément\u00a0: acceptez-la, et la date s’inscrit dans votre agenda.",
            "Place déjà confirmée",
            "Liste d’attente\u00a0: si une place vous revient, vous recevez l’invitation",
        ],
        "en": [
            "Hello Ada, this address was already registered for this cycle. Your sessions are below; nothing you had told us was changed. One invitation arrives separately: accept it, and it goes into your calendar.",
            "Seat confirmed already",
            "Waiting list: if a seat becomes yours, you receive the invitation",
        ],
    }
    assert [lines.count(line) for line in words[language]] == [1, 1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["closed", "not open yet", "cancelled", "running and full"])
def test_the_confirmation_gives_no_false_reason_for_what_was_not_taken(
    cycle, session, add_session, signs_up, outbox, language, state
):
    other = add_session(cycle, "Autre", days=20, capacity=1)
    now = NOW
    if state == "closed":
        session.closes_at = NOW
    elif state == "not open yet":
        session.opens_at = NOW + timedelta(days=1)
    elif state == "cancelled":
        session.cancel(now=NOW)
    else:
        session.capacity, now = 1, session.starts_at
        signs_up(BELA, session)
    signs_up(ADA, session, other, language=language, now=now)

    words = {
        "fr": "Sans suite, car l’inscription n’était pas possible à l’arrivée de votre formulaire",
        "en": "Not taken, because no registration was possible when your form arrived",
    }[language]
    message = written(outbox()[-1])
    for body in (text_of(message), html_of(message)):
        plain = body.replace("\u00a0", " ").replace(" :", ":")
        assert f"{words}: {session.title}" in plain


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Invitation : jeu. 12 mars, 10 h – Achats responsables"),
        ("en", "Invitation: Thu 12 Mar, 10:00 – Achats responsables"),
    ],
)
def test_the_invitation_carries_the_calendar(cycle, session, signs_up, outbox, language, subject):
    registrant = signs_up(ADA, session, language=language).registrant
    mail = of_kind(outbox, "invitation")

    message = written(mail)
    calendar = calendar_of(message)
    event = calendar.walk("VEVENT")[0]

    assert message["Subject"] == subject
    assert parts(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert calendar["METHOD"] == "REQUEST"
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (mail.uid, 0)
    assert str(event["ATTENDEE"]) == f"mailto:{ADA.email}"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert str(event["ORGANIZER"]) == "mailto:webinaires@example.org"
    assert str(event["SUMMARY"]) == f"{session.title} – {cycle.title}"
    assert event["DTSTART"].dt == session.local_start
    join = links.join_link(registrant, session)
    assert str(event["LOCATION"]) == join
    assert str(event["DESCRIPTION"]).splitlines()[0].endswith(join)
    assert "COMMENT" not in event
    assert links.me_token(registrant) not in calendar.to_ical().decode().replace("\r\n ", "")
    assert str(event["URL"]) == links.session_link(session, cycle)
    assert b"video.example.org" not in message.as_bytes()


def test_an_invitation_to_a_place_gives_the_place(cycle, add_session, signs_up, outbox):
    on_site = add_session(cycle, "Sur place", days=3, format="on_site", place="Hôtel de ville, Valbrune")
    signs_up(ADA, on_site)

    message = written(of_kind(outbox, "invitation"))
    event = calendar_of(message).walk("VEVENT")[0]

    assert str(event["LOCATION"]) == "Hôtel de ville, Valbrune"
    assert "CONFERENCE" not in event
    where = "10\u00a0h\u00a0– 11\u00a0h\u00a030, heure de Paris, Hôtel de ville, Valbrune"
    assert where in plain_lines(message)
    assert "/join/" not in html_of(message)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Une place est à vous\u00a0: «\u00a0Achats responsables\u00a0»"),
        ("en", "A seat is yours: “Achats responsables”"),
    ],
)
def test_the_invitation_of_somebody_who_waited_says_so(cycle, add_session, signs_up, outbox, language, words):
    session = add_session(cycle, capacity=1)
    ada = signs_up(ADA, session).registrant
    signs_up(BELA, session, language=language)
    left()

    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    assert message["To"].addresses[0].addr_spec == BELA.email
    assert words in plain_lines(message)


def test_calendars_remind_when_the_cycle_says_so(session, signs_up, outbox):
    session.cycle.alarm_minutes = 45
    ada = signs_up(ADA, session).registrant
    invitation = written(outbox()[0])
    left()
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()

    [alarm] = calendar_of(invitation).walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", timedelta(minutes=-45))
    assert calendar_of(written(outbox()[-1])).walk("VALARM") == []


def test_nobody_else_stands_in_anybodys_mail(session, signs_up, outbox):
    signs_up(ADA, session)
    signs_up(BELA, session)
    left()
    send_update(session, queries.invited_to(session), what_changed=Change(title="Former"), now=NOW)
    db.session.commit()
    found = [(mail.recipient, addresses_in(written(mail))) for mail in outbox()]
    left()
    send_cancellation(session, queries.invited_to(session), now=NOW)
    db.session.commit()
    found += [(mail.recipient, addresses_in(written(mail))) for mail in outbox()[-2:]]

    ours = {"webinaires@example.org", "contact@vto.example.org"}
    assert len(found) == 8
    assert [addresses - ours for _, addresses in found] == [{recipient} for recipient, _ in found]


def test_what_was_withdrawn_before_it_was_written_is_not_written(session, signs_up, outbox):
    ada = signs_up(ADA, session).registrant
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()

    for mail in outbox():
        with pytest.raises(ReasonGone):
            written(mail)


def test_what_a_stranger_types_makes_no_link_and_no_subject(session, signs_up, outbox):
    bait = "Win https://evil.example.com/now <b>or</b> write bait@evil.example.com " + "x" * 40
    signs_up(replace(ADA, first_name=bait), session)

    for mail in outbox():
        message = written(mail)
        shown = [message["Subject"], text_of(message), html_of(message)]
        assert [text for text in shown if "evil.example" in text or "https://evil" in text] == []
        assert [bold.text for bold in html_page(message).all("b") if bold.text.startswith("or")] == []
        assert "Win" not in message["Subject"]


def test_the_same_row_written_twice_is_the_same_message(session, signs_up, outbox):
    signs_up(ADA, session)

    for mail in outbox():
        assert written(mail).as_bytes() == written(mail).as_bytes()


@pytest.mark.parametrize("kind", ["confirmation", "invitation"])
def test_a_mail_stays_light(cycle, add_session, signs_up, outbox, kind):
    signs_up(ADA, *(add_session(cycle, f"Session {n}", days=n + 1) for n in range(8)))

    assert len(html_of(written(of_kind(outbox, kind)))) < 20_000


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fr", "La séance « Achats responsables » est rétablie"),
        ("en", "“Achats responsables” takes place after all"),
    ],
)
def test_who_is_invited_to_a_restored_session_reads_that_it_takes_place(
    session, signs_up, outbox, language, title
):
    signs_up(ADA, session, language=language)
    left()
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    left()
    restore_session(session, by=NADIA, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    for body in bodies(message):
        assert title in body.lines


@pytest.mark.parametrize(
    ("capacity", "after", "goes_on"),
    [(None, None, False), (20, 20, False), (2, 2, True), (2, 1, False)],  # the last one is overdrawn
)
def test_only_a_seat_somebody_waits_for_goes_to_who_waits(
    session, signs_up, outbox, capacity, after, goes_on
):
    session.capacity = capacity
    for person in (ADA, BELA, replace(BELA, email="dora@choir.example.org")):
        signs_up(person, session, language="en")
    session.capacity = after
    db.session.commit()

    message = written(of_kind(outbox, "invitation"))
    for body in bodies(message):
        [line] = [line for line in body.lines if line.startswith("Something came up?")]
        assert ("the first person waiting" in line) is goes_on
        assert ("the first person waiting" in body.text) is goes_on


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_invited_can_add_the_date_and_shows_no_calendar_the_way_to_their_page(
    session, signs_up, outbox, language
):
    registrant = signs_up(ADA, session, language=language).registrant
    message = written(of_kind(outbox, "invitation"))

    offered = {words: unquote(at) for words, at in html_page(message).links}
    adding = [offered[name] for name in ("Google", "Outlook.com")]
    file = offered[{"fr": "Fichier (.ics)", "en": "File (.ics)"}[language]]
    own = urlsplit(links.me_link(registrant)).path
    assert [links.join_link(registrant, session) in at for at in adding] == [True] * 2
    assert [own in at for at in adding] == [False] * 2
    assert own not in calendar_of(message).to_ical().decode().replace("\r\n ", "")
    assert [line for line in plain_lines(message) if line.endswith(file)] != []
    assert max(map(len, adding)) < 1_000


@pytest.mark.parametrize(
    ("language", "begins"),
    [("fr", "Votre place est confirmée. Acceptez"), ("en", "Your seat is confirmed. Accept")],
)
def test_the_line_beneath_the_subject_says_what_the_subject_does_not(
    session, signs_up, outbox, language, begins
):
    signs_up(ADA, session, language=language)
    message = written(of_kind(outbox, "invitation"))

    preheader, filler = [part for part in html_page(message).all("div") if "aria-hidden" in part.attributes][
        :2
    ]
    assert preheader.text.startswith(begins)
    assert session.title not in preheader.text
    assert not any(sign.isalnum() for sign in filler.text)
