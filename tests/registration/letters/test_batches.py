"""What is read once for many says to each what it would have said to them alone."""

import itertools
from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW
from tests.outbox.conftest import delivery_to
from tests.registration.conftest import ADA, called
from webinars import clock
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.models import Email, MailState
from webinars.outbox.transport import Folder
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.registration.invites.actions import send_cancellation, send_update
from webinars.registration.invites.changes import Change
from webinars.registration.models import Registrant
from webinars.storage.extensions import db, mail

HOSTILE = [
    "Ada",
    "<script>alert(1)</script>",
    "{{ me_link }}{% raw %}",
    "%(name)s %s \\1 \\g<0>",
    "&amp; & “É” 'x' \"y\"",
    "mark0nme_linkxmark0n",
    "\u202eRight to left",
]
LANGUAGES = ("fr", "en")
KINDS = ("invitation", "invitation_update", "invitation_cancelled", "place_freed")


@pytest.fixture
def mixed(cycle, add_session, signs_up, outbox):
    """Mails of every kind with a calendar: many people, two languages, sessions here and online."""
    online = add_session(
        cycle, "En ligne <&>", days=10, abstract="*Why* and [how](https://example.org/?a=1&b=2)"
    )
    on_site = add_session(cycle, "Sur place", days=3, format="on_site", place="Hôtel de ville & <co>")
    for number, (name, language) in enumerate(itertools.product(HOSTILE, LANGUAGES)):
        person = called(ADA, name, f"person{number}@town.example.org")
        signs_up(person, online, on_site, language=language)
    db.session.execute(db.update(Email).values(state=MailState.SENT, sent_at=NOW))
    former = online.starts_at, online.ends_at
    online.starts_at, online.ends_at = (at + timedelta(days=1) for at in former)
    change = Change(starts_at=former[0], ends_at=former[1], word="<Grève>")
    send_update(online, queries.invited_to(online), what_changed=change, now=NOW)
    db.session.commit()
    db.session.execute(db.update(Email).values(state=MailState.SENT, sent_at=NOW))
    registrants = db.session.scalars(db.select(Registrant).order_by(Registrant.id).limit(2)).all()
    withdraw(queries.live_registration(registrants[0].id, online.id), now=NOW)
    withdraw(
        queries.live_registration(registrants[1].id, online.id),
        told_by="place_freed",
        reason="refusal",
        now=NOW,
    )
    send_cancellation(on_site, queries.invited_to(on_site), word="Fin.", now=NOW)
    db.session.commit()
    # what was withdrawn is no longer invited: its first mails have no reason left
    gone = {one.about_id for one in outbox() if one.kind in ("place_freed", "invitation_cancelled")}
    return [
        one
        for one in outbox()
        if one.uid and (one.kind not in ("invitation", "invitation_update") or one.about_id not in gone)
    ]


def written(emails):
    batch = Batch(emails, clock.now())
    return [WRITERS[email.kind](email, batch).as_bytes() for email in emails]


def test_a_mixed_batch_is_what_each_mail_is_alone(mixed):
    assert {email.kind for email in mixed} == set(KINDS)
    alone = [text for email in mixed for text in written([email])]

    assert written(mixed) == written(mixed[::-1])[::-1] == alone


def test_a_mixed_batch_of_a_worker_is_what_each_mail_is_alone(mixed, app, tmp_path):
    alone, ids = sorted(written(mixed)), [email.id for email in mixed]
    again = {"state": MailState.QUEUED, "not_before": NOW, "sent_at": None}
    db.session.execute(db.update(Email).where(Email.id.in_(ids)).values(again))
    db.session.commit()
    delivery = delivery_to(
        Folder(tmp_path), app, writers=WRITERS, at_once=len(mixed), now=lambda: NOW + timedelta(days=1)
    )
    with mail.record_messages() as left:
        while delivery.work_off(Event()):
            pass

    assert sorted(letter.as_bytes() for letter in left) == alone


def test_what_a_batch_needs_is_read_once(mixed, count_queries):
    with count_queries() as counted:
        written(mixed)

    assert counted.count == 2  # the places, and the sessions they are in
