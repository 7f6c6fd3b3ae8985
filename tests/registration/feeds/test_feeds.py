"""Calendars to subscribe to: what they say, for how long, and how they are asked for."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from sqlalchemy import update

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import cancel_session, restore_session
from tests.registration.conftest import ADA, BELA, CLEO
from tests.wire.content import read_calendar
from webinars.cycles.states import CycleState
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email, MailState
from webinars.planning.actions import remove_session
from webinars.planning.updates.actions import send
from webinars.registration import links as registration_links
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

FEED = "/vto/emploi/calendar.ics"


@pytest.fixture
def ada(session, signs_up):
    return signs_up(ADA, session).registrant


def own_feed(registrant):
    return urlsplit(registration_links.feed_link(registrant)).path


def invited():
    """The UIDs of all invitations, oldest first."""
    return list(db.session.scalars(db.select(Invitation.uid).order_by(Invitation.id)))


def read(client, address):
    """The entries of a calendar by summary, each as its properties."""
    calendar = read_calendar(client.get(address).data)
    return {vevent.value("SUMMARY"): vevent for vevent in calendar.children_named("VEVENT")}


def uids(client, address):
    return [vevent.value("UID") for vevent in read(client, address).values()]


def test_the_feed_of_a_cycle_shows_its_dated_sessions(client, cycle, session, add_session):
    add_session(cycle, "Someday", day=None, start_time=None, end_time=None, starts_at=None, ends_at=None)
    add_session(cycle, "Cités", days=20, format="on_site", place="Mairie, salle 2")

    found = read(client, FEED)

    assert list(found) == [f"Achats responsables – {cycle.title}", f"Cités – {cycle.title}"]
    first, second = found.values()
    assert first.value("UID") == f"{session.public_id}@localhost"
    assert first.value("DTSTART") == "20260312T100000"
    assert first.value("URL") == "http://localhost/vto/emploi/achats-responsables"
    assert (first.value("LOCATION"), second.value("LOCATION")) == ("Visioconférence", "Mairie\\, salle 2")
    assert first.value("DESCRIPTION").startswith(
        "Programme et inscription\u00a0: http://localhost/vto/emploi/achats-responsables\\n\\nContact"
    )
    calendar = read_calendar(client.get(FEED).data)
    assert (calendar.value("X-WR-CALNAME"), calendar.value("METHOD")) == (cycle.title, None)


def test_the_feed_of_a_cycle_is_in_its_language(client, cycle, session):
    french = client.get(FEED, headers={"Accept-Language": "en"}).data
    assert "Visioconférence".encode() in french
    assert client.get(f"{FEED}?lang=en").data == french

    cycle.language = "en"
    db.session.commit()

    assert b"LOCATION:Video conference" in client.get(FEED).data


def test_the_feed_of_a_cycle_says_nothing_of_those_who_registered(client, session, ada, signs_up):
    before = client.get(FEED).data
    signs_up(BELA, session)

    after = client.get(FEED)

    assert after.data == before
    personal = [ADA.email, BELA.email, "Lovelace", "/me/", "/join/", ada.public_id, session.join_url]
    assert [word for word in personal if word in after.text] == []


def test_the_feed_of_a_draft_does_not_exist(client, cycle, session):
    cycle.state = CycleState.DRAFT
    db.session.commit()

    addresses = (
        FEED,
        "/vto/emploi/achats-responsables.ics",
        "/vto/other/calendar.ics",
        "/x/emploi/calendar.ics",
    )
    assert [client.get(address).status_code for address in addresses] == [404] * 4


@pytest.mark.parametrize("state", [CycleState.CLOSED, CycleState.ARCHIVED])
def test_the_feed_of_a_closed_cycle_remains(client, cycle, session, state):
    cycle.state, cycle.closed_at = state, NOW
    db.session.commit()

    assert len(read(client, FEED)) == 1


def test_a_cancelled_session_stays_thirty_days_after_its_date(client, cycle, session, ada, today):
    cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()
    ended = session.ends_at

    for address in (FEED, own_feed(ada)):
        today.move_to(ended + timedelta(days=30, seconds=-1))
        found = read(client, address)
        assert list(found) == [f"ANNULÉ – Achats responsables – {cycle.title}"]
        (vevent,) = found.values()
        assert (vevent.value("STATUS"), vevent.value("TRANSP")) == ("CANCELLED", "TRANSPARENT")

        today.move_to(ended + timedelta(days=30))
        assert read(client, address) == {}


def test_a_session_that_was_held_stays(client, session, today):
    today.move_to(NOW + timedelta(days=900))

    assert len(read(client, FEED)) == 1


def test_a_personal_feed_has_the_uids_of_the_invitations_and_ones_own_way_in(client, session, ada, cycle):
    (vevent,) = read(client, own_feed(ada)).values()

    assert [vevent.value("UID")] == invited()
    assert vevent.value("CONFERENCE") == registration_links.join_link(ada, session)
    assert vevent.value("LOCATION") == registration_links.join_link(ada, session)
    calendar = read_calendar(client.get(own_feed(ada)).data)
    assert calendar.value("NAME") == f"Mes séances – {cycle.title}"


def test_a_personal_feed_keeps_the_link_to_the_personal_page_and_the_video_room_to_itself(
    client, session, ada
):
    feed = client.get(own_feed(ada)).text.replace("\r\n ", "")

    secrets = ["/me/", registration_links.me_token(ada), ADA.email, "Lovelace", "video.example.org"]
    assert [word for word in secrets if word in feed] == []


def test_a_personal_feed_follows_the_registrations(
    client, cycle, session, ada, add_session, signs_up, registrations
):
    full = add_session(cycle, "Full", days=12, capacity=1)
    signs_up(CLEO, full)
    second = add_session(cycle, "Second", days=14)
    signs_up(ADA, full, second)
    assert list(read(client, own_feed(ada))) == [f"{s.title} – {cycle.title}" for s in (session, second)]

    withdraw(registrations()[0], now=NOW)
    db.session.commit()

    assert list(read(client, own_feed(ada))) == [f"Second – {cycle.title}"]


def test_a_restored_session_comes_back_as_the_same_entry(client, session, ada):
    first = uids(client, own_feed(ada))
    db.session.execute(update(Email).values(state=MailState.SENT, sent_at=NOW))
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    db.session.execute(update(Email).values(state=MailState.SENT, sent_at=NOW))
    restore_session(session, by=NADIA, now=NOW)
    db.session.commit()

    assert first == uids(client, own_feed(ada)) == invited()


def test_whoever_was_never_invited_has_the_session_itself(client, session, ada, registrations):
    registrations()[0].invitation_id = None
    db.session.commit()

    assert uids(client, own_feed(ada)) == [f"{session.public_id}@localhost"]


@pytest.mark.parametrize("change", ["version", "kind", "last", "person"])
def test_a_token_that_was_revoked_or_is_not_of_its_kind_opens_nothing(client, ada, session, signs_up, change):
    token = registration_links.feed_token(ada)
    if change == "version":
        ada.token_version += 1
        db.session.commit()
    wrong = {
        "version": token,
        "kind": registration_links.me_token(ada),
        "last": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "person": signs_up(BELA, session).registrant.public_id + token[16:],
    }[change]

    addresses = (f"/calendar/{wrong}.ics", f"/calendar/{wrong}/emploi.ics")
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_the_token_of_a_feed_opens_nothing_else(client, ada, session):
    token = registration_links.feed_token(ada)
    addresses = (f"/me/{token}", f"/me/{token}/{session.public_id}.ics", f"/join/{token}/{session.public_id}")

    assert [client.get(address).status_code for address in addresses] == [404] * 3


def test_the_address_of_a_feed_is_random_signs_and_the_name_of_the_cycle(ada):
    """Programs name a calendar after the end of its address."""
    before, token, after = re.fullmatch(r"(/calendar/)([A-Za-z0-9_-]{44})(/.*)", own_feed(ada)).groups()

    assert (before, token[:16], after) == ("/calendar/", ada.public_id, "/emploi.ics")


def test_the_address_of_a_feed_up_to_0_3_gives_the_same(client, ada):
    former = f"/calendar/{registration_links.feed_token(ada)}.ics"

    assert client.get(former).data == client.get(own_feed(ada)).data


def test_a_removed_session_leaves(client, cycle, session, add_session):
    second = add_session(cycle, "Second", days=14)
    assert len(read(client, FEED)) == 2
    remove_session(second, by=NADIA, now=NOW + timedelta(minutes=1))
    db.session.commit()

    assert len(read(client, FEED)) == 1


def test_search_engines_may_fetch_feeds_but_not_list_them(client, session, ada):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())

    for address in (FEED, own_feed(ada), "/vto/emploi/achats-responsables.ics"):
        assert robots.can_fetch("Googlebot", address)
        assert client.get(address).headers["X-Robots-Tag"] == "noindex"
