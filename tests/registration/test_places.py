"""Places given back go to those who wait, in order, at once."""

from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, CLEO, states
from tests.registration.reading_mails import left
from webinars.actors import Actor
from webinars.cycles.states import SessionState
from webinars.registration import seats
from webinars.registration.actions import promote, take, withdraw, withdraw_from_all
from webinars.registration.errors import SessionHasStarted, SessionNotOpen
from webinars.registration.models import Canceller, RegistrationState
from webinars.storage.extensions import db


@pytest.fixture
def session(cycle, add_session):
    """One seat."""
    return add_session(cycle, capacity=1)


def told(outbox, person):
    return [
        (mail.kind, mail.sequence, str(mail.state)) for mail in outbox() if mail.recipient == person.email
    ]


def test_a_place_given_back_goes_to_the_first_who_waits(session, signs_up, registrations, outbox):
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    left()

    promoted = withdraw(registrations()[0], now=NOW)
    db.session.commit()

    assert states(registrations()) == ["cancelled", "confirmed", "waitlisted"]
    assert [one.registrant_id for one in promoted] == [registrations()[1].registrant_id]
    assert told(outbox, BELA) == [("confirmation", None, "sent"), ("invitation", 0, "queued")]
    assert outbox()[-1].details["occasion"] == "seat freed"


def test_a_withdrawal_takes_the_entry_out_of_the_calendar(session, signs_up, registrations, outbox):
    signs_up(ADA, session)
    left()
    first = next(mail for mail in outbox() if mail.kind == "invitation")

    withdraw(registrations()[0], now=NOW)
    db.session.commit()

    last = outbox()[-1]
    assert (last.kind, last.uid, last.sequence) == ("invitation_cancelled", first.uid, 1)
    assert (last.details["reason"], last.details["previous"]) == ("attendee", first.message_id)
    assert last.details["said"] == first.details["said"]
    assert last.message_id != first.message_id


def test_an_invitation_that_has_not_left_is_dropped_with_its_cancellation(
    session, signs_up, registrations, outbox
):
    signs_up(ADA, session)

    withdraw(registrations()[0], now=NOW)
    db.session.commit()

    assert sorted(told(outbox, ADA)) == sorted(
        [("confirmation", None, "queued"), ("invitation", 0, "dropped")]
    )


def test_withdrawing_twice_is_as_good_as_once(session, signs_up, registrations, outbox):
    signs_up(ADA, session)
    left()
    for _ in range(2):
        withdraw(registrations()[0], now=NOW)
        db.session.commit()

    assert [mail.kind for mail in outbox()].count("invitation_cancelled") == 1


def test_nobody_withdraws_once_the_session_has_started(session, signs_up, registrations):
    signs_up(ADA, session)

    with pytest.raises(SessionHasStarted):
        withdraw(registrations()[0], now=session.starts_at)


def test_leaving_the_waitlist_promotes_nobody_and_writes_nothing(session, signs_up, registrations, outbox):
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    before = len(outbox())

    withdraw(registrations()[1], now=NOW)
    db.session.commit()

    assert states(registrations()) == ["confirmed", "cancelled", "waitlisted"]
    assert len(outbox()) == before


def test_who_takes_somebody_out_is_kept(session, signs_up, registrations):
    signs_up(ADA, session)

    withdraw(registrations()[0], by=NADIA, reason="asked by phone", now=NOW)
    db.session.commit()

    gone = registrations()[0]
    assert (gone.cancelled_by, gone.reason, gone.cancelled_at) == (NADIA, "asked by phone", NOW)
    assert gone.canceller is Canceller.ORGANISER


def test_who_withdraws_and_comes_back_is_told_from_whom_an_organiser_takes_out(
    session, signs_up, registrations
):
    signs_up(ADA, session)
    withdraw(registrations()[0], now=NOW)
    signs_up(ADA, session)
    namesake_of_the_word = Actor(None, "attendee")
    withdraw(registrations()[-1], by=namesake_of_the_word, now=NOW)
    signs_up(ADA, session)
    db.session.commit()

    assert [(one.canceller, one.cancelled_by) for one in registrations()] == [
        (Canceller.ATTENDEE, None),
        (Canceller.ORGANISER, namesake_of_the_word),
        (None, None),
    ]


def test_enlarging_gives_the_new_places_in_order(session, signs_up, registrations):
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    session.capacity = 2

    promote(session, now=NOW)
    db.session.commit()

    assert states(registrations()) == ["confirmed", "confirmed", "waitlisted"]


def test_without_a_limit_nobody_waits(session, signs_up, registrations):
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    session.capacity = None

    promote(session, now=NOW)

    assert states(registrations()) == ["confirmed"] * 3


def test_a_smaller_session_takes_no_place_back(session, signs_up, registrations):
    session.capacity = 2
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    session.capacity = 1

    assert promote(session, now=NOW) == []
    assert seats.seats_of([session])[session.id].left == 0
    assert states(registrations()) == ["confirmed", "confirmed", "waitlisted"]


@pytest.mark.parametrize(
    "facts", [{"state": SessionState.CANCELLED, "cancelled_at": NOW}, {"starts_at": NOW}]
)
def test_nobody_is_promoted_into_a_session_that_is_not_to_come(session, signs_up, registrations, facts):
    for person in (ADA, BELA):
        signs_up(person, session)
    session.capacity = 2
    for name, value in facts.items():
        setattr(session, name, value)

    assert promote(session, now=NOW) == []


def test_ranks_count_those_who_still_wait(session, signs_up, registrations):
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    ids = [one.id for one in registrations()]

    assert seats.ranks(ids) == {ids[1]: 1, ids[2]: 2}
    withdraw(registrations()[1], now=NOW)
    assert seats.ranks(ids) == {ids[2]: 1}


def test_taking_one_more_session_invites_to_it(cycle, session, add_session, signs_up, outbox):
    other = add_session(cycle, "Insertion", days=20)
    registrant = signs_up(ADA, session).registrant

    registration = take(registrant, other, now=NOW)
    db.session.commit()

    assert registration.state is RegistrationState.CONFIRMED
    assert (outbox()[-1].kind, outbox()[-1].about_id) == ("invitation", registration.id)
    assert take(registrant, other, now=NOW).id == registration.id


def test_taking_a_full_session_is_waiting_for_it(session, signs_up, cycle, add_session):
    signs_up(ADA, session)
    bela = signs_up(BELA, add_session(cycle, "Insertion", days=20)).registrant

    assert take(bela, session, now=NOW).state is RegistrationState.WAITLISTED


def test_a_session_that_is_not_open_cannot_be_taken(cycle, session, add_session, signs_up):
    past = add_session(cycle, "Past", days=-2)
    ada = signs_up(ADA, session).registrant

    with pytest.raises(SessionNotOpen):
        take(ada, past, now=NOW)


def test_withdrawing_from_everything_keeps_the_past(cycle, session, add_session, signs_up, registrations):
    soon = add_session(cycle, "Soon", days=2)
    ada = signs_up(ADA, session, soon, whole_cycle=True).registrant
    left()

    gone = withdraw_from_all(ada, now=NOW + timedelta(days=3))
    db.session.commit()

    assert [one.session_id for one in gone] == [session.id]
    assert ada.whole_cycle is False
    assert sorted(states(registrations())) == ["cancelled", "confirmed"]


def test_withdrawing_from_everything_holds_before_it_writes(session, signs_up, count_queries):
    ada = signs_up(ADA, session, whole_cycle=True).registrant

    with count_queries() as counted:
        withdraw_from_all(ada, now=NOW)
        db.session.flush()

    first_write = next(place for place, said in enumerate(counted.statements) if said.startswith("UPDATE"))
    before = [" ".join(said.split()) for said in counted.statements[:first_write]]
    assert any("FROM registration JOIN session" in said for said in before)
    if db.engine.dialect.name == "postgresql":
        locks = [said.rpartition(" FOR ")[2] for said in counted.statements if " FOR " in said]
        assert locks == [said.rpartition(" FOR ")[2] for said in before if " FOR " in said]
        assert locks[0] == "SHARE"


def test_giving_one_session_back_keeps_the_wish_to_follow_the_cycle(session, signs_up, registrations):
    ada = signs_up(ADA, session, whole_cycle=True).registrant

    withdraw(registrations()[0], now=NOW)

    assert ada.whole_cycle is True
