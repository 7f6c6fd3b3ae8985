"""What matters works without a script, and without a mouse."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.letters import calendar, personal_path

pytestmark = pytest.mark.browser

CYCLE = "/vto/emploi-quartiers"
ATTENDANCE = "/organise/vto/cycles/demo/sessions/demo-1/attendance"


def test_one_signs_up_for_one_session_and_changes_it_on_the_personal_page(visit: Visit, instance: Instance):
    address = "noscript@mairie.example.org"
    page = visit(CYCLE, java_script_enabled=False)
    page.get_by_label("Cités de l’emploi").check()
    fill_identity(page, address)
    page.get_by_role("button", name="M’inscrire").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Vous êtes inscrit·e à une séance"
    assert page.locator("ol.programme h3").all_inner_texts() == ["Cités de l’emploi\u00a0: mode d’emploi"]

    confirmation = next(mail for mail in instance.mails(address, 2) if calendar(mail) is None)
    page.goto(personal_path(confirmation))
    page.get_by_role("button", name="M’inscrire à cette séance").first.click()
    page.locator("#sessions ~ ol > li").nth(1).wait_for()
    page.get_by_role("link", name="Me désister… de « Cités de l’emploi").click()
    page.get_by_role("button", name="Me désister").click()
    page.get_by_role("button", name="Revenir sur ce choix").click()

    assert page.locator("#sessions ~ ol > li").count() == 2


def test_what_is_missing_is_said_and_what_was_typed_stays(visit: Visit):
    page = visit(CYCLE, java_script_enabled=False)
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_role("button", name="M’inscrire").click()

    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Cochez au moins une séance, ou tout le cycle.",
        "Écrivez votre nom.",
        "Écrivez votre adresse électronique.",
        "Choisissez le type de structure\u202f; à défaut, «\u00a0Autre\u00a0».",
    ]
    assert page.get_by_label("Prénom").input_value() == "Camille"


def test_attendance_is_ticked_and_taken_back(visit: Visit, signed_in: object):
    page = visit(ATTENDANCE, java_script_enabled=False, storage_state=signed_in)
    row = page.get_by_role("row").filter(has_text="Le Gall")
    row.get_by_role("button", name="Excusé").click()

    assert row.get_by_role("button", name="Excusé").get_attribute("aria-pressed") == "true"
    assert "à la main, Nadia Benali" in row.inner_text()
    row.get_by_role("button", name="Selon le rapport").click()
    assert row.get_by_role("button", name="Excusé").get_attribute("aria-pressed") == "false"


def test_a_tick_leads_back_to_what_was_looked_for(visit: Visit, signed_in: object):
    page = visit(ATTENDANCE, java_script_enabled=False, storage_state=signed_in)
    page.get_by_label("Nom, adresse").fill("le gall")
    page.get_by_role("button", name="Chercher").click()
    row = page.locator("tbody tr")
    assert row.count() == 1
    row.get_by_role("button", name="Excusé").click()

    assert (row.count(), page.get_by_label("Nom, adresse").input_value()) == (1, "le gall")
    row.get_by_role("button", name="Selon le rapport").click()
    assert row.get_by_role("button", name="Excusé").get_attribute("aria-pressed") == "false"
    page.get_by_role("link", name="Voir tout le monde").click()
    assert row.count() > 1


def test_a_line_of_a_report_is_decided_again(visit: Visit, signed_in: object):
    page = visit(f"{ATTENDANCE}/review", java_script_enabled=False, storage_state=signed_in)
    page.get_by_role("link", name="Castagne O.").click()
    page.get_by_text("C’est Olivier Castagné").wait_for()
    assert page.get_by_role("button", name="Ne pas compter").count() == 0
    page.get_by_role("link", name="Donner une autre réponse…").click()
    page.get_by_role("button", name="Ne pas compter").click()
    assert "Castagne O. non comptée" in page.get_by_role("status").inner_text()

    page.get_by_role("button", name="Annuler cette décision").click()
    page.get_by_role("button", name="C’est cette personne").click()
    assert page.get_by_role("heading", name="Chaque ligne a trouvé sa réponse").count() == 1


def test_one_signs_up_with_the_keyboard_alone(visit: Visit, instance: Instance):
    page = visit(CYCLE)
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    tab_to(page, "Tout le cycle")
    tab_to(page, "Achats responsables")
    page.keyboard.press("Space")
    for label, words in [("Prénom", "Karine"), ("Nom", "Bel"), ("Adresse", "clavier@mairie.example.org")]:
        tab_to(page, label)
        page.keyboard.type(words)
    tab_to(page, "Type de structure")
    page.keyboard.type("mairie")
    page.keyboard.press("Enter")
    tab_to(page, "M’inscrire")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registered/**")

    assert len(instance.mails("clavier@mairie.example.org", 2)) == 2


FOCUSED = """() => {
  const one = document.activeElement;
  return (one.labels?.[0] ?? one).textContent.replace(/\\s+/g, " ").trim();
}"""


def focused(page: Page) -> str:
    """What a screen reader calls the control that has the focus."""
    return str(page.evaluate(FOCUSED))


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until the control of these words has the focus."""
    passed = []
    while words not in (now := focused(page)) or not passed:
        passed.append(now)
        assert len(passed) < 80, passed
        page.keyboard.press("Tab")


def fill_identity(page: Page, address: str) -> None:
    """What the form asks of everybody."""
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Arnaud")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_label("Type de structure").select_option("COL-COM")
