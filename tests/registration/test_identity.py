"""Whatever is declared of a person is asked, shown, corrected and exported."""

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from config import ROOT
from tests.page import Page, read
from tests.registration.conftest import ADA
from tests.registration.visitor import ada, page
from webinars.capitalisation.export import PARTICIPANTS
from webinars.cycles.models import Session
from webinars.registration.identity import (
    FIELDS,
    OF_WALK_INS,
    PARTICULARS,
    Identity,
    fill_blanks,
    identity_of,
)
from webinars.registration.models import Qpv, Registrant

__all__ = ["ada", "page"]

pytestmark = pytest.mark.usefixtures("today")
NAMES = [one.name for one in FIELDS]


def asked_on(page: Page, prefix: str = "") -> list[str]:
    """The fields of an identity that a page asks for, in its order."""
    names = (part.attributes.get("name", "") for part in page.all("input", "select"))
    return [name for name in dict.fromkeys(name.removeprefix(prefix) for name in names) if name in NAMES]


def test_the_form_asks_first_for_what_is_needed_then_for_the_rest(
    client: FlaskClient, session: Session
) -> None:
    needed = [one.name for one in FIELDS if one.asked.needed]
    asked = asked_on(read(client.get("/vto/emploi")))

    assert asked[: len(needed)] == needed
    assert asked[len(needed) :] == [name for name in NAMES if name not in needed]


def test_the_personal_page_shows_it_and_corrects_all_of_it(client: FlaskClient, page: str) -> None:
    shown = read(client.get(f"{page}?lang=en"))
    corrected = read(client.get(f"{page}/identity"))

    with force_locale("en"):
        headings = {str(one.heading) for one in PARTICULARS if one.heading}
    assert headings <= {part.text for part in shown.all("dt")}
    assert asked_on(corrected) == NAMES
    said = {**corrected.values, **{name: values[0] for name, values in corrected.ticked.items()}}
    assert {one.name: one.read(said[one.name]) for one in FIELDS} == ADA.values()
    assert corrected.ticked == {"works_in_qpv": ["unsaid"]}  # what was not said is an answer of the form


def test_organisers_are_asked_for_what_is_declared_for_walk_ins(desk: FlaskClient, session: Session) -> None:
    page = read(desk.get(f"/organise/vto/cycles/emploi/sessions/{session.slug}/attendance"))

    assert asked_on(page, "walk-") == [one.name for one in OF_WALK_INS]


def test_the_notice_lists_all_of_it(client: FlaskClient, session: Session) -> None:
    said = read(client.get("/privacy/vto?lang=en")).text

    with force_locale("en"):
        assert [one.name for one in FIELDS if str(one.noun) not in said] == []


def test_the_file_of_participants_has_the_columns_of_the_specification() -> None:
    specification = (ROOT / "docs/specification/figures.md").read_text(encoding="utf-8")

    assert f"`{';'.join(PARTICIPANTS)}`" in specification


def test_a_further_sign_up_fills_what_was_unknown_and_nothing_else() -> None:
    known = Registrant(**Identity(first_name="Ada", last_name="L.", department="31").values())

    fill_blanks(
        known, Identity(first_name="X", last_name="Y", structure="Town", department="75", works_in_qpv=Qpv.NO)
    )

    assert (known.first_name, known.last_name, known.structure) == ("Ada", "L.", "Town")
    assert (known.department, known.works_in_qpv, known.function) == ("31", Qpv.NO, None)


def test_a_row_of_a_file_gives_what_it_names() -> None:
    row = {"first_name": "Ada", "last_name": "L.", "department": "31", "works_in_qpv": "yes", "status": "x"}

    assert identity_of(row) == Identity(
        first_name="Ada", last_name="L.", department="31", works_in_qpv=Qpv.YES
    )
