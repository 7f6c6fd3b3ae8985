"""Sign-ups for one address at once spend its allowance once; two workers in one morning tell it once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session
from tests.registration.signing_up import sign_up
from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Email, MailState
from webinars.registration.identity import Person
from webinars.registration.letters.chores import send_backlog
from webinars.registration.models import Consent, ConsentPurpose
from webinars.storage.extensions import db

VICTIM = Person(first_name="V", last_name="V", email="victim@example.net", structure_type="COL-COM")
CROWD = 16


@pytest.fixture
def limited(app, monkeypatch):
    from dataclasses import replace

    generous = app.config["SETTINGS"]
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(generous, sign_ups_per_address=6, mails_per_address=30)
    )
    return app


def signs_up_for(number, now=NOW):
    def job():
        cycle = db.session.scalars(select(Cycle)).one()
        chosen = db.session.scalars(select(Session.public_id).order_by(Session.id).offset(number).limit(1))
        sign_up(
            cycle,
            chosen.all(),
            VICTIM,
            consents=set(ConsentPurpose),
            consent_words="The words.",
            language="fr",
            now=now,
        )
        db.session.commit()

    return job


def states(kind):
    found = db.session.scalars(select(Email.state).where(Email.kind == kind)).all()
    return {state: found.count(state) for state in found}


def test_a_crowd_of_sign_ups_for_one_address_leaves_no_more_than_the_allowance(limited):
    with limited.app_context():
        a_session(None, CROWD)

    answers = all_at_once(limited, [signs_up_for(number) for number in range(CROWD)])

    assert answers == [None] * CROWD
    with limited.app_context():
        expected = {MailState.QUEUED: 6, MailState.WITHHELD: CROWD - 6}
        assert (states("confirmation"), states("invitation")) == (expected, expected)
        standing = db.session.scalars(select(Consent.purpose).where(Consent.withdrawn_at.is_(None)))
        assert sorted(standing) == sorted(ConsentPurpose)


def test_workers_and_sign_ups_in_one_morning_tell_it_once(limited):
    with limited.app_context():
        a_session(None, CROWD + 2)
    for number in range(CROWD):
        all_at_once(limited, [signs_up_for(number)])

    morning = NOW + timedelta(days=1)

    def chore():
        return send_backlog(morning, limited.config["SETTINGS"])

    new = [signs_up_for(CROWD, morning), signs_up_for(CROWD + 1, morning)]
    answers = all_at_once(limited, [chore, chore, *new, chore, chore])

    told = [answer for answer in answers if answer is not None]
    assert sorted(told) == [0, 0, 0, 1]
    with limited.app_context():
        assert states("backlog") == {MailState.QUEUED: 1}
        assert states("invitation") == {MailState.QUEUED: CROWD + 2}
