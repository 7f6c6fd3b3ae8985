"""The address is checked where it is typed, shown by the page that answers, and corrected once; another language keeps what was typed."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, choose_type
from tests.browser.instance import Instance
from tests.browser.letters import calendar, personal_path
from tests.browser.test_waiting import heading
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

CYCLE = "/vto/emploi-quartiers"
ADDRESS = "Adresse électronique"


def fill(page: Page, address: str, *, type_: bool = True) -> None:
    page.get_by_label("Achats responsables").check()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Arnaud")
    page.get_by_label(ADDRESS).fill(address)
    if type_:
        choose_type(page)


def send(page: Page) -> None:
    page.get_by_role("button", name="M’inscrire").click()


def test_a_slip_is_offered_under_the_field_and_taken_with_one_press(visit: Visit):
    page = visit(CYCLE)
    fill(page, "camille.un@gmial.com")
    offer = page.locator(".suggest")
    expect(offer.get_by_role("status")).to_have_text("Vouliez-vous dire camille.un@gmail.com\u202f?")
    assert_accessible(page)
    offer.get_by_role("button", name="Oui, corriger").click()

    expect(offer).to_be_hidden()
    expect(page.get_by_label(ADDRESS)).to_have_value("camille.un@gmail.com")
    expect(page.get_by_label(ADDRESS)).to_be_focused()
    send(page)
    page.wait_for_url("**/registered/**")
    assert "camille.un@gmail.com" in page.locator(".address").inner_text()


def test_a_slip_in_what_an_address_book_writes_is_offered_again_by_a_form_that_comes_back(visit: Visit):
    page = visit(CYCLE)
    fill(page, "Camille Arnaud <camille.six@gmial.com>", type_=False)
    page.get_by_label("Prénom").focus()
    offer = page.locator(".suggest").get_by_role("status")
    expect(offer).to_have_text("Vouliez-vous dire camille.six@gmail.com\u202f?")
    send(page)
    page.wait_for_url("**/register#sign-up")

    expect(offer).to_have_text("Vouliez-vous dire camille.six@gmail.com\u202f?")


@pytest.mark.parametrize("answers", [True, False])
def test_it_stops_nobody(visit: Visit, answers: bool):
    """Kept, or passed over: what was asked under the field is not asked again."""
    page = visit(CYCLE)
    fill(page, f"camille.{answers}@gmial.com")
    expect(page.locator(".suggest")).to_be_visible()
    if answers:
        page.get_by_role("button", name="Non, garder gmial.com").click()
        expect(page.locator(".suggest")).to_be_hidden()
    send(page)
    page.wait_for_url("**/registered/**")

    assert f"camille.{answers}@gmial.com" in page.locator(".address").inner_text()


def test_without_script_a_second_page_asks_once(visit: Visit):
    page = visit(CYCLE, java_script_enabled=False)
    fill(page, "camille.deux@gmial.com", type_=False)
    page.get_by_label("Type de structure").select_option("COL-COM")
    send(page)

    assert heading(page) == "Est-ce la bonne adresse\u202f?"
    page.get_by_role("button", name="Revenir au formulaire").click()
    assert page.get_by_label("Prénom").input_value() == "Camille"
    send(page)
    page.get_by_role("button", name="Oui, écrire à gmail.com").click()
    assert heading(page) == "Vous êtes inscrit·e à une séance"
    assert "camille.deux@gmail.com" in page.locator(".address").inner_text()


def test_the_page_that_asks_is_accessible(visit: Visit):
    page = visit(CYCLE)
    fill(page, "camille.trois@gmial.com")
    page.locator("input[name=address]").evaluate(
        "(one) => one.remove()"
    )  # as if the field had not been asked about
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce la bonne adresse\u202f?")
    assert_accessible(page)


@pytest.mark.parametrize("has_script", [True, False])
def test_a_wrong_address_is_corrected_once_and_gets_nothing_more(
    visit: Visit, instance: Instance, has_script: bool
):
    wrong, right = (f"{name}.{has_script}@mairie.example.org" for name in ("faute", "juste"))
    page = visit(CYCLE, java_script_enabled=has_script)
    fill(page, wrong, type_=has_script)
    if not has_script:
        page.get_by_label("Type de structure").select_option("COL-COM")
    send(page)
    page.wait_for_url("**/registered/**")
    if has_script:
        assert_accessible(page)
    [to_wrong] = [mail for mail in instance.mails(wrong, 2) if calendar(mail) is None]

    page.get_by_role("link", name="Corriger l’adresse").click()
    page.get_by_label("Votre adresse").fill(right)
    page.get_by_role("button", name="Utiliser cette adresse").click()
    page.wait_for_url(lambda address: not address.endswith("/address"))

    assert heading(page) == "Vous êtes inscrit·e à une séance"
    assert right in page.locator(".address").inner_text()
    assert page.get_by_role("link", name="Corriger l’adresse").count() == 0
    [to_right] = [mail for mail in instance.mails(right, 2) if calendar(mail) is None]
    assert len(instance.mails(wrong, 2)) == 2
    answer = page.goto(personal_path(to_wrong))
    assert answer is not None
    assert answer.status == 404
    page.goto(personal_path(to_right))
    assert heading(page) == "Bonjour Camille"


def test_back_after_a_correction_says_that_another_address_was_given(visit: Visit):
    page = visit(CYCLE)
    fill(page, "retour@mairie.example.org")
    send(page)
    page.get_by_role("link", name="Corriger l’adresse").click()
    page.get_by_label("Votre adresse").fill("aller@mairie.example.org")
    page.get_by_role("button", name="Utiliser cette adresse").click()
    page.wait_for_url(lambda address: not address.endswith("/address"))
    page.go_back()
    page.go_back()

    expect(page.locator(".address")).to_have_text(
        "Vous avez donné une autre adresse depuis\u00a0: nos messages pour vous y vont."
    )
    assert_accessible(page)


def test_the_messages_are_sent_again_once(visit: Visit, instance: Instance):
    address = "encore@mairie.example.org"
    page = visit(CYCLE)
    fill(page, address)
    send(page)
    page.wait_for_url("**/registered/**")
    instance.mails(address, 2)
    page.get_by_role("button", name="Renvoyer les messages").click()

    expect(page.get_by_role("button", name="Renvoyer les messages")).to_have_count(0)
    expect(page.locator("aside").get_by_role("status")).to_contain_text("Messages renvoyés.")
    assert_accessible(page)
    assert len(instance.mails(address, 4)) == 4


@pytest.mark.parametrize("has_script", [True, False])
def test_another_language_keeps_what_was_typed(visit: Visit, has_script: bool):
    page = visit(CYCLE, java_script_enabled=has_script)
    fill(page, "langue@mairie.example.org", type_=has_script)
    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.get_by_label("First name").input_value() == "Camille"
    assert page.get_by_label("E-mail address").input_value() == "langue@mairie.example.org"
    assert page.get_by_label("Achats responsables").is_checked()
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_label("Prénom")).to_have_value("Camille")


def test_where_nothing_is_typed_the_language_is_an_address(visit: Visit, instance: Instance):
    page = visit(CYCLE)
    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == f"{instance.url}{CYCLE}?lang=en"
    assert_accessible(page)
