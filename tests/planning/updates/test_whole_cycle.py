"""The whole cycle is a standing intent: honoured for every session that is announced, whatever the window says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.test_actions import Outbox, joins, kinds
from tests.registration.conftest import written
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.outbox.errors import ReasonGone
from webinars.planning import actions
from webinars.registration import links
from webinars.registration.actions import withdraw, withdraw_from_all
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import live_registration
from webinars.storage.extensions import db

LATER = NOW + timedelta(days=40)
AddsSession = Callable[..., Session]


def one_more(**facts: object) -> Session:
    added = Session(title="Une de plus", timezone="Europe/Paris", **facts)
    added.move(starts_at=LATER, ends_at=LATER + timedelta(hours=1), now=NOW)
    return added


def adds(cycle: Cycle, **facts: object) -> Session:
    added = actions.add_session(cycle, one_more(**facts), by=NADIA, now=NOW)
    db.session.commit()
    return added


def held(session: Session) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Registrant.first_name, Registration.state)
        .join(Registration, Registration.registrant_id == Registrant.id)
        .where(Registration.session_id == session.id)
        .order_by(Registration.id)
    )
    return [(name, str(state)) for name, state in rows]


@pytest.fixture
def ada(session: Session) -> Registrant:
    """Follows the whole cycle; Bela took one session."""
    whole = joins(session, "Ada", whole_cycle=True).registrant
    joins(session, "Bela")
    return whole


@pytest.mark.parametrize(
    "window",
    [
        {},
        {"opens_at": NOW + timedelta(days=9)},
        {"closes_at": NOW - timedelta(days=1)},
    ],
)
def test_a_session_added_is_theirs_whatever_its_window(
    cycle: Cycle, ada: Registrant, outbox: Outbox, window: dict[str, datetime]
) -> None:
    added = adds(cycle, **window)

    assert held(added) == [("Ada", "confirmed")]
    assert kinds(outbox, "invitation") == ["ada@example.org", "bela@example.org", "ada@example.org"]
    assert outbox()[-1].about_id == live_registration(ada.id, added.id).id  # type: ignore[union-attr]


def test_a_sign_up_takes_what_opens_later_and_not_what_has_closed(
    cycle: Cycle, session: Session, add_session: AddsSession
) -> None:
    later = add_session(cycle, "Later", days=30, opens_at=NOW + timedelta(days=9))
    closed = add_session(cycle, "Closed", days=31, closes_at=NOW)
    cancelled = add_session(cycle, "Cancelled", days=32, state=SessionState.CANCELLED, cancelled_at=NOW)

    outcomes = joins(session, "Ada", whole_cycle=True).outcomes

    assert outcomes == {session.id: RegistrationState.CONFIRMED, later.id: RegistrationState.CONFIRMED}
    assert held(closed) == held(cancelled) == []


def test_a_session_added_to_a_closed_cycle_is_theirs_once_it_is_open_again(
    cycle: Cycle, ada: Registrant
) -> None:
    actions.close(cycle, by=NADIA, now=NOW)
    added = adds(cycle)
    assert held(added) == []

    actions.reopen(cycle, by=NADIA, now=NOW)
    db.session.commit()

    assert held(added) == [("Ada", "confirmed")]


def test_a_session_added_to_a_draft_is_theirs_once_it_is_published(cycle: Cycle, ada: Registrant) -> None:
    cycle.state = CycleState.DRAFT
    added = adds(cycle)
    assert held(added) == []

    actions.publish(cycle, by=NADIA, now=NOW)
    db.session.commit()

    assert held(added) == [("Ada", "confirmed")]


def test_a_session_restored_is_theirs_too(cycle: Cycle, session: Session, add_session: AddsSession) -> None:
    back = add_session(cycle, "Back", days=30)
    joins(back, "Bela")
    deeds.cancel_session(back, by=NADIA, now=NOW)
    joins(session, "Ada", whole_cycle=True)
    assert held(back) == [("Bela", "confirmed")]

    assert not deeds.restore_session(back, by=NADIA, now=NOW)  # the cancellation had told nobody

    assert held(back) == [("Bela", "confirmed"), ("Ada", "confirmed")]


def test_a_session_moved_from_the_past_to_come_is_theirs_too(
    cycle: Cycle, ada: Registrant, add_session: AddsSession
) -> None:
    past = add_session(cycle, "Past", days=-3)

    deeds.edit_session(past, starts_at=LATER, ends_at=LATER + timedelta(hours=1), now=NOW)

    assert held(past) == [("Ada", "confirmed")]


def test_who_gave_that_session_back_is_left_in_peace(cycle: Cycle, ada: Registrant, outbox: Outbox) -> None:
    added = adds(cycle)
    withdraw(live_registration(ada.id, added.id), now=NOW)  # type: ignore[arg-type]
    before = len(outbox())

    deeds.cancel_session(added, by=NADIA, now=NOW)
    deeds.restore_session(added, by=NADIA, now=NOW)
    actions.close(cycle, by=NADIA, now=NOW)
    actions.reopen(cycle, by=NADIA, now=NOW)

    assert (held(added), len(outbox())) == ([("Ada", "cancelled")], before)


def test_who_left_the_cycle_is_left_in_peace(cycle: Cycle, ada: Registrant) -> None:
    withdraw_from_all(ada, now=NOW)

    assert held(adds(cycle)) == []


def test_opening_again_gives_nothing_twice(
    cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    added = adds(cycle)
    before = (held(session), held(added), len(outbox()))

    actions.close(cycle, by=NADIA, now=NOW)
    actions.reopen(cycle, by=NADIA, now=NOW)
    deeds.edit_session(added, title=added.title, now=NOW)

    assert (held(session), held(added), len(outbox())) == before


def test_seats_go_first_come_first_and_the_others_wait_in_their_order(
    cycle: Cycle, session: Session, outbox: Outbox
) -> None:
    for name in ("Ada", "Bela", "Chloe", "Dora"):
        joins(session, name, whole_cycle=True)
    before = len(outbox())

    added = adds(cycle, capacity=2)

    assert held(added) == [
        ("Ada", "confirmed"), ("Bela", "confirmed"), ("Chloe", "waitlisted"), ("Dora", "waitlisted"),
    ]  # fmt: skip
    assert [(mail.kind, mail.recipient) for mail in outbox()[before:]] == [
        ("invitation", "ada@example.org"),
        ("invitation", "bela@example.org"),
        ("waiting", "chloe@example.org"),
        ("waiting", "dora@example.org"),
    ]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("fr", "Sur liste d’attente : sam. 11 avr., 11 h – Une de plus", "Ses places sont prises"),
        ("en", "On the waiting list: Sat 11 Apr, 11:00 – Une de plus", "Its seats are taken"),
    ],
)
def test_who_waits_for_a_session_that_joined_is_told_so_while_it_is_so(
    cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox, language: str, subject: str, words: str
) -> None:
    cleo = joins(session, "Cleo", whole_cycle=True).registrant
    cleo.language = language
    added = adds(cycle, capacity=1)
    told = outbox()[-1]
    message = written(told)

    assert message["Subject"] == subject
    for body in ("plain", "html"):
        assert words in message.get_body((body,)).get_content()
        assert links.me_link(cleo) in message.get_body((body,)).get_content()
    assert told.not_after == added.starts_at

    withdraw(live_registration(cleo.id, added.id), now=NOW)
    db.session.commit()
    with pytest.raises(ReasonGone):
        written(told)


def test_who_waits_already_comes_before_those_who_are_enrolled(
    cycle: Cycle, session: Session, add_session: AddsSession
) -> None:
    back = add_session(cycle, "Back", days=30, capacity=1)
    bela, _chloe = joins(back, "Bela").registrant, joins(back, "Chloe")
    deeds.cancel_session(back, by=NADIA, now=NOW)
    withdraw(live_registration(bela.id, back.id), now=NOW)  # type: ignore[arg-type]
    joins(session, "Ada", whole_cycle=True)

    deeds.restore_session(back, by=NADIA, now=NOW)

    assert held(back) == [("Bela", "cancelled"), ("Chloe", "confirmed"), ("Ada", "waitlisted")]


def follow(cycle: Cycle, first: int, last: int) -> None:
    """People of these numbers take the whole cycle."""
    db.session.add_all(
        Registrant(
            cycle_id=cycle.id,
            first_name="P",
            last_name=str(number),
            email=f"p{number}@example.net",
            email_key=f"p{number}@example.net",
            whole_cycle=True,
            created_at=NOW,
            changed_at=NOW,
        )
        for number in range(first, last)
    )
    db.session.commit()


@pytest.mark.parametrize("capacity", [None, 300])
def test_five_hundred_people_cost_no_more_statements_than_two(
    cycle: Cycle, session: Session, count_queries: Callable[..., object], outbox: Outbox, capacity: int | None
) -> None:
    counts = []
    for first, last in ((0, 2), (2, 500)):
        follow(cycle, first, last)
        with count_queries() as counted:  # type: ignore[attr-defined]
            added = adds(cycle, capacity=capacity)
        counts.append(counted.count)
        db.session.expire_all()

    # those who wait are told by one statement more
    assert counts[0] + bool(capacity) == counts[1] <= 20
    seated = capacity or 500
    states = [state for _name, state in held(added)]
    assert states == ["confirmed"] * seated + ["waitlisted"] * (500 - seated)
    ids = set(db.session.scalars(select(Registration.id).where(Registration.session_id == added.id)))
    invited = [mail.about_id for mail in outbox() if mail.kind == "invitation" and mail.about_id in ids]
    assert len(invited) == len(set(invited)) == seated
