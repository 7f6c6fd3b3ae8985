"""The workspace of a cycle: its head is short on every page, and its name whole for whoever listens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from tests.browser.conftest import Visit
from tests.browser.instance import Instance, running
from tests.browser.scene import set_scene
from tests.browser.test_pages import WORKSPACE
from tests.browser.watch import assert_accessible
from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import public_cycle
from webinars.cycles.states import CycleState
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

LONG = (
    "Coopérer dans les quartiers, d’un territoire à l’autre : rencontres pour apprendre les unes des autres, "
    "saison deux"
)
HIGHEST = {(1280, 720): 240, (390, 844): 380}  # where the content of a page starts at the latest
STARTS = """() => {
  const last = [...document.querySelectorAll("main nav")].filter((one) => one.matches(".tabs, .subtabs")).at(-1);
  const content = [...document.querySelectorAll("main :is(h1, h2, h3, p, label, legend, dl, table, input, .button, .callout, .empty)")];
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


@pytest.fixture(scope="module")
def draft(instance: Instance, places: dict[str, str]) -> str:
    """The name in addresses of a cycle that is no longer public, with all it had."""
    with instance.app.app_context():
        cycle = db.session.scalars(select(Cycle).where(Cycle.slug == "rencontres")).one()
        cycle.state = CycleState.DRAFT
        session = db.session.scalars(select(Session).where(Session.slug == "plus-tard")).one()
        session.join_url = ""
        db.session.commit()
    return "rencontres"


def people(instance: Instance) -> int:
    with instance.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Registrant)) or 0


def test_a_draft_is_seen_before_it_is_published_and_its_form_cannot_be_sent(
    visit: Visit, instance: Instance, draft: str, signed_in: object
):
    before = people(instance)
    page = visit(f"/organise/vto/cycles/{draft}", storage_state=signed_in)
    page.get_by_role("link", name="Voir l’aperçu").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Rencontres du réseau"
    assert page.get_by_role("region", name="Aperçu").get_by_text("Brouillon").is_visible()
    form = page.locator("form#form")
    fields = form.locator("input:not([type=hidden]), select, button")
    assert fields.count() > 8
    assert all(field.is_disabled() for field in fields.all())
    assert_accessible(page)
    assert people(instance) == before
    assert page.goto(f"/vto/{draft}").status == 404


def test_what_a_draft_lacks_leads_to_the_field(visit: Visit, draft: str, signed_in: object):
    page = visit(f"/organise/vto/cycles/{draft}/publish", storage_state=signed_in)
    page.get_by_role("link", name="Ajouter le lien de visioconférence").click()

    assert page.url.endswith("/sessions/plus-tard#join_url")
    assert page.locator(":target").get_attribute("name") == "join_url"
