"""What the sender's domain publishes, asked of a real name server."""

import pytest

from tests.deliverability.names import serving
from tests.page import read
from webinars.deliverability import domain as checks
from webinars.deliverability.domain import RECORDS, RecordStanding, examine
from webinars.deliverability.words import advice

DOMAIN = "vto.example.org"
SOA = {(DOMAIN, "SOA"): ["ns.example.org. root.example.org. 1 2 3 4 5"]}
GOOD = SOA | {
    (DOMAIN, "TXT"): ['"v=spf1 include:relay.example.net ~all"', '"other=1"'],
    (f"s1._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIGf"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=quarantine"'],
    (DOMAIN, "MX"): ["10 mail.example.org."],
}


def standings(zone, selector="s1"):
    with serving(zone) as names:
        return {
            one.record: (one.standing, one.code) for one in examine(DOMAIN, selector=selector, names=names)
        }


def test_everything_in_order():
    assert standings(GOOD) == {
        "SPF": (RecordStanding.GOOD, "spf_good"),
        "DKIM": (RecordStanding.GOOD, "dkim_good"),
        "DMARC": (RecordStanding.GOOD, "dmarc_good"),
        "MX": (RecordStanding.GOOD, "mx_good"),
    }


def test_nothing_published():
    assert standings(SOA) == {
        "SPF": (RecordStanding.MISSING, "spf_missing"),
        "DKIM": (RecordStanding.MISSING, "dkim_missing"),
        "DMARC": (RecordStanding.MISSING, "dmarc_missing"),
        "MX": (RecordStanding.MISSING, "mx_missing"),
    }


@pytest.mark.parametrize(
    ("record", "zone", "expected"),
    [
        (
            "SPF",
            {(DOMAIN, "TXT"): ['"v=spf1 mx -all"', '"v=spf1 a -all"']},
            (RecordStanding.WRONG, "spf_twice"),
        ),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 +all"']}, (RecordStanding.WRONG, "spf_everybody")),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 mx"']}, (RecordStanding.WEAK, "spf_open")),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 redirect=_spf.example.net"']}, (RecordStanding.GOOD, "spf_good")),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf10 mx -all"']}, (RecordStanding.MISSING, "spf_missing")),
        (
            "DKIM",
            {(f"s1._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; p="']},
            (RecordStanding.WRONG, "dkim_empty"),
        ),
        ("DMARC", {(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"']}, (RecordStanding.WEAK, "dmarc_none")),
        (
            "DMARC",
            {(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; rua=x"']},
            (RecordStanding.WRONG, "dmarc_unreadable"),
        ),
        (
            "DMARC",
            {("_dmarc.example.org", "TXT"): ['"v=DMARC1;p=reject"']},
            (RecordStanding.GOOD, "dmarc_good"),
        ),
        ("MX", {(DOMAIN, "MX"): ["0 ."]}, (RecordStanding.MISSING, "mx_missing")),
    ],
)
def test_each_fault_has_its_code(record, zone, expected):
    assert standings(SOA | zone)[record] == expected


def test_without_a_selector_nothing_is_guessed():
    assert standings(GOOD, selector="")["DKIM"] == (RecordStanding.UNKNOWN, "dkim_selector")


def test_a_silent_dns_says_nothing_and_is_asked_once(monkeypatch):
    monkeypatch.setattr(checks, "SECONDS", 0.2)

    assert set(standings(None).values()) == {(RecordStanding.UNKNOWN, "silent")}


def test_a_domain_nobody_knows_is_said_to_be_that():
    assert set(standings({("elsewhere.example.net", "SOA"): ["a. b. 1 2 3 4 5"]}).values()) == {
        (RecordStanding.UNKNOWN, "no_domain")
    }


def test_every_code_has_its_sentence(app):
    with app.test_request_context("/"):
        for zone in (GOOD, SOA, {("a.example", "SOA"): ["a. b. 1 2 3 4 5"]}):
            with serving(zone) as names:
                found = examine(DOMAIN, selector="s1", names=names)
            assert [one.record for one in found] == list(RECORDS)
            assert all(advice(one, domain=DOMAIN, contact="contact@vto.example.org") for one in found)


def test_the_page_says_what_it_found_or_that_it_could_not_ask(desk, cycle):
    page = desk.get("/organise/vto/cycles/emploi/messages/deliveries/sender?lang=en")

    assert page.status_code == 200
    shown = read(page)
    assert "Nothing can be said about the records" in shown.callouts or all(
        record in shown.text for record in RECORDS
    )
