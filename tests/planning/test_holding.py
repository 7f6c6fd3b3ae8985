"""Who holds a session has its cycle at hand."""

import gc

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.settled import MINUTE, ada
from webinars.cycles.models import Session
from webinars.planning.locks import hold_session
from webinars.storage.extensions import db

__all__ = ["ada"]


@pytest.mark.parametrize("is_urgent", [True, False])
def test_no_caller_need_keep_the_cycle(session, ada, is_urgent):
    """Held anew, a session forgets its cycle, and memory forgets it too where nobody refers to it."""
    session_id = session.id
    db.session.expunge_all()
    session = db.session.scalars(
        select(Session).where(Session.id == session_id).options(joinedload(Session.cycle))
    ).one()
    hold_session(session)
    gc.collect()
    start = session.starts_at

    now = start - 30 * MINUTE if is_urgent else NOW
    assert deeds.edit_session(session, starts_at=start + 10 * MINUTE, by=NADIA, now=now)
    assert session.cycle.title
