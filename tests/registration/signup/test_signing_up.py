"""One form for the cycle: what a sign-up gives, and what it leaves alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.registration.conftest import ADA, BELA, CLEO, states
from webinars.cycles.states import SessionState
from webinars.invitations.actions import UID_SIGNS
from webinars.invitations.models import Invitation
from webinars.registration import consents
from webinars.registration.actions import withdraw
from webinars.registration.errors import NothingOpen, OrganizerAddress
from webinars.registration.models import Consent, ConsentPurpose, ConsentText, Registrant, RegistrationState
from webinars.storage.extensions import db


def kinds(outbox):
    return [email.kind for email in outbox()]


def test_a_sign_up_gives_one_confirmation_and_one_invitation_per_session(
    cycle, session, add_session, signs_up, outbox
):
    second = add_session(cycle, "Insertion", days=20)

    answer = signs_up(ADA, session, second)

    assert answer.outcomes == {
        session.id: RegistrationState.CONFIRMED,
        second.id: RegistrationState.CONFIRMED,
    }
    assert sorted(kinds(outbox)) == ["confirmation", "invitation", "invitation"]
    assert {email.recipient for email in outbox()} == {ADA.email}


def test_an_invitation_has_an_identity_of_its_own(cycle, session, add_session, signs_up, outbox):
    signs_up(ADA, session, add_session(cycle, "Insertion", days=20))

    made = db.session.scalars(db.select(Invitation).order_by(Invitation.id)).all()
    assert [(one.sequence, one.attendee, one.attendee_name) for one in made] == [
        (0, ADA.email, "Ada Lovelace")
    ] * 2
    assert {one.organizer for one in made} == {"webinaires@example.org"}
    assert {one.organizer_name for one in made} == {cycle.title}
    assert len({one.uid for one in made}) == 2
    assert {one.uid.rpartition("@")[2] for one in made} == {"example.org"}
    assert all(len(one.uid.partition("@")[0]) == UID_SIGNS for one in made)
    waiting = {email.uid: email for email in outbox() if email.kind == "invitation"}
    assert {uid: (mail.sequence, mail.message_id) for uid, mail in waiting.items()} == {
        one.uid: (0, one.first_message_id) for one in made
    }


def test_a_full_session_puts_on_the_waitlist_and_says_so(cycle, add_session, signs_up, outbox):
    session = add_session(cycle, capacity=1)
    signs_up(ADA, session)

    answer = signs_up(BELA, session)

    assert answer.outcomes == {session.id: RegistrationState.WAITLISTED}
    assert [email.kind for email in outbox() if email.recipient == BELA.email] == ["confirmation"]


def test_the_whole_cycle_is_every_open_session_and_an_intent(cycle, add_session, signs_up, registrations):
    add_session(cycle, "Past", days=-3)
    open_one, open_two = add_session(cycle, "One", days=3), add_session(cycle, "Two", days=4)
    add_session(cycle, "Cancelled", days=5, state=SessionState.CANCELLED, cancelled_at=NOW)

    answer = signs_up(ADA, whole_cycle=True)

    assert sorted(answer.outcomes) == [open_one.id, open_two.id]
    assert answer.not_taken == ()
    assert answer.registrant.whole_cycle is True


def test_a_closed_session_is_left_out_and_named(cycle, session, add_session, signs_up, registrations):
    closed = add_session(cycle, "Closed", days=5, closes_at=NOW - timedelta(hours=1))

    answer = signs_up(ADA, session, closed)

    assert answer.not_taken == (closed.id,)
    assert [one.session_id for one in registrations()] == [session.id]


@pytest.mark.parametrize(
    "facts",
    [
        {"days": -1},
        {"days": 3, "state": SessionState.CANCELLED, "cancelled_at": NOW},
        {"days": 3, "opens_at": NOW + timedelta(days=1)},
        {"days": 3, "closes_at": NOW},
        {"days": 3, "starts_at": None, "ends_at": None},
    ],
)
def test_nothing_open_is_refused_and_nothing_is_kept(cycle, add_session, signs_up, outbox, facts):
    session = add_session(cycle, "Shut", **facts)

    with pytest.raises(NothingOpen):
        signs_up(ADA, session)

    db.session.rollback()
    assert outbox() == []
    assert db.session.scalars(db.select(Registrant)).all() == []


def test_a_cycle_that_is_not_published_takes_nobody(cycle, session, signs_up):
    cycle.close(now=NOW)

    with pytest.raises(NothingOpen):
        signs_up(ADA, session)


def test_sessions_of_another_cycle_are_not_taken(organisation, session, add_session, signs_up, registrations):
    other = published_cycle(organisation, "other", now=NOW)
    foreign = add_session(other, "Foreign")

    signs_up(ADA, session, foreign)

    assert [one.session_id for one in registrations()] == [session.id]


@pytest.mark.parametrize(
    "address", ["Webinaires@Example.org", "bounces@example.org", "Bounces+a1@example.org"]
)
def test_an_address_the_instance_reads_cannot_register(session, signs_up, address):
    with pytest.raises(OrganizerAddress):
        signs_up(replace(ADA, email=address), session)


def test_a_mailbox_for_returned_mail_elsewhere_is_somebody_s_own(session, signs_up):
    answer = signs_up(replace(ADA, email="bounces+a1@town.example.org"), session)

    assert answer.registrant.email == "bounces+a1@town.example.org"


def test_the_same_address_again_is_merged(cycle, session, add_session, signs_up, registrations, outbox):
    second = add_session(cycle, "Insertion", days=20)
    first_time = signs_up(ADA, session)

    answer = signs_up(replace(ADA, email="ADA@town.example.org"), session, second)

    assert answer.registrant.id == first_time.registrant.id
    assert answer.was_known is True
    assert [one.session_id for one in registrations()] == [session.id, second.id]
    assert kinds(outbox).count("confirmation") == 2
    assert kinds(outbox).count("invitation") == 2
    assert {email.recipient for email in outbox()} == {ADA.email}


def test_a_stranger_overwrites_nothing_and_fills_blanks_only(session, signs_up):
    signs_up(replace(ADA, structure=None, function=None), session)

    stranger = replace(
        ADA, first_name="Eve", last_name="Mallory", structure="Evil", structure_type="ENT-ENT", function="DIR"
    )
    registrant = signs_up(stranger, session, language="en").registrant

    assert registrant.name == "Ada Lovelace"
    assert registrant.language == "fr"
    assert (registrant.structure, registrant.structure_type, registrant.function) == (
        "Evil",
        "COL-COM",
        "DIR",
    )
    assert registrant.works_in_qpv is None


def test_the_page_learns_no_more_about_a_known_address_than_about_a_new_one(cycle, add_session, signs_up):
    session = add_session(cycle, capacity=1)
    signs_up(ADA, session)

    known, unknown = signs_up(ADA, session), signs_up(BELA, session)

    assert known.outcomes == unknown.outcomes
    assert known.not_taken == unknown.not_taken


def test_the_same_form_sent_twice_is_one_sign_up_with_one_answer(
    cycle, add_session, signs_up, registrations, outbox
):
    session = add_session(cycle, capacity=1)

    answers = [signs_up(ADA, session, attempt="form token") for _ in range(2)]

    assert [answer.outcomes for answer in answers] == [{session.id: RegistrationState.CONFIRMED}] * 2
    assert [answer.was_known for answer in answers] == [False, False]
    assert len(registrations()) == 1
    assert sorted(kinds(outbox)) == ["confirmation", "invitation"]


def test_the_same_form_with_another_choice_is_another_sign_up(
    cycle, session, add_session, signs_up, registrations
):
    second = add_session(cycle, "Insertion", days=20)
    signs_up(ADA, session, attempt="form token")

    signs_up(ADA, second, attempt="form token")

    assert [one.session_id for one in registrations()] == [session.id, second.id]


def test_who_withdrew_can_sign_up_again_with_a_new_invitation(session, signs_up, registrations):
    signs_up(ADA, session)
    withdraw(registrations()[0], now=NOW)
    db.session.commit()

    signs_up(ADA, session)

    assert states(registrations()) == ["cancelled", "confirmed"]
    assert len(set(db.session.scalars(db.select(Invitation.uid)))) == 2


def test_consents_are_kept_with_their_text_and_date(session, signs_up):
    registrant = signs_up(ADA, session, consents={ConsentPurpose.NEWSLETTER}).registrant

    given = consents.consents_of(registrant.id)
    assert [(one.purpose, one.text.words, one.given_at) for one in given] == [
        ("newsletter", "The words.", NOW)
    ]


def test_words_are_kept_once_however_many_agree(session, signs_up):
    for person in (ADA, BELA):
        signs_up(person, session, consents=set(ConsentPurpose))
    signs_up(CLEO, session, consents={ConsentPurpose.RECORDING}, consent_words="Other words.")

    kept = db.session.execute(db.select(ConsentText.version, ConsentText.words).order_by(ConsentText.words))
    assert [tuple(row) for row in kept] == [
        (consents.version_of(words), words) for words in ("Other words.", "The words.")
    ]
    used = db.session.scalars(db.select(Consent.text_version).order_by(Consent.id)).all()
    assert used == [consents.version_of("The words.")] * 4 + [consents.version_of("Other words.")]


def test_a_withdrawn_consent_is_not_given_again_by_a_public_form(session, signs_up):
    registrant = signs_up(ADA, session, consents={ConsentPurpose.NEWSLETTER}).registrant
    consents.decide(registrant, set(), words="The words.", now=NOW)
    db.session.commit()

    signs_up(ADA, session, consents=set(ConsentPurpose))

    found = consents.consents_of(registrant.id)
    assert consents.standing(found) == {}
    assert sorted(consents.claims(found)) == [ConsentPurpose.NEWSLETTER, ConsentPurpose.RECORDING]


@pytest.mark.parametrize("count", [1, 8])
def test_a_sign_up_asks_the_database_the_same_few_things(cycle, add_session, signs_up, count):
    sessions = [add_session(cycle, f"Session {n}", days=n + 1, capacity=50) for n in range(count)]
    for session in sessions:
        db.session.refresh(session)

    assert len(statements_of(lambda: signs_up(ADA, *sessions, consents=set(ConsentPurpose)))) <= 18


def test_a_known_address_makes_the_database_work_as_much_as_a_new_one(cycle, add_session, signs_up, outbox):
    sessions = [add_session(cycle, f"Session {n}", days=n + 1, capacity=50) for n in range(3)]
    for session in sessions:
        db.session.refresh(session)

    new = statements_of(lambda: signs_up(ADA, *sessions))
    known = statements_of(lambda: signs_up(ADA, *sessions, now=NOW + timedelta(minutes=1)))

    def writes(statements):
        return sorted(one.split("(")[0] for one in statements if one.startswith("INSERT"))

    assert set(writes(new)) - set(writes(known)) == {"INSERT INTO registrant "}
    assert sum(one.startswith("UPDATE registrant") for one in known) == 1
    assert len(outbox()) == 5  # what was rehearsed is gone


def statements_of(deed):
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return asked
