"""Every mail of a registration, in both languages, as a mail program reads it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, written
from webinars.cycles.states import Format
from webinars.extensions import db
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email, State
from webinars.registration import queries, ways
from webinars.registration.actions import Change, send_cancellation, send_update, sign_up, withdraw
from webinars.registration.quoting import quoted

LANGUAGES = ("fr", "en")


def of_kind(outbox, kind):
    return next(email for email in outbox() if email.kind == kind)


def left():
    db.session.execute(db.update(Email).values(state=State.SENT))
    db.session.commit()


def parts(message):
    return [part.get_content_type() for part in message.walk()]


def text_of(message):
    return message.get_body(("plain",)).get_content()


def html_of(message):
    return message.get_body(("html",)).get_content()


def calendar_of(message):
    octets = [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_subtype() in ("calendar", "ics")
    ]
    assert len(octets) == 2
    assert octets[0] == octets[1]
    return Calendar.from_ical(octets[0])


def addresses_in(message):
    decoded = [part.get_payload(decode=True) or b"" for part in message.walk()]
    headers = [str(value) for _name, value in message.items()]
    calendar = [octets.replace(b"\r\n ", b"") for octets in decoded]
    found = re.findall(r"[\w.+-]+@[\w.-]+\w", " ".join([*headers, *(one.decode() for one in calendar)]))
    # identities look like addresses
    return {address for address in found if not re.fullmatch(r"[0-9a-f]{32,43}@.*", address)}


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
    for body in (text_of(message), html_of(message)):
        assert fact in body
        assert session.title in body
        assert ways.me_link(registrant) in body
        assert "video.example.org" not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_confirmation_says_what_waits_and_what_was_held_already(
    cycle, session, add_session, signs_up, outbox, language
):
    full = add_session(cycle, "Full", days=12, capacity=0)
    new = add_session(cycle, "New", days=14)
    signs_up(ADA, session, language=language)

    signs_up(ADA, session, full, new)

    text = text_of(written(outbox()[-1]))
    words = {
        "fr": ["déjà inscrite", "Place déjà confirmée", "Liste d’attente", "Une invitation arrive"],
        "en": ["already registered", "Seat confirmed already", "Waiting list", "One invitation arrives"],
    }
    assert [word in text for word in words[language]] == [True] * 4


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", "Invitation : Achats responsables – jeudi 12 mars, 10 h"),
        ("en", "Invitation: Achats responsables – Thursday 12 March, 10:00"),
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
    assert str(event["SUMMARY"]) == f"{cycle.title} – {session.title}"
    assert event["DTSTART"].dt == session.local_start
    join = ways.join_link(registrant, session)
    assert str(event["LOCATION"]) == join
    assert str(event["DESCRIPTION"]).splitlines()[0].endswith(join)
    assert ways.me_link(registrant) in str(event["DESCRIPTION"])
    assert b"video.example.org" not in message.as_bytes()


def test_an_invitation_to_a_place_gives_the_place(cycle, add_session, signs_up, outbox):
    on_site = add_session(cycle, "Sur place", days=3, format="on_site", place="Hôtel de ville, Valbrune")
    signs_up(ADA, on_site)

    message = written(of_kind(outbox, "invitation"))
    event = calendar_of(message).walk("VEVENT")[0]

    assert str(event["LOCATION"]) == "Hôtel de ville, Valbrune"
    assert "CONFERENCE" not in event
    assert "Hôtel de ville, Valbrune" in text_of(message)
    assert "/join/" not in html_of(message)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Une place s’est libérée, et elle est à vous"), ("en", "A seat is free, and it is yours")],
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
    assert words in text_of(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_update_says_old_and_new_and_asks_again(session, signs_up, outbox, language):
    signs_up(ADA, session, language=language)
    left()
    invitation = of_kind(outbox, "invitation")
    former = session.starts_at, session.ends_at
    session.starts_at, session.ends_at = (at.replace(day=13) for at in former)

    told = send_update(
        session,
        queries.invited_to(session),
        what_changed=Change(starts_at=former[0], ends_at=former[1], word="La salle est prise."),
        now=NOW,
    )
    db.session.commit()

    message = written(outbox()[-1])
    event = calendar_of(message).walk("VEVENT")[0]
    subject = {
        "fr": "Mise à jour : Achats responsables – vendredi 13 mars, 10 h",
        "en": "Update: Achats responsables – Friday 13 March, 10:00",
    }
    old = {"fr": "jeudi 12 mars 2026", "en": "Thursday 12 March 2026"}
    assert told == 1
    assert message["Subject"] == subject[language]
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (invitation.uid, 1)
    assert message["In-Reply-To"] == message["References"] == invitation.message_id
    for body in (text_of(message), html_of(message)):
        assert old[language] in body.replace("\u00a0", " ")
        assert "La salle est prise." in body


@pytest.mark.parametrize(("day", "fact"), [(12, "change d’horaire"), (13, "change de date")])
def test_an_update_says_whether_the_day_or_only_the_hours_change(session, signs_up, outbox, day, fact):
    signs_up(ADA, session)
    left()
    former = session.starts_at, session.ends_at
    session.starts_at, session.ends_at = (at.replace(day=day, hour=at.hour + 1) for at in former)

    what_changed = Change(starts_at=former[0], ends_at=former[1])
    send_update(session, queries.invited_to(session), what_changed=what_changed, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    assert all(fact in body for body in (text_of(message), html_of(message)))


def test_a_major_change_forgets_the_answer_and_a_minor_one_keeps_it(session, signs_up, outbox):
    signs_up(ADA, session)
    left()
    registration = queries.invited_to(session)[0]
    registration.invitation.partstat = "ACCEPTED"
    db.session.commit()

    send_update(session, queries.invited_to(session), what_changed=Change(title="Former"), now=NOW)
    db.session.commit()
    minor = calendar_of(written(outbox()[-1])).walk("VEVENT")[0]["ATTENDEE"].params

    send_update(session, queries.invited_to(session), what_changed=Change(place="Elsewhere"), now=NOW)
    db.session.commit()
    invitation = queries.invited_to(session)[0].invitation

    assert (minor["PARTSTAT"], minor["RSVP"]) == ("ACCEPTED", "FALSE")
    assert (invitation.sequence, invitation.last_major, invitation.partstat) == (2, 2, "NEEDS-ACTION")


@pytest.mark.parametrize(
    ("language", "subject", "fact"),
    [
        ("fr", "Annulation : Achats responsables – jeudi 12 mars, 10 h", "est annulée"),
        ("en", "Cancellation: Achats responsables – Thursday 12 March, 10:00", "is cancelled"),
    ],
)
def test_a_cancelled_session_leaves_the_calendar(session, signs_up, outbox, language, subject, fact):
    signs_up(ADA, session, language=language)
    left()

    send_cancellation(session, queries.invited_to(session), word="Grève.", now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    calendar = calendar_of(message)
    assert message["Subject"] == subject
    assert calendar["METHOD"] == "CANCEL"
    assert str(calendar.walk("VEVENT")[0]["STATUS"]) == "CANCELLED"
    for body in (text_of(message), html_of(message)):
        assert fact in body
        assert "Grève." in body


@pytest.mark.parametrize(
    ("by", "french"),
    [("attendee", "Votre place est rendue"), ("Nadia Benali", "L’équipe a retiré votre inscription")],
)
def test_a_withdrawal_is_told_to_whoever_held_the_place(session, signs_up, outbox, by, french):
    ada = signs_up(ADA, session).registrant
    left()

    withdraw(queries.live_registration(ada.id, session.id), by=by, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    assert calendar_of(message)["METHOD"] == "CANCEL"
    assert french in text_of(message)


def test_what_settles_stands_in_no_message(session, signs_up, outbox):
    """Calendars and words say what was announced, until the change is."""
    ada = signs_up(ADA, session, language="en").registrant
    session.starts_at, session.ends_at = (at.replace(day=13) for at in (session.starts_at, session.ends_at))
    session.title = "Not told yet"
    db.session.commit()
    invitation = written(outbox()[-2])
    left()
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    cancellation = written(outbox()[-1])

    for message in (invitation, cancellation):
        event = calendar_of(message).walk("VEVENT")[0]
        assert (event["DTSTART"].dt.day, event["DTEND"].dt.day) == (12, 12)
        assert "Achats responsables" in event["SUMMARY"]
        assert "Not told yet" not in f"{message['Subject']}{text_of(message)}{html_of(message)}"


def test_a_cancellation_carries_the_date_that_was_sent_last(session, signs_up, outbox):
    """An update that had not left is dropped, and what it would have told with it."""
    ada = signs_up(ADA, session).registrant
    left()
    former = session.starts_at, session.ends_at
    session.starts_at, session.ends_at = (at.replace(day=13) for at in former)
    change = Change(starts_at=former[0], ends_at=former[1])
    send_update(session, queries.invited_to(session), what_changed=change, now=NOW)
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()

    assert [mail.state for mail in outbox()][-2:] == [State.DROPPED, State.QUEUED]
    event = calendar_of(written(outbox()[-1])).walk("VEVENT")[0]
    assert (int(event["SEQUENCE"]), event["DTSTART"].dt.day) == (2, 12)


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


@pytest.mark.parametrize(
    ("change", "french"),
    [
        (Change(format=Format.ONLINE, place=""), "Ancien lieu : en visioconférence."),
        (Change(place="Mairie, salle 1"), "Ancien lieu : Mairie, salle 1, ou en visioconférence."),
        (Change(title="Former"), "Ancien titre : « Former »."),
        (Change(texts=True), "La présentation est nouvelle"),
    ],
)
def test_an_update_says_what_was(session, signs_up, outbox, change, french):
    session.format, session.place = Format.HYBRID, "Mairie, salle 2"
    signs_up(ADA, session)
    left()

    send_update(session, queries.invited_to(session), what_changed=change, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    for body in (text_of(message), html_of(message)):
        assert french in body.replace("\u00a0", " ")


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
        assert "<b>or" not in html_of(message)
        assert "Win" not in message["Subject"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anne-Marie", "Anne-Marie"),
        ("J.-P. O’Brien", "J.-P. O’Brien"),
        ("www.spam.example", "www. spam. example"),
        ("https://spam.example/a", "https: / / spam. example/ a"),
        ("a@b.example", "a@ b. example"),
        ("x" * 200, "x" * 120),
    ],
)
def test_quoting_leaves_names_and_breaks_links(typed, shown):
    assert quoted(typed) == shown


def test_the_same_row_written_twice_is_the_same_message(session, signs_up, outbox):
    signs_up(ADA, session)

    for mail in outbox():
        assert written(mail).as_bytes() == written(mail).as_bytes()


@pytest.mark.parametrize("kind", ["confirmation", "invitation"])
def test_a_mail_stays_light(cycle, add_session, signs_up, outbox, kind):
    signs_up(ADA, *(add_session(cycle, f"Session {n}", days=n + 1) for n in range(8)))

    assert len(html_of(written(of_kind(outbox, kind)))) < 20_000


def test_an_invitation_of_the_transaction_that_moved_the_session_is_written(cycle, session, outbox):
    local = (session.starts_at + timedelta(hours=1)).astimezone(session.zone)
    assert local.utcoffset() != timedelta(0)
    session.move(starts_at=local, ends_at=local + timedelta(hours=1), now=NOW)
    sign_up(cycle, [session.public_id], ADA, language="fr", now=NOW)
    db.session.commit()

    event = calendar_of(written(of_kind(outbox, "invitation"))).walk("VEVENT")[0]
    assert event["DTSTART"].dt == session.starts_at
    assert event["DTEND"].dt == session.ends_at


def test_a_word_keeps_its_lines(session, signs_up, outbox):
    signs_up(ADA, session)
    left()

    send_cancellation(session, queries.invited_to(session), word="Grève.\n<b>Désolés</b>", now=NOW)
    message = written(of_kind(outbox, "invitation_cancelled"))

    assert "Grève.<br>&lt;b&gt;Désolés&lt;/b&gt;" in html_of(message)
    assert "Grève.\n<b>Désolés</b>" in text_of(message).replace("\r", "")
