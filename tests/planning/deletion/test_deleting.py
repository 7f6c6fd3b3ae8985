"""A cycle with people goes with its data: calendars first, then everything."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from tests.accounts.signed_in import post, sign_in
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.page import read
from tests.planning.settled import MINUTE, edit, send_settled
from tests.planning.test_actions import joins, left
from tests.planning.typed import WORKSPACE
from webinars.accounts.models import Organiser
from webinars.cycles.models import Cycle, Session
from webinars.journal.models import JournalEntry
from webinars.journal.subjects import Subject, SubjectType
from webinars.outbox import actions as outbox_actions
from webinars.outbox.models import Email, EmailText, MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.planning.deletion.chores import delete_due
from webinars.registration.links import feed_token, me_token
from webinars.registration.models import Registrant
from webinars.storage.database import Model
from webinars.storage.extensions import db

Outbox = Callable[[], list[Email]]
DELETE, SETTINGS = f"{WORKSPACE}/delete", f"{WORKSPACE}/settings"
TITLE = "Agir sur l’emploi dans les quartiers prioritaires"
PUBLIC = "/vto/emploi"
A_WHILE = 6 * MINUTE  # longer than a cancellation settles


@pytest.fixture
def ada(session: Session, outbox: Outbox) -> Registrant:
    """Ada, whose calendar has the session."""
    registrant = joins(session, "Ada").registrant
    left(outbox)
    return registrant


def asked(desk: FlaskClient, name: str = TITLE, **typed: str) -> int:
    return post(desk, DELETE, {"name": name, "word": "", **typed}).status_code


def go(after: timedelta) -> int:
    """The chore, so long after."""
    return delete_due(NOW + after, current_app.config["SETTINGS"])


def is_there() -> bool:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Cycle)) == 1


def everything() -> str:
    """All that the database holds, as text."""
    db.session.rollback()
    rows = []
    for table in Model.metadata.sorted_tables:
        rows += [f"{table.name} {row}" for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))]  # noqa: S608
    return "\n".join(rows)


def test_calendars_are_told_first_and_then_all_data_goes(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    assert asked(desk, word="Le financement manque.") == 303
    assert go(A_WHILE) == 0, "the cancellation has not left"

    send_settled(NOW + A_WHILE)
    mails = [mail for mail in outbox() if mail.kind == "invitation_cancelled"]
    assert [(mail.recipient, mail.details["word"]) for mail in mails] == [
        ("ada@example.org", "Le financement manque.")
    ]
    assert go(A_WHILE) == 0, "it is queued"

    left(outbox)
    assert (go(A_WHILE), is_there()) == (1, False)
    assert go(A_WHILE) == 0


def test_nothing_is_left_but_the_journal_and_that_mails_left(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    mark_address("ada@example.org", reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    asked(desk)
    send_settled(NOW + A_WHILE)
    left(outbox)
    number = len(outbox())
    outbox()[0].state = MailState.BOUNCED
    db.session.add_all([EmailText(email_id=mail.id, content=b"To: ada@example.org") for mail in outbox()])
    db.session.commit()

    assert go(A_WHILE) == 1

    rows = everything().splitlines()
    where = {
        word: {row.split()[0] for row in rows if word in row.lower()} for word in ("ada@", "martin", "achats")
    }
    assert where == {"ada@": set(), "martin": set(), "achats": {"journal_entry"}}
    assert [(mail.recipient, mail.cycle_id, mail.uid, mail.details) for mail in outbox()] == [
        ("", None, None, {})
    ] * number
    told = [(one.deed, one.actor.name, one.subject) for one in db.session.scalars(select(JournalEntry))]
    gone = Subject(SubjectType.CYCLE, None, TITLE)
    assert [one for one in told if one[2].type is SubjectType.CYCLE] == [
        ("deletion of cycle asked", "Nadia Benali", gone),
        ("cycle deleted with its data", "Nadia Benali", gone),
    ]


def test_who_comes_later_gets_their_own_mail(
    desk: FlaskClient,
    organisation: object,
    cycle: Cycle,
    session: Session,
    ada: Registrant,
    add_session: Callable[..., Session],
    outbox: Outbox,
) -> None:
    asked(desk)
    send_settled(NOW + A_WHILE)
    left(outbox)
    assert go(A_WHILE) == 1
    before = len(outbox())

    other = published_cycle(organisation, "autre", now=NOW)
    joins(add_session(other, "Autre séance"), "Bela")

    assert {(mail.kind, mail.recipient, mail.state) for mail in outbox()[before:]} == {
        ("confirmation", "bela@example.org", MailState.QUEUED),
        ("invitation", "bela@example.org", MailState.QUEUED),
    }


@pytest.mark.parametrize("name", ["", "Agir sur l’emploi", "…"])
def test_its_name_must_be_typed(desk: FlaskClient, session: Session, ada: Registrant, name: str) -> None:
    answer = post(desk, DELETE, {"name": name, "word": "Pardon"})

    page = read(answer)
    assert (answer.status_code, page.values["word"]) == (200, "Pardon")
    assert page.error_for("name")
    assert (go(A_WHILE), is_there()) == (0, True)


def test_its_name_may_be_typed_on_any_keyboard(desk: FlaskClient, session: Session) -> None:
    assert asked(desk, " agir sur l'emploi dans les quartiers PRIORITAIRES ") == 303


def test_it_is_for_administrators(
    app: Flask, cycle: Cycle, session: Session, ada: Registrant, otto: Organiser, nadia: Organiser
) -> None:
    his = sign_in(app.test_client(), otto)

    assert DELETE not in read(his.get(SETTINGS)).addresses
    assert (his.get(DELETE).status_code, asked(his)) == (403, 403)
    assert (go(A_WHILE), is_there()) == (0, True)


def test_pages_close_at_once_and_calendars_read_that_it_is_cancelled(
    desk: FlaskClient, client: FlaskClient, cycle: Cycle, session: Session, ada: Registrant
) -> None:
    me, feed = f"/me/{me_token(ada)}", f"/calendar/{feed_token(ada)}.ics"
    asked(desk)

    open_ones = {
        address: client.get(address).status_code
        for address in (PUBLIC, f"{PUBLIC}/achats-responsables", f"{PUBLIC}/calendar.ics", me, feed)
    }
    assert [*open_ones.values()] == [404, 404, 200, 200, 200]
    assert "STATUS:CANCELLED" in client.get(f"{PUBLIC}/calendar.ics").text
    assert TITLE not in client.get("/vto").text


def test_once_gone_personal_links_say_so(
    desk: FlaskClient, client: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    me, feed = f"/me/{me_token(ada)}", f"/calendar/{feed_token(ada)}.ics"
    asked(desk)
    send_settled(NOW + A_WHILE)
    left(outbox)
    go(A_WHILE)

    answers = [client.get(address) for address in (me, feed, PUBLIC, f"{PUBLIC}/calendar.ics")]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert read(answers[0]).heading == "Ce lien ne fonctionne pas"


def test_it_can_be_taken_back_until_it_has_gone(
    desk: FlaskClient, client: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    asked(desk)
    assert f"{DELETE}/take-back" in read(desk.get(DELETE)).actions

    assert post(desk, f"{DELETE}/take-back", {}).location == WORKSPACE
    assert post(desk, f"{WORKSPACE}/sessions/achats-responsables/restore", {}).status_code == 303
    send_settled(NOW + A_WHILE)

    assert (go(A_WHILE), is_there(), client.get(PUBLIC).status_code) == (0, True, 200)
    assert [mail.kind for mail in outbox() if mail.state is not MailState.SENT] == []
    assert "deletion of cycle taken back" in {one.deed for one in db.session.scalars(select(JournalEntry))}


def test_some_minutes_pass_even_where_nobody_is_told(desk: FlaskClient, session: Session) -> None:
    asked(desk)

    assert [go(MINUTE), go(A_WHILE), is_there()] == [0, 1, False]


def test_a_clock_that_was_ahead_puts_nothing_off(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    asked(desk)
    cycle.deletion_asked_at = NOW + timedelta(days=3)
    db.session.commit()

    assert go(A_WHILE) == 1


def test_what_a_server_puts_off_is_waited_for_and_the_page_says_so(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, outbox: Outbox
) -> None:
    asked(desk)
    assert (
        "L’annulation de 1 séance attend quelques minutes, et peut partir tout de suite depuis le programme."
        in read(desk.get(DELETE)).lines
    )
    send_settled(NOW + A_WHILE)
    outbox_actions.pause(reason="moving", now=NOW)
    db.session.commit()

    page = read(desk.get(DELETE))
    assert "1 courriel n’est pas encore parti, ou sera retenté." in page.lines
    assert (
        "L’envoi des courriels est suspendu\u00a0: rien ne part avant que l’équipe technique de ce site le rétablisse."
        in page.lines
    )
    assert go(timedelta(days=2)) == 0

    for mail in outbox():
        if mail.state is MailState.QUEUED:
            mail.state = MailState.FAILED  # given up
    db.session.commit()
    assert go(timedelta(days=2)) == 1


def test_asked_twice_it_is_asked_once(desk: FlaskClient, session: Session, ada: Registrant) -> None:
    assert [asked(desk), asked(desk)] == [303, 303]

    deeds = [one.deed for one in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert deeds == ["session cancelled", "deletion of cycle asked"]


def test_nothing_comes_back_into_calendars_meanwhile(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Registrant, add_session: Callable[..., Session]
) -> None:
    past = add_session(cycle, "Passée", days=-5)
    at = past.starts_at
    asked(desk)
    assert at

    refused = {
        "restore": post(desk, f"{WORKSPACE}/sessions/achats-responsables/restore", {}),
        "reopen": post(desk, f"{WORKSPACE}/reopen", {}),
    }
    assert {name: answer.status_code for name, answer in refused.items()} == {"restore": 409, "reopen": 409}
    assert (
        "Un·e administrateur·rice peut revenir sur la suppression, dans les réglages du cycle."
        in read(refused["restore"]).lines
    )
    with pytest.raises(Exception, match="administrat"):
        edit(past, starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, hours=1))


def test_nothing_is_offered_meanwhile_that_is_refused(
    desk: FlaskClient, cycle: Cycle, session: Session, ada: Registrant
) -> None:
    asked(desk)

    for page in ("", "/sessions/achats-responsables"):
        shown = read(desk.get(f"{WORKSPACE}{page}"))
        assert any(line.endswith("Aucun message n’est encore parti.") for line in shown.lines)
        assert f"{WORKSPACE}/sessions/achats-responsables/restore" not in shown.addresses


def test_every_page_of_the_cycle_says_so(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    asked(desk)

    for page in ("", "/people", "/settings", "/attendance", "/figures", "/messages"):
        assert "Ce cycle est en cours de suppression" in read(desk.get(f"{WORKSPACE}{page}")).callouts, page
    offered = read(desk.get(SETTINGS)).addresses
    assert not {f"{WORKSPACE}/{step}" for step in ("reopen", "archive", "cancel", "close")} & set(offered)
