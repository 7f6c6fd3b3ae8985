"""Who gave a place back and takes it again keeps the entry of their calendar, and is told what it needs to hear."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, written
from tests.registration.reading_mails import bodies, left, plain_lines, text_of
from webinars.invitations.models import Invitation, PartStat
from webinars.outbox.models import Email, MailState
from webinars.registration.actions import take, withdraw
from webinars.registration.models import Registration, RegistrationState
from webinars.registration.queries import live_registrations
from webinars.storage.extensions import db


@pytest.fixture
def ada(session, signs_up):
    """Ada, whose invitation has left."""
    registrant = signs_up(ADA, session).registrant
    left()
    return registrant


def gives_back(registrant, **facts):
    [registration] = live_registrations(registrant.id)
    withdraw(registration, now=NOW, **facts)
    db.session.commit()


def sent():
    """What waits of anybody's counts as sent."""
    db.session.execute(
        db.update(Email).where(Email.state == MailState.QUEUED).values(state=MailState.SENT, sent_at=NOW)
    )
    db.session.commit()


def calendar_mails(outbox):
    return [(mail.kind, mail.sequence, mail.state.value) for mail in outbox() if mail.sequence is not None]


def by_form(session, signs_up, _ada):
    signs_up(ADA, session)


def on_the_page(session, _signs_up, ada):
    take(ada, session, now=NOW)
    db.session.commit()


WAYS = pytest.mark.parametrize("comes_back", [by_form, on_the_page])


@WAYS
@pytest.mark.parametrize("by", [None, NADIA])
def test_the_uid_stays_and_the_number_rises(session, signs_up, ada, outbox, comes_back, by):
    gives_back(ada, by=by)
    sent()
    comes_back(session, signs_up, ada)

    assert calendar_mails(outbox) == [
        ("invitation", 0, "sent"),
        ("invitation_cancelled", 1, "sent"),
        ("invitation_restored", 2, "queued"),
    ]
    [invitation] = db.session.scalars(select(Invitation))
    assert (invitation.cancelled_at, invitation.partstat) == (None, PartStat.NEEDS_ACTION)
    found = db.session.execute(
        select(Registration.state, Registration.invitation_id).order_by(Registration.id)
    )
    assert [*found] == [(RegistrationState.CANCELLED, None), (RegistrationState.CONFIRMED, invitation.id)]


@WAYS
def test_before_the_cancellation_left_nobody_s_calendar_hears_of_it(
    session, signs_up, ada, outbox, comes_back
):
    gives_back(ada)
    comes_back(session, signs_up, ada)

    assert calendar_mails(outbox) == [("invitation", 0, "sent"), ("invitation_cancelled", 1, "dropped")]
    confirmations = [mail for mail in outbox() if mail.kind == "confirmation"]
    if comes_back is by_form:  # the mail promises no invitation that does not come
        assert "arrive" not in text_of(written(confirmations[-1]))


@WAYS
def test_a_calendar_that_declined_is_asked_again_all_the_same(session, signs_up, ada, outbox, comes_back):
    db.session.scalars(select(Invitation)).one().partstat = PartStat.DECLINED
    gives_back(ada, reason="refusal", told_by="place_freed")
    comes_back(session, signs_up, ada)

    assert calendar_mails(outbox)[1:] == [("place_freed", 1, "dropped"), ("invitation_restored", 2, "queued")]


def test_from_the_waitlist_too(session, signs_up, ada, outbox):
    session.capacity = 1
    signs_up(BELA, session)
    gives_back(ada)
    sent()
    take(ada, session, now=NOW)
    db.session.commit()
    bela = db.session.scalars(
        select(Registration).where(Registration.state == RegistrationState.CONFIRMED)
    ).one()
    withdraw(bela, now=NOW)
    db.session.commit()

    mail = outbox()[-1]
    assert (mail.kind, mail.recipient, mail.sequence) == ("invitation_restored", ADA.email, 2)
    assert "Une place est à vous\u00a0: «\u00a0Achats responsables\u00a0»" in plain_lines(written(mail))


def test_at_another_address_it_is_another_object(session, signs_up, ada, outbox):
    gives_back(ada)
    sent()
    ada.email = ada.email_key = "ada@other.example.org"
    take(ada, session, now=NOW)
    db.session.commit()

    assert calendar_mails(outbox)[-1][:2] == ("invitation", 0)
    assert len({mail.uid for mail in outbox() if mail.sequence is not None}) == 2


@WAYS
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_mail_says_to_accept_again_first(session, signs_up, ada, outbox, comes_back, language):
    ada.language = language
    gives_back(ada)
    sent()
    comes_back(session, signs_up, ada)

    message = written(next(mail for mail in outbox() if mail.kind == "invitation_restored"))
    first = {
        "fr": "Acceptez de nouveau, même si votre agenda montre encore la séance\u202f; ne cliquez plus sur «\u00a0Supprimer\u00a0» dans un message précédent.",
        "en": "Accept again, even if your calendar still shows the session; do not click “Remove” in a former message any more.",
    }[language]
    for body in bodies(message):
        assert first in body.lines
        assert {urlsplit(address).netloc for address in body.addresses} >= {
            "calendar.google.com",
            "outlook.live.com",
        }
    assert message["In-Reply-To"] or message["References"]
