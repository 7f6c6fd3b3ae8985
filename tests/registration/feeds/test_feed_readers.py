"""Every calendar that is fetched passes the linter, and every reader takes it."""

from urllib.parse import urlsplit

import pytest

from tests.conftest import NOW
from tests.registration.conftest import ADA
from tests.wire.corpus import HOSTILE, write
from tests.wire.linter import defects
from tests.wire.reading import CALENDAR_READERS, CLOCKS
from webinars.cycles.states import Format
from webinars.registration import links as registration_links
from webinars.storage.extensions import db
from webinars.words.text import cut_line, cut_text

pytestmark = pytest.mark.usefixtures("today")

ZONES = ("Europe/Paris", "Indian/Reunion", "America/Miquelon", "America/New_York")


@pytest.fixture
def sessions(cycle, add_session):
    """Sessions of every kind: four zones, three ways to attend, one cancelled, one without a date."""
    found = [
        add_session(cycle, f"Zone {number}", days=10 + 60 * number, timezone=zone)
        for number, zone in enumerate(ZONES)
    ]
    found += [
        add_session(cycle, "On site", days=30, format=Format.ON_SITE, place="Mairie, salle 2 ; étage 1"),
        add_session(cycle, "Hybrid", days=31, format=Format.HYBRID, place="Mairie"),
    ]
    undated = {"day": None, "start_time": None, "end_time": None, "starts_at": None, "ends_at": None}
    add_session(cycle, "Someday", **undated)
    return found


@pytest.fixture
def fetched(client, cycle, sessions, add_session, signs_up):
    """Every calendar one can fetch, by its address."""
    cancelled = add_session(cycle, "Cancelled", days=40)
    ada = signs_up(ADA, *sessions, cancelled).registrant
    cancelled.cancel(now=NOW)
    db.session.commit()
    own = f"/me/{registration_links.me_token(ada)}"
    addresses = ["/vto/emploi/calendar.ics", urlsplit(registration_links.feed_link(ada)).path]
    for session in (*sessions, cancelled):
        addresses += [f"/vto/emploi/{session.slug}.ics", f"{own}/{session.public_id}.ics"]
    return {address: client.get(address).data for address in addresses}


def nothing(fetched):
    """No complaint about any."""
    return {address: [] for address in fetched}


def test_the_linter_finds_nothing(fetched):
    assert {address: defects(content) for address, content in fetched.items()} == nothing(fetched)
    assert [content.count(b"BEGIN:VEVENT") for content in fetched.values()] == [7, 7, *[1] * 14]


def test_an_empty_feed_is_a_calendar(client, cycle):
    assert defects(client.get("/vto/emploi/calendar.ics").data) == []


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_was_typed_the_linter_finds_nothing(client, cycle, session, signs_up, text):
    # as the forms would have let it through
    cycle.title, session.title = f"x{cut_line(text, 199)}", f"x{cut_line(text, 299)}"
    session.abstract, session.place = cut_text(text, 20_000), cut_line(text, 300)
    session.format, cycle.contact = Format.HYBRID, ""
    db.session.commit()
    ada = signs_up(ADA, session).registrant
    addresses = (
        "/vto/emploi/calendar.ics",
        urlsplit(registration_links.feed_link(ada)).path,
        "/vto/emploi/achats-responsables.ics",
    )

    assert [defects(client.get(address).data) for address in addresses] == [[], [], []]


@pytest.mark.reader
@pytest.mark.parametrize("reader", CALENDAR_READERS.values(), ids=CALENDAR_READERS)
def test_a_reader_accepts_every_calendar(reader, fetched, tmp_path):
    files = write(tmp_path, fetched)

    answers = dict(zip(fetched, reader.read(files.values()), strict=True))
    assert {address: answer["complaints"] for address, answer in answers.items()} == nothing(fetched)


@pytest.mark.reader
@pytest.mark.parametrize("host_zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("reader", CLOCKS.values(), ids=CLOCKS)
def test_a_reader_finds_the_instants_of_a_feed(reader, fetched, sessions, tmp_path, host_zone):
    feed = fetched["/vto/emploi/calendar.ics"]
    (answer,) = reader.read(write(tmp_path, {"feed": feed}).values(), TZ=host_zone)

    assert set(instants(sessions)) <= set(map(tuple, answer["instants"]))


def instants(sessions):
    return [(one.starts_at.timestamp(), one.ends_at.timestamp()) for one in sessions]
