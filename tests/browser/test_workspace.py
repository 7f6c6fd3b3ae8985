"""The workspace of a cycle: its head is short on every page, and its name whole for whoever listens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit
from tests.browser.instance import Instance, running
from tests.browser.scene import set_scene
from tests.browser.test_pages import WORKSPACE
from webinars import clock
from webinars.cycles.queries import public_cycle
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

LONG = (
    "Coopérer dans les quartiers, d’un territoire à l’autre : rencontres pour apprendre les unes des autres, "
    "saison deux"
)
HIGHEST = {(1280, 720): 240, (390, 844): 380}  # where the content of a page starts at the latest
STARTS = """() => {
  const last = [...document.querySelectorAll("main nav")].filter((one) => one.matches(".tabs, .subtabs")).at(-1);
  const content = [...document.querySelectorAll("main :is(h2, h3, p, label, legend, dl, table, input, .button, .callout, .empty)")];
  const after = content.filter((one) => last.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return Math.min(...after.map((one) => one.getBoundingClientRect()).filter((box) => box.height > 2).map((box) => box.top));
}"""


@pytest.fixture(scope="module")
def instance(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance without a mail server, which its head says too."""
    with running(tmp_path_factory.mktemp("workspace"), sends_mail=False) as instance:
        yield instance


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    """What the addresses of pages leave open; one title as long as they come."""
    with instance.app.app_context():
        found = set_scene(now=clock.now())
        cycle = public_cycle("vto", "emploi-quartiers")
        assert cycle is not None
        cycle.title = LONG
        db.session.commit()
    return found


def in_workspace(page: Page) -> bool:
    """Whether the page has the tabs of its cycle."""
    return page.get_by_role("navigation", name="Parties du cycle").count() == 1


@pytest.mark.parametrize("size", HIGHEST)
def test_content_starts_high_on_every_page_of_a_cycle(
    visit: Visit, places: dict[str, str], signed_in: object, size: tuple[int, int]
):
    page = visit("/organise/vto", storage_state=signed_in, viewport={"width": size[0], "height": size[1]})
    starts = {}
    for address in WORKSPACE:
        page.goto(f"/organise/vto/cycles{address.format(**places)}")
        if in_workspace(page):
            starts[address] = page.evaluate(STARTS)

    assert len(starts) > 40
    assert {address: at for address, at in starts.items() if at >= HIGHEST[size]} == {}


@pytest.mark.parametrize("size", HIGHEST)
def test_a_long_name_takes_one_line_and_is_whole_for_who_listens_or_points_at_it(
    visit: Visit, places: dict[str, str], signed_in: object, size: tuple[int, int]
):
    page = visit(
        "/organise/vto/cycles/emploi-quartiers",
        storage_state=signed_in,
        viewport={"width": size[0], "height": size[1]},
    )
    name = page.get_by_role("heading", level=1, name=LONG)

    assert name.get_attribute("title") == LONG
    assert name.evaluate("(one) => getComputedStyle(one).fontSize") == "22px"
    assert name.evaluate("(one) => one.scrollWidth > one.clientWidth")
    assert name.bounding_box()["height"] < 32


def test_state_and_public_page_stand_beside_the_name(visit: Visit, places: dict[str, str], signed_in: object):
    page = visit("/organise/vto/cycles/emploi-quartiers/messages/reminders", storage_state=signed_in)
    name = page.get_by_role("heading", level=1).bounding_box()
    public = page.get_by_role("link", name="Voir la page publique").bounding_box()
    tabs = page.get_by_role("navigation", name="Parties du cycle").bounding_box()
    parts = page.get_by_role("navigation", name="Rubriques des messages")

    assert abs(name["y"] + name["height"] / 2 - public["y"] - public["height"] / 2) < 6
    assert name["x"] + name["width"] <= public["x"]
    assert tabs["y"] >= public["y"] + public["height"]
    assert parts.get_by_role("link").count() == 4
    assert parts.locator("[aria-current=page]").inner_text() == "Rappels"
