"""Back to draft: offered while nobody has signed up, and refused with a way out afterwards."""

from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.page import read
from tests.planning.test_actions import joins
from tests.planning.typed import WORKSPACE
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.registration.actions import withdraw_from_all
from webinars.storage.extensions import db

SETTINGS, DRAFT = f"{WORKSPACE}/settings", f"{WORKSPACE}/unpublish"


def test_it_is_offered_while_nobody_has_signed_up(desk: FlaskClient, session: Session) -> None:
    assert DRAFT in read(desk.get(SETTINGS)).addresses

    assert post(desk, DRAFT, {}).status_code == 303
    db.session.expire_all()
    assert session.cycle.state is CycleState.DRAFT


def test_it_is_offered_no_more_once_somebody_has(desk: FlaskClient, session: Session) -> None:
    ada = joins(session, "Ada").registrant
    addresses = read(desk.get(SETTINGS)).addresses
    assert (DRAFT in addresses, f"{WORKSPACE}/close" in addresses) == (False, True)

    withdraw_from_all(ada, now=session.created_at)
    db.session.commit()
    assert DRAFT not in read(desk.get(SETTINGS)).addresses
    asked = read(desk.get(DRAFT))
    assert (
        "Leurs liens mènent à la page du cycle, qui reste publique. Pour arrêter les inscriptions, choisissez «\u00a0Clôturer le cycle\u00a0»."
        in asked.lines
    )
    assert DRAFT not in asked.actions


def test_posted_all_the_same_it_is_refused_with_what_to_do_instead(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    joins(session, "Ada")

    answer = post(desk, DRAFT, {})

    assert answer.status_code == 409
    assert (
        "Leurs liens mènent à la page du cycle, qui reste publique. Pour arrêter les inscriptions, choisissez «\u00a0Clôturer le cycle\u00a0»."
        in read(answer).lines
    )
    db.session.expire_all()
    assert cycle.state is CycleState.PUBLISHED
