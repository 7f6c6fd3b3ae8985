"""Answers are whole before they leave, and no thread waits for who reads them."""

import time

import pytest

from tests.gateway.conftest import eventually


@pytest.fixture
def closed_at(front):
    """At which line the last answer was closed; None while it is open."""
    path = front.folder / "closed"
    path.unlink(missing_ok=True)
    return lambda: path.read_text() if path.exists() else None


@pytest.mark.parametrize("number", [0, 1, 64, 66, 5000])
def test_an_answer_in_pieces_arrives_whole_with_its_length(front, closed_at, number):
    answer = front.get(f"/probe/lines?number={number}")

    assert (answer.status, answer.body) == (200, (b"x" * 999 + b"\n") * number)
    assert answer.headers.get("content-length", "0") == str(number * 1000)
    assert closed_at() == str(max(0, number - 1))
    assert eventually(lambda: front.kept() == [])


@pytest.mark.parametrize("line", [0, 200])
def test_an_answer_that_fails_on_its_way_is_an_error_and_no_half_file(front, closed_at, line):
    answer = front.get(f"/probe/lines?number=300&fails_at={line}")

    assert (answer.status, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")
    assert (closed_at(), front.kept()) == (str(line), [])


def test_an_answer_nobody_waits_for_any_more_is_given_up(front, closed_at):
    client = front.client().send(front.head("/probe/lines?number=100&pause=0.1", method="GET"))
    time.sleep(0.5)
    client.socket.close()

    assert eventually(lambda: closed_at() is not None, 3)
    assert (int(closed_at()) < 50, front.kept()) == (True, [])


def test_who_does_not_read_holds_no_thread(front, closed_at):
    for _ in range(8):
        front.client(buffer=4096).send(front.head("/probe/lines?number=8000", method="GET"))
    time.sleep(0.2)

    assert [front.get("/health").status for _ in range(3)] == [200] * 3


@pytest.mark.full
def test_who_does_not_read_is_cut_off(front):
    client = front.client(buffer=4096).send(front.head("/probe/lines?number=8000", method="GET"))
    time.sleep(5)
    with pytest.raises(ConnectionResetError):
        client.answer()


def test_static_files_are_served(front):
    answer = front.get("/static/style.css")

    assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff")
