"""What is seen without scrolling: date, place and the way to sign up, with one session, three or twelve; and what is ticked beforehand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select

from tests.browser.conftest import Visit
from tests.browser.instance import Instance, running
from tests.browser.watch import assert_accessible
from tests.cycles.published import published_cycle
from webinars import clock
from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Session
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

SIZES = [(1280, 720), (1366, 768), (390, 844)]
WIDE = SIZES[:2]
PHONE = SIZES[2]
THREE = "/vto/emploi-quartiers"
PAGES = [
    "/vto",
    "/vto/un",
    "/vto/douze",
    THREE,
    f"{THREE}/achats-responsables",
    f"{THREE}/insertion-activite-economique",
]
CYCLES = ["/vto/un", "/vto/douze", THREE]
HIGHEST = 3200  # the page of three sessions on a phone
SCROLLS = """(one) => {
  const around = [];
  for (let at = one; at && at !== document.documentElement; at = at.parentElement) around.push(at);
  return around.filter((at) => at.scrollHeight > at.clientHeight + 1
    && /auto|scroll/.test(getComputedStyle(at).overflowY)).map((at) => at.className);
}"""


@pytest.fixture(scope="module")
def instance(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The demonstration, with a cycle of one session and one of twelve beside its own of three."""
    with running(tmp_path_factory.mktemp("first")) as instance:
        with instance.app.app_context():
            add_cycles(now=clock.now())
        yield instance


def add_cycles(*, now: datetime) -> None:
    """Titles as long as they come; of the twelve one is over and the next takes nobody any more."""
    house = db.session.scalars(select(Organisation)).one()
    house.tagline = (
        "Centre de ressources politique de la ville, pour celles et ceux qui travaillent dans les quartiers"
    )
    one = published_cycle(
        house, "un", "Médiation numérique : par où commencer dans une petite ville", now=now
    )
    add_session(one.id, 0, now + timedelta(days=3), now=now)
    twelve = published_cycle(
        house,
        "douze",
        "Coopérer dans les quartiers, d’un territoire à l’autre : douze rencontres pour apprendre les unes des autres",
        now=now,
        summary="Une question de terrain à chaque fois, deux expériences, une heure et demie. " * 3,
    )
    for number in range(12):
        session = add_session(twelve.id, number, now + timedelta(days=14 * number - 7), now=now)
        if number == 1:
            session.closes_at = now - timedelta(days=1)
    db.session.commit()


def add_session(cycle_id: int, number: int, starts_at: datetime, *, now: datetime) -> Session:
    """An online session with a speaker."""
    local = starts_at.astimezone(ZoneInfo("Europe/Paris")).replace(hour=10, minute=0, second=0, microsecond=0)
    ends = local + timedelta(minutes=90)
    session = Session(
        cycle_id=cycle_id,
        slug=f"rencontre-{number + 1}",
        title=f"Associer les habitantes et les habitants dès le départ, épisode {number + 1}",
        subtitle="Conseils citoyens, tables de quartier, budgets participatifs",
        join_url="https://visio.example.org/r",
        capacity=80,
        day=local.date(),
        start_time=local.time(),
        end_time=ends.time(),
        starts_at=local,
        ends_at=ends,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    db.session.flush()
    db.session.add(
        Contributor(session_id=session.id, name="Solène Abgrall", role="Chercheuse en droit public")
    )
    return session


def opened(visit: Visit, address: str, size: tuple[int, int], **options: object) -> Page:
    return visit(address, viewport={"width": size[0], "height": size[1]}, **options)


def button(page: Page) -> Locator:
    """The way to sign up beside the date."""
    return page.locator(".ticket .button.primary")


def is_seen_whole(part: Locator, size: tuple[int, int]) -> bool:
    box = part.bounding_box()
    assert box is not None
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size[0]
        and box["y"] + box["height"] <= size[1]
        and box["height"] > 0
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("address", PAGES)
def test_date_place_and_the_way_to_sign_up_are_seen_without_scrolling(
    visit: Visit, address: str, size: tuple[int, int]
):
    page = opened(visit, address, size)
    ticket = page.locator(".ticket")
    parts = {
        "title": page.locator("h1"),
        "date": ticket.locator("time.date"),
        "place": ticket.locator(".where"),
        "button": button(page),
        "state": ticket.locator(".status").first,
    }

    assert {name for name, part in parts.items() if not is_seen_whole(part, size)} == set()
    assert "heure de Paris" in parts["place"].inner_text()
    assert "En visioconférence" in parts["place"].inner_text()
    assert button(page).evaluate(SCROLLS) == []


@pytest.mark.parametrize("size", WIDE)
@pytest.mark.parametrize("address", CYCLES)
def test_beside_the_page_the_way_to_sign_up_stays_in_sight_and_nothing_is_cut(
    visit: Visit, address: str, size: tuple[int, int]
):
    page = opened(visit, address, size)
    assert page.locator(".ticket").bounding_box()["height"] <= size[1] - 24  # type: ignore[index]
    for part in (0.3, 0.6, 0.9):
        page.evaluate("(part) => scrollTo(0, part * document.documentElement.scrollHeight)", part)
        page.wait_for_timeout(50)
        assert is_seen_whole(button(page), size), part


@pytest.mark.parametrize("address", CYCLES)
def test_on_a_phone_a_bar_leads_through_the_page_wherever_one_is(visit: Visit, address: str):
    page = opened(visit, address, PHONE)
    bar = page.get_by_role("navigation", name="Dans cette page")
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(50)

    assert bar.get_by_role("link").all_inner_texts() == ["Programme", "Intervenants", "S’inscrire"]
    assert is_seen_whole(bar, PHONE)
    for name, place in [
        ("S’inscrire", "form-title"),
        ("Intervenants", "speakers"),
        ("Programme", "programme"),
    ]:
        bar.get_by_role("link", name=name).click()
        page.wait_for_timeout(50)
        heading = page.locator(f"#{place}")
        assert is_seen_whole(heading, PHONE)
        assert heading.bounding_box()["y"] >= bar.bounding_box()["height"]  # type: ignore[index]


def test_on_a_phone_three_sessions_and_their_form_are_few_screens(visit: Visit):
    page = opened(visit, THREE, PHONE)

    assert page.locator(".programme h3").count() == 3
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST


def test_twelve_sessions_show_five_dates_beside_the_page(visit: Visit):
    page = opened(visit, "/vto/douze", (1280, 720))
    dates = page.locator(".ticket-dates")

    assert dates.locator("li").count() == 5
    assert dates.get_by_role("link").all_inner_texts() == ["et 6 autres"]
    assert page.locator(".ticket .label").inner_text() == "Prochaine séance avec des places"


def ticked(page: Page) -> list[str]:
    """The words of each box that is ticked in the choice of sessions."""
    return [words.split("\n")[-1] for words in page.locator(".pick label:has(:checked)").all_inner_texts()]


@pytest.mark.parametrize("scripted", [True, False])
def test_nothing_is_chosen_beforehand_but_what_one_comes_from(visit: Visit, scripted: bool):
    page = opened(visit, THREE, (1280, 720), java_script_enabled=scripted)
    assert ticked(page) == []
    assert (
        "Tout le cycle\u00a0: 3\u00a0dates\nEt les séances ajoutées ensuite"
        in page.locator(".pick").inner_text()
    )

    page.get_by_role("link", name="Cités de l’emploi").click()
    page.get_by_role("link", name="M’inscrire à cette séance").click()
    assert ticked(page) == ["Cités de l’emploi\u00a0: mode d’emploi"]
    assert is_seen_whole(page.locator("#form-title"), (1280, 720))


def test_the_whole_cycle_is_one_choice_that_takes_in_the_others(visit: Visit):
    page = opened(visit, THREE, (1280, 720))
    rows = page.locator(".pick > li:not(.all)")
    page.get_by_label("Insertion par").check()
    assert page.locator(".ticket .taken:visible").count() == 1
    page.get_by_label("Tout le cycle").check()

    said = [row.locator(".included").inner_text() for row in rows.all()]
    assert said == ["Comprise", "Sur liste d’attente", "Comprise"]
    assert [row.locator("input").is_visible() for row in rows.all()] == [False] * 3
    assert page.locator(".ticket .taken:visible").count() == 3


@pytest.mark.parametrize("colours", ["none", "active"])
@pytest.mark.parametrize("address", ["/vto/un", "/vto/douze"])
def test_axe_finds_nothing_with_one_session_or_twelve(visit: Visit, address: str, colours: str):
    page = opened(visit, address, PHONE, forced_colors=colours)

    assert_accessible(page)
