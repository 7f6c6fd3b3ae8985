"""The scene the deeds are done in."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete

from tests.accounts.conftest import PASSWORD
from tests.actors import NADIA
from tests.attendance.conftest import demo_1, zoom
from tests.conftest import NOW
from tests.journal.scene import Scene
from webinars import clock
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organiser
from webinars.attendance.imports import actions
from webinars.cycles.models import Session
from webinars.journal.models import JournalEntry
from webinars.storage.extensions import db

__all__ = ["demo_1", "zoom"]


@pytest.fixture
def scene(
    demo_1: Session,
    zoom: bytes,
    nadia: Organiser,
    otto: Organiser,
    add_session: Callable[..., Session],
) -> Scene:
    far = (clock.now() - NOW).days + 30
    coming = add_session(demo_1.cycle, "coming", days=far)
    actions.apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    nadia.password_hash = hash_password(PASSWORD)
    db.session.execute(delete(JournalEntry))
    db.session.commit()
    return Scene(demo_1, coming, nadia, otto, zoom)
