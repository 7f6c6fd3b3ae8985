"""A draft nobody has signed up for goes at once: a page asks, and says what stands in the way."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.signed_in import post
from tests.page import read
from tests.planning.test_actions import joins
from tests.planning.typed import WORKSPACE
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.journal.models import JournalEntry
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.extensions import db

SETTINGS, REMOVE = f"{WORKSPACE}/settings", f"{WORKSPACE}/remove"


def drafted(cycle: Cycle) -> None:
    cycle.state = CycleState.DRAFT
    db.session.commit()


def kept() -> tuple[int | None, ...]:
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(model)) for model in (Cycle, Session))


def test_a_draft_goes_with_its_sessions_once_that_is_confirmed(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    drafted(cycle)
    title = cycle.title
    assert REMOVE in read(desk.get(SETTINGS)).addresses
    assert (
        "Aucune personne ne s’y est inscrite. Il disparaît avec ses séances, ses intervenantes et intervenants, ses documents et ses messages, et ne peut pas être rétabli."
        in read(desk.get(REMOVE)).lines
    )

    answer = post(desk, REMOVE, {})

    assert (answer.status_code, answer.location) == (303, "/organise/vto/cycles")
    assert read(desk.get(answer.location)).notices == [f"Le brouillon «\u00a0{title}\u00a0» est supprimé."]
    assert kept() == (0, 0)
    entry = db.session.scalars(select(JournalEntry)).one()
    assert (entry.deed, entry.subject) == ("cycle removed", Subject(SubjectType.CYCLE, None, title))


def test_sent_twice_it_answers_the_same(desk: FlaskClient, cycle: Cycle) -> None:
    drafted(cycle)
    attempt = read(desk.get(REMOVE)).values["attempt"]

    first, second = (post(desk, REMOVE, {"attempt": attempt}) for _click in range(2))

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert post(desk, REMOVE, {}).status_code == 404


def test_a_cycle_visitors_know_is_no_draft(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    assert REMOVE not in read(desk.get(SETTINGS)).addresses
    assert "Ce cycle n’est pas un brouillon" in read(desk.get(REMOVE)).callouts

    assert post(desk, REMOVE, {}).status_code == 409
    assert kept() == (1, 1)


def test_a_draft_with_people_is_for_administrators(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    joins(session, "Ada")
    drafted(cycle)

    addresses = read(desk.get(SETTINGS)).addresses
    assert (REMOVE in addresses, f"{WORKSPACE}/delete" in addresses) == (False, True)
    assert (
        "Leurs données disparaîtraient aussi\u00a0: un·e administrateur·rice supprime ce cycle et ses données, dans ses réglages."
        in read(desk.get(REMOVE)).lines
    )
    assert post(desk, REMOVE, {}).status_code == 409
    assert kept() == (1, 1)
