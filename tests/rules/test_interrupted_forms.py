"""Whatever is typed on the desk is shown again after the session has ended, whichever page its form stands on."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.accounts.signed_in import sign_in
from tests.journal.conftest import demo_1, scene, zoom
from tests.journal.scene import Scene
from tests.page import Part, read
from tests.rules.states import House, addresses, furnished
from tests.rules.test_access import blueprint_of, rules
from webinars.web.access import OrganiserBlueprint, SignedInBlueprint
from webinars.web.forms.interrupted_form import NEVER_KEPT, InterruptedForm

__all__ = ["demo_1", "scene", "zoom"]

NOT_TYPED = {"hidden", "radio", "checkbox", "file", "search", "color"}
Typed = dict[str, str]


def forms(app: Flask, desk: FlaskClient, house: House) -> Iterator[tuple[str, Part]]:
    """Every form of the desk that is posted, with the address it stands at."""
    for rule in rules(app):
        is_closed = isinstance(blueprint_of(app, rule), OrganiserBlueprint | SignedInBlueprint)
        for address in addresses(rule, house) if is_closed and "GET" in (rule.methods or ()) else ():
            page = read(desk.get(address))
            yield from ((address, form) for form in page.all("form", method="post"))


def is_typed(field: dict[str, str]) -> bool:
    """Whether a person writes into it what is to be kept."""
    is_text = field.get("type", "text") not in NOT_TYPED and "readonly" not in field
    return is_text and field["name"] not in NEVER_KEPT


def typed_in(form: Part) -> Typed:
    """What somebody may write into the form, as it would be sent, with its one button; nothing where nothing can be written."""
    fields = [part.attributes["name"] for part in form.all("textarea", "input") if is_typed(part.attributes)]
    if not fields:
        return {}
    buttons = [one.attributes for one in form.all("button") if "name" in one.attributes]
    pressed = {one["name"]: one["value"] for one in buttons} if len(buttons) == 1 else {}
    hidden = {name: value for name, value in form.values.items() if name not in NEVER_KEPT}
    return hidden | {name: f"typed {number}" for number, name in enumerate(fields)} | pressed


@pytest.mark.slow("a page of every kind, and each of their forms once more")
def test_every_form_somebody_types_in_is_shown_again(app: Flask, scene: Scene, settings: Settings) -> None:
    desk, house = sign_in(app.test_client(), scene.nadia), furnished(scene, settings)
    found: dict[str, dict[str, str]] = {}
    seen = set()
    for address, form in forms(app, desk, house):
        action = urljoin(f"http://localhost{address}", form.attributes.get("action", "")).partition("#")[0]
        action = action.removeprefix("http://localhost")
        typed = typed_in(form)
        if not typed or (action, *typed) in seen:
            continue
        seen.add((action, *typed))
        sealed = InterruptedForm(scene.nadia.id, action, tuple(typed.items())).sealed()
        answer = desk.post(action, data={"interrupted": sealed}, headers={"Origin": "http://localhost"})
        values = read(answer).values if answer.status_code == 200 else {}
        lost = {
            name: word
            for name, word in typed.items()
            if word.startswith("typed ") and values.get(name) != word
        }
        if lost:
            found[f"{answer.status_code} {action}"] = lost

    assert found == {}
    assert len(seen) > 15
