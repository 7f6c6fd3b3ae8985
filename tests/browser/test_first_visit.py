"""What a first visit costs: the bytes that come over the wire, and how far the page moves when its font comes late."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.browser.conftest import new_context
from tests.browser.instance import Instance, running
from tests.browser.scene import set_scene
from webinars import clock

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/vto",
    "/vto?q=emploi",
    "/vto/emploi-quartiers",
    "/vto/emploi-quartiers/achats-responsables",
    "/vto/rencontres",
    "/vto/rencontres/registered/{registered}",
    "/me/{me}",
    "/privacy/vto",
]
HEAVIEST = 60_000  # bytes with headers, specification/look, section 10
FARTHEST = 0.05
LATE = 0.4  # seconds
FONT = "source-sans-3-latin-wght-normal.woff2"
SIZES = {390: 844, 1280: 720}
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: "layout-shift", buffered: true });
"""
SETTLED = "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"


@pytest.fixture(scope="module")
def instance(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance that keeps its public pages, as in service."""
    with running(tmp_path_factory.mktemp("visits"), keeps_pages=True) as instance:
        yield instance


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    """What the addresses of pages leave open."""
    with instance.app.app_context():
        return set_scene(now=clock.now())


@contextmanager
def newcomer(browser: Browser, instance: Instance, width: int = 390) -> Iterator[BrowserContext]:
    """The browser of somebody who was never here."""
    context = new_context(browser, instance, "fr", viewport={"width": width, "height": SIZES[width]})
    yield context
    context.close()


def loaded(context: BrowserContext, address: str) -> list[tuple[str, int, str]]:
    """What a page loads, each time: the name of the file, bytes over the wire, how they were packed."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    answers: dict[str, dict[str, Any]] = {}
    weights: dict[str, int] = {}
    wire.on("Network.responseReceived", lambda event: answers.update({event["requestId"]: event["response"]}))
    wire.on(
        "Network.loadingFinished",
        lambda event: weights.update({event["requestId"]: event["encodedDataLength"]}),
    )
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.evaluate(SETTLED)
    found = []
    for request, weight in weights.items():
        headers = {name.lower(): value for name, value in answers[request]["headers"].items()}
        name = answers[request]["url"].partition("?")[0].rpartition("/")[2]
        found.append((name, int(weight), headers.get("content-encoding", "")))
    return found


@pytest.mark.parametrize("address", PAGES)
def test_a_first_visit_is_light(
    browser: Browser, instance: Instance, places: dict[str, str], address: str
) -> None:
    with newcomer(browser, instance) as context:
        found = loaded(context, address.format(**places))
    names = [name for name, _weight, _coding in found]
    packed = {name for name, _weight, coding in found if coding}

    assert sum(weight for _name, weight, _coding in found) <= HEAVIEST, found
    assert [name for name in names if name.endswith(".woff2")] == [FONT]
    assert {"style.css", "comfort.js"} <= packed


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("address", PAGES)
def test_a_late_font_moves_nothing(
    browser: Browser, instance: Instance, places: dict[str, str], address: str, width: int
) -> None:
    def late(route: Route) -> None:
        time.sleep(LATE)
        route.continue_()

    with newcomer(browser, instance, width) as context:
        context.add_init_script(WATCH)
        context.route(f"**/{FONT}", late)
        page = context.new_page()
        page.goto(address.format(**places), wait_until="networkidle")
        page.evaluate(SETTLED)
        has_font = page.evaluate("document.fonts.check('16px \"Source Sans 3 Variable\"')")
        shifts = page.evaluate("window.shifts")

    assert has_font
    assert sum(shifts) < FARTHEST


@pytest.mark.parametrize("address", ["/vto/emploi-quartiers", "/robots.txt", "/health"])
def test_the_icon_is_found_whatever_is_opened(browser: Browser, instance: Instance, address: str) -> None:
    with newcomer(browser, instance) as context:
        page = context.new_page()
        page.goto(address)
        found = page.evaluate(
            "fetch('/favicon.ico').then((answer) => [answer.status, answer.headers.get('content-type')])"
        )

    assert found == [200, "image/x-icon"]
