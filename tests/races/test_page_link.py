"""Who presses « send me my page » many times at once is sent it once."""

from sqlalchemy import select

from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session
from tests.registration.signing_up import sign_up
from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Email
from webinars.registration import queries
from webinars.registration.identity import Person
from webinars.registration.letters.page_link import KIND, send_page_link
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

ADA = Person(first_name="Ada", last_name="L", email="ada@example.net", structure_type="COL-COM")


def test_of_many_presses_at_once_one_sends_the_page(app):
    with app.app_context():
        a_session(None)
        cycle = db.session.scalars(select(Cycle)).one()
        chosen = db.session.scalars(select(Session.public_id)).all()
        sign_up(cycle, chosen, ADA, language="fr", now=NOW)
        db.session.commit()

    def press():
        registrant = queries.registrant_for_mail(db.session.scalars(select(Registrant.id)).one())
        is_sent = send_page_link(registrant, settings=app.config["SETTINGS"], now=NOW)
        db.session.commit()
        return is_sent

    answers = all_at_once(app, [press] * 12)

    assert sorted(answers) == [False] * 11 + [True]
    with app.app_context():
        assert len(db.session.scalars(select(Email).where(Email.kind == KIND)).all()) == 1
