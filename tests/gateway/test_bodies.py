"""Bodies wait on the event loop: nobody holds a thread by sending slowly."""

import hashlib
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.conftest import MOST, PER_CLIENT, Client, Front, eventually, running
from tests.gateway.front import UPLOAD
from tests.loops import awaited
from webinars.gateway.bodies import BodyReader
from webinars.gateway.errors import RefusalReason, RequestRefused
from webinars.web.client import address_behind
from webinars.web.headers import MOST_PARTS

SLOW = 100_000
CHUNKED = ("Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")


def slow(front: Front, number: int, *, of_each: int = 40) -> list[Client]:
    """Clients that announce much and send one byte, so many from each address."""
    clients = [front.client(f"127.0.0.{10 + i // of_each}") for i in range(number)]
    return [client.send(front.form("/probe/echo", SLOW), b"a") for client in clients]


def refused(clients: list[Client]) -> list[Client]:
    time.sleep(0.5)
    return [client for client in clients if client.is_answered(within=0)]


def test_two_hundred_slow_bodies_keep_nobody_waiting(front):
    clients = slow(front, 200)
    statuses = [front.get("/health").status for _ in range(5)]
    for client in clients:
        client.send(b"b")
    statuses += [front.get("/health").status for _ in range(5)]

    assert statuses == [200] * 10


def test_a_body_that_takes_too_long_is_given_up(front):
    before = front.seen()
    client = front.client().send(front.form("/probe/echo", SLOW, "Accept-Language: en"), b"a")
    answer = client.answer()

    assert (answer.status, answer.headers["content-type"]) == (408, "text/plain; charset=utf-8")
    assert answer.body.decode() == (
        "What you sent took too long to arrive, and nothing was kept. Please send it again.\n"
    )
    assert client.is_closed()
    assert front.seen() == before


def test_one_client_has_so_many_bodies_open_and_hinders_nobody_who_sends_at_once(front):
    clients = slow(front, PER_CLIENT + 3, of_each=PER_CLIENT + 3)
    told = refused(clients)
    prompt = front.client("127.0.0.10").send(front.form("/probe/echo", 1), b"a").answer()
    answer = told[0].answer()

    assert (len(told), prompt.status) == (3, 200)
    assert (answer.status, answer.headers["retry-after"], told[0].is_closed()) == (503, "60", True)
    assert answer.body.decode() == (
        "Trop d’envois sont en cours, et rien n’a été gardé. Merci de recommencer dans une minute.\n"
    )


def test_places_are_free_again_when_their_clients_have_left(front):
    for client in slow(front, PER_CLIENT, of_each=PER_CLIENT):
        client.socket.close()
    time.sleep(0.3)

    assert refused(slow(front, PER_CLIENT, of_each=PER_CLIENT)) == []


def test_all_clients_together_have_so_many_bodies_open(front):
    clients = slow(front, MOST + 5, of_each=PER_CLIENT)

    assert (len(refused(clients)), front.get("/health").status) == (5, 200)


@pytest.mark.full
def test_more_than_a_thousand_slow_bodies_keep_nobody_waiting(tmp_path):
    with running(tmp_path / "var", WEBINARS_WEB_BODIES="1000") as front:
        clients = slow(front, 1050)
        statuses = [front.get("/health").status for _ in range(5)]
        told = Counter(client.answer().status for client in clients)

        assert (statuses, sorted(told), told[503] <= 50) == ([200] * 5, [408, 503], True)
        assert front.kept() == []


@pytest.mark.parametrize(
    "sent",
    [b"abc", b"", b"a" * 90_000],
    ids=["early", "at once", "late"],
)
@pytest.mark.parametrize("half", [True, False], ids=["one side", "both sides"])
def test_what_breaks_off_reaches_no_view(front, sent, half):
    before = front.seen()
    client = front.client().send(front.form("/probe/echo", SLOW), sent)
    if half:
        client.socket.shutdown(1)
        assert client.answer().status == 400
    client.socket.close()
    time.sleep(0.1)

    assert front.seen() == before


@pytest.mark.parametrize("rest", [b"", b"zz\r\n", b"5\r\nab"], ids=["no end", "no number", "short"])
def test_chunks_that_break_off_reach_no_view(front, rest):
    before = front.seen()
    client = front.client().send(front.head("/probe/echo", *CHUNKED), b"3\r\nabc\r\n" + rest)
    client.socket.shutdown(1)

    assert (client.answer().status, front.seen()) == (400, before)


@pytest.mark.parametrize("length", [1, 65_536, 65_537, 2 * 1024 * 1024])
def test_a_body_arrives_as_it_was_sent_and_leaves_nothing(front, length):
    body = bytes(range(256)).replace(b"&", b"+") * (length // 256 + 1)  # one answer of a form
    answer = front.client().send(front.form("/probe/echo", length), body[:length]).answer()

    assert answer.json["length"] == length
    assert answer.json["digest"] == hashlib.sha256(body[:length]).hexdigest()
    assert eventually(lambda: front.kept() == [])


def test_chunks_are_one_body_with_a_length(front):
    answer = front.client().send(
        front.head("/probe/echo", *CHUNKED), b"3\r\nabc\r\n", b"10\r\n" + b"d" * 16 + b"\r\n0\r\n\r\n"
    )
    found = answer.answer().json

    assert (found["length"], found["environ"]["CONTENT_LENGTH"]) == (19, "19")
    assert "HTTP_TRANSFER_ENCODING" not in found["environ"]


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_form_that_is_too_large_has_its_page_which_browsers_read_to_the_end(front, is_chunked):
    before, length = front.seen(), 3 * 1024 * 1024
    head = front.head("/probe/echo", *CHUNKED) if is_chunked else front.form("/probe/echo", length)
    client = front.client().send(head)
    for _ in range(length // 65_536):
        client.send(b"10000\r\n" * is_chunked, b"a" * 65_536, b"\r\n" * is_chunked)
    answer = client.answer()

    assert (answer.status, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert front.seen() == before


def test_who_asks_before_sending_too_much_is_answered_at_once(front):
    head = front.form("/probe/echo", 3 * 1024 * 1024, "Expect: 100-continue")

    assert front.client().send(head).answer().status == 413


def upload_head(front: Front, length: int, *lines: str) -> bytes:
    kind = "Content-Type: multipart/form-data; boundary=b"
    return front.head("/probe/upload", kind, f"Content-Length: {length}", *lines)


def upload(length: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    return part + b"x" * length + b"\r\n--b--\r\n"


def test_who_is_signed_in_uploads_what_the_view_takes_and_no_more(front):
    fits, too_large = upload(UPLOAD - 1000), upload(UPLOAD)
    taken = front.client().send(upload_head(front, len(fits), front.cookie), fits).answer()
    refusal = front.client().send(upload_head(front, len(too_large), front.cookie), too_large).answer()

    assert taken.json == {"length": UPLOAD - 1000}
    assert (refusal.status, refusal.body) == (413, b"The file is too large.")


@pytest.mark.parametrize("cookie", ["", "Cookie: webinars=s.invented"])
@pytest.mark.parametrize("length", [100_000, 3 * 1024 * 1024])
def test_nobody_else_has_the_room_of_an_upload(front, cookie, length):
    before, body = front.seen(), upload(length)
    lines = [cookie] if cookie else []
    answer = front.client().send(upload_head(front, len(body), *lines), body).answer()

    assert (answer.status, front.seen()) == (413, before)


def test_only_who_is_signed_in_has_the_time_of_an_upload(front):
    known, invented, public = (
        front.client().send(upload_head(front, SLOW, front.cookie), b"a"),
        front.client().send(upload_head(front, MOST_PARTS, "Cookie: webinars=s.invented"), b"a"),
        front.client().send(front.form("/probe/echo", SLOW, front.cookie), b"a"),
    )

    assert (invented.answer().status, public.answer().status) == (408, 408)
    assert not known.is_answered(within=0.2)


def test_a_full_disk_is_said_and_keeps_nothing(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(RequestRefused) as caught:
            awaited(gathered(tmp_path, b"a" * 300_000, b""))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert (caught.value.reason, list(tmp_path.iterdir())) == (RefusalReason.FULL, [])


async def gathered(folder: Path, *chunks: bytes) -> bytes:
    async def sent() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    bodies = BodyReader(folder, most=1, per_client=1, prompt=1)
    body = await bodies.gather(sent(), declared=None, limit=10**6, seconds=1, client="a")
    return body.read()


@pytest.mark.parametrize(
    ("proxies", "client"),
    [(0, "203.0.113.9"), (1, "198.51.100.7"), (2, "192.0.2.66"), (3, "203.0.113.9")],
)
def test_a_client_is_who_the_configured_proxies_say(proxies, client):
    environ = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "192.0.2.66, 198.51.100.7"}

    assert address_behind(environ, proxies) == client
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
