"""Files of one session, and what pages offer to get into a calendar."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import edit_session
from tests.registration.conftest import ADA, BELA, CLEO
from tests.wire.content import read_calendar
from webinars.cycles.states import SessionState
from webinars.invitations.links import LONGEST
from webinars.invitations.models import Invitation
from webinars.planning.updates import actions
from webinars.registration import links as registration_links
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

FILE = "/vto/emploi/achats-responsables.ics"
HOSTS = ["calendar.google.com", "outlook.live.com", "outlook.office.com", "calendar.yahoo.com"]


@pytest.fixture
def ada(session, signs_up):
    return signs_up(ADA, session).registrant


def held_file(registrant, session):
    return f"/me/{registration_links.me_token(registrant)}/{session.public_id}.ics"


def vevent(client, address):
    (found,) = read_calendar(client.get(address).data).children_named("VEVENT")
    return found


def links(client, address):
    """Every link of a page."""
    return read(client.get(address)).addresses


def files(found):
    return [link for link in found if link.endswith(".ics") and "cid=" not in link]


def outside(found):
    return [link for link in found if urlsplit(link).netloc in HOSTS and "cid=" not in link]


def test_the_file_of_a_session_is_one_entry_under_the_uid_of_the_feed(client, session):
    answer = client.get(FILE)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="achats-responsables.ics"'
    calendar = read_calendar(answer.data)
    assert [line.name for line in calendar.lines] == ["VERSION", "PRODID", "CALSCALE"]
    in_feed = read_calendar(client.get("/vto/emploi/calendar.ics").data).children_named("VEVENT")
    assert calendar.children_named("VEVENT") == in_feed


def test_the_file_of_ones_own_session_is_the_invitation_again(client, session, ada):
    answer = client.get(held_file(ada, session))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="achats-responsables.ics"'
    invitation = db.session.scalar(db.select(Invitation))
    found = vevent(client, held_file(ada, session))
    assert (found.value("UID"), found.value("SEQUENCE")) == (invitation.uid, "0")
    assert found.value("CONFERENCE") == registration_links.join_link(ada, session)
    assert "/me/" not in answer.text.replace("\r\n ", "")


def test_after_a_move_the_file_has_the_number_of_the_last_mail(client, session, ada):
    edit_session(
        session,
        starts_at=session.starts_at,
        ends_at=session.starts_at + (session.ends_at - session.starts_at) * 2,
        now=NOW,
    )
    actions.send(session, now=NOW)
    db.session.commit()

    found = vevent(client, held_file(ada, session))
    assert (found.value("SEQUENCE"), found.value("DTEND")) == ("1", "20260312T130000")


def test_a_cancelled_session_says_so(client, session, ada):
    session.cancel(now=NOW)
    db.session.commit()

    for address in (FILE, held_file(ada, session)):
        found = vevent(client, address)
        assert found.value("SUMMARY").startswith("ANNULÉ – ")
        assert (found.value("STATUS"), found.value("TRANSP")) == ("CANCELLED", "TRANSPARENT")


def test_a_session_without_a_date_has_no_file(client, cycle, add_session):
    add_session(cycle, "Someday", day=None, start_time=None, end_time=None, starts_at=None, ends_at=None)

    assert client.get("/vto/emploi/someday.ics").status_code == 404
    assert client.get("/vto/emploi/someday").status_code == 200


def test_a_place_one_does_not_hold_has_no_file(
    client, cycle, session, ada, add_session, signs_up, registrations
):
    full = add_session(cycle, "Full", days=12, capacity=1)
    other = add_session(cycle, "Other", days=13)
    signs_up(CLEO, full)
    signs_up(ADA, full)
    withdraw(registrations()[0], now=NOW)
    db.session.commit()

    assert [client.get(held_file(ada, one)).status_code for one in (session, full, other)] == [404] * 3
    assert client.get(f"/me/{registration_links.me_token(ada)}/nowhere.ics").status_code == 404


@pytest.mark.parametrize("change", ["version", "kind", "person"])
def test_a_file_opens_with_the_personal_link_only(client, cycle, session, ada, add_session, signs_up, change):
    bela = signs_up(BELA, add_session(cycle, "Other", days=12)).registrant
    address = {
        "version": held_file(ada, session),
        "kind": f"/me/{registration_links.feed_token(ada)}/{session.public_id}.ics",
        "person": held_file(bela, session),
    }[change]
    if change == "version":
        ada.token_version += 1
        db.session.commit()

    assert client.get(address).status_code == 404


def test_the_page_of_a_session_offers_every_calendar(client, session):
    found = links(client, "/vto/emploi/achats-responsables")

    assert [urlsplit(link).netloc for link in outside(found)] == HOSTS
    assert files(found) == [
        FILE,
        "webcal://localhost/vto/emploi/calendar.ics",
    ]
    cid = [link for link in found if "cid=" in link]
    assert [parse_qs(urlsplit(link).query)["cid"] for link in cid] == [
        ["webcal://localhost/vto/emploi/calendar.ics"]
    ]


@pytest.mark.parametrize("address", ["/vto/emploi", "/vto/emploi/achats-responsables"])
def test_links_of_public_pages_hold_no_personal_token(client, session, ada, address):
    found = [unquote(link) for link in links(client, address)]

    assert [link for link in found if "/me/" in link or "/join/" in link or "video.example.org" in link] == []


def test_links_stay_short_and_begin_with_where_to_go(client, cycle, session):
    session.abstract = "Éléments de contexte. " * 400
    db.session.commit()

    found = outside(links(client, "/vto/emploi/achats-responsables"))
    assert [len(link) <= LONGEST for link in found] == [True] * 4
    details = parse_qs(urlsplit(found[0]).query)["details"][0]
    assert details.startswith(
        "Programme et inscription\u00a0: http://localhost/vto/emploi/achats-responsables"
    )


@pytest.mark.parametrize("state", ["over", "cancelled", "undated"])
def test_what_cannot_be_attended_is_not_offered(client, cycle, add_session, state):
    facts = {
        "over": {"days": -3},
        "cancelled": {"state": SessionState.CANCELLED, "cancelled_at": NOW},
        "undated": {"day": None, "start_time": None, "end_time": None, "starts_at": None, "ends_at": None},
    }[state]
    add_session(cycle, **facts)

    found = links(client, "/vto/emploi/achats-responsables")
    assert (outside(found), FILE in found) == ([], False)


def test_the_page_of_a_cycle_offers_its_dates_and_a_subscription(client, cycle, session, add_session):
    add_session(cycle, "Second", days=12)

    page = read(client.get("/vto/emploi"))
    assert (
        page.plain_lines[page.plain_lines.index("Suivre les 2 dates dans mon agenda") + 1]
        == "Google Outlook, Apple Copie .ics"
    )
    assert page.all("a", download="emploi.ics")
    feed = "http://localhost/vto/emploi/calendar.ics"
    found = links(client, "/vto/emploi")
    assert [link for link in found if link.startswith("webcal:")] == [feed.replace("http:", "webcal:")]
    [address] = [one for one in page.all(class_="address") if one.text == feed]
    [subscribed] = [one for one in page.all("a") if one.attributes["href"].startswith("webcal:")]
    assert [*page].index(subscribed) < [*page].index(address)


def test_every_way_by_hand_says_that_it_is_not_updated(client, session, ada):
    for address in (
        "/vto/emploi",
        "/vto/emploi/achats-responsables",
        urlsplit(registration_links.me_link(ada)).path,
    ):
        lines = read(client.get(address)).lines
        by_hand = (
            "Ce que vous ajoutez ainsi n’est plus mis à jour ensuite",
            "Une copie n’est plus mise à jour ensuite.",
        )
        assert any(line.startswith(by_hand) for line in lines)
        assert any("Google ne regarde que toutes les 8\u00a0à\u00a024\u00a0heures" in line for line in lines)


def test_a_personal_page_offers_ones_own_feed_and_files(client, session, ada):
    found = links(client, urlsplit(registration_links.me_link(ada)).path)

    feed = registration_links.feed_link(ada)
    assert files(found) == [
        held_file(ada, session),
        feed,
    ]
    assert [link for link in found if "webcal" in link] == []  # asked over http first, its token in clear
    (google, *_rest) = outside(found)
    details = parse_qs(urlsplit(google).query)["details"][0]
    assert registration_links.join_link(ada, session) in details
    assert "/me/" not in details


def test_a_personal_page_asks_nothing_more_for_it(client, session, ada, count_queries):
    with count_queries() as counted:
        client.get(urlsplit(registration_links.me_link(ada)).path)

    assert [one for one in counted.statements if "FROM invitation" in one or "journal" in one] == []
