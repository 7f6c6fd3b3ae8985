"""The form on a cycle's page: what it takes, what it refuses and how, and that nothing typed is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.registration.reading_pages import Page, filled, read, send, statements
from webinars import typology
from webinars.cycles.states import CycleState
from webinars.extensions import db
from webinars.outbox.models import Email
from webinars.registration.models import Consent, ConsentText, Qpv, Registrant, Registration

KEPT = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@town.example.org",
    "structure": "Ville de Valbrune",
    "structure_type": "COL-COM",
    "department": "31",
}
anything = hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two(cycle, session, add_session):
    """A cycle of two sessions."""
    return session, add_session(cycle, "Cités de l’emploi", days=20)


@pytest.fixture
def with_settings(app, monkeypatch):
    """`with_settings(sign_ups_per_hour=2)`: the application under other settings."""

    def change(**values):
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **values))

    return change


def registrants():
    return list(db.session.scalars(db.select(Registrant).order_by(Registrant.id)))


def sessions_of_everybody():
    wanted = db.select(Registration.session_id).order_by(Registration.session_id)
    return list(db.session.scalars(wanted))


def refused(answer, status=422):
    """The page of a refusal, after what every refusal promises."""
    page = read(answer)
    db.session.rollback()
    assert answer.status_code == status
    assert "<title>Erreur\u00a0: " in answer.text
    assert "L’inscription n’est pas encore faite" in page.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert (registrants(), list(db.session.scalars(db.select(Email)))) == ([], [])
    return page


def test_one_button_signs_up_for_the_whole_cycle(client, two):
    answer = send(client)

    ada = registrants()[0]
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert (ada.first_name, ada.last_name, ada.email) == ("Ada", "Lovelace", "ada@town.example.org")
    assert (ada.structure, ada.structure_type, ada.department) == ("Ville de Valbrune", "COL-COM", "31")
    assert (ada.function, ada.works_in_qpv, ada.language, ada.whole_cycle) == ("NR", Qpv.UNSAID, "fr", True)
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
    assert "Qui en répond – Villes et Territoires Occitanie." in text


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
    ("email", "ada", "signe @"),
    ("email", "ada@", "Complétez l’adresse\u00a0: il manque ce qui suit le signe @."),
    ("email", "ada@mairie", "Complétez l’adresse"),
    ("email", "@mairie.fr", "Complétez l’adresse"),
    ("email", "ada lovelace@mairie.fr", "Vérifiez l’adresse"),
    ("email", "ada@mairie.fr, bela@mairie.fr", "Vérifiez l’adresse"),
    ("structure", "x" * 201, "Raccourcissez ce texte"),
    ("structure_type", "", "Choisissez le type de structure"),
    ("structure_type", "COL-XXX", "Choisissez une réponse de la liste."),
    ("function", "ROI", "Choisissez une réponse de la liste."),
    ("department", "99", "Choisissez une réponse de la liste."),
    ("works_in_qpv", "maybe", "Choisissez une des réponses."),
    ("take", "", "Choisissez tout le cycle, ou certaines séances."),
    ("take", "everything", "Choisissez tout le cycle, ou certaines séances."),
    ("take", "some", "Cochez au moins une séance, ou tout le cycle."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), NONSENSE)
def test_nonsense_is_refused_with_a_sentence_beside_the_field(client, two, field, value, sentence):
    page = refused(send(client, **{field: value}))

    assert len(page.errors) == 1
    assert sentence in page.errors[0]
    assert page.text.count(page.errors[0].strip()) == 2  # in the summary too
    links = [
        given["href"]
        for tag, given in page.tags
        if tag == "a" and given.get("href") in ("#" + one for one in page.ids)
    ]
    assert f"#{'sessions' if value == 'some' else field}" in links
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
        "take": ["some"],
        "sessions": [two[1].public_id],
        "works_in_qpv": ["yes"],
        "newsletter": ["y"],
    }


def test_a_field_sent_twice_is_no_form_of_ours(client, two):
    assert send(client, email=["ada@town.example.org", "bela@choir.example.org"]).status_code == 400


def test_fields_that_are_not_ours_change_nothing(client, two):
    send(client, token_version="7", status="confirmed", cycle_id="9")

    assert registrants()[0].token_version == 1


def test_errors_are_said_in_english_too(client, two):
    answer = send(client, lang="en", email="ada@", structure_type="")

    assert "<title>Error: " in answer.text
    assert "Complete the address: the part after @ is missing." in read(answer).errors
    assert "You are not signed up yet: 2 points to correct" in read(answer).text


@pytest.mark.parametrize("sent", ["", "x", "123.456", "\ud800", "é" * 500])
def test_a_form_without_our_token_comes_back_as_it_was(client, two, sent):
    data = filled(form_token=sent.encode("utf-8", "replace").decode())
    page = refused(client.post("/vto/emploi/register", data=data))

    assert "Cette page n’était plus complète" in page.text
    assert {name: page.values[name] for name in KEPT} == KEPT
    assert (
        client.post("/vto/emploi/register", data=filled(form_token=page.values["form_token"])).status_code
        == 303
    )


def test_the_token_of_another_cycle_is_not_ours(client, two, organisation, cycle, add_session):
    from webinars.form_tokens import issue_form_token

    page = refused(send(client, form_token=issue_form_token(f"sign up {cycle.id + 1}")))

    assert "Cette page n’était plus complète" in page.text


def test_a_form_sent_faster_than_it_can_be_read_comes_back_and_then_passes(client, two, with_settings):
    with_settings(form_min_seconds=2.0)
    page = refused(send(client))

    assert "plus vite que le formulaire ne se lit" in page.text
    with time_machine.travel(NOW + timedelta(seconds=3)):
        again = filled(form_token=page.values["form_token"])
        assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_a_page_of_the_day_before_yesterday_comes_back_and_then_passes(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    with time_machine.travel(NOW + timedelta(days=2)):
        page = refused(client.post("/vto/emploi/register", data=filled(form_token=token)))

        assert "ouverte depuis plus d’un jour" in page.text
        again = filled(form_token=page.values["form_token"])
        assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_the_field_nobody_sees_must_stay_empty_and_a_person_loses_nothing(client, two):
    page = refused(send(client, website="https://spam.example.org"))

    assert "Un champ que personne ne voit a été rempli" in page.text
    assert page.values["website"] == ""
    assert {name: page.values[name] for name in KEPT} == KEPT


def test_too_many_sign_ups_from_one_place_wait_with_everything_kept(client, two, with_settings):
    with_settings(sign_ups_per_hour=2)
    first = [send(client, email=f"a{n}@town.example.org").status_code for n in range(2)]
    answer = send(client, email="late@town.example.org", first_name="Léa")

    assert first == [303, 303]
    assert answer.status_code == 429
    assert "Trop d’inscriptions sont venues d’ici" in read(answer).text
    assert read(answer).values["first_name"] == "Léa"
    assert [ada.email for ada in registrants()] == ["a0@town.example.org", "a1@town.example.org"]
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    token = read(client.get("/vto/emploi")).values["form_token"]
    data = filled(form_token=token, email="other@town.example.org")
    assert client.post("/vto/emploi/register", data=data, environ_base=elsewhere).status_code == 303


def test_a_forged_forwarded_header_is_not_another_place(client, two, with_settings):
    with_settings(sign_ups_per_hour=1)
    token = read(client.get("/vto/emploi")).values["form_token"]
    answers = [
        client.post(
            "/vto/emploi/register",
            data=filled(form_token=token, email=f"a{n}@town.example.org"),
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(2)
    ]

    assert answers == [303, 429]


def test_a_session_that_closed_meanwhile_is_told_and_the_other_taken(client, two):
    page = read(client.get("/vto/emploi"))
    chosen = [session.public_id for session in two]
    with time_machine.travel(two[0].starts_at + timedelta(minutes=1)):
        page = read(client.get("/vto/emploi"))
        data = filled(form_token=page.values["form_token"], take="some", sessions=chosen)
        answer = client.post("/vto/emploi/register", data=data)

        assert "Cette séance s’est fermée pendant" in read(client.get(answer.location)).text
    assert sessions_of_everybody() == [two[1].id]


def test_when_nothing_chosen_is_open_the_page_says_so(client, two):
    with time_machine.travel(two[0].starts_at + timedelta(minutes=1)):
        page = refused(send(client, take="some", sessions=[two[0].public_id]))

        assert "Aucune de ces séances" in page.errors[0] or "programme" in page.errors[0]
        assert page.values["first_name"] == "Ada"


def test_sessions_that_are_none_of_this_cycle_are_no_choice(client, two):
    page = refused(send(client, take="some", sessions=["aaaaaaaaaaaaaaaa", "' OR 1=1 --"]))

    assert page.values["first_name"] == "Ada"


def test_a_cycle_closed_meanwhile_says_that_registrations_are_closed(client, two, cycle):
    token = read(client.get("/vto/emploi")).values["form_token"]
    cycle.state = CycleState.CLOSED
    db.session.commit()
    answer = client.post("/vto/emploi/register", data=filled(form_token=token))

    assert answer.status_code == 422
    assert "Les inscriptions sont closes" in read(answer).text
    assert registrants() == []


def test_our_own_address_is_refused_beside_the_field(client, two):
    page = refused(send(client, email="webinaires@example.org"))

    assert page.errors == [
        "Cette adresse est celle de ce site, qui en relève le courrier\u00a0: écrivez la vôtre."
    ]


def test_reading_the_address_of_the_form_leads_to_the_page(client, two):
    answer = client.get("/vto/emploi/register?lang=en")

    assert (answer.status_code, answer.location) == (302, "/vto/emploi?lang=en#sign-up")


def test_a_form_of_another_site_does_nothing(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    answer = client.post(
        "/vto/emploi/register", data=filled(form_token=token), headers={"Origin": "https://evil.example.org"}
    )

    assert answer.status_code == 403
    assert registrants() == []


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

    from webinars.text import clean_line

    assert page.values["first_name"] == clean_line(typed)


def test_the_lists_offer_the_whole_typology(client, two):
    tags = read(client.get("/vto/emploi")).tags
    options = {given["value"] for tag, given in tags if tag == "option"}

    assert options == {"", *typology.structure_types(), *typology.functions(), *typology.departments()}


def test_only_names_address_and_type_are_needed(client, two):
    tags = read(client.get("/vto/emploi")).tags

    needed = [given["name"] for tag, given in tags if tag in ("input", "select") and "required" in given]
    assert needed == ["first_name", "last_name", "email", "structure_type"]
