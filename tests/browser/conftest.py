"""A real browser before a real instance."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.instance import Instance, running
from tests.browser.watch import Watch

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def instance(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance with the demonstration, shared by the tests of a module."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with running(folder) as instance:
        yield instance


@pytest.fixture
def visit(browser: Browser, instance: Instance) -> Iterator[Visit]:
    """Opens an address of the instance in a browser of its own; nothing may be complained of until the end."""
    watch = Watch(instance.url)
    contexts: list[BrowserContext] = []

    def open_page(address: str, *, language: str = "fr", **options: object) -> Page:
        context = watch.over(new_context(browser, instance, language, **options))
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.troubles == []


def new_context(browser: Browser, instance: Instance, language: str, **options: object) -> BrowserContext:
    """A browser nobody used before, of somebody in France who reads this language."""
    usual: dict[str, object] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    context = browser.new_context(
        base_url=instance.url,
        locale={"fr": "fr-FR", "en": "en-GB"}[language],
        timezone_id="Europe/Paris",
        **(usual | options),  # type: ignore[arg-type]
    )
    context.set_default_timeout(20_000)
    return context


@pytest.fixture(scope="module")
def signed_in(browser: Browser, instance: Instance) -> object:
    """What a browser keeps once Nadia signed in: give it to `visit` as `storage_state`."""
    context = new_context(browser, instance, "en")
    page = context.new_page()
    page.goto("/sign-in")
    sign_in(page, instance)
    state = context.storage_state()
    context.close()
    return state


def choose_type(page: Page, words: str = "mairie") -> None:
    """Types what somebody calls their structure on a French form, and takes the answer that stands out."""
    field = page.get_by_role("combobox", name="Type de structure")
    field.fill(words)
    field.press("Enter")


def sign_in(page: Page, instance: Instance) -> None:
    """Fills the English sign-in form of the page in, and sends it."""
    page.get_by_label("E-mail address").fill(instance.email)
    page.get_by_label("Password").fill(instance.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/organise/**")
