"""The whole server while its database hangs or is locked: files and refusals come in time, and nobody else waits."""

import sqlite3
import time
from pathlib import Path

import pytest

from tests.gateway.conftest import Client, Front, HttpResponse, running
from tests.requirements import answering_server, fresh_database, need
from tests.storage.proxy import way_to

IN_TIME = 5.0
SIGN_UP = "/vto/emploi/register"
PAGE = "/vto/emploi/premiere"


def asked(front: Front, path: str) -> Client:
    return front.client().send(front.head(path, method="GET"))


def answer_in_time(client: Client) -> HttpResponse:
    assert client.is_answered(within=IN_TIME)
    return client.answer()


@pytest.mark.full
@pytest.mark.parametrize("threads", ["1", "4"])
def test_a_database_that_hangs_keeps_no_file_waiting_and_every_page_is_refused_in_time(
    tmp_path: Path, threads: str
) -> None:
    server = answering_server()
    need(server, "a PostgreSQL server")
    assert server
    url = fresh_database(server, "webinars_test_hanging")
    with (
        way_to(url) as (proxy, address),
        running(tmp_path, WEBINARS_DATABASE_URL=address, WEBINARS_WEB_THREADS=threads) as front,
    ):
        assert asked(front, PAGE).answer().status == 404
        proxy.freeze()
        for _round in range(3):
            pages = [asked(front, PAGE) for _number in range(12)]
            posts = [front.client().send(front.form(SIGN_UP, 1), b"a") for _number in range(12)]
            health, file = asked(front, "/health"), asked(front, "/static/style.css")

            assert answer_in_time(file).status == 200
            assert answer_in_time(health).status == 503
            assert {answer_in_time(client).status for client in [*pages, *posts]} == {503}
        proxy.thaw()
        time.sleep(1.5)
        assert [asked(front, path).answer().status for path in (PAGE, "/health")] == [404, 200]


@pytest.mark.full
def test_a_locked_sqlite_file_keeps_no_reader_waiting(tmp_path: Path) -> None:
    with running(tmp_path / "var", WEBINARS_PAGE_SECONDS="0") as front:
        other = sqlite3.connect(tmp_path / "var" / "webinars.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        writing = [front.client().send(front.form(SIGN_UP, 1), b"a") for _number in range(8)]
        time.sleep(0.5)
        reading = [
            answer_in_time(asked(front, path)).status for path in (PAGE, "/health", "/") for _ in range(9)
        ]

        assert reading == [404] * 9 + [200] * 18
        still = [client for client in writing if not client.is_answered(within=0)]
        assert len(still) == 3  # all threads but one; the others were asked to come back
        other.execute("ROLLBACK")
        other.close()
        assert [client.answer().status for client in still] == [404] * 3
