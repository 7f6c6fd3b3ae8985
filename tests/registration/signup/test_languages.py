"""What is written in another language than the page says so (WCAG 3.1.2)."""

from urllib.parse import urlsplit

import pytest

from tests.page import read
from tests.registration.conftest import ADA
from webinars.registration import links
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def written(cycle, two, organisation):
    """What organisers wrote, in French."""
    cycle.summary, organisation.tagline = "Trois rendez-vous", "Centre de ressources"
    organisation.presentation = "Une équipe à Toulouse."
    organisation.controller, organisation.recipients = "Une association.", "L’équipe seule."
    db.session.commit()
    return [cycle.title, cycle.summary, *(one.title for one in two), organisation.tagline]


def in_french(page):
    """What an English page says is in French, but for the way to the French one."""
    return {part.text for part in page.all(lang="fr")} - {"Français"}


def unmarked(page, words):
    """The texts among these that stand somewhere by themselves without saying that they are in French."""
    marked = {id(inner) for outer in page.all(lang="fr") for inner in (outer, *outer)}
    alone = [part for part in page if part.text in words and all(inner.text != part.text for inner in part)]
    return [part.text for part in alone if id(part) not in marked]


PAGES = {
    "/": ["tagline"],
    "/vto": ["cycle", "summary", "first", "second", "tagline", "Une équipe à Toulouse."],
    "/vto/emploi": ["cycle", "summary", "first", "second", "tagline", "Une association."],
    "/privacy/vto": ["tagline", "Une association.", "L’équipe seule."],
    "me": ["cycle", "first", "second"],
    "me/withdraw": ["cycle", "first", "second"],
    "me/identity": ["cycle"],
    "join": ["first"],
}


@pytest.mark.parametrize("address", list(PAGES))
def test_a_page_in_english_says_what_is_in_french(client, cycle, two, written, signs_up, address):
    registrant = signs_up(ADA, *two, language="en").registrant
    words = dict(zip(("cycle", "summary", "first", "second", "tagline"), written, strict=True))
    own = urlsplit(links.me_link(registrant)).path
    where = {"join": urlsplit(links.join_link(registrant, two[0])).path}.get(address, address)
    where = where.replace("me", own, 1) if where.startswith("me") else where

    page = read(client.get(f"{where}?lang=en"))

    expected = {words.get(one, one) for one in PAGES[address]}
    assert expected - in_french(page) == set()
    assert unmarked(page, expected) == []


@pytest.mark.parametrize("address", ["/vto", "/vto/emploi", "/privacy/vto"])
def test_a_page_in_french_says_nothing_of_the_kind(client, written, address):
    assert read(client.get(f"{address}?lang=fr")).all("p", "h1", "h3", "a", "span", "dd", lang="fr") == []
