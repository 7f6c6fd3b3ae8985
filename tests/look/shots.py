"""Photographs the gallery: `.venv/bin/python -m tests.look.shots FOLDER [page …]`, wide, narrow and dark."""

import sys
from pathlib import Path

from tests import chromium
from tests.look.gallery import PAGES, write

VIEWS = {
    "wide": (1280, "light"),
    "narrow": (320, "light"),
    "dark": (1280, "dark"),
    "narrow-dark": (320, "dark"),
}


def photograph(folder: Path, pages: tuple[str, ...], views: tuple[str, ...]) -> None:
    """One picture a page and view."""
    write(folder)
    with chromium.running() as browser:
        for view in views:
            width, scheme = VIEWS[view]
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            for name in pages:
                page.goto((folder / f"{name}.html").as_uri())
                page.screenshot(path=folder / f"{name}-{view}.png", full_page=True)


if __name__ == "__main__":
    named = tuple(word for word in sys.argv[2:] if word in PAGES)
    seen = tuple(word for word in sys.argv[2:] if word in VIEWS)
    photograph(Path(sys.argv[1]), named or PAGES, seen or tuple(VIEWS))
