"""Takes the pictures of the documents, from a demonstration that has just begun: `make pictures`."""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from config import ROOT
from tests import chromium
from tests.browser import desk
from tests.browser.conftest import new_context, sign_in
from tests.browser.instance import Instance, running

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 1280
COLOURS = 64  # enough for what we draw, and a third of the size
LARGEST = 150_000  # bytes
# name of the file: its address, and how high what is shown of the page is
PICTURES = {"today": ("/organise/vto", 900)}


def take(folder: Path, instance: Instance, browser: Browser) -> None:
    """One light picture a page, as whoever signed in to the demonstration sees it."""
    context = new_context(browser, instance, "en", color_scheme="light")
    page = context.new_page()
    page.goto("/sign-in")
    sign_in(page, instance)
    desk.choose_english(page)
    instance.kept_mail()  # the page says how many have left
    for name, (address, height) in PICTURES.items():
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.goto(address)
        page.evaluate("document.fonts.ready.then(() => true)")
        file = folder / f"{name}.png"
        page.screenshot(path=file)
        make_small(file)
    context.close()


def make_small(file: Path) -> None:
    """The same picture in few colours; fails when it is too large for a document all the same."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(file, optimize=True)
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file.name} has {file.stat().st_size} bytes: show less of the page")


def main() -> None:
    """Writes every picture anew."""
    if chromium.installed() is None:
        raise SystemExit("chromium is needed to take pictures")
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), sends_mail=False) as instance,
        chromium.running() as browser,
    ):
        take(FOLDER, instance, browser)


if __name__ == "__main__":
    main()
