"""The agenda: what is announced, what was held, found by theme and by words."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import statements
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Resource, Session, Theme
from webinars.cycles.states import CycleState, SessionState
from webinars.storage.extensions import db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def add_cycle(organisation, add_session):
    """`add_cycle("Title", days=[10, 20])`: a published cycle with sessions on these days from now."""

    def add(title, *, days=(), themes=(), **facts):
        values = {
            "slug": title.lower().replace(" ", "-"),
            "title": title,
            "state": CycleState.PUBLISHED,
            "created_at": NOW,
            "published_at": NOW,
        }
        cycle = Cycle(organisation=organisation, **{**values, **facts})
        db.session.add(cycle)
        db.session.flush()
        db.session.add_all([Theme(cycle_id=cycle.id, position=n, name=name) for n, name in enumerate(themes)])
        for day in days:
            add_session(cycle, f"{title} {day}", days=day)
        db.session.commit()
        return cycle

    return add


def order(text, *titles):
    return [title for _at, title in sorted((text.index(title), title) for title in titles)]


def test_coming_cycles_stand_by_their_next_date_and_past_ones_after(client, add_cycle):
    add_cycle("Plus tard", days=[30])
    add_cycle("Bientôt", days=[-2, 5])
    add_cycle("Passé", days=[-30])
    add_cycle("Passé avant", days=[-300])
    text = read(client.get("/vto")).text

    assert order(text, "Plus tard", "Bientôt", "Passé avant") == ["Bientôt", "Plus tard", "Passé avant"]
    assert text.index("Cycles passés") > text.index("Plus tard")


def test_it_opens_with_the_organisation_and_its_next_session(client, organisation, add_cycle):
    organisation.tagline = "Centre de ressources politique de la ville"
    add_cycle("Plus tard", days=[30])
    add_cycle("Bientôt", days=[-2, 5])
    page = read(client.get("/vto"))
    [ticket] = page.all("aside")

    assert page.heading == "Villes et Territoires Occitanie"
    assert "Centre de ressources politique de la ville" in page.lines
    assert ticket.plain_lines == [
        "Prochaine séance",
        "samedi 7 mars 2026",
        "10 h – 11 h 30, heure de Paris",
        "En visioconférence",
        "Bientôt 5",
        "S’inscrire",
        "Gratuit, sans compte.",
    ]
    assert ticket.addresses == [
        "/vto/bient%C3%B4t/bient%C3%B4t-5",
        "/vto/bient%C3%B4t/bient%C3%B4t-5/sign-up#sign-up",
    ]
    assert page.meta("og:description").replace("\u00a0", " ") == (
        "Centre de ressources politique de la ville. Prochaine séance : samedi 7 mars 2026, "
        "10 h – 11 h 30, heure de Paris, en visioconférence. Gratuit, sur inscription."
    )


def test_a_search_does_not_call_what_it_finds_the_next_session(client, add_cycle):
    add_cycle("Bientôt", days=[5])
    add_cycle("Plus tard", days=[30])

    assert read(client.get("/vto?q=tard")).all("aside") == []


def test_past_cycles_stand_by_their_year(client, add_cycle):
    for title, days in (("Hier", -30), ("Avant-hier", -40), ("Jadis", -800)):
        add_cycle(title, days=[days])
    headings = read(client.get("/vto")).headings

    assert headings[headings.index("Cycles passés") :] == [
        "Cycles passés",
        "2026",
        "Hier",
        "Avant-hier",
        "2023",
        "Jadis",
    ]


def test_it_says_who_the_organisation_is_below_what_comes(client, organisation, add_cycle):
    organisation.presentation = "Une **équipe** à Toulouse.\n\n- des webinaires\n- des visites"
    add_cycle("Bientôt", days=[5])
    add_cycle("Passé", days=[-30])
    page = read(client.get("/vto"))
    [about] = page.all("section", **{"aria-labelledby": "about"})

    assert order(page.text, "Bientôt 5", "Qui nous sommes", "Cycles passés") == [
        "Bientôt 5",
        "Qui nous sommes",
        "Cycles passés",
    ]
    assert about.plain_lines == [
        "Qui nous sommes",
        "Une équipe à Toulouse.",
        "des webinaires",
        "des visites",
        "Nous écrire : contact@vto.example.org",
    ]
    assert [part.text for part in about.all("strong")] == ["équipe"]


@pytest.mark.parametrize("query", ["?q=pass%C3%A9", "?theme=Emploi"])
def test_whoever_searches_is_not_told_it_again(client, organisation, add_cycle, query):
    organisation.presentation = "Une équipe à Toulouse."
    add_cycle("Passé", days=[-30], themes=["Emploi"])

    assert "Une équipe à Toulouse." in client.get("/vto").text
    assert "Qui nous sommes" not in read(client.get(f"/vto{query}")).headings


def test_whoever_works_here_signs_in_from_the_foot_of_the_page(client, organisation):
    assert read(client.get("/vto")).link("Se connecter").attributes["href"] == "/sign-in"


def test_a_phone_knows_how_to_name_and_draw_it(client, organisation):
    [link] = read(client.get("/vto")).all("link", rel="manifest")
    answer = client.get(link.attributes["href"])
    said = answer.get_json()

    assert answer.content_type == "application/manifest+json"
    assert (said["name"], said["short_name"], said["start_url"]) == (
        organisation.name,
        organisation.short_name,
        "/vto",
    )
    for icon in said["icons"]:
        assert client.get(icon["src"]).content_type == icon["type"] == "image/png"


def test_a_draft_is_not_announced(client, add_cycle):
    add_cycle("Brouillon", days=[5], state=CycleState.DRAFT)

    assert "Brouillon" not in client.get("/vto").text


def test_past_cycles_show_what_remains(client, add_cycle):
    cycle = add_cycle("Passé", days=[-30], published_sentence="132 participants.")
    db.session.add(
        Resource(cycle_id=cycle.id, label="Document (PDF, 2 Mo)", url="https://x.example.org/c.pdf")
    )
    db.session.commit()
    page = read(client.get("/vto"))

    assert "132 participants." in page.lines
    document = page.link("Document (PDF, 2 Mo)").attributes
    assert (document["href"], document["rel"]) == ("https://x.example.org/c.pdf", "noopener")


def test_a_cycle_whose_last_session_is_cancelled_is_past(client, add_cycle):
    cycle = add_cycle("Écourté", days=[-5])
    add_cycle("Autre", days=[5])
    db.session.commit()
    assert "Cycles passés" in read(client.get("/vto")).lines
    assert cycle.state is CycleState.PUBLISHED


def test_a_cancelled_session_does_not_announce_its_cycle(client, add_cycle):
    add_cycle("Annulé", days=[5])
    db.session.execute(db.update(Session).values(state=SessionState.CANCELLED, cancelled_at=NOW))
    db.session.commit()

    assert "Aucun webinaire annoncé pour le moment" in read(client.get("/vto")).lines


def test_an_empty_agenda_says_what_comes_next(client, organisation):
    page = read(client.get("/vto"))

    assert "Aucun webinaire annoncé pour le moment" in page.lines
    assert "mailto:contact@vto.example.org" in page.addresses


def test_an_empty_agenda_is_described_by_who_the_organisation_is(client, organisation):
    organisation.presentation = "Une **équipe** à Toulouse."
    db.session.commit()

    assert read(client.get("/vto")).meta("og:description") == "Une équipe à Toulouse."


def test_an_agenda_with_only_a_past_leads_to_it(client, add_cycle):
    add_cycle("Passé", days=[-30])
    page = read(client.get("/vto"))

    assert (
        "Le prochain cycle sera publié ici. D’ici là, relisez ce qui s’est dit dans les cycles passés."
        in page.lines
    )
    assert "#past" in page.addresses


@pytest.mark.parametrize(
    "words",
    ["insertion économique", "ECONOMIQUE", "  insertion  ", "œuvre", "oeuvre", "emploi", "l'activité"],
)
def test_words_find_without_accents_and_capitals(client, add_cycle, words):
    add_cycle("Insertion par l’activité économique, main-d’œuvre", days=[5], themes=["Emploi"])
    add_cycle("Rénovation", days=[6])
    text = read(client.get("/vto", query_string={"q": words}))

    assert text.link("Insertion par l’activité économique, main-d’œuvre")
    assert "Rénovation" not in text.text


def test_a_theme_narrows_the_agenda_and_is_shown_as_chosen(client, add_cycle):
    add_cycle("Un", days=[5], themes=["emploi", "ESS"])
    add_cycle("Deux", days=[6], themes=["emploi"])
    page = read(client.get("/vto?theme=ess"))

    assert "Un 5" not in read(client.get("/vto?theme=logement")).text
    assert page.link("ESS").attributes == {"href": "/vto?theme=ESS", "aria-current": "true"}
    assert "Un" in dict(page.links)
    assert "Deux" not in dict(page.links)


def test_words_that_find_nothing_offer_the_whole_agenda(client, add_cycle):
    add_cycle("Un", days=[5])
    page = read(client.get("/vto?q=zzz"))

    assert "Élargissez votre recherche" in page.lines
    assert page.values["q"] == "zzz"


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=" + "9" * 5000, "theme=" + "a" * 5000, "q=%00%FF"]
)
def test_odd_queries_are_answered(client, add_cycle, query):
    add_cycle("Un", days=[5])

    assert client.get(f"/vto?{query}").status_code == 200


def test_past_cycles_are_given_twelve_at_a_time(client, add_cycle):
    for number in range(13):
        add_cycle(f"Ancien {number:02}", days=[-10 - number])

    assert "Ancien 12" not in client.get("/vto").text
    assert read(client.get("/vto?page=2")).link("Ancien 12")


def test_no_more_cycles_are_loaded_than_are_shown(client, add_cycle):
    for number in range(30):
        add_cycle(f"Ancien {number:02}", days=[-10 - number], themes=["emploi"])
    add_cycle("Bientôt", days=[5])
    loaded = []
    db.session.expunge_all()

    def keep(cycle, _context):
        loaded.append(cycle.title)

    event.listen(Cycle, "load", keep)
    try:
        client.get("/vto")
    finally:
        event.remove(Cycle, "load", keep)

    assert sorted(loaded) == [*(f"Ancien {number:02}" for number in range(12)), "Bientôt"]


@pytest.mark.parametrize("number", [1, 30])
def test_it_asks_the_same_few_questions_however_many_cycles(client, add_cycle, number):
    for n in range(number):
        add_cycle(f"Cycle {n}", days=[5 + n, 6 + n], themes=["emploi"])

    with statements() as asked:
        client.get("/vto")

    assert len(asked) == 8


def test_the_only_organisation_is_at_home(client, add_cycle):
    add_cycle("Un", days=[5])

    page = read(client.get("/"))
    assert "Un" in dict(page.links)
    assert page.canonical == "http://localhost/vto"


def test_several_organisations_are_listed_with_what_they_have_ahead(client, add_cycle):
    add_cycle("Un", days=[5, 9])
    db.session.add(
        Organisation(
            slug="crpv", name="CRPV Bretagne", short_name="CRPV", contact="c@crpv.example.org", created_at=NOW
        )
    )
    db.session.commit()
    text = read(client.get("/"))

    assert order(text.text, "CRPV Bretagne", "Villes et Territoires Occitanie") == [
        "CRPV Bretagne",
        "Villes et Territoires Occitanie",
    ]
    assert "2\u00a0séances à venir, la prochaine le samedi 7\u00a0mars\u00a02026" in text.lines
    assert "2\u00a0séances à venir, la prochaine le samedi 7\u00a0mars\u00a02026" in text.lines


def test_an_instance_without_organisations_says_what_comes(client):
    assert "Les webinaires seront annoncés ici" in read(client.get("/")).lines


def test_a_missing_organisation_is_not_found(client, organisation):
    assert client.get("/personne").status_code == 404


def test_it_sends_no_cookie_and_speaks_english(client, add_cycle):
    add_cycle("Un", days=[5])
    answer = client.get("/vto", headers={"Accept-Language": "en"})

    assert "Set-Cookie" not in answer.headers
    assert "Search in titles and themes" in read(answer).lines
    assert answer.text.count("<h1") == 1


def test_a_session_that_ends_now_is_past(client, add_cycle):
    add_cycle("Un", days=[5])
    with time_machine.travel(NOW + timedelta(days=5, hours=2)):
        assert "Cycles passés" in read(client.get("/vto")).lines
