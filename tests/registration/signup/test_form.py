"""The form on a cycle’s page: what it takes."""

import pytest

from tests.page import read
from tests.registration.reading_pages import filled, registrants, send, sessions_of_everybody, statements
from webinars.registration.models import Consent, ConsentText
from webinars.storage.extensions import db
from webinars.words import typology

pytestmark = pytest.mark.usefixtures("today")


def test_one_button_signs_up_for_the_whole_cycle(client, two):
    answer = send(client)

    ada = registrants()[0]
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Lovelace", "ada@town.example.org")
    assert (ada.structure, ada.structure_type, ada.department) == ("Ville de Valbrune", "COL-COM", "31")
    assert (ada.function, ada.works_in_qpv, ada.language, ada.whole_cycle) == (None, None, "fr", True)
    assert sessions_of_everybody() == [session.id for session in two]


def test_some_sessions_only(client, two):
    send(client, take="some", sessions=[two[1].public_id])

    assert sessions_of_everybody() == [two[1].id]
    assert registrants()[0].whole_cycle is False


def test_the_mails_are_in_the_language_of_the_page(client, two):
    send(client, lang="en")

    assert registrants()[0].language == "en"


def test_boxes_are_kept_with_the_words_beside_them(client, two):
    send(client, recording="y")

    (consent,) = db.session.scalars(db.select(Consent))
    text = db.session.get_one(ConsentText, consent.text_version).words
    assert (str(consent.purpose), len(consent.text_version)) == ("recording", 16)
    assert text.endswith("J’accepte d’apparaître dans l’enregistrement, si je prends la parole.")
    assert "Responsable de traitement – Villes et Territoires Occitanie." in text.splitlines()


def test_no_box_is_ticked_and_refusing_blocks_nothing(client, two):
    assert send(client).status_code == 303
    assert list(db.session.scalars(db.select(Consent))) == []


@pytest.mark.parametrize("sessions", [1, 8])
def test_a_sign_up_asks_at_most_25_questions(client, cycle, add_session, sessions):
    chosen = [add_session(cycle, f"Séance {n}", days=5 + n, capacity=3).public_id for n in range(sessions)]
    token = read(client.get("/vto/emploi")).values["form_token"]

    with statements() as asked:
        answer = client.post(
            "/vto/emploi/register", data=filled(form_token=token, take="some", sessions=chosen)
        )

    assert answer.status_code == 303
    assert len(asked) <= 25


def test_fields_that_are_not_ours_change_nothing(client, two):
    send(client, token_version="7", status="confirmed", cycle_id="9")

    assert registrants()[0].token_version == 1


def test_reading_the_address_of_the_form_leads_to_the_page(client, two):
    answer = client.get("/vto/emploi/register?lang=en")

    assert (answer.status_code, answer.location) == (302, "/vto/emploi?lang=en#sign-up")


def test_the_lists_offer_the_whole_typology(client, two):
    page = read(client.get("/vto/emploi"))
    options = {option.attributes["value"] for option in page.all("option")}

    assert options == {"", *typology.structure_types(), *typology.functions(), *typology.departments()}


def test_only_names_address_and_type_are_needed(client, two):
    fields = read(client.get("/vto/emploi")).all("input", "select")

    needed = [field.attributes["name"] for field in fields if "required" in field.attributes]
    assert needed == ["first_name", "last_name", "email", "structure_type"]
