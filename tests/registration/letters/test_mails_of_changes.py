"""What a change, a cancellation and a withdrawal say, and what the calendar that comes with them."""

import re
from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.registration.conftest import ADA, written
from tests.registration.reading_mails import (
    LANGUAGES,
    bodies,
    calendar_of,
    html_of,
    left,
    of_kind,
    plain_lines,
    text_of,
)
from tests.registration.signing_up import sign_up
from webinars.cycles.states import Format
from webinars.outbox.models import MailState
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.registration.invites.actions import send_cancellation, send_update
from webinars.registration.invites.changes import Change
from webinars.storage.extensions import db


def plain(text):
    """A text with ordinary blanks."""
    return re.sub("[\u00a0\u202f]", " ", str(text))


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
        "fr": "Mise à jour : ven. 13 mars, 10 h – Achats responsables",
        "en": "Update: Fri 13 Mar, 10:00 – Achats responsables",
    }
    old = {"fr": "jeudi 12 mars 2026", "en": "Thursday 12 March 2026"}
    words = {
        "fr": "Date : jeudi 12 mars 2026, 10 h – 11 h 30 → vendredi 13 mars 2026, 10 h – 11 h 30, heure de Paris",
        "en": "Date: Thursday 12 March 2026, 10:00–11:30 → Friday 13 March 2026, 10:00–11:30, Paris time",
    }
    news = f"La salle est prise.\n{words[language]}"
    assert told == 1
    assert plain(event["COMMENT"]) == news
    assert plain(event["DESCRIPTION"]).startswith(f"{news}\n\n")
    assert message["Subject"] == subject[language]
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (invitation.uid, 1)
    assert message["In-Reply-To"] == message["References"] == invitation.message_id
    for body in bodies(message):
        assert any(plain(line).startswith(old[language]) for line in body.lines)
        assert "La salle est prise." in body.lines


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
    heading = f"La séance «\u00a0Achats responsables\u00a0» {fact}"
    assert [heading in body.lines for body in bodies(message)] == [True, True]


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
        (
            "fr",
            "Annulée : jeu. 12 mars, 10 h – Achats responsables",
            "La séance «\u00a0Achats responsables\u00a0» est annulée",
        ),
        ("en", "Cancelled: Thu 12 Mar, 10:00 – Achats responsables", "“Achats responsables” is cancelled"),
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
    [event] = calendar.walk("VEVENT")
    assert str(event["STATUS"]) == "CANCELLED"
    assert str(event["SUMMARY"]).startswith({"fr": "ANNULÉ – Achats", "en": "CANCELLED – Achats"}[language])
    assert (str(event["COMMENT"]), str(event["DESCRIPTION"]).splitlines()[0]) == ("Grève.", "Grève.")
    assert b"/join/" not in calendar.to_ical()
    for body in bodies(message):
        assert fact in body.lines
        assert "Grève." in body.lines


@pytest.mark.parametrize(
    ("by", "french"),
    [
        (None, "Votre désistement est enregistré : « Achats responsables »"),
        (
            None,
            "Vous ne participez plus à cette séance. Si votre agenda le demande, confirmez le retrait. Vous pouvez revenir tant que les inscriptions sont ouvertes.",
        ),
        (
            NADIA,
            "L’équipe a retiré votre inscription à cette séance. Si votre agenda le demande, confirmez le retrait.",
        ),
    ],
)
def test_a_withdrawal_is_told_to_whoever_held_the_place(session, signs_up, outbox, by, french):
    ada = signs_up(ADA, session).registrant
    left()

    withdraw(queries.live_registration(ada.id, session.id), by=by, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    assert calendar_of(message)["METHOD"] == "CANCEL"
    assert french in [plain(line) for line in plain_lines(message)]
    kind = "Votre désistement" if by is None else "Désinscription"
    assert plain(message["Subject"]) == f"{kind} : jeu. 12 mars, 10 h – Achats responsables"


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

    assert [mail.state for mail in outbox()][-2:] == [MailState.DROPPED, MailState.QUEUED]
    event = calendar_of(written(outbox()[-1])).walk("VEVENT")[0]
    assert (int(event["SEQUENCE"]), event["DTSTART"].dt.day) == (2, 12)


@pytest.mark.parametrize(
    ("change", "french"),
    [
        (Change(format=Format.ONLINE, place=""), "Ancien lieu : en visioconférence."),
        (Change(place="Mairie, salle 1"), "Ancien lieu : Mairie, salle 1, ou en visioconférence."),
        (Change(title="Former"), "Ancien titre : « Former »."),
        (
            Change(texts=True),
            "La présentation est nouvelle : elle figure dans cette invitation et sur la page du cycle.",
        ),
    ],
)
def test_an_update_says_what_was(session, signs_up, outbox, change, french):
    session.format, session.place = Format.HYBRID, "Mairie, salle 2"
    signs_up(ADA, session)
    left()

    send_update(session, queries.invited_to(session), what_changed=change, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    for body in bodies(message):
        assert french in [plain(line) for line in body.lines]


def test_an_update_names_no_former_venue_where_none_was_known(session, signs_up, outbox):
    session.format, session.place = Format.ON_SITE, "Mairie, salle 2"
    signs_up(ADA, session, language="en")
    left()

    send_update(session, queries.invited_to(session), what_changed=Change(place=""), now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    for body in (text_of(message), html_of(message)):
        assert "changes venue" in body
        assert "Former venue" not in body


def test_the_link_of_a_hybrid_session_is_for_who_is_not_at_its_place(session, signs_up, outbox):
    session.format, session.place = Format.HYBRID, "Mairie, salle 2"
    signs_up(ADA, session)

    [_text, html] = bodies(written(of_kind(outbox, "invitation")))
    assert any(line.startswith("Ou en visioconférence.") for line in html.lines)


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

    for body in bodies(message):
        first = body.lines.index("Grève.")
        assert body.lines[first + 1] == "<b>Désolés</b>"
