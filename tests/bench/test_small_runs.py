"""Every measure runs on the product as it stands: at its smallest, where what it says means nothing."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bench import feeds, large, mailing, reports, waits
from bench.databases import Databases, database_options
from bench.large import Neighbourhood
from bench.mailing import Load
from bench.reports import Length
from bench.serving import ROOT, clean_environment
from tests.processes import make_tables
from tests.requirements import answering_server, need


@pytest.fixture
def _thawed() -> Iterator[None]:
    """What a measure freezes, as the product does, is collected again."""
    yield
    gc.unfreeze()


@pytest.mark.parametrize("module", sorted(path.stem for path in (ROOT / "bench").glob("*.py")))
def test_what_a_module_of_the_bench_imports_is_there(module: str) -> None:
    assert import_module(f"bench.{module}")


def test_a_feed_is_read_anew_and_from_memory(tmp_path: Path) -> None:
    assert min(feeds.measured(tmp_path, sessions=2, rounds=1)) > 0


@pytest.mark.usefixtures("_thawed")
def test_a_report_is_read_imported_and_taken_back(databases: Databases, tmp_path: Path) -> None:
    found = reports.measured(databases, tmp_path, Length(20, alone=0.01, rounds=1))

    assert [figure.name.partition(" lines are ")[2] for figure in found] == [
        "read and matched, beside alone",
        "imported, beside alone",
        "taken back, beside alone",
    ]


@pytest.mark.slow("two instances are made, and every page of a cycle is opened twice on each")
def test_pages_are_opened_and_participants_exported(databases: Databases, tmp_path: Path) -> None:
    pages, dearest, *exports = large.measured(databases, tmp_path, Neighbourhood(1, people=2, rounds=1))

    assert [len(figure.pairs) for figure in (pages, dearest, *exports)] == [1, 1, 1, 1]
    assert {figure.name.partition(",")[0] for figure in exports} == {"participants.csv of 10 lines"}


@pytest.mark.slow("a mail server of its own starts and stops")
def test_mails_are_written_and_leave(databases: Databases, tmp_path: Path) -> None:
    engine = create_engine(databases.product, **database_options(databases.product))
    make_tables(engine)
    engine.dispose()

    figures, costs = mailing.measured(
        databases.product, tmp_path, Load(written=2, sent=3, rounds=1, queued=5)
    )

    assert [figure.name for figure in figures] == ["invitations leaving, written and recorded"]
    assert [cost.name for cost in costs] == [
        "one invitation written, the whole message",
        "its calendar alone",
        "5 updates queued",
    ]


@pytest.mark.postgresql
def test_small_questions_are_asked_on_both_kinds_of_connection() -> None:
    server = answering_server()
    need(server, "a PostgreSQL server")

    assert [len(figure.pairs) for figure in waits.measured(str(server), rounds=1)] == [1, 1]


@pytest.mark.full
def test_both_servers_answer_a_round_of_browsers() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--only", "browsing"]

    run = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert "CPU of a browser’s sign-up" in run.stdout
