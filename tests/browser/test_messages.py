"""An organiser writes to those who were present: counts, previews, reads as somebody, tests, sends; and they read it."""

from email.header import decode_header, make_header

import pytest
from playwright.sync_api import Page

from tests.browser import desk
from tests.browser.conftest import Visit
from tests.browser.instance import Instance, eventually
from tests.browser.letters import letter, text_of
from tests.browser.watch import assert_accessible
from tests.outbox.sink import Received

pytestmark = pytest.mark.browser

MESSAGES = "/organise/vto/cycles/demo/messages"
PRESENT = 7  # at demo-3, with an address
KARIM = "karim.haddad@valclair.example.org"


def test_from_the_first_word_to_the_mail(visit: Visit, instance: Instance, signed_in: object):
    page = visit(f"{MESSAGES}?lang=en", language="en", storage_state=signed_in)
    desk.choose_english(page)
    page.goto(MESSAGES)
    assert_accessible(page)
    start_from_thanks(page)
    count_as_one_chooses(page)
    write(page)
    read_as_karim(page)
    receive_a_test(page, instance)
    send(page)
    eventually(lambda: len(received(instance, "Clauses: Cités")) == PRESENT, "a mail to each")
    mails = received(instance, "Clauses: Cités")
    mail = mails[KARIM]

    assert len(mails) == PRESENT
    assert "Hello Karim, here is what remains:" in text_of(mail)
    assert f"{instance.url}/vto/demo/demo-3" in text_of(mail)
    assert f"{instance.url}/me/" in text_of(mail)


def received(instance: Instance, start: str) -> dict[str, Received]:
    """The mails whose subject begins so, by recipient; a second one to somebody is a failure."""
    found = [mail for mail in list(instance.sink.received) if subject_of(mail).startswith(start)]
    mails = {mail.recipient: mail for mail in found}
    assert len(mails) == len(found)
    return mails


def subject_of(mail: Received) -> str:
    return str(make_header(decode_header(letter(mail)["Subject"])))


def start_from_thanks(page: Page) -> None:
    """The words of thanks of the latest session, in the form."""
    row = page.get_by_role("row").filter(has_text="Cités de l’emploi")
    row.get_by_role("link", name="Thank them").click()
    page.wait_for_load_state()
    assert_accessible(page)
    page.get_by_text("Choose", exact=True).click()
    assert page.get_by_label("Who was present").is_checked()
    assert_accessible(page)
    assert "Merci d’avoir participé" in page.get_by_label("Text").input_value()


def count_as_one_chooses(page: Page) -> None:
    """The number follows without a request of a page."""
    reach = page.locator("#reach")
    assert reach.inner_text() == f"{PRESENT} people"
    page.get_by_label("Who was absent").check()
    page.locator("#reach", has_text="2 people").wait_for()
    page.locator("#recipients", has_text="2 people: were absent · ").wait_for()
    page.get_by_label("Who was present").check()
    page.locator("#reach", has_text=f"{PRESENT} people").wait_for()


def write(page: Page) -> None:
    """A refusal first, which keeps what was typed; then a preview; then the draft."""
    page.get_by_label("Subject").fill("Clauses: {first_name}")
    page.get_by_label("Text").fill("Hello {first_name}, here is **what remains**:\n\n- {page}\n- {my_page}")
    desk.press(page, "Save and see")
    assert "Take {first_name} out of the subject" in page.get_by_role("alert").inner_text()
    page.get_by_label("Subject").fill("Clauses: {session}")
    page.locator("#preview-mail", has_text="Clauses: Cités").wait_for()
    assert page.locator("#preview-mail strong").inner_text() == "what remains"
    desk.press(page, "Save and see")


def test_fields_go_where_one_writes_and_can_be_taken_out_again(visit: Visit, signed_in: object):
    page = visit(f"{MESSAGES}/new?lang=fr", storage_state=signed_in)
    text, subject = page.get_by_label("Texte", exact=True), page.get_by_label("Objet")
    text.fill("Bonjour , bienvenue")
    text.evaluate("text => text.setSelectionRange(8, 8)")
    page.get_by_role("button", name="{prénom}").click()
    assert text.input_value() == "Bonjour {prénom}, bienvenue"
    page.keyboard.press("Control+z")
    assert text.input_value() == "Bonjour , bienvenue"
    subject.focus()
    page.get_by_role("button", name="{cycle}").click()
    page.get_by_role("button", name="{nom}", exact=True).click()  # never in a subject

    assert subject.input_value() == "{cycle}"
    assert text.input_value() == "Bonjour {nom}, bienvenue"


def read_as_karim(page: Page) -> None:
    """The message with a name in it."""
    desk.follow(page, "Preview for one person")
    page.get_by_label("Name, address or organisation").fill("hadd")
    desk.press(page, "Search")
    desk.follow(page, "Haddad Karim")
    frame = page.frame_locator("iframe")
    assert "Hello Karim, here is what remains:" in frame.locator("body").inner_text()
    assert "Hello Karim, here is what remains:" in page.locator("pre").inner_text()
    page.get_by_role("link", name="Clauses: {session}").click()


def receive_a_test(page: Page, instance: Instance) -> None:
    """The test arrives, marked, with the organiser's own name."""
    desk.press(page, "Send me a test")
    assert f"A test is on its way to {instance.email}." in page.get_by_role("status").first.inner_text()
    eventually(lambda: instance.email in received(instance, "[essai] Clauses: Cités"), "the test")
    [mail] = received(instance, "[essai] Clauses: Cités").values()
    assert "Hello Nadia, here is what remains:" in text_of(mail)


def send(page: Page) -> None:
    """The number is asked, then the mails leave; the page says how far they are."""
    desk.follow(page, f"Send to {PRESENT} people…")
    page.get_by_role("button", name=f"Send to {PRESENT} people").dblclick()
    page.get_by_text(f"{PRESENT} mails are on their way.").wait_for()
    assert_accessible(page)


def test_the_number_and_the_refusal_work_without_a_script(visit: Visit, signed_in: object):
    page = visit(f"{MESSAGES}/new?lang=fr", java_script_enabled=False, storage_state=signed_in)
    assert not page.get_by_role("button", name="{prénom}").is_visible()
    page.get_by_text("Ce que devient chaque champ").click()
    assert page.get_by_text("le prénom de la personne qui lit").is_visible()
    page.get_by_text("Choisir", exact=True).click()
    page.get_by_label("Séance", exact=True).select_option("demo-3")
    page.get_by_label("Les personnes absentes").check()
    page.get_by_label("Objet").fill("Bonjour")
    page.get_by_role("button", name="Recompter").click()

    assert page.locator("#reach").inner_text() == "2\u00a0personnes"
    assert page.get_by_label("Objet").input_value() == "Bonjour"
    assert page.get_by_label("Les personnes absentes").is_visible()
    page.get_by_role("button", name="Actualiser l’aperçu").click()
    assert page.locator("#preview-mail").inner_text().splitlines()[2] == "Bonjour"
    page.get_by_role("button", name="Enregistrer et voir").click()
    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Écrivez ce que le message doit dire."
    ]
