"""Whose mail is read at Google's is learned in advance, from DNS, for those whose calendars may hold a cancelled entry."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import cancel_session
from tests.planning.test_actions import joins
from webinars.deliverability import host_lookup
from webinars.deliverability.domain import DnsResolver, NoDnsResponse
from webinars.deliverability.host_lookup import are_google_s
from webinars.invitations.models import MailHost
from webinars.registration.invites.calendar_objects import domains_at_google
from webinars.storage.extensions import db


class Published(DnsResolver):
    """DNS of a small world; None: no answer."""

    def __init__(self, servers):
        super().__init__()
        self.servers, self.asked = servers, []

    def mail_servers(self, name):
        self.asked.append(name)
        if self.servers.get(name, []) is None:
            raise NoDnsResponse
        return self.servers.get(name, [])


def known():
    return dict(db.session.execute(select(MailHost.domain, MailHost.is_google)).all())


@pytest.fixture
def people(session):
    """Ada, of a town whose mail is at Google's, and Bela, of one that keeps its own."""
    for name, domain in (("Ada", "google.example"), ("Bela", "own.example"), ("Chloe", "gmail.com")):
        registrant = joins(session, name).registrant
        registrant.email = registrant.email_key = f"{name.lower()}@{domain}"
    db.session.commit()
    return Published({"google.example": ["aspmx.l.google.com."], "own.example": ["mx.own.example."]})


def test_nobody_is_asked_about_before_a_cancellation(people):
    assert (host_lookup.learn(NOW, people), people.asked) == (0, [])


def test_domains_are_asked_about_once(session, people):
    cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()

    assert host_lookup.learn(NOW, people) == 2
    db.session.commit()
    assert host_lookup.learn(NOW + timedelta(days=1), people) == 0
    assert known() == {"google.example": True, "own.example": False}
    assert domains_at_google(["google.example", "own.example", "gmail.com", "unknown.example"]) == {
        "google.example",
        "gmail.com",
    }


def test_silence_ends_the_turn_and_is_no_knowledge(session, people):
    cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()
    people.servers["google.example"] = None

    assert host_lookup.learn(NOW, people) == 1
    db.session.commit()
    assert (people.asked, known()) == (["google.example"], {"google.example": None})
    assert host_lookup.learn(NOW, people) == 1  # the others have their turn
    people.servers["google.example"] = ["aspmx.l.google.com."]
    assert host_lookup.learn(NOW + host_lookup.SILENT, people) == 1
    db.session.commit()
    assert known()["google.example"] is True


@pytest.mark.parametrize(
    ("server", "is_google"),
    [
        ("ASPMX.L.GOOGLE.COM.", True),
        ("alt2.aspmx.l.google.com", True),
        ("aspmx2.googlemail.com.", True),
        ("smtp.google.com.", True),
        ("mx.notgoogle.com.", False),
        ("google.com.evil.example.", False),
    ],
)
def test_a_server_is_google_s_by_its_name(server, is_google):
    assert are_google_s([server]) is is_google
