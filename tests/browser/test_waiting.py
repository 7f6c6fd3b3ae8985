"""A full session, as somebody meets it who would like to come: nothing says registered to who only waits."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, choose_type
from tests.browser.instance import Instance
from tests.browser.letters import calendar, letter, personal_path, text_of
from tests.browser.watch import COLOURS, assert_accessible

pytestmark = pytest.mark.browser

CYCLE = "/vto/emploi-quartiers"
FULL = f"{CYCLE}/insertion-activite-economique"
WAIT = "Me mettre sur liste d’attente"
MAIL = [(390, "light", COLOURS), (1280, "dark", COLOURS)]


def test_who_comes_to_a_full_session_waits_and_reads_nothing_else(visit: Visit, instance: Instance):
    address = "attente@mairie.example.org"
    page = visit(FULL)
    assert_accessible(page)
    page.get_by_role("link", name=WAIT).click()
    sign_up_for(page, "Insertion par", address)

    assert heading(page) == "Séance complète\u00a0: liste d’attente"
    assert page.locator(".hero .status").inner_text() == "Complète, liste d’attente"
    assert_accessible(page)

    [mail] = instance.mails(address, 1)
    assert calendar(mail) is None
    assert letter(mail)["Subject"].startswith("Sur liste d’attente : ")
    assert "/join/" not in text_of(mail)
    show(page, letter(mail).get_body(("html",)).get_content())
    assert heading(page) == "Vous êtes sur liste d’attente"
    assert page.locator(".state").inner_text().split() == ["◐", "Sur", "liste", "d’attente"]
    assert_accessible(page, MAIL)

    page.goto(f"{instance.url}{personal_path(mail)}")
    page.get_by_role("link", name="Quitter la liste d’attente…").click()
    assert "Vous perdez votre rang." in page.locator("main").inner_text()
    assert "Votre agenda" not in page.locator("main").inner_text()
    page.get_by_role("button", name="Quitter la liste").click()
    assert "vous n’attendez plus" in page.get_by_role("status").first.inner_text()


def test_who_has_a_seat_and_asks_again_reads_what_is_true_for_them(visit: Visit, instance: Instance):
    page = visit(FULL)
    page.get_by_role("link", name=WAIT).click()
    sign_up_for(page, "Insertion par", "amelie.roussel@valbrune.example.org")

    lead = page.locator(".hero .lead").inner_text()
    assert lead.startswith("Sauf si vous avez déjà une place, vous êtes sur liste d’attente")


def test_no_button_leads_to_what_cannot_be_had(visit: Visit, instance: Instance):
    page = visit("/vto")
    agenda = offered(page)
    cycles = page.locator("h3 a, h4 a").evaluate_all("(links) => links.map((link) => link.href)")
    sessions = [address for cycle in cycles for address in links(page, cycle, "ol.programme h3 a")]
    found = {at: offers(page, at) for at in sessions}

    assert agenda == ["S’inscrire", "S’inscrire"]
    assert {tuple(words) for words in found.values()} == {(), ("M’inscrire à cette séance",), (WAIT,)}
    assert found[f"{instance.url}{FULL}"] == [WAIT]
    for at, words in found.items():
        page.goto(at)
        for name in words:
            page.get_by_role("link", name=name).click()
            assert page.locator("#sign-up form").is_visible()


def sign_up_for(page: Page, title: str, address: str, *, answer: str = "**/registered/**") -> None:
    page.get_by_label(title).check()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Arnaud")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_label("Nom de la structure").fill("Mairie de Valbrune")
    choose_type(page)
    page.get_by_role("button", name="M’inscrire").click()
    page.wait_for_url(answer)


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def show(page: Page, html: str) -> None:
    page.goto("about:blank")
    page.set_content(html)


def links(page: Page, at: str, selector: str) -> list[str]:
    page.goto(at)
    found: list[str] = page.locator(selector).evaluate_all("(links) => links.map((link) => link.href)")
    return found


def offers(page: Page, at: str) -> list[str]:
    page.goto(at)
    return offered(page)


def offered(page: Page) -> list[str]:
    """The words of each link to a form."""
    words = page.locator("a[href$='#sign-up']").all_inner_texts()
    return [one.split(" «")[0].split("\n")[0].strip() for one in words]
