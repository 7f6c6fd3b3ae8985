"""What the form on a cycle’s page refuses and how, and that nothing typed is lost."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import (
    KEPT,
    Page,
    filled,
    refused,
    registrants,
    send,
    sessions_of_everybody,
)
from webinars.cycles.states import CycleState
from webinars.storage.extensions import db
from webinars.words.text import clean_line, has_long_run

pytestmark = pytest.mark.usefixtures("today")


anything = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


NONSENSE = [
    ("first_name", "", "Écrivez votre prénom."),
    ("first_name", " \u200f\t ", "Écrivez votre prénom."),
    ("first_name", "1234", "Écrivez le nom en lettres."),
    ("first_name", "Gagnez https://spam.example.org", "Écrivez le nom seul, sans adresse de site."),
    ("first_name", "é" * 121, "Raccourcissez ce texte"),
    ("last_name", "", "Écrivez votre nom."),
    ("last_name", "...", "Écrivez le nom en lettres."),
    ("last_name", "www.spam.example.org", "Écrivez le nom seul, sans adresse de site."),
    ("email", "", "Écrivez votre adresse électronique."),
    ("email", "ada", "Écrivez l’adresse entière, avec le signe @. Exemple\u00a0: prenom.nom@mairie.fr"),
    ("email", "ada@", "Complétez l’adresse\u00a0: il manque ce qui suit le signe @."),
    ("email", "ada@mairie", "Complétez l’adresse"),
    ("email", "@mairie.fr", "Complétez l’adresse"),
    (
        "email",
        "ada lovelace@mairie.fr",
        "Supprimez les espaces de l’adresse\u00a0: «\u00a0ada lovelace@mairie.fr\u00a0».",
    ),
    ("email", "ada@mairie.fr, bela@mairie.fr", "Écrivez une seule adresse\u00a0: il y en a plusieurs ici."),
    ("email", "ada@ville,fr", "Écrivez un point à la place de la virgule\u00a0: «\u00a0ada@ville.fr\u00a0»."),
    ("email", "ada..roux@mairie.fr", "Vérifiez l’adresse"),
    ("structure", "x" * 201, "Raccourcissez ce texte"),
    ("structure_type", "", "Choisissez le type de structure"),
    ("structure_type", "COL-XXX", "Choisissez une réponse de la liste."),
    ("function", "ROI", "Choisissez une réponse de la liste."),
    ("department", "99", "Choisissez une réponse de la liste."),
    ("works_in_qpv", "maybe", "Choisissez une des réponses."),
    ("take", "", "Cochez au moins une séance, ou tout le cycle."),
    ("take", "everything", "Cochez au moins une séance, ou tout le cycle."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), NONSENSE)
def test_nonsense_is_refused_with_a_sentence_beside_the_field(client, two, field, value, sentence):
    page = refused(send(client, **{field: value}))

    assert len(page.errors) == 1
    assert sentence in page.errors[0]
    assert page.text.count(page.errors[0].strip()) == 2  # in the summary too
    named = "sessions" if field == "take" else field
    assert list(page.summary) == [named]
    assert page.part(named)
    assert {name: page.values[name] for name in KEPT if name != field} == {
        name: value for name, value in KEPT.items() if name != field
    }


@pytest.mark.parametrize("missing", ["take", "first_name", "last_name", "email", "structure_type"])
def test_a_missing_field_is_a_wrong_field(client, two, missing):
    assert len(refused(send(client, **{missing: None})).errors) == 1


def test_a_form_without_anything_says_everything_at_once(client, two):
    page = refused(client.post("/vto/emploi/register"))

    assert len(page.errors) == 5


def test_the_boxes_that_were_ticked_stay_so(client, two):
    page = refused(
        send(client, take="some", sessions=[two[1].public_id], newsletter="y", works_in_qpv="yes", email="")
    )

    assert page.ticked == {
        "sessions": [two[1].public_id],
        "works_in_qpv": ["yes"],
        "newsletter": ["y"],
    }


def test_a_field_sent_twice_is_no_form_of_ours(client, two):
    assert send(client, email=["ada@town.example.org", "bela@choir.example.org"]).status_code == 400


def test_errors_are_said_in_english_too(client, two):
    answer = send(client, lang="en", email="ada@", structure_type="")

    assert read(answer).title.startswith("Error: ")
    assert "Complete the address: the part after @ is missing." in read(answer).errors
    assert read(answer).points == "You are not signed up yet: 2 points to correct"


def test_a_session_that_closed_meanwhile_is_told_and_the_other_taken(client, two):
    page = read(client.get("/vto/emploi"))
    chosen = [session.public_id for session in two]
    with time_machine.travel(two[0].starts_at + timedelta(minutes=15)):
        page = read(client.get("/vto/emploi"))
        data = filled(form_token=page.values["form_token"], take="some", sessions=chosen)
        answer = client.post("/vto/emploi/register", data=data)

        assert (
            "Si vous n’y étiez pas déjà inscrit·e, vous ne l’êtes pas\u00a0: cette séance ne prenait plus d’inscriptions à l’arrivée de votre formulaire."
            in read(client.get(answer.location)).lines
        )
    assert sessions_of_everybody() == [two[1].id]


def test_when_nothing_chosen_is_open_the_page_says_so(client, two):
    with time_machine.travel(two[0].starts_at + timedelta(minutes=15)):
        page = refused(send(client, take="some", sessions=[two[0].public_id]))

        assert "Aucune de ces séances" in page.errors[0] or "programme" in page.errors[0]
        assert page.values["first_name"] == "Ada"


def test_sessions_that_are_none_of_this_cycle_are_no_choice(client, two):
    page = refused(send(client, take="some", sessions=["aaaaaaaaaaaaaaaa", "' OR 1=1 --"]))

    assert page.values["first_name"] == "Ada"


def test_a_cycle_closed_meanwhile_says_that_registrations_are_closed(client, two, cycle):
    token = read(client.get("/vto/emploi")).values["form_token"]
    cycle.close(now=NOW)
    db.session.commit()
    answer = client.post("/vto/emploi/register", data=filled(form_token=token))

    assert answer.status_code == 422
    assert "Les inscriptions sont fermées" in read(answer).callouts
    assert registrants() == []


def test_our_own_address_is_refused_beside_the_field(client, two):
    page = refused(send(client, email="webinaires@example.org"))

    assert page.errors == [
        "Cette adresse est celle de ce site, qui en relève les courriels\u00a0: écrivez la vôtre."
    ]


def test_a_draft_takes_nobody(client, two, cycle):
    token = read(client.get("/vto/emploi")).values["form_token"]
    cycle.state = CycleState.DRAFT
    db.session.commit()

    assert client.post("/vto/emploi/register", data=filled(form_token=token)).status_code == 404


FIELDS = [
    "first_name",
    "last_name",
    "email",
    "structure",
    "structure_type",
    "function",
    "department",
    "works_in_qpv",
    "take",
    "website",
    "form_token",
    "sessions",
]


@anything
@given(field=st.sampled_from(FIELDS), value=st.text(max_size=300))
def test_whatever_is_typed_gets_a_sentence_or_a_place(client, two, field, value):
    answer = client.post("/vto/emploi/register", data=filled(**{"form_token": "x", field: value}))
    page = read(answer)
    db.session.rollback()

    assert answer.status_code == 422
    assert page.active == []
    for other in KEPT.keys() - {field}:
        assert page.values[other] == KEPT[other]


@anything
@given(typed=st.text(st.characters(categories=["L", "M", "P", "S", "Zs"]), min_size=1, max_size=120))
def test_a_name_that_is_refused_comes_back_as_typed(client, two, typed):
    page = Page(client.post("/vto/emploi/register", data=filled(first_name=typed)).text)
    db.session.rollback()

    shown = typed if has_long_run(typed) else clean_line(typed, 120)
    assert page.values["first_name"] == shown
