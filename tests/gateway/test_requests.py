"""What the application sees of a request, and what HTTP allows."""

import pytest

OURS = "Content-Type: application/x-www-form-urlencoded"


def test_the_environment_is_wsgi_s(front):
    client = front.client("127.0.0.7").send(
        front.head("/probe/echo?a=%C3%A9&b", OURS, "Content-Length: 3", "Cookie: a=1", "Cookie: b=2")[:-2],
        b"X-One: 1\r\nX-One: 2\r\nX_Forwarded_For: 6.6.6.6\r\nX-Latin: \xe9\r\n\r\nabc",
    )
    environ = client.answer().json["environ"]
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/probe/echo",
        "QUERY_STRING": "a=%C3%A9&b",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(front.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.7",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "3",
        "HTTP_HOST": f"127.0.0.1:{front.port}",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_ONE": "1,2",
        "wsgi.url_scheme": "http",
    }

    assert {name: environ.get(name) for name in expected} == expected
    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_a_path_is_decoded_once(front):
    answer = front.get("/probe/echo%2F%25C3%25A9")

    assert answer.status == 404
    assert front.get("/%C3%A9%FF").status == 404


def test_requests_share_nothing(front):
    numbers = {front.get("/probe/seen").headers["x-request-id"] for _ in range(3)}

    assert len(numbers) == 3


def test_requests_follow_each_other_on_one_connection(front):
    client = front.client()
    for length in (1, 0, 70_000):
        answer = client.send(front.form("/probe/echo", length), b"a" * length).answer()
        assert (answer.status, answer.json["length"]) == (200, length)


def test_requests_sent_at_once_are_answered_in_order(front):
    form = front.form("/probe/echo", 2) + b"ab"
    client = front.client().send(form + front.form("/probe/echo", 3) + b"abc" + form)
    content = b""
    while content.count(b"HTTP/1.1 200") < 3 or not content.endswith(b"}\n"):
        content += client.socket.recv(65536)

    assert [line[:1] for line in content.split(b'"length":')[1:]] == [b"2", b"3", b"2"]


def test_who_asks_whether_to_send_is_told_to(front):
    client = front.client().send(front.form("/probe/echo", 3, "Expect: 100-continue"))
    told = client.socket.recv(100)

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert client.send(b"abc").answer().json["length"] == 3


def test_http_1_0_is_spoken(front):
    head = front.head("/probe/echo", OURS, "Content-Length: 3", version="1.0")
    client = front.client().send(head, b"abc")

    assert (client.answer().json["length"], client.is_closed()) == (3, True)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_nobody_waits_for_the_body_of_a_request_that_only_reads(front, method):
    client = front.client().send(front.head("/probe/echo", "Content-Length: 100000", method=method), b"a")

    assert client.is_answered(within=0.9)
    assert b" 200 OK" in client.socket.recv(65536)


def test_head_says_how_long_the_page_is_and_sends_none_of_it(front):
    client = front.client().send(front.head("/static/style.css", method="HEAD"))
    content = client.socket.recv(65536)

    assert content.endswith(b"\r\n\r\n")
    assert int(content.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) > 10_000


@pytest.mark.parametrize(
    "lines",
    [("Content-Length: 3", "Content-Length: 4"), ("Content-Length: -3",), ("Content-Length: 3, 4",)],
)
def test_a_length_that_means_two_things_is_refused(front, lines):
    assert front.client().send(front.head("/probe/echo", OURS, *lines), b"abcd").answer().status == 400


def test_chunks_win_over_a_length_and_end_the_connection(front):
    lines = (OURS, "Content-Length: 3", "Transfer-Encoding: chunked")
    client = front.client().send(
        front.head("/probe/echo", *lines), b"5\r\nabcde\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    )

    assert (client.answer().json["length"], client.is_closed()) == (5, True)


def test_heads_are_bounded_in_size_and_time(front):
    large = front.client().send(front.head("/", "X-Long: " + "a" * 300_000, method="GET"))
    slow, silent = front.client().send(b"GET / HTTP/1.1\r\nHo"), front.client()

    assert large.answer().status == 431
    assert slow.is_closed()
    assert silent.is_closed()


def test_http_2_is_not_spoken(front):
    client = front.client().send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")

    assert client.is_answered(within=2)
    assert not client.socket.recv(100).startswith(b"\0\0")
