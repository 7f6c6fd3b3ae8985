"""The public page of a cycle: what it says in each state, and what it costs."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest

from config import ROOT
from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, CLEO, called
from tests.registration.reading_pages import read, statements
from webinars.cycles.states import (
    ContributorKind,
    CycleState,
    Format,
    PartnerRole,
    ResourceKind,
    SessionState,
)
from webinars.cycles.surroundings import Contributor, Partner, Resource, Theme
from webinars.extensions import db

pytestmark = pytest.mark.usefixtures("today")

INLINE = re.compile(r"<[^>]+\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*191 }}",
    "%(name)s %s",
    "&lt;b&gt;",
]


@pytest.fixture
def page(client):
    """`page()`: the cycle's page, as read; `page("en")` in English."""

    def get(lang="fr"):
        answer = client.get("/vto/emploi", headers={"Accept-Language": lang})
        assert answer.status_code == 200
        return read(answer)

    return get


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
    loaded = [(ROOT / "static" / name).read_bytes() for name in ("style.css", "comfort.js")]
    font = (ROOT / "static/fonts/source-sans-3-latin-wght-normal.woff2").stat().st_size

    assert len(html) < 60_000
    assert sum(len(gzip.compress(part)) for part in [html, *loaded]) + font < 60_000


def test_it_sends_no_cookie_and_holds_nothing_inline(client, cycle, session):
    answer = client.get("/vto/emploi")

    assert "Set-Cookie" not in answer.headers
    assert INLINE.findall(answer.text) == []
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=0, must-revalidate"


def test_it_loads_nothing_from_elsewhere(client, cycle, add_session):
    spread(cycle, add_session, 1)

    loaded = re.findall(
        r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]+(?:src|href)="([^"]+)"',
        client.get("/vto/emploi").text,
    )

    assert [address for address in loaded if not address.startswith("/")] == []


def test_every_id_is_there_once(client, cycle, add_session):
    spread(cycle, add_session, 8)
    ids = read(client.get("/vto/emploi")).ids

    assert len(ids) == len(set(ids))


def test_it_says_when_how_long_and_where(page, cycle, add_session):
    add_session(cycle, "Un", days=10)
    add_session(cycle, "Deux", days=20)

    assert "12\u00a0mars – 22\u00a0mars\u00a02026" in page().text
    assert "2\u00a0×\u00a01\u00a0h\u00a030, à 10\u00a0h" in page().text
    assert "En visioconférence" in page().text
    assert "Cycle de 2\u00a0webinaires" in page().text


def test_it_speaks_english_too(page, session):
    english = page("en").text

    assert "12 March 2026".replace(" ", "\u00a0", 1) in english
    assert "10:00–11:30, Paris time" in english
    assert "Sign up" in english


def test_without_a_wish_it_speaks_the_cycles_language(client, cycle, session):
    cycle.language = "en"
    db.session.commit()

    assert '<html lang="en">' in client.get("/vto/emploi").text


def test_what_organisers_wrote_is_marked_when_the_page_is_in_another_language(client, cycle, session):
    english = client.get("/vto/emploi?lang=en").text

    assert '<h1 lang="fr">' in english
    assert "<h1>" in client.get("/vto/emploi?lang=fr").text


def test_links_keep_the_language_that_was_asked_for(client, cycle, session):
    html = client.get("/vto/emploi?lang=en").text

    assert f'href="/vto/emploi/{session.slug}?lang=en"' in html
    assert 'action="/vto/emploi/register?lang=en#sign-up"' in html
    assert 'href="/privacy/vto?lang=en"' in html


def test_it_says_its_own_address_and_what_it_is_about(client, cycle, session):
    cycle.summary = "Trois rendez-vous."
    db.session.commit()
    html = client.get("/vto/emploi?lang=en&utm_source=x").text

    assert '<link rel="canonical" href="http://localhost/vto/emploi">' in html
    assert '<meta name="description" content="Trois rendez-vous.">' in html
    assert '<meta property="og:url" content="http://localhost/vto/emploi">' in html


def test_the_start_is_given_with_its_offset(client, session):
    assert '<time class="date" datetime="2026-03-12T10:00+01:00">' in client.get("/vto/emploi").text


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (None, "Places sans limite"),
        (3, "1\u00a0place sur 3"),
        (20, "18\u00a0places sur 20"),
        (2, "Complète, liste d’attente ouverte"),
    ],
)
def test_it_says_how_many_places_are_left(page, cycle, add_session, signs_up, capacity, words):
    session = add_session(cycle, "Comptée", capacity=capacity)
    signs_up(ADA, session)
    signs_up(BELA, session)

    assert words in page().text


def test_the_last_places_are_said_to_be_so(page, cycle, add_session, signs_up):
    session = add_session(cycle, "Comptée", capacity=20)
    for number in range(18):
        signs_up(called(ADA, "Ada", f"ada{number}@town.example.org"), session)

    assert "2\u00a0dernières places sur 20" in page().text


def test_a_full_session_says_who_waits_and_still_has_its_box(page, cycle, add_session, signs_up):
    full = add_session(cycle, "Pleine", capacity=1)
    add_session(cycle, "Libre", days=20)
    for person in (ADA, BELA, CLEO):
        signs_up(person, full)

    assert "La séance du 12\u00a0mars est complète" in page().text
    assert "2\u00a0personnes attendent." in page().text
    assert "pick-2" in page().ids


def test_a_cancelled_session_is_struck_and_has_no_box(client, page, cycle, add_session):
    add_session(cycle, "Annulée", state=SessionState.CANCELLED, cancelled_at=NOW)
    add_session(cycle, "Un", days=11)
    add_session(cycle, "Deux", days=12)

    assert 'class="is-cancelled"' in client.get("/vto/emploi").text
    assert "La séance du 12\u00a0mars est annulée" in page().text
    assert [name for name in page().ids if name.startswith("pick-")] == ["pick-1", "pick-2"]


def test_a_past_session_of_a_running_cycle_is_said_to_be_past(page, cycle, add_session):
    add_session(cycle, "Passée", days=-3)
    add_session(cycle, "À venir", days=3)
    add_session(cycle, "À venir encore", days=4)

    assert "Séance passée" in page().text
    assert "Les 2\u00a0webinaires encore à venir" in page().text


def test_a_window_says_when_it_opens_and_until_when(page, cycle, add_session):
    add_session(cycle, "Plus tard", days=40, opens_at=datetime(2026, 3, 20, 8, 0, tzinfo=UTC))
    add_session(cycle, "Bientôt close", days=9, closes_at=datetime(2026, 3, 10, 17, 0, tzinfo=UTC))

    assert "Ouvre le 20\u00a0mars, 9\u00a0h" in page().text
    assert "jusqu’au ma. 10\u00a0mars, 18\u00a0h" in page().text


def test_a_past_cycle_shows_what_remains_and_no_form(client, page, cycle, add_session):
    session = add_session(cycle, "Passée", days=-3)
    cycle.state = CycleState.CLOSED
    cycle.published_sentence = "Ces séminaires ont réuni 132 participants."
    db.session.add(
        Resource(cycle_id=cycle.id, label="Document de capitalisation", url="https://x.example.org/c.pdf")
    )
    db.session.add(
        Resource(
            cycle_id=cycle.id,
            session_id=session.id,
            kind=ResourceKind.REPLAY,
            label="Revoir",
            url="https://x.example.org/r",
        )
    )
    db.session.commit()

    html = client.get("/vto/emploi").text
    assert "Ces séminaires ont réuni 132 participants." in page().text
    assert 'href="https://x.example.org/c.pdf"' in html
    assert 'href="https://x.example.org/r"' in html
    assert "<form" not in html
    assert "passé" in page().text


def test_a_closed_cycle_says_so_and_has_no_form(client, page, cycle, session):
    cycle.state = CycleState.CLOSED
    db.session.commit()

    assert "Les inscriptions sont closes" in page().text
    assert "<form" not in client.get("/vto/emploi").text


def test_a_draft_a_stranger_and_a_missing_cycle_are_all_not_found(client, cycle, session):
    assert client.get("/vto/rien").status_code == 404
    assert client.get("/personne/emploi").status_code == 404
    cycle.state = CycleState.DRAFT
    db.session.commit()
    assert client.get("/vto/emploi").status_code == 404


def test_a_cycle_without_sessions_says_what_comes(page, cycle):
    assert "Les dates seront publiées ici." in page().text


def test_a_session_without_a_date_is_shown_and_not_offered(page, cycle, session, add_session):
    add_session(cycle, "Sans date", starts_at=None, ends_at=None, day=None, start_time=None, end_time=None)
    add_session(cycle, "Autre", days=30)

    assert "Sans date" in page().text
    assert [name for name in page().ids if name.startswith("pick-")] == ["pick-1", "pick-2"]


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

    assert "Chercheuse, Université" in page().text
    assert "Témoin" in page().text
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
    html = client.get("/vto/emploi").text

    assert '<a href="https://ddets.example.org" rel="noopener">DDETS</a>' in html
    assert f'src="/pictures/{"a" * 64}"' in html
    assert "Soutien financier" in html


def test_a_place_is_shown_for_those_who_come_in_person(page, cycle, add_session):
    add_session(cycle, "Sur place", format=Format.HYBRID, place="Toulouse, salle des fêtes")

    assert "Toulouse, salle des fêtes, ou en visioconférence" in page().text


def test_the_video_address_is_nowhere(client, session):
    assert session.join_url not in client.get("/vto/emploi").text


def test_the_whole_cycle_is_ticked_and_nothing_else(page, cycle, session, add_session):
    add_session(cycle, "Deux", days=20)

    assert page().ticked == {"take": ["all"], "works_in_qpv": ["unsaid"]}


def test_one_session_leaves_nothing_to_choose(page, session):
    one = page()

    assert one.values["take"] == "some"
    assert one.values["sessions"] == session.public_id
    assert "À quoi voulez-vous participer" not in one.text


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

    titles = re.findall(r"Jour \d+(?=</a></h3>)", client.get("/vto/emploi").text)

    assert titles == ["Jour 10", "Jour 20", "Jour 30"]


def test_the_summary_marks_each_box_by_its_number(client, cycle, session, add_session):
    add_session(cycle, "Deux", days=20)
    html = client.get("/vto/emploi").text

    assert re.findall(r'class="(pick-\d)"', html) == ["pick-1", "pick-2"]
    assert re.findall(r'class="taken (taken-\d)"', html) == ["taken-1", "taken-2"]


def test_a_session_that_is_going_on_takes_nobody(page, cycle, add_session):
    add_session(cycle, "Maintenant", starts_at=NOW - timedelta(minutes=5), ends_at=NOW + timedelta(minutes=5))

    assert "En cours" in page().text
