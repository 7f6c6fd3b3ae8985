"""The type of structure is one field: typed in, or chosen from its list; nothing is chosen but by Enter or a press."""

from typing import Literal

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.letters import personal_path
from tests.browser.watch import assert_accessible
from webinars.words.typology import structure_types

pytestmark = pytest.mark.browser

CYCLE = "/vto/emploi-quartiers"
ATTENDANCE = "/organise/vto/cycles/demo/sessions/demo-1/attendance"
NEEDED = "Choisissez le type de structure\u202f; à défaut, «\u00a0Autre\u00a0»."


def field_of(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Type de structure")


def code(page: Page) -> str:
    """What the form would send."""
    sent = "({ form, name }) => new FormData(form).get(name)"
    return str(page.locator(".combo select").evaluate(sent))


def listed(page: Page) -> list[str]:
    """The answers the list shows."""
    return page.get_by_role("option").locator("span").all_inner_texts() if is_open(page) else []


def is_open(page: Page) -> bool:
    return field_of(page).get_attribute("aria-expanded") == "true"


def active(page: Page) -> str | None:
    """The answer that Enter takes, as a screen reader is told."""
    at = field_of(page).get_attribute("aria-activedescendant")
    return page.locator(f"#{at} span").inner_text() if at else None


def said(page: Page) -> str:
    return page.locator(".combo [role=status]").inner_text()


@pytest.fixture
def form(visit: Visit) -> Page:
    """The form of a cycle, in the field."""
    page = visit(CYCLE)
    field_of(page).focus()
    return page


def test_a_word_of_the_field_leads_to_its_type_and_enter_takes_it(form: Page):
    form.keyboard.type("Mairie")

    assert (listed(form), active(form), code(form)) == (["Commune", "Autre"], "Commune", "")
    assert said(form) == "Réponses possibles\u00a0: 1"
    form.keyboard.press("Enter")
    assert (field_of(form).input_value(), code(form), is_open(form)) == ("Commune", "COL-COM", False)


def test_typing_on_clears_what_was_chosen(form: Page):
    form.keyboard.type("mairie")
    form.keyboard.press("Enter")
    form.keyboard.press("Backspace")

    assert (field_of(form).input_value(), code(form)) == ("Commun", "")
    assert "Commune" in listed(form)


@pytest.mark.parametrize("typed", ["ecole", "École", "ÉCOLE", "e\u0301cole"])
def test_accents_and_capitals_make_no_difference(form: Page, typed: str):
    field_of(form).fill(typed)

    assert listed(form) == [
        "Éducation nationale",
        "Organisme de formation",
        "Enseignement supérieur, recherche",
        "Autre",
    ]
    assert active(form) == "Éducation nationale"  # alone it has just this name


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("l'emploi", "Service public de l’emploi"),
        ("habitante", "Habitant·e"),
        ("DREETS", "Service déconcentré (préfecture, DDETS, DREETS, DRAC, DDT…)"),
        ("regie quartier", "Insertion par l’activité économique, régie de quartier"),
        ("cc", "Intercommunalité (EPCI)"),
        ("asso", "Association locale"),
        ("bailleur", "Office public de l’habitat"),
    ],
)
def test_words_are_found_by_their_beginnings_in_label_family_and_synonyms(form: Page, typed: str, first: str):
    field_of(form).fill(typed)

    assert (listed(form)[0], listed(form)[-1]) == (first, "Autre")


def test_among_several_enter_chooses_nothing_and_sends_nothing(form: Page):
    form.keyboard.type("bailleur")
    form.keyboard.press("Enter")

    assert (active(form), code(form), is_open(form), form.url.endswith(CYCLE)) == (None, "", True, True)
    form.keyboard.press("ArrowDown")
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    assert code(form) == "LOG-ESH"


def test_other_is_offered_for_a_name_nobody_knows_and_not_taken_by_itself(form: Page):
    form.keyboard.type("zzz")
    form.keyboard.press("Enter")

    assert (listed(form), active(form), code(form)) == (["Autre"], None, "")
    assert said(form) == "Aucun type ne porte ce nom\u00a0: choisissez «\u00a0Autre\u00a0»."
    form.keyboard.press("ArrowUp")
    form.keyboard.press("Enter")
    assert (field_of(form).input_value(), code(form)) == ("Autre", "AUT-AUT")


def test_words_that_chose_nothing_are_asked_about_when_one_leaves_them(form: Page):
    form.keyboard.type("mairie")
    form.keyboard.press("Tab")
    form.get_by_text(NEEDED).wait_for()

    assert (field_of(form).input_value(), code(form)) == ("mairie", "")
    field_of(form).focus()
    form.keyboard.press("Enter")
    assert form.get_by_text(NEEDED).count() == 0


def test_arrows_home_end_and_escape_walk_the_whole_list(form: Page):
    form.keyboard.press("ArrowDown")
    assert (active(form), len(listed(form))) == ("Commune", len(structure_types()))
    form.keyboard.press("ArrowUp")
    assert active(form) == "Autre"
    form.keyboard.press("ArrowDown")
    assert active(form) == "Commune"
    form.keyboard.press("End")
    assert active(form) == "Autre"
    form.keyboard.press("Home")
    assert active(form) == "Commune"
    form.keyboard.press("Escape")
    assert (is_open(form), active(form), code(form)) == (False, None, "")
    form.keyboard.press("ArrowUp")
    assert active(form) == "Autre"
    form.keyboard.press("Tab")
    assert (is_open(form), code(form)) == (False, "")


def test_home_and_end_move_in_the_text_while_no_answer_is_pointed_at(form: Page):
    form.keyboard.type("bailleur")
    form.keyboard.press("Home")

    assert form.evaluate("document.activeElement.selectionStart") == 0


def test_an_answer_is_pressed_and_the_list_then_opens_on_it(form: Page):
    field_of(form).click()
    form.get_by_role("option", name="Mission locale").click()

    assert (field_of(form).input_value(), code(form), is_open(form)) == ("Mission locale", "EMP-MIL", False)
    assert form.evaluate("document.activeElement.role") == "combobox"
    field_of(form).click()
    assert (active(form), len(listed(form))) == ("Mission locale", len(structure_types()))
    assert form.locator("[role=option][aria-selected=true]").inner_text().strip() == "Mission locale"


def test_a_finger_chooses_too(visit: Visit):
    page = visit(CYCLE, has_touch=True)
    field_of(page).tap()
    page.get_by_role("option", name="Fondation").tap()

    assert (code(page), is_open(page)) == ("ESS-FON", False)


def test_words_that_chose_nothing_are_kept_and_asked_about_beside_the_field(form: Page):
    form.keyboard.type("foyer rural")
    form.keyboard.press("Escape")
    form.get_by_role("button", name="M’inscrire").click()

    assert form.locator("#structure_type-error").inner_text() == NEEDED
    assert field_of(form).input_value() == "foyer rural"
    assert form.evaluate("document.activeElement.id") == "structure_type"
    assert field_of(form).get_attribute("aria-invalid") == "true"
    assert field_of(form).get_attribute("aria-describedby") == "structure_type-error structure_type-hint"
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    assert form.locator("#structure_type-error").count() == 0
    assert field_of(form).get_attribute("aria-invalid") is None


def test_the_error_of_the_server_leads_to_the_field(form: Page):
    form.get_by_role("button", name="M’inscrire").click()
    form.get_by_role("alert").get_by_role("link", name=NEEDED).click()

    assert form.evaluate("document.activeElement.id") == "structure_type"
    assert form.evaluate("document.activeElement.role") == "combobox"
    assert field_of(form).get_attribute("aria-invalid") == "true"
    assert field_of(form).get_attribute("aria-describedby") == "structure_type-error structure_type-hint"
    assert_accessible(form)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_the_list_is_open(
    visit: Visit, language: str, scheme: Literal["light", "dark"]
):
    page = visit(CYCLE, language=language)
    name = {"fr": "Type de structure", "en": "Type of organisation"}[language]
    page.get_by_role("combobox", name=name).press("ArrowDown")

    assert_accessible(page, [(320, scheme, [])])
    page.get_by_role("combobox", name=name).fill("zzz")
    assert_accessible(page, [(320, scheme, []), (1280, scheme, [])])


def test_what_matches_is_read_in_forced_colours(visit: Visit):
    page = visit(CYCLE, forced_colors="active", color_scheme="dark")
    field_of(page).fill("école")
    colours = page.locator("[role=option] :is(mark, small)").evaluate_all(
        "(found) => [...new Set(found.map((one) => getComputedStyle(one).color))]"
    )

    assert len(colours) == 1


def test_english_pages_know_english_words(visit: Visit):
    page = visit(CYCLE, language="en")
    field = page.get_by_role("combobox", name="Type of organisation")
    field.fill("town hall")
    field.press("Enter")

    assert (field.input_value(), code(page)) == ("Municipality", "COL-COM")


def test_without_script_it_is_a_list_by_families(visit: Visit):
    page = visit(CYCLE, java_script_enabled=False)
    select = page.get_by_label("Type de structure")

    assert select.evaluate("(one) => one.tagName") == "SELECT"
    assert select.locator("optgroup").count() == 11
    assert page.locator(".combo, [data-also][hidden]").count() == 0
    assert page.locator("#structure_type-hint").inner_text().startswith("Sert seulement à compter")


def test_somebody_who_comes_unregistered_may_have_no_type_but_no_lost_word(visit: Visit, signed_in: object):
    page = visit(f"{ATTENDANCE}?lang=fr", storage_state=signed_in)
    page.get_by_text("Une personne est venue sans inscription").click()
    form = page.locator("form", has=page.locator(".combo"))
    form.get_by_label("Prénom").fill("Claire")
    form.get_by_label("Nom", exact=True).fill("Dumas")
    assert code(page) == "NR"
    field_of(page).fill("mairie")
    field_of(page).press("Escape")
    form.get_by_role("button", name="Ajouter").click()
    assert page.locator("#walk-structure_type-error").inner_text() == "Choisissez une réponse de la liste."

    field_of(page).press("Enter")
    assert code(page) == "COL-COM"
    field_of(page).fill("")
    assert code(page) == "NR"
    form.get_by_role("button", name="Ajouter").click()
    page.get_by_text("Claire Dumas").first.wait_for()


def test_what_was_kept_stands_in_the_field_of_the_personal_page(visit: Visit, instance: Instance):
    page = visit(CYCLE)
    address = "type@mairie.example.org"
    page.get_by_label("Tout le cycle").check()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Arnaud")
    page.get_by_label("Adresse électronique").fill(address)
    field_of(page).fill("mission locale")
    field_of(page).press("Enter")
    page.get_by_role("button", name="M’inscrire").click()
    page.wait_for_url("**/registered/**")
    page.goto(personal_path(instance.mails(address, 1)[0]))
    page.get_by_role("link", name="Corriger").first.click()

    assert (field_of(page).input_value(), code(page)) == ("Mission locale", "EMP-MIL")
    field_of(page).fill("cc")
    field_of(page).press("Enter")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Intercommunalité (EPCI)").first.wait_for()
