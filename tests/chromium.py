"""How the tests start Debian's chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


def installed() -> str | None:
    """Where chromium is; None when it is not."""
    return shutil.which("chromium")


@contextmanager
def running() -> Iterator["Browser"]:
    """A browser without a window; one process may have one only."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=OPTIONS)
        yield browser
        browser.close()
