"""The preview of a report says what will hold once it is imported."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.actors import OTTO
from tests.attendance.imports.test_importing import apply, conclusions, line, person
from tests.attendance.test_pages import BASE, drop
from tests.conftest import NOW
from tests.page import Page, read
from webinars.attendance import actions, queries
from webinars.attendance.imports.preparation import preview_report
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Session
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db


def stands(source_id: str, state: RegistrationState) -> None:
    """Somebody's registration for the first session is in that state."""
    withdrew_at = NOW if state is RegistrationState.CANCELLED else None
    place = {"state": state, "confirmed_at": None, "cancelled_at": withdrew_at}
    db.session.execute(
        update(Registration).where(Registration.registrant_id == person(source_id).id).values(place)
    )
    db.session.commit()


def noted(session: Session, source_id: str, conclusion: Conclusion) -> None:
    """Otto notes it by hand."""
    actions.state(session, person(source_id), conclusion, by=OTTO, now=NOW)
    db.session.commit()


def seen(session: Session, content: bytes) -> dict[str, object]:
    """The preview, with people under their names in the sample."""
    names = {str(one.id): one.source_id for one in map(person, SAMPLE)}
    return preview_report(session, content, now=NOW).as_json(lambda key: names[key] or "")


SAMPLE = [f"P{number:02}" for number in range(1, 13)]


def previewed(desk: FlaskClient, content: bytes) -> tuple[str, Page]:
    """Where the preview of a dropped file is, and the page."""
    address = drop(desk, content).location
    return address, read(desk.get(f"{address}&lang=en"))


def follow(desk: FlaskClient, page: Page) -> TestResponse:
    """Presses the only button that has the report count instead of what was noted by hand."""
    [button] = [action for action in page.actions if "/tick" in action]
    return desk.post(button, data=page.form(button).values)


def figures(page: Page) -> dict[str, int]:
    """The key figures of the page."""
    return {
        term.text: int(value.text)
        for term, value in zip(page.all("dt"), page.all(class_="value"), strict=True)
    }


@pytest.mark.parametrize(
    ("state", "words", "key"),
    [
        (RegistrationState.WAITLISTED, "present, on the waiting list", "waiting_but_present"),
        (RegistrationState.CANCELLED, "present, had withdrawn", "cancelled_but_present"),
    ],
)
def test_who_came_without_a_seat_is_said_to_wait_or_to_have_withdrawn(
    desk: FlaskClient, demo_1: Session, zoom: bytes, state: RegistrationState, words: str, key: str
) -> None:
    stands("P01", state)

    _address, page = previewed(desk, zoom)

    assert words in [box.plain for box in page.row("Roussel Amélie").all(class_="status")]
    told = seen(demo_1, zoom)
    assert ("P01" in told["present"], told[key]) == (False, {"P01": {"minutes": 90, "match": "email"}})


def test_a_word_by_hand_is_shown_beside_what_the_report_says(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    before = figures(previewed(desk, zoom)[1])
    noted(demo_1, "P01", Conclusion.ABSENT)

    _address, page = previewed(desk, zoom)

    assert "absence noted by hand; the report: 90 min" in page.row("Roussel Amélie").said("status")
    assert figures(page)["people present"] == before["people present"] - 1
    assert (
        "Found by address or by name, long enough to count. 1 more is not counted: noted otherwise by hand."
    ) in page.lines
    assert seen(demo_1, zoom)["said_by_hand"] == {"P01": "absent"}


def test_following_the_report_takes_the_word_by_hand_back_and_leads_to_the_preview(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    noted(demo_1, "P01", Conclusion.ABSENT)
    address, page = previewed(desk, zoom)

    answer = follow(desk, page)

    assert answer.status_code == 303
    assert answer.location.partition("?")[0] == address.partition("?")[0]
    after = read(desk.get(answer.location))
    assert "pointée à la main" not in after.row("Roussel Amélie").text
    assert queries.live_evidence(demo_1) == []


def test_following_the_report_overrules_nobody_who_spoke_since(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    noted(demo_1, "P01", Conclusion.ABSENT)
    _address, page = previewed(desk, zoom)
    noted(demo_1, "P01", Conclusion.EXCUSED)

    assert follow(desk, page).status_code == 409
    assert conclusions(demo_1)["P01"] == ("excused", None)


@pytest.mark.parametrize("is_reported", [False, True])
def test_every_conclusion_of_the_import_was_in_the_preview(
    demo_1: Session, zoom: bytes, is_reported: bool
) -> None:
    words = {
        "P01": Conclusion.ABSENT,  # seen for 90 minutes
        "P05": Conclusion.PRESENT,  # seen for 7
        "P07": Conclusion.PRESENT,  # not seen
        "P08": Conclusion.EXCUSED,  # not seen
        "P12": Conclusion.ABSENT,  # a line to decide may be them
    }
    for source_id, word in words.items():
        noted(demo_1, source_id, word)
    stands("P02", RegistrationState.WAITLISTED)
    if is_reported:
        apply(demo_1, zoom.replace(b"amelie.roussel", b"marc.bernard").replace(b"Am\xc3\xa9lie", b"Marc"))

    told = seen(demo_1, zoom)
    apply(demo_1, zoom)

    will_be = {
        **dict.fromkeys([*told["present"], *told["waiting_but_present"]], "present"),  # type: ignore[misc]
        **dict.fromkeys(told["brief"], "brief"),  # type: ignore[call-overload]
        **dict.fromkeys(told["absent"], "absent"),  # type: ignore[call-overload]
        **told["said_by_hand"],  # type: ignore[dict-item]
    }
    found = {source_id: word for source_id, (word, _minutes) in conclusions(demo_1).items()}
    unseen = {"P07": "present", "P08": "excused"}
    assert found == will_be | unseen


def test_a_candidate_who_waits_or_never_registered_is_not_said_to_have_withdrawn(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    stands("P12", RegistrationState.WAITLISTED)
    apply(demo_1, zoom)
    doubtful = f"{BASE}/review/{line(demo_1, 'Castagne O.').public_id}?lang=en"

    assert "on the waiting list of this session" in read(desk.get(doubtful)).lines
    db.session.delete(
        db.session.scalars(select(Registration).where(Registration.registrant_id == person("P12").id)).one()
    )
    db.session.commit()
    page = read(desk.get(doubtful))
    assert ("not registered for this session" in page.lines, "had withdrawn" in page.text) == (True, False)
