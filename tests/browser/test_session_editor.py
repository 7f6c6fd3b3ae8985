"""The editor of a session in a browser: what it asks for, what it does by itself, where one stays."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

EDITOR = "/organise/vto/cycles/emploi-quartiers/sessions/achats-responsables?lang=fr"
NEW = "/organise/vto/cycles/emploi-quartiers/sessions/new?lang=fr"
MAY_TELL = "un message part à"


@pytest.fixture
def editor(visit: Visit, signed_in: object) -> Page:
    """The editor of a session that people have signed up for."""
    return visit(EDITOR, storage_state=signed_in)


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Messages qui partiront à l’enregistrement")


def is_in_sight(page: Page, part: Locator) -> bool:
    box = part.bounding_box()
    size = page.viewport_size
    assert box
    assert size
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def test_the_end_follows_the_start(editor: Page) -> None:
    start, end = editor.get_by_label("Début"), editor.get_by_label("Fin", exact=True)
    start.fill("14:15")
    assert end.input_value() == "15:45"

    end.fill("16:15")  # two hours from now on
    start.fill("23:00")
    assert end.input_value() == "01:00"

    end.fill("22:00")  # a slip is no length to keep
    start.fill("20:00")
    assert end.input_value() == "22:00"


def test_an_end_that_is_not_known_stays_empty(visit: Visit, signed_in: object) -> None:
    page = visit(NEW, storage_state=signed_in)
    page.get_by_label("Début").fill("10:00")
    assert page.get_by_label("Fin", exact=True).input_value() == ""

    page.get_by_label("Fin", exact=True).fill("11:00")
    page.get_by_label("Début").fill("14:00")
    assert page.get_by_label("Fin", exact=True).input_value() == "15:00"


@pytest.mark.parametrize("has_script", [True, False])
def test_venue_and_link_are_asked_for_where_they_are_needed(
    visit: Visit, signed_in: object, has_script: bool
) -> None:
    page = visit(EDITOR, storage_state=signed_in, java_script_enabled=has_script)
    venue, link = page.get_by_label("Lieu"), page.get_by_label("Lien de visioconférence")

    for form, shown in (
        ("Sur place", (True, False)),
        ("Les deux", (True, True)),
        ("Visioconférence", (False, True)),
    ):
        page.get_by_role("radio", name=form).check(force=True)
        assert (venue.is_visible(), link.is_visible()) == shown


def test_a_link_that_is_refused_stays_in_sight(visit: Visit, signed_in: object) -> None:
    page = visit(EDITOR, storage_state=signed_in)
    page.get_by_label("Lien de visioconférence").fill("pas une adresse")
    page.get_by_role("radio", name="Sur place").check(force=True)
    page.get_by_role("button", name="Enregistrer la séance").click()

    assert page.get_by_label("Lien de visioconférence").is_visible()


def test_the_bar_says_what_saving_sends_as_one_types(editor: Page) -> None:
    assert "Rien ne part pour l’instant" in bar(editor).inner_text()

    editor.get_by_label("Sous-titre").fill("Un autre")
    assert "Rien ne part pour l’instant" in bar(editor).inner_text()

    day = editor.get_by_label("Jour").input_value()
    editor.get_by_label("Jour").fill("2027-01-20")
    assert "À l’enregistrement, un message part à 4 personnes" in bar(editor).inner_text().replace(
        "\u00a0", " "
    )

    editor.get_by_label("Jour").fill(day)
    assert "Rien ne part pour l’instant" in bar(editor).inner_text()


def test_without_a_script_the_bar_says_the_rule(visit: Visit, signed_in: object) -> None:
    page = visit(EDITOR, storage_state=signed_in, java_script_enabled=False)

    assert (
        bar(page)
        .inner_text()
        .startswith("Si la date, l’heure, le lieu, le format ou le titre change, un message part à")
    )


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_somebody_added_has_the_focus_and_the_place_is_kept(
    visit: Visit, signed_in: object, width: int, has_script: bool, tmp_path: Path
) -> None:
    page = visit(EDITOR, storage_state=signed_in, java_script_enabled=has_script)
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_label("Sous-titre").fill("Typed before")
    page.get_by_role("button", name="Ajouter une personne").click()
    name = page.locator("[name=contributors-1-name]")
    name.wait_for()

    assert name.evaluate("(one) => one === document.activeElement")
    assert is_in_sight(page, name)
    assert page.get_by_label("Sous-titre").input_value() == "Typed before"
    page.screenshot(path=tmp_path / "added.png")
    if has_script:
        assert_accessible(page)

    page.get_by_label("Des séances précédentes").select_option(index=1)
    page.get_by_role("button", name="Ajouter la personne choisie").click()
    known = page.locator("[name=contributors-2-name]")
    assert known.input_value() != ""
    assert known.evaluate("(one) => one === document.activeElement")
    assert is_in_sight(page, known)


def test_the_zone_is_one_line_that_opens_on_the_french_ones(editor: Page) -> None:
    zones = editor.get_by_label("Fuseau horaire", exact=True)
    assert not zones.is_visible()
    assert zones.input_value() == "Europe/Paris"

    editor.get_by_text("Modifier le fuseau horaire").click()
    assert "Europe/London" not in zones.inner_html()
    zones.select_option("Indian/Reunion")
    assert editor.locator("summary", has_text="La Réunion").is_visible()
    assert "un message part à" in bar(editor).inner_text()

    editor.get_by_label("Chercher parmi tous les fuseaux").fill("londres")
    assert zones.input_value() == "Europe/London"
    assert editor.locator("summary", has_text="Londres").is_visible()
    assert_accessible(editor)


@pytest.mark.parametrize(("width", "most"), [(1280, 1737), (390, 2689)])  # half of what it was
def test_the_editor_is_short(visit: Visit, signed_in: object, width: int, most: int) -> None:
    page = visit(EDITOR, storage_state=signed_in)
    page.set_viewport_size({"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollHeight") <= most
