"""Who writes leaves a thread to who reads, and what is under way ends in order."""

import asyncio
import resource
import signal
import time

import pytest

from tests.gateway.test_bodies import slow
from tests.loops import awaited
from webinars.gateway.errors import RequestRefused
from webinars.gateway.rsgi import WriterLimit
from webinars.gateway.server import connections_for


def test_writers_never_take_the_last_thread(front):
    writing = [front.client().send(front.form("/probe/write?seconds=1", 1), b"a") for _ in range(8)]
    time.sleep(0.1)
    statuses = [front.get("/health").status for _ in range(3)]

    assert (statuses, writing[0].is_answered(within=0)) == ([200] * 3, False)
    answers = [client.answer() for client in writing]
    assert sorted(answer.status for answer in answers) == [200] * 3 + [503] * 5
    assert {answer.headers.get("retry-after") for answer in answers if answer.status == 503} == {"60"}


def test_so_many_wait_for_their_turn_and_no_more():
    async def asked() -> list[str]:
        writers = WriterLimit(1, seconds=0.05, waiting=2)

        async def one() -> str:
            try:
                async with writers.permit():
                    await asyncio.sleep(0.3)
                    return "written"
            except RequestRefused as refused:
                return refused.reason

        return await asyncio.gather(*[one() for _ in range(5)])

    assert awaited(asked()) == ["written", "busy", "busy", "busy", "busy"]


@pytest.mark.slow("a server of its own starts and stops")
def test_open_bodies_do_not_keep_the_server_from_stopping(own_front):
    clients = slow(own_front, 50)
    time.sleep(0.3)
    own_front.process.send_signal(signal.SIGTERM)

    assert own_front.process.wait(30) == 0
    assert {client.answer().status for client in clients} == {503}


@pytest.mark.slow("a server of its own starts and stops")
def test_a_request_under_way_is_answered_before_the_server_stops(own_front):
    client = own_front.client().send(own_front.form("/probe/write?seconds=1", 1), b"a")
    time.sleep(0.2)
    own_front.process.send_signal(signal.SIGTERM)

    assert (client.answer().body, own_front.process.wait(30)) == (b"written", 0)


@pytest.mark.parametrize(("files", "connections"), [(7000, 3048), (1024, 384)])
def test_connections_fit_into_the_files_a_process_may_open(files, connections):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        assert connections_for(1000) == connections
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
