"""What the tests of the look share."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sheet() -> str:
    """The one style sheet, as text."""
    return (ROOT / "static" / "style.css").read_text(encoding="utf-8")
