"""How long the words of a message that came in are kept, and who sent it."""

from dataclasses import replace
from datetime import timedelta

from tests.actors import NADIA
from tests.registration.conftest import written
from tests.replies.conftest import LATER
from tests.replies.samples import ADA, gmail, letter
from tests.replies.sources.test_sources import count
from webinars.replies.actions import handle
from webinars.replies.chores import clear_old
from webinars.replies.models import Incoming
from webinars.storage.extensions import db


def words_of(incoming: Incoming) -> tuple[object, ...]:
    """Who wrote, and what."""
    db.session.commit()
    db.session.refresh(incoming)
    content = incoming.content is not None
    return incoming.sender, incoming.subject, incoming.excerpt, content, bool(incoming.details)


def test_what_waits_for_a_person_keeps_its_words_until_it_is_handled(app, invitation, comes) -> None:
    at_once = replace(app.config["SETTINGS"], replies_keep_days=0)
    incoming = comes(letter("Bonjour"))
    assert clear_old(LATER + timedelta(hours=1), at_once) == 0
    assert words_of(incoming) == (ADA, "Accepté : Achats", "Bonjour", True, True)

    handle(incoming, by=NADIA, now=LATER)
    assert words_of(incoming) == (None, "", "", False, False)
    assert clear_old(LATER + timedelta(hours=2), at_once) == 0


def test_a_letter_that_waits_to_be_handed_on_is_written_whole_however_long_it_waits(
    app, invitation, comes, outbox
) -> None:
    incoming = comes(letter("Bonjour"))
    assert clear_old(LATER + timedelta(days=300), app.config["SETTINGS"]) == 0
    message = written(outbox()[-1])

    assert "Bonjour" in message.get_body(("plain",)).get_content()
    assert words_of(incoming)[2] == "Bonjour"


def test_who_answered_is_cleared_with_old_mail_and_the_message_forgotten_after_a_year(
    app, sample, comes
) -> None:
    incoming = comes(gmail(sample))
    assert clear_old(LATER + timedelta(days=29), app.config["SETTINGS"]) == 0
    assert words_of(incoming) == (ADA, "", "", False, True)
    assert clear_old(LATER + timedelta(days=31), app.config["SETTINGS"]) == 1
    assert words_of(incoming) == (None, "", "", False, False)
    assert comes(gmail(sample)) is None  # it is still known
    assert clear_old(LATER + timedelta(days=366), app.config["SETTINGS"]) == 1
    assert count() == 0
