"""What attendees are told about their calendar program."""

import pytest

from tests.page import read

pytestmark = pytest.mark.usefixtures("today")

PROGRAMS = [
    "Google Calendar, Gmail",
    "Outlook, Microsoft 365",
    "Apple Calendar (Mac, iPhone, iPad)",
    "Thunderbird",
    "SOGo",
    "Evolution",
    "Other programs, without buttons to answer",
]


def test_each_program_has_its_part(client, organisation):
    page = read(client.get("/calendar?lang=en"))

    assert page.headings == ["Invitations in your calendar", *PROGRAMS]
    assert (
        "Add webinaires@example.org to your contacts: Google enters by itself the invitations of senders it knows, and leaves the others in your mailbox."
        in page.lines
    )
    assert (
        "A bar above the mail lets you accept. No bar? The first calendar of your list must be enabled, even if you use another one: open its properties."
        in page.lines
    )


def test_it_is_whole_before_there_is_an_organisation(client):
    assert client.get("/calendar").status_code == 200


def test_pages_that_speak_of_calendars_lead_there(client, session):
    for address in ("/vto/emploi", "/vto/emploi/achats-responsables"):
        assert "/calendar" in [link.partition("?")[0] for link in read(client.get(address)).addresses]
