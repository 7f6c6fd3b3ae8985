"""Where the product and the bare form write in these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.databases import Databases, two_databases


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Databases]:
    with two_databases(None, tmp_path) as databases:
        yield databases
