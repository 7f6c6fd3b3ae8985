"""What a test may need beside Python: a skip with its reason, or a failure where everything must run."""

import os

import pytest

ALL = "WEBINARS_TEST_REQUIRE_ALL"


def need(there: object, what: str) -> None:
    """Skips the test and says what is missing; fails it where WEBINARS_TEST_REQUIRE_ALL is set."""
    if there:
        return
    if os.environ.get(ALL):
        pytest.fail(f"{what} is missing, and {ALL} is set", pytrace=False)
    pytest.skip(f"{what} is not on this machine")
