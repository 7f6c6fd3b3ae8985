"""How often something may be done."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from webinars.limits import actions
from webinars.limits.models import Limit, Tally
from webinars.limits.queries import tally_of
from webinars.storage.extensions import db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TWICE_AN_HOUR = Limit("sign-up", 2, timedelta(hours=1))


def test_the_third_is_refused_and_the_next_hour_starts_again(app: Flask) -> None:
    tries = [actions.admit(TWICE_AN_HOUR, "ada", now=NOON + timedelta(minutes=m)) for m in (0, 10, 59, 60)]

    assert tries == [True, True, False, True]


def test_subjects_and_limits_are_counted_apart(app: Flask) -> None:
    other = Limit("sign-in", 2, timedelta(hours=1))
    for limit, subject in ((TWICE_AN_HOUR, "ada"), (TWICE_AN_HOUR, "bela"), (other, "ada"), (other, "ada")):
        actions.count_one(limit, subject, now=NOON)

    counted = [tally_of(TWICE_AN_HOUR, "ada", now=NOON), tally_of(other, "ada", now=NOON)]

    assert [one.count for one in counted if one] == [1, 2]


def test_a_forgotten_subject_starts_again(app: Flask) -> None:
    actions.count_one(TWICE_AN_HOUR, "ada", now=NOON)
    actions.forget(TWICE_AN_HOUR, "ada")

    assert actions.count_one(TWICE_AN_HOUR, "ada", now=NOON) == 1


def test_the_database_holds_no_address(app: Flask) -> None:
    actions.count_one(TWICE_AN_HOUR, "ada@town.example", now=NOON)

    assert "ada" not in db.session.scalars(select(Tally.key)).one()


def test_old_counts_are_swept_and_present_ones_kept(app: Flask) -> None:
    for days in (0, 1, 3, 9):
        actions.count_one(TWICE_AN_HOUR, "ada", now=NOON - timedelta(days=days))

    assert actions.sweep(now=NOON) == 2
