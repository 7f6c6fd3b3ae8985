"""What can be asked about cycles and sessions."""

from collections.abc import Callable
from datetime import date

from webinars.accounts.models import Organisation
from webinars.cycles import queries
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.storage.extensions import db


def test_sessions_come_by_date_and_the_undated_last(
    cycle: Cycle, add_session: Callable[..., Session]
) -> None:
    unknown = {"starts_at": None, "ends_at": None, "start_time": None, "end_time": None}
    without_day = add_session(cycle, "Someday", day=None, **unknown)
    without_hours = add_session(cycle, "One day", **unknown | {"day": date(2026, 3, 3)})
    second, first = add_session(cycle, "Second", days=20), add_session(cycle, "First", days=5)

    assert queries.sessions_of(cycle) == [first, second, without_hours, without_day]


def test_a_draft_is_not_public(organisation: Organisation, cycle: Cycle) -> None:
    assert queries.public_cycle("vto", "emploi") == cycle
    cycle.state = CycleState.DRAFT
    db.session.flush()

    assert queries.public_cycle("vto", "emploi") is None


def test_a_cycle_belongs_to_its_organisation(organisation: Organisation, cycle: Cycle) -> None:
    other = Organisation(
        slug="onpv", name="ONPV", short_name="ONPV", contact="a@example.org", created_at=cycle.created_at
    )
    db.session.add(other)
    db.session.flush()

    assert queries.cycle_of(organisation, "emploi") == cycle
    assert queries.cycle_of(other, "emploi") is None


def test_a_session_belongs_to_its_cycle(cycle: Cycle, session: Session) -> None:
    assert queries.session_of(cycle, session.slug) == session
    assert queries.session_of(cycle, "another") is None
    assert queries.session_slugs(cycle.id) == {session.slug}
    assert queries.cycle_slugs(cycle.organisation_id) == {cycle.slug}
