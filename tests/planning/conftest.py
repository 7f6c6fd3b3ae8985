"""The clock stands at the day the cast lives in; a cycle of many sessions."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from tests.conftest import NOW
from webinars.cycles.models import Cycle, Session


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sessions(cycle: Cycle, add_session: Callable[..., Session]) -> list[Session]:
    """Sixty sessions, a day apart, of which forty are over."""
    return [add_session(cycle, f"Rencontre {n:02}", days=n - 40) for n in range(60)]
