"""Visitors stop at the first answer that is not the one expected."""

from collections.abc import Iterable

import pytest

from bench.http1 import HttpConnection, HttpResponse
from bench.visits import Plan, Unexpected, browse, look, sign_up

FORM = (
    b'<form class="form" method="post" action="/a/b/register#sign-up">'
    b'<input id="form_token" name="form_token" type="hidden" value="secret">'
    b'<input type="checkbox" name="sessions" value="one"><input type="checkbox" name="sessions" value="two">'
    b'<input type="checkbox" name="sessions" value="three"></form></html>'
)
TAKEN = {"location": "/a/b/registered/s.aaaaaabbbbbbcccccc...Zm9v-WJh_w/c2VhbGVk"}
WAITING = {"location": "/a/b/registered/s.aaaaaabbbbbb.cccccc..Zm9v-WJh_w"}
PLAN = Plan("sign_up", 0, "/a/b", 1, 1, "round", {"first_name": "Ada"})


class Scripted(HttpConnection):
    """A connection on which everything has been answered beforehand."""

    def __init__(self, page: HttpResponse, answer: HttpResponse) -> None:
        self.page, self.answer = page, answer
        self.sent: list[tuple[str, list[tuple[str, str]]]] = []
        self.got: list[str] = []

    def get(self, path: str) -> HttpResponse:
        self.got.append(path)
        return self.page

    def post(self, path: str, fields: Iterable[tuple[str, str]], *, cookie: str = "") -> HttpResponse:
        self.sent.append((path, list(fields)))
        return self.answer


def test_a_visitor_sends_the_form_of_the_page() -> None:
    connection = Scripted(HttpResponse(200, {}, FORM), HttpResponse(303, TAKEN, b""))

    sign_up(connection, PLAN, 7)

    assert connection.sent == [
        (
            "/a/b/register",
            [
                ("form_token", "secret"),
                ("take", "some"),
                ("sessions", "one"),
                ("sessions", "two"),
                ("sessions", "three"),
                ("first_name", "Ada"),
                ("email", "visitor.round.7@example.org"),
            ],
        )
    ]


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(422, {}, b"again"),
        HttpResponse(303, {}, b""),
        HttpResponse(303, WAITING, b""),
        HttpResponse(200, TAKEN, b""),
    ],
)
def test_anything_but_three_places_stops_the_run(answer: HttpResponse) -> None:
    with pytest.raises(Unexpected):
        sign_up(Scripted(HttpResponse(200, {}, FORM), answer), PLAN, 1)


@pytest.mark.parametrize("page", [HttpResponse(500, {}, b"</html>"), HttpResponse(200, {}, b"<html>cut")])
def test_a_page_that_is_not_whole_stops_the_run(page: HttpResponse) -> None:
    with pytest.raises(Unexpected):
        look(Scripted(page, HttpResponse(303, TAKEN, b"")), PLAN, 1)


def test_a_browser_goes_where_the_answer_leads() -> None:
    connection = Scripted(HttpResponse(200, {}, FORM), HttpResponse(303, TAKEN, b""))

    browse(connection, PLAN, 7)

    assert connection.got == ["/a/b", TAKEN["location"]]
