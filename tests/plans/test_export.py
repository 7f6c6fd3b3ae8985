"""The people of a large cycle as a file: read as it is sent, and written almost as fast as the driver gives them."""

import csv
import gc
import io
import time
import tracemalloc
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from bench.neighbours import FIRST, add_neighbours
from webinars.accounts.models import Organisation
from webinars.capitalisation.export import participants_csv
from webinars.storage.extensions import db

MOST = 3
BARE = text(
    "SELECT session.slug, registrant.public_id, registrant.last_name, registrant.first_name, registrant.email,"
    " registrant.structure, registrant.structure_type, registrant.function, registrant.department,"
    " registration.state, attendance.conclusion, attendance.seconds, attendance.match"
    " FROM session JOIN registration ON registration.session_id = session.id"
    " JOIN registrant ON registrant.id = registration.registrant_id"
    " LEFT JOIN attendance ON attendance.session_id = session.id AND attendance.registrant_id = registrant.id"
    " WHERE session.cycle_id = :cycle ORDER BY session.starts_at, registrant.folded_name"
)


def with_the_csv_module(cycle_id: int) -> int:
    """The same lines, of a cycle in which nobody came without registering, as one would write them at first."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows(db.session.execute(BARE, {"cycle": cycle_id}))
    return line.tell()


def exported(cycle_id: int) -> int:
    return sum(len(lines) for lines in participants_csv(cycle_id))


def seconds(act: Callable[[int], int], cycle_id: int) -> float:
    found = []
    for _again in range(3):
        db.session.rollback()
        start = time.thread_time()
        act(cycle_id)
        found.append(time.thread_time() - start)
    return min(found)


@pytest.mark.full
@pytest.mark.processor
def test_100_000_lines_take_three_times_the_bare_csv_module_at_most(
    app: Flask, organisation: Organisation
) -> None:
    add_neighbours(organisation, cycles=10, people=2_000)
    add_neighbours(organisation, cycles=1, people=20_000, first=10)

    assert seconds(exported, FIRST + 10) <= MOST * seconds(with_the_csv_module, FIRST + 10)


@pytest.mark.full
def test_a_file_of_five_times_the_lines_needs_no_more_memory(app: Flask, organisation: Organisation) -> None:
    add_neighbours(organisation, cycles=1, people=2_000)
    add_neighbours(organisation, cycles=1, people=10_000, first=1)
    peaks = []
    exported(FIRST)

    tracemalloc.start()
    for cycle_id in (FIRST, FIRST + 1):
        db.session.rollback()
        gc.collect()  # what earlier tests left is not the export's
        tracemalloc.reset_peak()
        exported(cycle_id)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()

    assert peaks[1] < 1.5 * peaks[0]
