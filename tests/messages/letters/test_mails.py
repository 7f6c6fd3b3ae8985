"""What people read: their name as plain text, the organiser's words as Markdown; nothing for who has left."""

import pytest
from flask_babel import force_locale

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Page
from tests.registration.conftest import written
from webinars.messages import actions
from webinars.messages.audience import Standing
from webinars.messages.letters.mails import as_read_by
from webinars.outbox.errors import ReasonGone
from webinars.registration import session_words
from webinars.registration.actions import mute, withdraw
from webinars.registration.links import me_link, unsubscribe_link
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db

IN = RegistrationState.CONFIRMED
HOSTILE = [
    "{last_name}",
    "<b>Ada</b>",
    "https://evil.example",
    "Ada\r\nBcc: x@evil.example",
    "**Ada**",
    "{{7*7}}",
]


@pytest.fixture
def mail_to(writes, coming, outbox):
    """Sends a message to who has a seat in the session to come; the mail of the first as a program reads it."""

    def send(**words):
        actions.send(writes(Standing.CONFIRMED, coming, **words), by=NADIA, now=NOW)
        db.session.commit()
        return written(outbox()[0])

    return send


def parts(mail) -> tuple[str, str]:
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_each_word_stands_for_what_the_list_says(joins, coming, mail_to):
    ada = joins("Ada", {coming: IN}, structure="Ville de Valbrune")
    mail = mail_to(
        subject="{séance}, {date} – {cycle}",
        body="{prénom} {nom} de {structure}\n\n{séance}, {date}, {horaires}\n\n[ici]({page}) et {ma_page}",
    )
    text, html = parts(mail)

    assert mail["Subject"] == (
        "Achats responsables, jeudi 12 mars 2026 – Agir sur l’emploi dans les quartiers prioritaires"
    )
    assert "Ada Doe de Ville de Valbrune" in text.splitlines()
    with force_locale("fr"):
        assert (
            f"Achats responsables, {session_words.day(coming)}, {session_words.hours(coming)}"
            in text.splitlines()
        )
    assert f"ici (http://localhost/vto/emploi/achats-responsables) et {me_link(ada)}" in text.splitlines()
    addresses = Page(html).addresses
    assert {me_link(ada), "http://localhost/vto/emploi/achats-responsables"} <= set(addresses)


def test_the_mail_can_be_silenced_and_says_how(joins, coming, mail_to):
    ada = joins("Ada", {coming: IN})
    mail = mail_to()
    link = unsubscribe_link(ada)

    assert mail["List-Unsubscribe"] == f"<{link}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert all(link in part for part in parts(mail))
    assert mail["To"] == "Ada Doe <ada@town.example.org>"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_plain_text_without_a_link(joins, coming, mail_to, name):
    joins("Ada", {coming: IN}, first_name=name)
    mail = mail_to(subject="Bonjour", body="Bonjour **{prénom}**, fin")
    text, html = parts(mail)
    shown = {
        "<b>Ada</b>": "<b>Ada</ b>",
        "https://evil.example": "https: / / evil. example",
        "Ada\r\nBcc: x@evil.example": "Ada Bcc: x@ evil. example",
    }.get(name, name)

    assert f"Bonjour {shown}, fin" in text.splitlines()
    assert f"Bonjour {shown}, fin" in Page(html).lines
    assert shown in [strong.text for strong in Page(html).all("strong")]
    assert "evil.example" not in html + text
    assert mail["Subject"] == "Bonjour"
    assert mail["Bcc"] is None


def test_the_words_around_follow_the_readers_language(joins, coming, mail_to):
    joins("Ada", {coming: IN}, language="en")
    text, _html = parts(mail_to(body="On {date}"))

    assert "On Thursday 12\u00a0March 2026" in text.splitlines()
    assert (
        "You receive this message because you are registered for this cycle, wait for a seat in it, or attended it."
    ) in text.splitlines()


def test_nothing_is_written_to_who_gave_the_seat_back_since(joins, coming, mail_to, outbox):
    joins("Ada", {coming: IN})
    mail_to()
    withdraw(db.session.scalars(db.select(Registration)).one(), now=NOW)
    db.session.commit()

    with pytest.raises(ReasonGone):
        written(outbox()[0])


def test_nothing_is_written_to_who_asked_for_silence_since(joins, coming, mail_to, outbox):
    ada = joins("Ada", {coming: IN})
    mail_to()
    mute(ada, now=NOW)
    db.session.commit()

    assert outbox()[0].state == "dropped"
    with pytest.raises(ReasonGone):
        written(outbox()[0])


def test_nothing_is_written_of_a_message_or_to_a_person_that_is_gone(joins, coming, mail_to, outbox):
    ada = joins("Ada", {coming: IN})
    mail_to()
    db.session.delete(ada)
    db.session.commit()

    with pytest.raises(ReasonGone):
        written(outbox()[0])


def test_mail_for_somebody_who_is_gone_is_not_written_for_who_comes_next(joins, coming, mail_to, outbox):
    ada = joins("Ada", {coming: IN})
    mail_to()
    db.session.delete(ada)
    db.session.commit()
    joins("Bela", {coming: IN})

    with pytest.raises(ReasonGone):
        written(outbox()[0])


def test_a_test_is_marked_and_opens_nobodys_page(joins, coming, writes, outbox):
    ada = joins("Ada", {coming: IN})
    message = writes(Standing.CONFIRMED, coming, body="Bonjour {prénom} {nom}, {ma_page}")
    actions.send_test(
        message, recipient="nadia@vto.example.org", name="Nadia Benali", nonce="1", language="fr", now=NOW
    )
    db.session.commit()
    mail = written(outbox()[0])
    text, html = parts(mail)

    assert mail["Subject"] == "[essai] À lire"
    assert mail["To"] == "Nadia Benali <nadia@vto.example.org>"
    assert "Bonjour Nadia Benali, http://localhost/me/lien-personnel" in text.splitlines()
    assert mail["List-Unsubscribe"] is None
    assert me_link(ada) not in text + html
    assert db.session.scalars(db.select(Registration)).one().registrant_id == ada.id
    db.session.commit()


def test_a_preview_says_what_the_mail_says_but_for_personal_links(joins, coming, writes, outbox):
    ada = joins("Ada", {coming: IN})
    message = writes(Standing.CONFIRMED, coming, subject="{séance}", body="Bonjour {prénom}, {ma_page}")
    preview = as_read_by(ada, message)
    actions.send(message, by=NADIA, now=NOW)
    db.session.commit()
    text, _html = parts(written(outbox()[0]))
    secret, shown = me_link(ada), "http://localhost/me/lien-personnel"

    assert preview["subject"] == "Achats responsables"
    assert secret not in preview["text"] + preview["html"]
    assert unsubscribe_link(ada) not in preview["text"] + preview["html"]
    told = text.replace(secret, shown).replace(
        unsubscribe_link(ada), "http://localhost/unsubscribe/lien-personnel"
    )
    assert preview["text"].split() == told.split()
