"""How calendar programs ask: again and again, and mostly for what they have."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import edit_session
from tests.registration.conftest import ADA
from webinars.cycles.models import Session
from webinars.planning.actions import remove_session
from webinars.registration import links as registration_links
from webinars.registration.feeds.cache import FeedCache
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def ada(session, signs_up):
    return signs_up(ADA, session).registrant


@pytest.fixture
def addresses(session, ada):
    """Every kind of calendar by name."""
    return {
        "cycle": "/vto/emploi/calendar.ics",
        "session": "/vto/emploi/achats-responsables.ics",
        "personal": urlsplit(registration_links.feed_link(ada)).path,
        "held": f"/me/{registration_links.me_token(ada)}/{session.public_id}.ics",
    }


@pytest.fixture(params=["cycle", "session", "personal", "held"])
def address(request, addresses):
    return addresses[request.param]


@pytest.fixture
def move(session):
    """Moves the session by a day, ten minutes later."""

    def moved():
        day = timedelta(days=1)
        edit_session(session, starts_at=session.starts_at + day, ends_at=session.ends_at + day, now=LATER)
        db.session.commit()

    return moved


def test_two_requests_give_the_same_bytes_and_tag(client, address, whole_app, today):
    first = client.get(address)
    whole_app.extensions.pop("kept_feeds", None)  # as another process would
    today.move_to(LATER)
    second = client.get(address, headers={"Accept-Language": "en", "Accept": "text/html"})

    assert (second.data, second.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert (
        second.headers["Last-Modified"] == first.headers["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    )


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "application/json"])
def test_it_is_a_calendar_whatever_was_asked_for(client, address, accept):
    answer = client.get(address, headers={"Accept": accept} if accept else {})

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "Set-Cookie" not in answer.headers


def test_head_tells_everything_but_the_calendar(client, address):
    whole, head = client.get(address), client.head(address)
    kept = ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control", "X-Robots-Tag")

    assert head.data == b""
    assert [head.headers[name] for name in kept] == [whole.headers[name] for name in kept]


@pytest.mark.parametrize(
    ("given", "asked"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
@pytest.mark.parametrize("method", ["get", "head"])
def test_what_the_reader_has_is_not_sent_again(client, address, given, asked, method, move, today):
    known = {asked: client.get(address).headers[given]}

    answer = getattr(client, method)(address, headers=known)
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == client.get(address).headers["ETag"]

    move()
    today.move_to(LATER)
    assert getattr(client, method)(address, headers=known).status_code == 200


@pytest.mark.parametrize("tag", ['"another"', 'W/"another"', "*x"])
def test_the_tag_counts_more_than_the_date(client, address, tag):
    date = client.get(address).headers["Last-Modified"]

    answer = client.get(address, headers={"If-None-Match": tag, "If-Modified-Since": date})

    assert answer.status_code == 200


def test_a_weak_or_listed_tag_is_known(client, address):
    tag = client.get(address).headers["ETag"]

    for known in (f"W/{tag}", f'"other", {tag}', "*"):
        assert client.get(address, headers={"If-None-Match": known}).status_code == 304


@pytest.mark.parametrize(
    "date", ["yesterday", "Mon, 02 Mar 2026 08:59:59 GMT", "Tue, 01 Jan 2030 00:00:00 GMT"]
)
def test_a_date_we_did_not_give_tells_nothing(client, address, date):
    assert client.get(address, headers={"If-Modified-Since": date}).status_code == 200


def test_what_was_taken_away_is_noticed_by_date_alone(client, cycle, session, add_session, addresses):
    older = add_session(cycle, "Older", days=14, changed_at=NOW - timedelta(days=3))
    address = addresses["cycle"]
    known = {"If-Modified-Since": client.get(address).headers["Last-Modified"]}
    remove_session(older, by=NADIA, now=LATER)
    db.session.commit()

    assert client.get(address, headers=known).status_code == 200


def test_the_departure_of_a_cancelled_session_is_noticed_by_date_alone(client, session, addresses, today):
    session.cancel(now=NOW)
    db.session.commit()
    for address in (addresses["cycle"], addresses["personal"]):
        today.move_to(NOW)
        known = {"If-Modified-Since": client.get(address).headers["Last-Modified"]}
        today.move_to(session.ends_at + timedelta(days=31))

        assert client.get(address, headers=known).status_code == 200


def test_calendars_for_all_may_be_kept_by_anybody_and_ones_own_by_oneself(client, addresses):
    kept = {name: client.get(address).headers["Cache-Control"] for name, address in addresses.items()}

    assert kept == {
        "cycle": "public, max-age=300",
        "session": "public, max-age=300",
        "personal": "private, max-age=0, must-revalidate",
        "held": "private, max-age=0, must-revalidate",
    }
    own = {client.get(addresses[name]).headers["Referrer-Policy"] for name in ("personal", "held")}
    assert own == {"no-referrer"}


def test_a_changed_cycle_is_written_anew(client, cycle, session, organisation, addresses):
    before = client.get(addresses["cycle"]).data
    changes = {
        "title": "Autre titre",
        "contact": "autre@vto.example.org",
        "timezone": "Indian/Reunion",
        "language": "en",
    }
    for name, value in changes.items():
        setattr(cycle, name, value)
        db.session.commit()
        after = client.get(addresses["cycle"]).data
        assert (name, after != before) == (name, True)
        before = after


def test_a_feed_that_stands_costs_three_questions(client, addresses, count_queries):
    client.get(addresses["cycle"])
    with count_queries() as counted:
        client.get(addresses["cycle"])

    assert questions(counted) == 3


@pytest.mark.parametrize(("name", "number"), [("personal", 3), ("session", 3), ("held", 4)])
def test_other_calendars_cost_few_questions(client, addresses, count_queries, name, number):
    with count_queries() as counted:
        client.get(addresses[name])

    assert questions(counted) == number


def test_a_personal_feed_costs_no_more_with_more_sessions(
    client, cycle, session, addresses, add_session, signs_up, count_queries
):
    signs_up(ADA, *(add_session(cycle, f"Number {number}", days=20 + number) for number in range(6)))
    with count_queries() as counted:
        assert client.get(addresses["personal"]).data.count(b"BEGIN:VEVENT") == 7

    assert questions(counted) == 3


def questions(counted):
    return sum(statement.startswith("SELECT") for statement in counted.statements)


def test_five_hundred_sessions_come_from_memory(client, cycle, organisation, count_queries):
    values = {
        "cycle_id": cycle.id,
        "timezone": "Europe/Paris",
        "created_at": NOW,
        "changed_at": NOW,
        "revision": 1,
    }
    rows = [
        {
            **values,
            "slug": f"s-{number}",
            "title": f"Séance {number}",
            "abstract": "Un texte assez long. " * 20,
            "starts_at": NOW + timedelta(days=number),
            "ends_at": NOW + timedelta(days=number, hours=1),
            "day": (NOW + timedelta(days=number)).date(),
            "start_time": NOW.time(),
            "end_time": (NOW + timedelta(hours=1)).time(),
        }
        for number in range(500)
    ]
    db.session.execute(db.insert(Session), rows)
    db.session.commit()
    address = "/vto/emploi/calendar.ics"
    with count_queries() as first:
        assert client.get(address).data.count(b"BEGIN:VEVENT") == 500

    with count_queries() as again:
        assert client.get(address).data.count(b"BEGIN:VEVENT") == 500

    # how long it takes is measured by `python -m bench.feeds`
    assert (questions(again), questions(again) < questions(first)) == (3, True)


def test_only_the_latest_revision_of_the_most_asked_feeds_is_kept():
    kept, written = FeedCache(most=2), []

    def ask(cycle_id, revision):
        return kept.feed(cycle_id, revision, lambda: written.append((cycle_id, revision)) or b"x").body

    for asked in [(1, "a"), (1, "a"), (1, "b"), (2, "a"), (1, "b"), (3, "a"), (1, "b"), (2, "a")]:
        assert ask(*asked) == b"x"

    assert written == [(1, "a"), (1, "b"), (2, "a"), (3, "a"), (2, "a")]
