"""What was typed and is not saved, in a browser: after the session has ended, before one leaves, when one comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page
from sqlalchemy import delete, select

from tests.browser.conftest import Visit, sign_in
from tests.browser.instance import Instance
from tests.browser.watch import assert_accessible
from webinars.accounts.models import BrowserSession
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

EDITOR = "/organise/vto/cycles/emploi-quartiers/sessions/achats-responsables"
DRAFT = "A draft that was not saved"


@pytest.fixture
def editor(visit: Visit, instance: Instance) -> Page:
    """The editor of a session, open before Nadia, who signed in for this test alone."""
    return opened(visit, instance)


def opened(visit: Visit, instance: Instance, **options: object) -> Page:
    page = visit("/sign-in", language="en", **options)
    sign_in(page, instance)
    page.goto(f"{EDITOR}?lang=en")
    return page


def end_sessions(instance: Instance) -> None:
    with instance.app.app_context():
        db.session.execute(delete(BrowserSession))
        db.session.commit()


def kept(instance: Instance) -> tuple[str, str]:
    with instance.app.app_context():
        of_the_cycle = select(Session).join(Session.cycle).where(Cycle.slug == "emploi-quartiers")
        session = db.session.scalars(of_the_cycle.where(Session.slug == "achats-responsables")).one()
        return session.subtitle, session.abstract


def save(page: Page) -> None:
    page.get_by_role("button", name="Save the session").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_was_typed_in_a_session_that_ended_is_shown_again(
    visit: Visit, instance: Instance, tmp_path: Path, width: int, has_script: bool
) -> None:
    page = opened(visit, instance, java_script_enabled=has_script)
    page.set_viewport_size({"width": width, "height": 900})
    typed = f"Typed {width} {has_script}"
    page.get_by_label("Subtitle").fill(typed)
    end_sessions(instance)
    save(page)

    assert "Your session has ended" in page.inner_text("main")
    if has_script:
        assert_accessible(page)
    page.screenshot(path=tmp_path / "signed-out.png", full_page=True)
    page.get_by_label("E-mail address").fill(instance.email)
    page.get_by_label("Password").fill(instance.password)
    page.get_by_role("button", name="Sign in").click()
    if not has_script:
        assert "You are signed in again" in page.inner_text("main")
        page.screenshot(path=tmp_path / "between.png", full_page=True)
        page.get_by_role("button", name="Go on where you were").click()
    page.wait_for_url(f"**{EDITOR}?lang=en")

    assert "Here is what you had typed. Nothing of it is saved yet." in page.inner_text("main")
    assert page.get_by_label("Subtitle").input_value() == typed
    if has_script:
        assert_accessible(page)
    page.screenshot(path=tmp_path / "again.png")
    assert kept(instance)[0] != typed
    save(page)
    assert kept(instance)[0] == typed


def back(page: Page) -> Page:
    page.goto(f"{EDITOR}?lang=en")
    return page


def refuse_to_leave(page: Page) -> None:
    """Follows the link that leaves, is asked, and stays."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Back to the programme", exact=True).click(no_wait_after=True)
    assert asked == ["beforeunload"]


def test_leaving_a_page_with_unsaved_changes_asks(editor: Page) -> None:
    editor.get_by_label("Subtitle").fill("Not saved")
    refuse_to_leave(editor)
    assert editor.get_by_label("Subtitle").input_value() == "Not saved"

    editor.get_by_role("button", name="Add a person").click()  # shown again, and still not saved
    editor.locator("[name=contributors-1-name]").wait_for()
    refuse_to_leave(editor)


def test_saving_and_leaving_what_nobody_changed_do_not_ask(editor: Page) -> None:
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", note)
    editor.get_by_label("Subtitle").fill("Saved")
    save(editor)
    back(editor).get_by_label("Subtitle").click()
    editor.get_by_role("link", name="Back to the programme", exact=True).click()
    editor.wait_for_url("**/emploi-quartiers")

    assert asked == []


def drafts(page: Page) -> int:
    found: int = page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft ')).length")
    return found


def write(page: Page, words: str) -> None:
    """Types a presentation; waits until its draft is kept."""
    page.get_by_role("textbox", name="Presentation").fill(words)
    page.wait_for_function(
        "(words) => Object.values(sessionStorage).some((one) => one.includes(words))", arg=words
    )


def come_back(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/organise/vto/cycles")
    page.goto(f"{EDITOR}?lang=en")


def test_a_long_text_keeps_a_draft_until_it_is_saved(
    editor: Page, instance: Instance, tmp_path: Path
) -> None:
    write(editor, "Première version.")
    come_back(editor)
    box = editor.get_by_role("status").filter(has_text=DRAFT)
    assert "Première version." in box.inner_text()
    assert_accessible(editor)
    box.screenshot(path=tmp_path / "draft.png")

    box.get_by_role("button", name="Take the draft").click()
    assert editor.get_by_role("textbox", name="Presentation").input_value() == "Première version."
    save(editor)
    assert (kept(instance)[1], drafts(editor)) == ("Première version.", 0)

    write(back(editor), "Deuxième version.")
    come_back(editor)
    editor.get_by_role("button", name="Discard").click()
    assert (drafts(editor), editor.get_by_role("textbox", name="Presentation").input_value()) == (
        0,
        "Première version.",
    )


def test_a_draft_outlives_a_refusal_and_the_end_of_the_session(editor: Page, instance: Instance) -> None:
    write(editor, "Une version refusée.")
    editor.get_by_label("Day").fill("")
    save(editor)
    assert "The session is not saved" in editor.inner_text("main")
    assert drafts(editor) == 1

    end_sessions(instance)
    save(editor)
    assert drafts(editor) == 1


def test_signing_out_leaves_no_draft(editor: Page) -> None:
    write(editor, "À oublier.")
    editor.once("dialog", lambda dialog: dialog.accept())
    editor.get_by_role("button", name="Sign out").click()
    editor.wait_for_url("**/signed-out")

    assert drafts(editor) == 0
