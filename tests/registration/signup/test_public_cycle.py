"""The public page of a cycle: what it says in each state, and what it costs."""

import gzip
from datetime import timedelta

import pytest

from config import ROOT
from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import page, statements
from webinars.cycles.models import Contributor, Partner, Resource, Theme
from webinars.cycles.states import (
    ContributorKind,
    Format,
    PartnerRole,
)
from webinars.storage.extensions import db

__all__ = ["page"]

pytestmark = pytest.mark.usefixtures("today")

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*191 }}",
    "%(name)s %s",
    "&lt;b&gt;",
]


def spread(cycle, add_session, number):
    for n in range(number):
        session = add_session(cycle, f"Séance {n}", days=5 + n, capacity=40)
        db.session.add(Contributor(session_id=session.id, name=f"Personne {n}", role="Directrice"))
        db.session.add(
            Resource(cycle_id=cycle.id, session_id=session.id, label="Support", url="https://x.example.org")
        )
    db.session.add(Partner(cycle_id=cycle.id, name="Réseau ESS", url="https://ess.example.org"))
    db.session.add(Theme(cycle_id=cycle.id, name="emploi"))
    db.session.commit()


@pytest.mark.parametrize("number", [1, 8, 40])
def test_it_asks_the_same_few_questions_whatever_the_number_of_sessions(client, cycle, add_session, number):
    spread(cycle, add_session, number)

    with statements() as asked:
        assert client.get("/vto/emploi").status_code == 200

    assert len(asked) == 7


def test_its_weight_with_eight_sessions_and_all_it_loads(client, cycle, add_session):
    spread(cycle, add_session, 8)
    html = client.get("/vto/emploi").data
    loaded = [(ROOT / "static" / name).read_bytes() for name in ("style.css", "comfort.js", "combobox.css")]
    font = (ROOT / "static/fonts/source-sans-3-latin-wght-normal.woff2").stat().st_size

    assert len(html) < 60_000
    assert sum(len(gzip.compress(part)) for part in [html, *loaded]) + font < 60_000


def test_it_sends_no_cookie_and_holds_nothing_inline(client, cycle, session):
    answer = client.get("/vto/emploi")

    assert "Set-Cookie" not in answer.headers
    assert read(answer).active == []
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=0, must-revalidate"


def test_it_loads_nothing_from_elsewhere(client, cycle, add_session):
    spread(cycle, add_session, 1)

    page = read(client.get("/vto/emploi"))
    loaded = [part.attributes["src"] for part in page if "src" in part.attributes]
    loaded += [
        link.attributes["href"] for rel in ("stylesheet", "icon") for link in page.all("link", rel=rel)
    ]

    assert len(loaded) > 3
    assert [address for address in loaded if not address.startswith("/")] == []


def test_every_id_is_there_once(client, cycle, add_session):
    spread(cycle, add_session, 8)
    ids = read(client.get("/vto/emploi")).ids

    assert len(ids) == len(set(ids))


def test_it_says_when_how_long_and_where(page, cycle, add_session):
    add_session(cycle, "Un", days=10)
    add_session(cycle, "Deux", days=20)

    assert "12\u00a0mars – 22\u00a0mars\u00a02026" in page().lines
    assert "2\u00a0×\u00a01\u00a0h\u00a030, à 10\u00a0h" in page().lines
    assert "En visioconférence" in page().lines
    assert "Cycle de 2\u00a0webinaires" in page().lines


def test_it_speaks_english_too(page, session):
    english = page("en")

    assert english.all("aside")[0].plain_lines[:4] == [
        "When and where",
        "Thursday 12 March 2026",
        "10:00–11:30, Paris time",
        "By video conference",
    ]
    assert ("Sign up here", "#sign-up") in english.links


def test_without_a_wish_it_speaks_the_cycles_language(client, cycle, session):
    cycle.language = "en"
    db.session.commit()

    assert read(client.get("/vto/emploi")).language == "en"


def test_what_organisers_wrote_is_marked_when_the_page_is_in_another_language(client, cycle, session):
    headings = [read(client.get(f"/vto/emploi?lang={lang}")).all("h1") for lang in ("en", "fr")]

    assert [[heading.attributes.get("lang") for heading in one] for one in headings] == [["fr"], [None]]


def test_links_keep_the_language_that_was_asked_for(client, cycle, session):
    page = read(client.get("/vto/emploi?lang=en"))

    assert {f"/vto/emploi/{session.slug}?lang=en", "/privacy/vto?lang=en"} <= set(page.addresses)
    assert "/vto/emploi/register?lang=en#sign-up" in page.actions


def test_it_says_its_own_address_and_what_it_is_about(client, cycle, session):
    page = read(client.get("/vto/emploi?lang=en&utm_source=x"))

    assert page.canonical == page.meta("og:url") == "http://localhost/vto/emploi"
    assert page.meta("description") == page.meta("og:description")
    assert page.meta("description").replace("\u00a0", " ") == (
        "When and where: Thursday 12 March 2026, 10:00–11:30, Paris time, online. Free, on registration."
    )
    assert page.meta("og:image").startswith("http://localhost/vto/emploi/share.png?lang=en&v=")


def test_the_start_is_given_with_its_offset(client, session):
    dates = read(client.get("/vto/emploi")).all("time", class_="date")
    assert {date.attributes["datetime"] for date in dates} == {"2026-03-12T10:00+01:00"}


def test_speakers_are_shown_and_the_team_is_not(page, session):
    db.session.add(
        Contributor(
            session_id=session.id, name="Solène Abgrall", role="Chercheuse", organisation="Université"
        )
    )
    db.session.add(Contributor(session_id=session.id, name="", role="Témoin", organisation="Grand Narbonne"))
    db.session.add(
        Contributor(
            session_id=session.id,
            kind=ContributorKind.TEAM,
            name="Nadia Benali",
            email="nadia@vto.example.org",
        )
    )
    db.session.commit()

    assert "Solène Abgrall Chercheuse, Université" in page().lines
    assert "Témoin Grand Narbonne" in page().lines
    assert "Nadia" not in page().text


def test_partners_have_their_link_and_their_role(client, cycle, session):
    db.session.add(
        Partner(
            cycle_id=cycle.id,
            name="DDETS",
            role=PartnerRole.FUNDER,
            url="https://ddets.example.org",
            logo="a" * 64,
        )
    )
    db.session.commit()
    page = read(client.get("/vto/emploi"))

    assert page.link("DDETS").attributes == {"href": "https://ddets.example.org", "rel": "noopener"}
    assert [picture.attributes["src"] for picture in page.all("img")] == [f"/pictures/{'a' * 64}"]
    assert "DDETS Structure financeuse" in page.lines


def test_a_place_is_shown_for_those_who_come_in_person(page, cycle, add_session):
    add_session(cycle, "Sur place", format=Format.HYBRID, place="Toulouse, salle des fêtes")

    [aside] = page().all("aside")
    assert aside.plain_lines[2:4] == [
        "10 h – 11 h 30, heure de Paris",
        "Toulouse, salle des fêtes, ou en visioconférence",
    ]


def test_the_video_address_is_nowhere(client, session):
    assert session.join_url not in client.get("/vto/emploi").text


def test_nothing_is_ticked_where_there_is_a_choice(page, cycle, session, add_session):
    add_session(cycle, "Deux", days=20)

    assert page().ticked == {"works_in_qpv": ["unsaid"]}
    assert "Tout le cycle\u00a0: 2\u00a0dates Et les séances ajoutées ensuite" in page().lines


def test_the_way_from_a_session_ticks_its_box_alone(client, cycle, session, add_session):
    other = add_session(cycle, "Deux", days=20)
    way = read(client.get(f"/vto/emploi/{other.slug}")).link("M’inscrire à cette séance").attributes["href"]
    page = read(client.get(way))

    assert page.ticked == {"sessions": [other.public_id], "works_in_qpv": ["unsaid"]}
    assert page.canonical == "http://localhost/vto/emploi"
    assert client.get("/vto/emploi/rien/sign-up").status_code == 404


def test_the_whole_cycle_counts_what_it_takes_part_in(page, cycle, add_session):
    for days, facts in (
        (-5, {}),
        (5, {}),
        (6, {"closes_at": NOW}),
        (7, {"opens_at": NOW + timedelta(days=1)}),
    ):
        add_session(cycle, f"Jour {days}", days=days, **facts)

    assert (
        "Tout le cycle\u00a0: 2\u00a0dates Celles encore ouvertes, et les séances ajoutées ensuite"
        in page().lines
    )
    assert len(page().offered["sessions"]) == 1


def test_one_session_leaves_nothing_to_choose(page, session):
    one = page()

    assert one.values["sessions"] == session.public_id
    assert one.ticked == {"works_in_qpv": ["unsaid"]}
    assert "À quelles séances participez-vous" not in one.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_organisers_write_stays_text(client, organisation, cycle, session, payload):
    organisation.tagline = organisation.controller = organisation.recipients = payload
    cycle.title = cycle.summary = cycle.presentation = cycle.contact_name = cycle.published_sentence = payload
    session.title = session.subtitle = session.abstract = session.place = payload
    session.format = Format.HYBRID
    db.session.add(Contributor(session_id=session.id, name=payload, role=payload, organisation=payload))
    db.session.add(Partner(cycle_id=cycle.id, name=payload, url="https://x.example.org"))
    db.session.add(Resource(cycle_id=cycle.id, label=payload, url="https://x.example.org"))
    db.session.add(Theme(cycle_id=cycle.id, name=payload))
    db.session.commit()

    for address in (
        "/",
        "/vto",
        "/vto/emploi",
        f"/vto/emploi/{session.slug}",
        "/privacy/vto",
        "/accessibility",
    ):
        answer = client.get(address)
        page = read(answer)
        assert answer.status_code == 200
        assert page.active == []
        assert "1337" not in page.text


def test_hundreds_of_sessions_keep_their_order(client, cycle, add_session):
    for days in (30, 10, 20):
        add_session(cycle, f"Jour {days}", days=days)

    headings = read(client.get("/vto/emploi")).headings

    assert [one for one in headings if one.startswith("Jour")] == ["Jour 10", "Jour 20", "Jour 30"]


def test_the_summary_marks_each_box_by_its_number(client, cycle, session, add_session):
    add_session(cycle, "Deux", days=20)
    page = read(client.get("/vto/emploi"))

    for number in ("1", "2"):
        assert page.part(f"pick-{number}").attributes["name"] == "sessions"
        assert len(page.all(class_=f"taken-{number}")) == 1
    assert len(page.all(class_="taken")) == 2
