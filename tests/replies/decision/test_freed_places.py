"""A refusal frees the seat only where the cycle says so: the waitlist gets it, the person is told and led back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, states, written
from tests.registration.reading_mails import bodies
from tests.replies.conftest import LATER, let_leave
from tests.replies.samples import CLIENTS, SHAPES, Sample, gmail
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant, RegistrationState
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db


@pytest.fixture
def refusal(cycle: Cycle, session: Session, signs_up) -> Sample:
    """Ada has the only seat, Béla waits; Ada's calendar declines."""
    session.capacity, cycle.refusal_frees_place = 1, True
    db.session.commit()
    signs_up(ADA, session)
    signs_up(BELA, session)
    return Sample(uid=let_leave().uid, partstat="DECLINED")


@pytest.mark.parametrize("client", [client for client in CLIENTS if client != "nextcloud"])
def test_the_place_goes_to_whoever_waits_and_one_mail_leads_back(
    client: str, refusal, registrations, comes, outbox
) -> None:
    known = len(outbox())
    comes(SHAPES[client](refusal))
    comes(SHAPES[client](replace(refusal, stamp="20260302T110000Z", message_id="<again@x.example>")))

    assert states(registrations()) == [RegistrationState.CANCELLED, RegistrationState.CONFIRMED]
    fresh = outbox()[known:]
    assert [(email.kind, email.recipient) for email in fresh] == [
        ("place_freed", ADA.email),
        ("invitation", BELA.email),
    ]
    message = written(fresh[0])
    [back] = [address for address in bodies(message)[0].addresses if address.endswith("#others")]
    assert back.startswith("http://localhost/me/")
    for body in bodies(message):
        assert (
            "Votre agenda a décliné «\u00a0Achats responsables\u00a0»\u00a0: votre place est libérée"
            in body.text
        )
        assert "Si votre agenda le demande, confirmez le retrait." in body.text
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert "METHOD:CANCEL" in calendar.get_content()


def test_by_reply_to_alone_no_place_is_freed_and_the_page_says_who_sent_it(
    refusal, registrations, comes, desk, outbox
) -> None:
    known = len(outbox())
    assert comes(SHAPES["nextcloud"](refusal)).verdict is Verdict.ANSWERED

    assert (states(registrations()), len(outbox())) == (
        [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED],
        known,
    )
    page = read(desk.get("/organise/vto/cycles/emploi/messages/answers?lang=en"))
    assert "sent by calendrier@cloud.example.net" in page.lines
    assert page.link("Remove from sessions… Ada Lovelace, Achats responsables")
    comes(gmail(replace(refusal, stamp="20260302T113000Z", message_id="<own@x.example>")))
    assert "sent by" not in desk.get("/organise/vto/cycles/emploi/messages/answers?lang=en").text


def test_the_way_back_takes_the_session_again(
    refusal, registrations, comes, client, session: Session
) -> None:
    from webinars.registration.actions import withdraw
    from webinars.registration.links import me_link

    comes(gmail(refusal))
    withdraw(registrations()[1], now=LATER)
    db.session.commit()
    ada = db.session.get_one(Registrant, registrations()[0].registrant_id)
    path = me_link(ada).removeprefix("http://localhost")
    page = client.get(path)

    [others] = read(page).all("section", **{"aria-labelledby": "others"})
    assert f"{path}/sessions/{session.public_id}/take" in others.actions + others.addresses


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
def test_another_answer_frees_nothing(partstat: str, refusal, registrations, comes) -> None:
    comes(gmail(replace(refusal, partstat=partstat)))

    assert states(registrations()) == [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED]


def test_a_refusal_that_is_held_or_too_late_frees_nothing(refusal, registrations, comes) -> None:
    comes(gmail(replace(refusal, sender="x@else.example.net")))
    comes(gmail(replace(refusal, message_id="<b@x.example>")), at=NOW + timedelta(days=11))

    assert states(registrations()) == [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED]


def test_without_the_setting_the_place_stays(cycle: Cycle, refusal, registrations, comes, outbox) -> None:
    cycle.refusal_frees_place = False
    db.session.commit()
    known = len(outbox())
    comes(gmail(refusal))

    assert (states(registrations()), len(outbox())) == (
        [RegistrationState.CONFIRMED, RegistrationState.WAITLISTED],
        known,
    )
