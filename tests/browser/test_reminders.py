"""From « I cannot come » in a reminder to the freed place, and to the person who waited for it."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.browser.conftest import Visit
from tests.browser.instance import Instance, eventually
from tests.browser.letters import calendar, letter, text_of
from tests.browser.scene import INES
from tests.browser.watch import assert_accessible
from tests.cycles.published import published_cycle
from tests.registration.signing_up import sign_up
from webinars import clock
from webinars.accounts.models import Organisation
from webinars.cycles.models import Session
from webinars.registration.identity import Person
from webinars.reminders.actions import choose
from webinars.reminders.models import ReminderRule, ReminderSweep
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

MOMENT = timedelta(
    seconds=5
)  # a worker that sweeps while the session is being made passes over what is due already

ZOE = Person(
    first_name="Zoé", last_name="Müller", email="zoe.attend@departement.example.org", structure_type="COL-DEP"
)


def a_full_session(now: datetime) -> Session:
    """One seat, held by Inès since yesterday; Zoé waits. Its only reminder falls due in a moment."""
    house = db.session.scalars(select(Organisation).order_by(Organisation.id)).first()
    assert house is not None
    cycle = published_cycle(house, "rappels", now=now)
    start = now + timedelta(hours=2) + MOMENT
    local, end = start.astimezone(house.zone), (start + timedelta(hours=1)).astimezone(house.zone)
    session = Session(
        cycle=cycle,
        slug="seule",
        title="La séance pleine",
        day=local.date(),
        start_time=local.time(),
        end_time=end.time(),
        starts_at=start,
        ends_at=end,
        capacity=1,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    db.session.flush()
    for person in (INES, ZOE):
        sign_up(
            cycle, [session.public_id], person, whole_cycle=False, language="fr", now=now - timedelta(days=1)
        )
    choose(cycle, [ReminderRule(minutes=120, text="")], by=NADIA, now=now)
    return session


def test_cannot_come_frees_the_place_for_whoever_waits(visit: Visit, instance: Instance):
    now = clock.now()
    with instance.app.app_context():
        session_id = a_full_session(now).public_id
        db.session.commit()
        eventually(lambda: swept(now + MOMENT), "a sweep", seconds=60)

    reminder = instance.mails(INES.email, 3)[-1]
    assert str(letter(reminder)["Subject"]).startswith("Dans 2 heures, à ")
    link = re.search(rf"/me/[\w-]+/sessions/{session_id}/withdraw", text_of(reminder))
    assert link is not None

    page = visit(link[0])
    assert_accessible(page)
    page.get_by_role("button", name="Me désister").click()
    page.wait_for_url("**done=withdrawn**")
    assert_accessible(page)

    invited = instance.mails(ZOE.email, 2)[-1]
    told = calendar(invited)
    assert told is not None
    assert (told.method, told.attendee) == ("REQUEST", f"mailto:{ZOE.email}")


def swept(since: datetime) -> bool:
    """Whether a worker has swept since then."""
    with only_reading():
        until = db.session.scalar(select(ReminderSweep.until))
        db.session.rollback()
    return until is not None and until >= since
