"""What a browser complains of while pages are used, and what axe-core finds on them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async (rules) => {
  const chosen = rules.length ? { runOnly: rules } : { rules: { "target-size": { enabled: true } } };
  const options = { resultTypes: ["violations"], ...chosen };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
}"""
TOO_WIDE = """(width) => [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > width + 0.5 && !one.closest(".table-wrap *"))
  .slice(0, 4).map((one) => one.outerHTML.slice(0, 120))"""
# under 48rem each row of a table is read downwards: nothing hides beside the window
CUT_OFF = """() => [...document.querySelectorAll(".table-wrap")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.getAttribute("aria-label")}: ${one.scrollWidth} px`)"""
TWICE = """() => ["id", "data-key"].flatMap((name) => {
  const values = [...document.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name));
  return values.filter((value, place) => values.indexOf(value) < place).map((value) => `${name}=${value}`);
})"""
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a scheme may change
View = tuple[int, Literal["light", "dark"], list[str]]
STORY: list[View] = [(320, "light", []), (1280, "light", [])]
# each width, scheme and language meets each other
PAGES: dict[str, list[View]] = {
    "fr": [(1280, "light", []), (320, "dark", COLOURS)],
    "en": [(320, "light", []), (1280, "dark", COLOURS)],
}


@dataclass
class Watch:
    """Listens to one browser context; `troubles` must stay empty."""

    url: str
    troubles: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        """The same context, listened to."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)
        return context

    def _console(self, message: ConsoleMessage) -> None:
        is_answer = message.text.startswith("Failed to load resource")  # told by its response
        if message.type in ("error", "warning") and not is_answer:
            self.troubles.append(f"{message.type} on {message.page and message.page.url}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.troubles.append(f"uncaught on {error.page and error.page.url}: {error.error}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:", "blob:")):
            self.troubles.append(f"request to {request.url}")

    def _response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= (500 if is_page else 400):
            self.troubles.append(f"{response.status} from {response.url}")


def assert_accessible(page: Page, views: Iterable[View] = STORY) -> None:
    """Axe finds nothing in these views of the page, nothing is wider than the window, no key or id is given twice."""
    before = page.viewport_size
    found: dict[str, object] = {}
    if twice := page.evaluate(TWICE):
        found["given twice"] = twice
    page.evaluate(AXE)
    for width, scheme, rules in views:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for rule, nodes in page.evaluate(RUN, rules):
            found[f"{rule}, {width} px, {scheme}"] = nodes
        if width < 768 and (cut_off := page.evaluate(CUT_OFF)):
            found[f"cut off in {width} px"] = cut_off
        taken = page.evaluate("document.documentElement.scrollWidth")
        if taken > width:
            found[f"{taken} px wide in {width} px"] = page.evaluate(TOO_WIDE, width)
    if before:
        page.set_viewport_size(before)
    assert found == {}, f"{page.url}\n{json.dumps(found, indent=1, ensure_ascii=False)}"
