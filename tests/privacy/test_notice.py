"""What people are told about their data, before they send any."""

import pytest

from tests.conftest import NOW
from tests.page import read
from webinars.accounts.models import Organisation
from webinars.privacy import notice
from webinars.registration.consents import version_of
from webinars.storage.extensions import db

ABOUT = [
    "Responsable de traitement",
    "Pourquoi",
    "intérêt légitime",
    "votre accord",
    "Combien de temps",
    "Vos droits",
    "CNIL",
    "donnees@vto.example.org",
]


@pytest.fixture
def house(organisation):
    organisation.privacy_contact = "donnees@vto.example.org"
    organisation.controller = "Villes et Territoires Occitanie, association."
    organisation.recipients = "L’équipe, l’hébergeur Exemple, le relais Exemple et l’outil Exemple."
    db.session.commit()
    return organisation


@pytest.mark.parametrize("words", [*ABOUT, "Destinataires"])
def test_the_form_says_it_before_the_button(client, house, cycle, add_session, words):
    add_session(cycle, "Loin", days=9_000)
    [form] = read(client.get("/vto/emploi")).all("form", method="post")

    assert form.text.index(words) < form.text.rindex(form.buttons[-1])


@pytest.mark.parametrize(
    "words",
    [*ABOUT, "Qui les voit", "l’hébergeur Exemple", "aucun cookie", "jamais conservée avec une inscription"],
)
def test_the_whole_notice_says_it_too(client, house, words):
    assert words in read(client.get("/privacy/vto")).text


def test_without_a_text_of_its_own_the_notice_stands(client, organisation):
    text = read(client.get("/privacy/vto"))

    assert (
        "Données des personnes inscrites\u00a0: ce qu’en fait Villes et Territoires Occitanie." in text.lines
    )
    assert (
        "L’équipe du cycle\u202f; pour son compte, l’hébergeur du site, le relais de messagerie et l’outil de visioconférence."
        in text.lines
    )
    assert "Écrivez à contact@vto.example.org." in text.lines


def test_it_is_in_english_too(client, house):
    assert "You can complain" not in read(client.get("/privacy/vto?lang=fr")).text
    assert (
        "If the answer does not satisfy you, you can complain to the French data protection authority: cnil.fr."
        in read(client.get("/privacy/vto?lang=en")).lines
    )


def test_the_notice_of_the_only_organisation_is_found_at_once(client, house):
    answer = client.get("/privacy?lang=en")

    assert (answer.status_code, answer.location) == (302, "/privacy/vto?lang=en")


def test_several_organisations_have_one_notice_each(client, house):
    db.session.add(
        Organisation(
            slug="crpv", name="CRPV", short_name="CRPV", contact="c@crpv.example.org", created_at=NOW
        )
    )
    db.session.commit()
    addresses = read(client.get("/privacy")).addresses

    assert {"/privacy/vto", "/privacy/crpv"} <= set(addresses)


def test_a_missing_organisation_is_not_found(client, house):
    assert client.get("/privacy/personne").status_code == 404


@pytest.mark.parametrize("address", ["/privacy", "/privacy/vto", "/accessibility"])
def test_these_pages_send_no_cookie(client, house, address):
    assert "Set-Cookie" not in client.get(address).headers


def test_the_version_of_the_words_changes_when_a_word_does(app, house):
    before = version_of(notice.words_of_the_form(house, 30))
    assert version_of(notice.words_of_the_form(house, 30)) == before
    house.controller = "Une autre association."

    assert version_of(notice.words_of_the_form(house, 30)) != before
    assert len(before) == 16


def test_every_page_leads_to_notice_and_statement(client, house, cycle):
    leads = dict(read(client.get("/vto")).links)

    assert leads["Données personnelles"] == "/privacy/vto"
    assert leads["Accessibilité\u00a0: non conforme"] == "/accessibility"


def test_the_statement_says_where_to_report_a_barrier(client, house):
    text = read(client.get("/accessibility"))

    assert text.heading == "Accessibilité\u00a0: non conforme"
    assert "Villes et Territoires Occitanie, contact@vto.example.org" in text.lines
    assert (
        "Vous pouvez saisir gratuitement le Défenseur des droits\u00a0: defenseurdesdroits.fr." in text.lines
    )
    assert (
        "Ce qui est vérifié à chaque changement\u00a0: l’usage au clavier seul, les étiquettes et les erreurs liées à leurs champs, les contrastes en clair et en sombre, l’affichage dès 320 pixels de large et à 200\u00a0% de zoom, et les contrôles automatiques de l’outil axe."
        in text.lines
    )
