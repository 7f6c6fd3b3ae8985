"""What an address was sent by a clock far ahead is not counted on every day until then."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.conftest import NOW
from webinars.outbox.actions import queue
from webinars.registration.letters.allowance import allowance_of
from webinars.storage.extensions import db


def test_mails_of_a_clock_far_ahead_leave_the_allowance_of_today_whole(app, settings):
    whole = allowance_of("ada@town.fr", ZoneInfo("Europe/Paris"), settings=settings, now=NOW)
    for number in range(3):
        facts = {"about_id": number, "purpose": f"confirmation:{number}", "language": "fr", "by_form": True}
        queue("confirmation", recipient="ada@town.fr", now=NOW + timedelta(days=3652), **facts)
    db.session.commit()

    assert allowance_of("ada@town.fr", ZoneInfo("Europe/Paris"), settings=settings, now=NOW) == whole
