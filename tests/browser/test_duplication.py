"""A cycle, and one of its sessions, once more on other days."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.desk import follow, press

pytestmark = pytest.mark.browser


def test_a_cycle_is_duplicated_once_its_dates_were_seen(visit: Visit, signed_in: object) -> None:
    page = visit("/organise/vto/cycles/emploi-quartiers", storage_state=signed_in)
    follow(page, "Dupliquer…")
    page.get_by_label("Titre").fill("L’emploi, l’année suivante")
    page.get_by_label("Nouvelle première date").fill("2031-09-04")
    press(page, "Voir les dates")

    assert page.get_by_role("row").count() == 4
    press(page, "Créer la copie")

    assert page.get_by_role("heading", level=1).inner_text() == "L’emploi, l’année suivante"
    assert "4\u00a0sept.\u00a02031" in page.get_by_role("row").nth(1).inner_text()
