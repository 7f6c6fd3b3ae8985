"""What one visitor does: looks at a page, fills in its form, and expects one answer only."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.http1 import HttpConnection, HttpResponse

_FORM = re.compile(rb'<form[^>]* action="([^"#]*)')
_INPUT = re.compile(rb"<input[^>]*>")
_ATTRIBUTE = re.compile(rb'(name|value)="([^"]*)"')
# some sessions: confirmed, nobody waits, none missed
_OUTCOME = re.compile(r"/registered/s\.([^.]*)\.\.\.[\w-]+(?:/[\w-]+)?$")
SIGNS_A_SESSION = 6
SESSIONS = 3


class Unexpected(RuntimeError):
    """The server answered something else than it should have."""

    def __init__(self, what: str, answer: HttpResponse) -> None:
        head = answer.body[:600].decode(errors="replace")
        super().__init__(f"{what}\nstatus {answer.status}\n{dict(answer.headers)}\n{head}")


@dataclass(frozen=True, slots=True)
class Plan:
    """A round: who goes where, how many, how many at once."""

    visit: str
    port: int
    path: str
    visits: int
    at_once: int
    name: str  # makes the addresses of this round its own
    answers: dict[str, str] = field(default_factory=dict)


def sign_up(connection: HttpConnection, plan: Plan, number: int) -> None:
    """One person takes three sessions: the page, its form sent, 303, three places."""
    signed_up(connection, plan, number)


def browse(connection: HttpConnection, plan: Plan, number: int) -> None:
    """The same as a browser does it, which follows the 303 to the page that thanks."""
    _page(connection, signed_up(connection, plan, number))


def signed_up(connection: HttpConnection, plan: Plan, number: int) -> str:
    """One sign-up; the path of the page it leads to."""
    page = _page(connection, plan.path)
    hidden = _values(page.body, b"form_token")
    sessions = _values(page.body, b"sessions")
    form = _FORM.search(page.body)
    if form is None or len(hidden) != 1 or len(sessions) != SESSIONS:
        raise Unexpected("no form with its token and three sessions on the page", page)
    fields = [("form_token", hidden[0]), ("take", "some"), *[("sessions", one) for one in sessions]]
    answer = connection.post(form[1].decode(), [*fields, *_identity(plan, number)])
    outcome = _OUTCOME.search(answer.headers.get("location", ""))
    if answer.status != 303 or outcome is None or len(outcome[1]) != SESSIONS * SIGNS_A_SESSION:
        raise Unexpected("a sign-up was not taken for three sessions", answer)
    return urlsplit(answer.headers["location"]).path


def bare_sign_up(connection: HttpConnection, plan: Plan, number: int) -> None:
    """The same on the bare form: the page, its form sent with its cookie, 303."""
    page = _page(connection, plan.path)
    tokens = _values(page.body, b"csrf_token")
    cookie = page.headers.get("set-cookie", "").partition(";")[0]
    if len(tokens) != 1 or not cookie:
        raise Unexpected("no form with its token on the bare page", page)
    answer = connection.post(plan.path, [("csrf_token", tokens[0]), *_identity(plan, number)], cookie=cookie)
    if answer.status != 303 or not answer.headers.get("location", "").endswith("/done"):
        raise Unexpected("the bare form was not taken", answer)


def look(connection: HttpConnection, plan: Plan, _number: int) -> None:
    """One page, whole."""
    _page(connection, plan.path)


VISITS: dict[str, Callable[[HttpConnection, Plan, int], None]] = {
    "sign_up": sign_up,
    "browse": browse,
    "bare_sign_up": bare_sign_up,
    "look": look,
}


def _page(connection: HttpConnection, path: str) -> HttpResponse:
    page = connection.get(path)
    if page.status != 200 or not page.body.rstrip().endswith(b"</html>"):
        raise Unexpected("no whole page", page)
    return page


def _values(page: bytes, name: bytes) -> list[str]:
    inputs = (dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(page))
    return [one[b"value"].decode() for one in inputs if one.get(b"name") == name]


def _identity(plan: Plan, number: int) -> list[tuple[str, str]]:
    return [*plan.answers.items(), ("email", f"visitor.{plan.name}.{number}@example.org")]
