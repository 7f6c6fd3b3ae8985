"""Back after creating a cycle: what is corrected there is the draft that was made, with a script and without."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from webinars.cycles.models import Cycle
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser


def create(page: Page, title: str) -> None:
    page.get_by_label("Titre", exact=True).first.fill(title)
    page.get_by_role("button", name="Créer le cycle").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("has_script", [True, False])
def test_what_is_corrected_after_coming_back_is_the_same_draft(
    visit: Visit, signed_in: object, instance: Instance, has_script: bool
):
    page = visit("/organise/vto/cycles?lang=fr", storage_state=signed_in, java_script_enabled=has_script)
    page.get_by_role("link", name="Nouveau cycle").click()
    create(page, f"Un cyle {has_script}")

    page.go_back()
    page.wait_for_load_state()
    assert page.get_by_label("Titre", exact=True).first.input_value() == f"Un cyle {has_script}"
    create(page, f"Un cycle {has_script}")

    assert "Le brouillon est corrigé" in page.locator("main").inner_text()
    with instance.app.app_context():
        made = select(Cycle.title).where(Cycle.title.endswith(f" {has_script}"))
        assert db.session.scalars(made).all() == [f"Un cycle {has_script}"]
