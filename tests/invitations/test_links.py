"""Addresses of web calendars: every value encoded, the right hours, never too long."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.wire.corpus import ENTRY, HOSTILE, SESSION, at
from webinars.invitations.links import LONGEST, AddLinks, subscribe_links

PLAIN_SESSION = replace(SESSION, summary="Cycle – Emploi, & co")
PLAIN = replace(ENTRY, description="https://x.example.org/s?a=b\n\nTout : 100 %", location="Salle 1, Foix")
NAMES = ("google", "outlook", "microsoft_365", "yahoo")


def parts(link: str) -> tuple[str, list[tuple[str, str]]]:
    """Where a link leads, and what it carries."""
    split = urlsplit(link)
    return f"{split.scheme}://{split.netloc}{split.path}", parse_qsl(split.query, strict_parsing=True)


def test_google_takes_instants_in_utc_and_the_zone_of_the_session() -> None:
    assert parts(AddLinks(PLAIN_SESSION, PLAIN).google) == (
        "https://calendar.google.com/calendar/render",
        [
            ("action", "TEMPLATE"),
            ("dates", "20260701T080000Z/20260701T093000Z"),
            ("ctz", "Europe/Paris"),
            ("text", "Cycle – Emploi, & co"),
            ("location", "Salle 1, Foix"),
            ("details", "https://x.example.org/s?a=b\n\nTout : 100 %"),
        ],
    )


@pytest.mark.parametrize(
    ("name", "host"), [("outlook", "outlook.live.com"), ("microsoft_365", "outlook.office.com")]
)
def test_microsoft_takes_instants_in_utc_with_dashes(name: str, host: str) -> None:
    assert parts(getattr(AddLinks(PLAIN_SESSION, PLAIN), name)) == (
        f"https://{host}/calendar/0/deeplink/compose",
        [
            ("path", "/calendar/action/compose"),
            ("rru", "addevent"),
            ("startdt", "2026-07-01T08:00:00Z"),
            ("enddt", "2026-07-01T09:30:00Z"),
            ("subject", "Cycle – Emploi, & co"),
            ("location", "Salle 1, Foix"),
            ("body", "https://x.example.org/s?a=b\n\nTout : 100 %"),
        ],
    )


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/New_York"])
def test_yahoo_takes_the_hours_on_the_wall_of_the_session(zone: str) -> None:
    session = at(PLAIN_SESSION, zone, "2026-07-14", "23:50")

    assert parts(AddLinks(session, PLAIN).yahoo) == (
        "https://calendar.yahoo.com/",
        [
            ("v", "60"),
            ("ST", "20260714T235000"),
            ("ET", "20260715T001000"),
            ("TITLE", "Cycle – Emploi, & co"),
            ("in_loc", "Salle 1, Foix"),
            ("DESC", "https://x.example.org/s?a=b\n\nTout : 100 %"),
        ],
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_space_is_percent_20_and_nothing_is_left_as_it_was_typed(name: str) -> None:
    query = urlsplit(getattr(AddLinks(PLAIN_SESSION, PLAIN), name)).query

    assert [sign for sign in " +/:,é–\n" if sign in query] == []
    assert "Salle%201%2C%20Foix" in query


@pytest.mark.parametrize("name", NAMES)
def test_empty_texts_are_left_out(name: str) -> None:
    _, values = parts(getattr(AddLinks(SESSION, replace(ENTRY, description="", location="")), name))

    assert {key for key, _ in values} & {"location", "details", "body", "in_loc", "DESC"} == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_was_typed_the_address_stays_short_and_whole(name: str, text: str) -> None:
    session = replace(SESSION, summary=f"x{text}{text}")
    link = getattr(AddLinks(session, replace(ENTRY, description=text * 3, location=text)), name)

    assert (len(link) <= LONGEST, link.isascii(), link.isprintable()) == (True, True, True)
    assert "\ufffd" not in "".join(value for _, value in parts(link)[1])


@pytest.mark.parametrize("name", NAMES)
def test_a_long_description_is_cut_last_and_says_so(name: str) -> None:
    link = getattr(AddLinks(PLAIN_SESSION, replace(PLAIN, description="é" * 4_000)), name)
    _, values = parts(link)

    assert LONGEST - 6 < len(link) <= LONGEST
    assert values[-1][1].strip("é") == "…"
    assert values[-2][1] == "Salle 1, Foix"


def test_a_feed_is_offered_as_each_calendar_takes_it() -> None:
    links = subscribe_links("https://webinaires.example.org/vto/emploi/calendar.ics")

    assert (links.address, links.webcal, links.google) == (
        "https://webinaires.example.org/vto/emploi/calendar.ics",
        "webcal://webinaires.example.org/vto/emploi/calendar.ics",
        (
            "https://calendar.google.com/calendar/render?cid="
            "webcal%3A%2F%2Fwebinaires.example.org%2Fvto%2Femploi%2Fcalendar.ics"
        ),
    )
