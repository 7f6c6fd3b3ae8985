"""The day the cast signs up, and those who do."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import NOW
from tests.registration.conftest import signs_up

__all__ = ["signs_up"]


@pytest.fixture
def then() -> Iterator[None]:
    """The clock stands still when they sign up; name servers are asked in real time."""
    with time_machine.travel(NOW, tick=False):
        yield
