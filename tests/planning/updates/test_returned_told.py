"""Whose address returns mail hears of nothing: pages that say how many people are told count them apart."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import read
from tests.planning.cancelled import cancel, restore
from tests.planning.settled import LATER, edit, send_settled
from tests.planning.test_actions import joins, left, next_week
from webinars.cycles.models import Session
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.planning.deletion.queries import awaited_by
from webinars.planning.queries import loss_of
from webinars.planning.updates.notification import NotifiedCounts, expecting
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

HERE = "/organise/vto/cycles/emploi/sessions/achats-responsables"
WORKSPACE = "/organise/vto/cycles/emploi"


@pytest.fixture
def full(session: Session, outbox: Callable[[], list[Email]]) -> Session:
    """Two seats, of Ada and Bela; Chloe and Dina wait. Mail to Bela and Dina comes back."""
    session.capacity = 2
    for name in ("Ada", "Bela", "Chloe", "Dina"):
        joins(session, name)
    left(outbox)
    for name in ("Bela", "Dina"):
        person = db.session.scalars(select(Registrant).where(Registrant.first_name == name)).one()
        mark_address(str(person.email), reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    return session


def says(desk: FlaskClient, address: str, sentence: str) -> bool:
    return any(sentence in line for line in read(desk.get(f"{address}?lang=en")).plain_lines)


def test_who_expects_the_session_is_who_can_be_told(full: Session, desk: FlaskClient) -> None:
    assert expecting(full) == NotifiedCounts(1, 1, returned=2)
    assert says(
        desk,
        HERE,
        "to 1 registered person and 1 waiting (and 2 more whose addresses return mail: nothing leaves to them)",
    )
    french = (
        "1 personne inscrite et 1 en attente (plus 2 personnes dont les adresses retournent les courriels"
    )
    assert french in read(desk.get(f"{HERE}?lang=fr")).text


def test_a_move_is_told_to_those_whom_mail_reaches(
    full: Session, desk: FlaskClient, outbox: Callable[[], list[Email]]
) -> None:
    before = len(outbox())
    assert edit(full, **next_week(full)) == 2
    assert says(
        desk,
        WORKSPACE,
        "to 1 registered person and 1 waiting (and 2 more whose addresses return mail: nothing leaves to them)",
    )

    post(desk, f"{HERE}/update/send?lang=en", {})

    assert says(
        desk,
        WORKSPACE,
        "leaves to 1 registered person and 1 waiting (and 2 more whose addresses return mail: nothing leaves to them)",
    )
    assert len(outbox()) - before == 4  # those to marked addresses are dropped by the worker, and say why


def test_a_cancellation_and_a_restoration_count_the_same(
    full: Session, outbox: Callable[[], list[Email]]
) -> None:
    assert cancel(full) == NotifiedCounts(1, 1, returned=2)
    post_all(outbox)

    told = restore(full, now=LATER)

    assert (told.seated, told.waiting) == (1, 1)


def test_a_cycle_that_is_cancelled_counts_the_messages_that_leave(full: Session, desk: FlaskClient) -> None:
    loss = loss_of(full.cycle, now=NOW)

    assert (loss.messages, loss.told) == (2, NotifiedCounts(1, 1, returned=2))
    assert says(desk, f"{WORKSPACE}/cancel", "2 messages leave to 1 registered person and 1 waiting")


def test_a_change_only_marked_addresses_would_hear_of_still_waits_to_be_told(
    session: Session, outbox: Callable[[], list[Email]]
) -> None:
    joins(session, "Ada")
    left(outbox)
    person = db.session.scalars(select(Registrant).where(Registrant.first_name == "Ada")).one()
    mark_address(str(person.email), reason="5.1.1 unknown", now=NOW)
    db.session.commit()

    assert edit(session, **next_week(session)) == 0
    assert expecting(session) == NotifiedCounts(returned=1)
    assert bool(expecting(session))


def post_all(outbox: Callable[[], list[Email]]) -> None:
    """The cancellation leaves: to marked addresses nothing does."""
    send_settled(LATER)
    for mail in outbox():
        if mail.state is MailState.QUEUED:
            mail.state, mail.sent_at = MailState.SENT, NOW
    db.session.commit()


@pytest.fixture
def unreached(session: Session, outbox: Callable[[], list[Email]]) -> Session:
    """Ada and Bela have seats; mail to both comes back."""
    for name in ("Ada", "Bela"):
        joins(session, name)
    left(outbox)
    for person in db.session.scalars(select(Registrant).order_by(Registrant.id)):
        mark_address(str(person.email), reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    return session


NOBODY = "Aucun message ne part : 2 personnes sont concernées, mais leurs adresses retournent les courriels."
IN_ENGLISH = "No message leaves: 2 people are concerned, but their addresses return mail."


@pytest.mark.parametrize("address", [f"{HERE}/cancel", f"{WORKSPACE}/cancel", f"{WORKSPACE}/delete"])
def test_where_nobody_can_be_told_a_page_says_that_no_message_leaves_and_asks_for_none(
    unreached: Session, desk: FlaskClient, address: str
) -> None:
    page, english = read(desk.get(f"{address}?lang=fr")), read(desk.get(f"{address}?lang=en"))

    [line] = [line for line in page.plain_lines if NOBODY in line]
    [beside] = [line for line in english.plain_lines if IN_ENGLISH in line]
    assert not re.search("part pour|Il attend|agenda|Une fois le message", line)
    assert not re.search("leaves to|waits|calendar|Once the message", beside)
    assert "word" not in page.values


def test_a_session_cancelled_for_people_whom_nothing_reaches_waits_for_no_message(
    unreached: Session, desk: FlaskClient
) -> None:
    assert NOBODY in read(desk.get(f"{HERE}?lang=fr")).plain_lines

    cancel(unreached)
    programme, day = read(desk.get(f"{WORKSPACE}?lang=fr")), read(desk.get("/organise/vto?lang=fr"))

    assert NOBODY in programme.plain_lines
    assert {"Envoyer maintenant", "Ne pas prévenir", "Ajouter un message"}.isdisjoint(programme.buttons)
    assert not [line for line in [*programme.plain_lines, *day.plain_lines] if "0 personne" in line]
    assert desk.get(f"{HERE}/update/word").status_code == 303


def test_a_session_restored_for_people_whom_nothing_reaches_invites_nobody(
    unreached: Session, desk: FlaskClient, outbox: Callable[[], list[Email]]
) -> None:
    cancel(unreached)
    post_all(outbox)

    page = read(desk.get(f"{HERE}/restore?lang=fr"))
    answer = post(desk, f"{HERE}/restore?lang=en", {})

    assert any(line.startswith(NOBODY) for line in page.plain_lines)
    assert "invitées de nouveau" not in page.text
    assert answer.status_code == 303
    assert says(desk, WORKSPACE, IN_ENGLISH)


def test_a_deletion_nobody_can_be_told_of_waits_for_nothing(unreached: Session, desk: FlaskClient) -> None:
    cancel(unreached)

    assert not awaited_by(unreached.cycle, now=NOW)


def test_a_move_nobody_can_be_told_of_is_not_said_to_leave(unreached: Session, desk: FlaskClient) -> None:
    edit(unreached, **next_week(unreached))

    drop = read(desk.get(f"{HERE}/update/drop?lang=fr")).plain_lines

    assert NOBODY in read(desk.get(f"{WORKSPACE}?lang=fr")).plain_lines
    former = "2 personnes dont les adresses retournent les courriels (rien ne part vers elles)"
    assert any(former in line for line in drop)
