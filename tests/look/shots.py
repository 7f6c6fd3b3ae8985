"""Photographs the gallery: `.venv/bin/python -m tests.look.shots FOLDER [page …]`, wide, narrow and dark."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.look.gallery import PAGES, write

CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
VIEWS = {
    "wide": (1280, "light"),
    "narrow": (320, "light"),
    "dark": (1280, "dark"),
    "narrow-dark": (320, "dark"),
}


def photograph(folder: Path, pages: tuple[str, ...], views: tuple[str, ...]) -> None:
    """One picture a page and view."""
    write(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for view in views:
            width, scheme = VIEWS[view]
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            for name in pages:
                page.goto((folder / f"{name}.html").as_uri())
                page.screenshot(path=folder / f"{name}-{view}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    named = tuple(word for word in sys.argv[2:] if word in PAGES)
    seen = tuple(word for word in sys.argv[2:] if word in VIEWS)
    photograph(Path(sys.argv[1]), named or PAGES, seen or tuple(VIEWS))
