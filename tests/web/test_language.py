"""Which language a page speaks: what was asked for, else the browser's, else the cycle's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.web.language import preferred


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", None),
        ("de, es;q=0.5", None),
        ("fr-FR, en;q=0.5", "fr"),
        ("en-US,en;q=0.9,fr;q=0.8", "en"),
        ("de, fr-CA;q=0.3, en;q=0.2", "fr"),
        ("fr;q=0, en;q=0.1", "en"),
        ("FR", "fr"),
        ("*", None),
    ],
)
def test_the_browsers_first_language_of_ours_is_spoken(accepted, language):
    assert preferred(accepted) == language


@given(st.text(max_size=200))
def test_whatever_a_browser_says_is_survived(accepted):
    assert preferred(accepted) in ("fr", "en", None)
