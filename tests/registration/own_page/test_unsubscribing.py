"""Reminders and announcements silenced by one click, without what one needs being silenced too."""

import pytest

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA
from webinars.outbox.actions import queue
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import MailState
from webinars.registration.letters.letterhead import letter
from webinars.registration.links import unsubscribe_link
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ada(signs_up, session) -> Registrant:
    return signs_up(ADA, session).registrant


@pytest.fixture
def address(ada) -> str:
    return unsubscribe_link(ada).removeprefix("http://localhost")


def queue_reminder(ada: Registrant, **facts):
    facts = {"purpose": "reminder:1", "can_be_silenced": True, "cycle_id": ada.cycle_id, **facts}
    mail = queue("reminder", recipient=ada.email, language="fr", about_id=ada.id, now=NOW, **facts)
    db.session.commit()
    return mail


def test_reading_the_page_changes_nothing(client, ada, address):
    assert client.get(address).status_code == 200
    db.session.refresh(ada)

    assert ada.muted_at is None


def test_a_mail_program_posts_once_and_is_answered_without_a_redirect(client, ada, address):
    answers = [client.post(address, data=ONE_CLICK).status_code for _time in range(2)]
    db.session.refresh(ada)

    assert answers == [200, 200]
    assert ada.muted_at is not None


def test_a_person_presses_a_button_and_can_take_it_back(client, ada, address):
    token = read(client.get(address)).values["form_token"]
    assert client.post(address, data={"form_token": token}).status_code == 303
    db.session.refresh(ada)
    assert ada.muted_at is not None

    token = read(client.get(address)).values["form_token"]
    assert client.post(address, data={"form_token": token, "again": "1"}).status_code == 303
    db.session.refresh(ada)
    assert ada.muted_at is None


def test_a_form_of_somewhere_else_changes_nothing(client, ada, address):
    page = client.post(address, data={"form_token": "stolen"})
    db.session.refresh(ada)

    assert (page.status_code, ada.muted_at) == (200, None)


def test_what_waits_is_dropped_at_once_and_invitations_are_not(client, ada, address, outbox):
    queue_reminder(ada)
    client.post(address, data=ONE_CLICK)

    assert {mail.kind: mail.state for mail in outbox()} == {
        "confirmation": MailState.QUEUED,
        "invitation": MailState.QUEUED,
        "reminder": MailState.DROPPED,
    }


def test_no_letter_that_can_be_silenced_is_written_afterwards(ada):
    mail = queue_reminder(ada)
    ada.muted_at = NOW

    with pytest.raises(ReasonGone):
        letter(mail, ada, kind="confirmation", can_be_silenced=True)


def test_a_link_of_another_kind_or_a_revoked_one_opens_nothing(client, ada, address):
    other = address.replace("/unsubscribe/", "/me/")
    answer = client.get(other)
    assert (answer.status_code, read(answer).heading) == (404, "Ce lien ne fonctionne pas")
    ada.token_version += 1
    db.session.commit()

    assert client.post(address, data=ONE_CLICK).status_code == 404
