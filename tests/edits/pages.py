"""A form opened in a browser, and sent later: what it was made from stays as it was."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.signed_in import post, shown
from tests.page import read


@dataclass
class Opened:
    """One opening of a form: what the browser would send of it."""

    desk: FlaskClient
    address: str
    values: dict[str, Any]
    made_from: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.made_from = shown(self.desk, self.address)

    def send(self, **changed: Any) -> TestResponse:
        """Changes these fields and sends the rest as it stood; the browser reads English."""
        return post(self.desk, f"{self.address}?lang=en", {**self.values, **self.made_from, **changed})

    def again(self, answer: TestResponse, **changed: Any) -> TestResponse:
        """Sends the page it was answered with, these fields changed."""
        first = read(answer).all("input", name="shown")[0]
        self.made_from = {"shown": first.attributes["value"]}
        return self.send(**changed)


def said(desk: FlaskClient, address: str) -> list[str]:
    """What the next page says of what was done."""
    return [
        sentence
        for notice in read(desk.get(f"{address}?lang=en")).all("div", role="status")
        for sentence in notice.lines
    ]
