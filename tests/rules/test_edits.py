"""Every form of organisers says what it was made from, or says here why it need not.

By specification/security, rule 22b.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.signed_in import csrf_token
from tests.actors import OTTO
from tests.attendance.conftest import demo_1, zoom
from tests.conftest import NOW
from tests.journal.conftest import scene
from tests.journal.done import DONE
from tests.journal.scene import Post, Scene
from tests.rules.test_get_changes_nothing import everything
from tests.rules.test_journal import posts
from webinars.attendance.review import actions
from webinars.storage.extensions import db

__all__ = ["demo_1", "scene", "zoom"]

ADDS = "adds something of its own and replaces nothing; sent again, it counts once"
ONE_WAY = "one step of a life, asked for by name; taken already, it does nothing more"
# a single deed that takes back nothing others wrote, and is safe to repeat
NEEDS_NONE = {
    "account.change_password": "takes the present password, which nobody else knows",
    "account.end_other_sessions": "ends one's own sign-ins",
    "account.end_session": "ends one's own sign-in",
    "attendance.headcount": ADDS,
    "attendance.remove_headcount": "takes back one count by its number; the row stays, with who said so",
    "attendance.state_others": "says something of those alone of whom nothing is recorded",
    "attendance.take_back_others": "takes back one's own words, and those of them that still hold",
    "attendance.walk_in": ADDS,
    "capitalisation.participants": "gives a file and changes nothing",
    "capitalisation.publish_sentence": "publishes what is counted at that moment, which nobody types",
    "deletion.delete_cycle": ONE_WAY,
    "deletion.take_back": ONE_WAY,
    "deliverability.send_again": "lets refused mail leave once more; what left meanwhile is let alone",
    "deliverability.send_all_again": "lets refused mail leave once more; what left meanwhile is let alone",
    "deliverability.lift_mark": "lifts a mark that a server set; lifted already, it does nothing more",
    "entrance.forgotten_password": "asks for a mail; nothing kept is edited",
    "entrance.set_password": "needs a link that works once",
    "entrance.sign_in": "edits nothing that is kept",
    "entrance.sign_out": "edits nothing that is kept",
    "incoming.tray_handled": "takes one message out of the tray, once",
    "members.invite_again": ADDS,
    "members.invite_member": ADDS,
    "members.remove_member": ONE_WAY,
    "messages.new_message": ADDS,
    "messages.test_message": "sends a test to one's own address",
    "planning.add_sessions": ADDS,
    "planning.cancel_cycle": ONE_WAY,
    "planning.cancel_session": ONE_WAY,
    "planning.change_state": ONE_WAY,
    "planning.load_cycles_file": "adds cycles that are not there yet; those that are stay as they are",
    "planning.new_cycle": ADDS,
    "planning.new_session": ADDS,
    "planning.remove_session": ONE_WAY,
    "planning.remove_cycle": ONE_WAY,
    "planning.restore_session": ONE_WAY,
    "planning.send_update": "tells once what holds at that moment",
    "planning.withdraw_person": "gives back the places ticked that are still held",
    "reminders.switch": "on or off keeps every text; going back to the usual ones says what it saw",
    "reminders.switch_session": "on or off keeps every text; going back to the cycle's says what it saw",
    "replies.handled": "takes one message out of the tray, once",
    "reports.apply": "records one file, once, whatever else was said; a word by hand wins over it",
    "reports.drop": "keeps a file to be looked at",
    "reports.undo": "takes one import back as a whole, once, as its page says",
}
SAMPLES = [(endpoint, send) for endpoint, send, _deeds in DONE if endpoint not in NEEDS_NONE]


def test_every_form_of_organisers_says_what_it_was_made_from_or_why_it_need_not(app: Flask) -> None:
    assert {*posts(app)} - {endpoint for endpoint, _send in SAMPLES} == NEEDS_NONE.keys()
    assert all(NEEDS_NONE.values())


def without(data: dict[str, Any] | None) -> dict[str, Any]:
    """The same page, had it been written before pages said what they were made from."""
    kept = {name: value for name, value in (data or {}).items() if name not in ("shown", "logo-shown")}
    if "tick" in kept:
        kept["tick"] = ":".join(kept["tick"].split(":")[:2])
    return kept


@pytest.mark.parametrize(
    ("endpoint", "send"),
    SAMPLES,
    ids=[f"{endpoint}-{number}" for number, (endpoint, _) in enumerate(SAMPLES)],
)
def test_a_form_that_does_not_say_what_it_was_made_from_writes_nothing(
    desk: FlaskClient, scene: Scene, endpoint: str, send: Callable[[Scene], Post]
) -> None:
    what = send(scene)
    if endpoint == "review.decide":  # an old page showed a line that waited
        actions.decide_headcount(scene.line(), scene.past, 7, by=OTTO, now=NOW)
    db.session.commit()
    token = csrf_token(desk, what.address)
    before = everything()

    answer = desk.post(what.address, data={"csrf_token": token, **without(what.data)})

    assert answer.status_code in (200, 409), (endpoint, answer.location)
    assert everything() == before
