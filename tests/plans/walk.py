"""Every page and export, as those who may see it ask for it, and what each asks of the database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.accounts.signed_in import post, sign_in
from tests.plans.cost import Cost, counted
from tests.rules.states import House, addresses
from tests.rules.test_access import blueprint_of, rules
from webinars.messages.audience import Standing
from webinars.planning.people.queries import SHOWN
from webinars.web.access import OrganiserBlueprint, SignedInBlueprint

# what can be asked of a page beside its address, each alone
ASKED: dict[str, tuple[dict[str, str], ...]] = {
    "planning.people": (
        {"q": "ada"},
        {"session": "coming"},
        *({"status": status} for status in SHOWN),
        *({"status": status, "session": "coming"} for status in SHOWN),
    ),
    "planning.cycles": ({"q": "emploi"}, {"state": "archived"}, {"page": "2"}),
    "deliverability.deliveries": ({"q": "ada"}, {"show": "trouble"}),
    "replies.answers": ({"session": "coming"},),
    "review.line": ({"q": "ada"},),
    "messages.find_reader": ({"q": "ada"},),
    "messages.count": tuple(
        {"standing": standing} | where for standing in Standing for where in ({}, {"session": "coming"})
    ),
    "capitalisation.figures": ({"for": "team"},),
    "capitalisation.statistics": ({"for": "team"},),
    "cycles.agenda": ({"q": "emploi"}, {"theme": "ess"}, {"page": "2"}),
    "cycles.home": ({"q": "emploi"}, {"theme": "ess"}, {"page": "2"}),
}
EXPORTS = {"capitalisation.participants"}  # what is posted and only reads, but for the journal


@dataclass(frozen=True, slots=True)
class Walked:
    """One page and what it asked."""

    rule: Rule
    cost: Cost

    @property
    def is_of_a_cycle(self) -> bool:
        """Whether it shows one cycle, or less of it; else what the whole organisation has."""
        return bool({"slug", "token"} & self.rule.arguments)


def walked(app: Flask, house: House) -> dict[str, Walked]:
    """What each page and export costs whoever it is for, by its address."""
    found = {}
    for rule, address, ask in everybodys_pages(app, house):
        with counted() as cost:
            ask().get_data()
        found[address] = Walked(rule, cost)
    return found


def everybodys_pages(app: Flask, house: House) -> Iterator[tuple[Rule, str, Callable[[], TestResponse]]]:
    """Each page and export with its address, and how whoever it is for asks for it."""
    desk, visitor = sign_in(app.test_client(), house.scene.nadia), app.test_client()
    for rule, address in _all(app, house):
        is_closed = isinstance(blueprint_of(app, rule), OrganiserBlueprint | SignedInBlueprint)
        yield rule, address, partial(_asked, rule, address, desk if is_closed else visitor)


def _asked(rule: Rule, address: str, who: FlaskClient) -> TestResponse:
    answer = post(who, address) if rule.endpoint in EXPORTS else who.get(address)
    # no worker lives here, and that is what this page says
    assert answer.status_code < 500 or rule.endpoint == "health.service"
    return answer


def _all(app: Flask, house: House) -> Iterator[tuple[Rule, str]]:
    for rule in rules(app):
        if "GET" in (rule.methods or ()) or rule.endpoint in EXPORTS:
            for address in addresses(rule, house):
                yield rule, address
                for asked in ASKED.get(rule.endpoint, ()):
                    yield rule, f"{address}?{urlencode(asked)}"


def table(alone: dict[str, Walked], beside: dict[str, Walked]) -> str:
    """Each page with its statements, its steps alone and beside others, and their ratio."""
    lines = [f"{'statements':>10} {'alone':>10} {'beside':>10} {'ratio':>6}  page"]
    for address, one in beside.items():
        before, after = alone[address].cost, one.cost
        ratio = after.steps / max(before.steps, 1)
        lines.append(
            f"{len(after.statements):10} {before.steps:10} {after.steps:10} {ratio:6.2f}  {address[:110]}"
        )
    return "\n".join(lines)
