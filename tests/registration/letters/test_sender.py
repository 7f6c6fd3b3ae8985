"""In whose name mails leave: one for all of an organisation, whatever they are about."""

import pytest

from tests.conftest import NOW
from tests.registration.conftest import ADA, written
from tests.registration.reading_mails import calendar_of, left, of_kind
from webinars import clock
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.models import Email
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.storage.database import only_reading
from webinars.storage.extensions import db


def to_nadia(kind, about_id):
    return Email(
        kind=kind,
        recipient="nadia@vto.example.org",
        language="fr",
        about_id=about_id,
        message_id="<1@example.org>",
        created_at=NOW,
        not_before=NOW,
        details={},
    )


@pytest.mark.parametrize(
    ("chosen", "name"), [("", "Villes et Territoires Occitanie"), ("L’équipe de VTO", "L’équipe de VTO")]
)
def test_every_mail_of_an_organisation_shows_one_name(
    organisation, session, nadia, signs_up, outbox, chosen, name
):
    organisation.sender_name = chosen
    ada = signs_up(ADA, session).registrant
    found = [written(of_kind(outbox, kind)) for kind in ("confirmation", "invitation")]
    left()
    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    found.append(written(of_kind(outbox, "invitation_cancelled")))
    reset = to_nadia("password_reset", nadia.id)
    db.session.commit()
    with only_reading():  # as the worker writes: the link is kept by another connection
        found.append(WRITERS[reset.kind](reset, Batch([reset], clock.now())))

    assert {str(message["From"].addresses[0]) for message in found} == {f"{name} <webinaires@example.org>"}


def test_a_name_that_would_be_cut_gives_way_to_the_short_one(organisation, session, signs_up, outbox):
    sixty = "Centre national de ressources pour la politique de la ville."
    shown = {}
    for name in (sixty, f"{sixty}."):
        organisation.name = name
        signs_up(ADA, session)
        db.session.commit()
        shown[len(name)] = written(of_kind(outbox, "confirmation"))["From"].addresses[0].display_name

    assert shown == {60: sixty, 61: organisation.short_name}


def test_a_calendar_is_organised_by_its_cycle(cycle, session, signs_up, outbox):
    signs_up(ADA, session)

    organizer = calendar_of(written(of_kind(outbox, "invitation"))).walk("VEVENT")[0]["ORGANIZER"]

    assert (str(organizer), organizer.params["CN"]) == ("mailto:webinaires@example.org", cycle.title[:60])
