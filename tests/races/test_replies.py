"""Two readers at once: each message is kept once, and the later answer holds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, update

from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, person
from tests.registration.signing_up import sign_up
from tests.replies.samples import Sample, calendar_part, event, gmail, letter, mail, report
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.outbox.identity import bounce_address, mail_domain
from webinars.outbox.models import AddressMark, Email, MailState
from webinars.registration.models import Registration, RegistrationState
from webinars.replies.chores import read_source
from webinars.replies.models import Incoming
from webinars.replies.sources.mailboxes import Maildir
from webinars.storage.extensions import db

READERS = 6


def invited(app: Flask, people: int = 1, sessions: int = 1) -> list[Sample]:
    """An answer to each invitation, by person, then by session: the first have every seat."""
    with app.app_context():
        a_session(people, sessions)
        cycle, found = db.session.scalars(select(Cycle)).one(), db.session.scalars(select(Session)).all()
        for number in range(people):
            sign_up(
                cycle,
                [session.public_id for session in found],
                person(number),
                whole_cycle=False,
                language="fr",
                now=NOW,
            )
        db.session.execute(update(Email).values(state=MailState.SENT, sent_at=NOW))
        db.session.commit()
        return [
            Sample(
                uid=one.uid,
                attendee=one.attendee,
                sender=one.attendee,
                organizer=one.organizer,
                message_id=f"<{one.id}@x.example>",
            )
            for one in db.session.scalars(select(Invitation).order_by(Invitation.id))
        ]


def maildir(tmp_path: Path, messages: list[bytes]) -> Path:
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    for number, content in enumerate(messages):
        (tmp_path / "new" / f"{number:04}").write_bytes(content)
    return tmp_path


def reader(path: Path) -> Callable[[], object]:
    return lambda: read_source(Maildir(path), authserv_id="", now=NOW + timedelta(hours=3)).read


def test_readers_of_one_mailbox_keep_each_message_once(app: Flask, tmp_path: Path) -> None:
    samples = invited(app, people=8)
    path = maildir(
        tmp_path,
        [gmail(one) for one in samples]
        + [
            gmail(
                replace(
                    one,
                    partstat="DECLINED",
                    stamp="20260302T110000Z",
                    message_id=one.message_id.replace("<", "<l"),
                )
            )
            for one in samples
        ],
    )

    read = all_at_once(app, [reader(path)] * READERS)

    assert sum(read) == 16  # type: ignore[arg-type]
    with app.app_context():
        assert db.session.scalar(select(func.count(Incoming.id))) == 16
        assert set(db.session.scalars(select(Invitation.partstat))) == {"DECLINED"}
        last = db.session.execute(
            select(InvitationAnswer.invitation_id, func.max(InvitationAnswer.id)).group_by(
                InvitationAnswer.invitation_id
            )
        ).all()
        assert {db.session.get_one(InvitationAnswer, answer).partstat for _invitation, answer in last} == {
            "DECLINED"
        }


def test_refusals_read_at_once_free_each_place_once(app: Flask, tmp_path: Path) -> None:
    samples = invited(app, people=4)
    with app.app_context():
        cycle = db.session.scalars(select(Cycle)).one()
        cycle.refusal_frees_place = True
        chosen = db.session.scalars(select(Session.public_id)).all()
        for number in range(10, 16):
            sign_up(
                cycle,
                chosen,
                person(number),
                whole_cycle=False,
                language="fr",
                now=NOW,
            )
        db.session.commit()
    path = maildir(tmp_path, [gmail(replace(one, partstat="DECLINED")) for one in samples])

    all_at_once(app, [reader(path)] * READERS)

    with app.app_context():
        by_state = dict(
            db.session.execute(select(Registration.state, func.count()).group_by(Registration.state)).all()
        )
        assert by_state == {
            RegistrationState.CANCELLED: 4,
            RegistrationState.CONFIRMED: 4,
            RegistrationState.WAITLISTED: 2,
        }
        assert db.session.scalar(select(func.count(Email.id)).where(Email.kind == "place_freed")) == 4


def of_several(answers: list[Sample]) -> bytes:
    """One message with a calendar for each of several sessions."""
    parts = tuple(calendar_part(event(one, prodid="-//x//EN"), one, encoding="7bit") for one in answers)
    return mail(answers[0], heads=(), parts=parts)


def joins_the_whole_cycle(number: int) -> Callable[[], object]:
    def join() -> object:
        cycle = db.session.scalars(select(Cycle)).one()
        signed = sign_up(cycle, [], person(number), whole_cycle=True, language="fr", now=NOW)
        db.session.commit()
        return len(signed.outcomes)

    return join


def test_refusals_of_several_sessions_in_any_order_wait_for_each_other_in_turn(
    app: Flask, tmp_path: Path
) -> None:
    people = 12
    samples = [replace(one, partstat="DECLINED") for one in invited(app, people, sessions=2)]
    with app.app_context():
        db.session.scalars(select(Cycle)).one().refusal_frees_place = True
        db.session.commit()
    pairs = [samples[number : number + 2] for number in range(0, len(samples), 2)]
    jobs = []
    for name, answers in (("there", pairs[0::2]), ("back", [pair[::-1] for pair in pairs[1::2]])):
        folder = tmp_path / name
        folder.mkdir()
        jobs.append(reader(maildir(folder, [of_several(pair) for pair in answers])))

    done = all_at_once(app, [*jobs, *(joins_the_whole_cycle(100 + number) for number in range(4))])

    assert done == [people // 2, people // 2, 2, 2, 2, 2]
    with app.app_context():
        refused = dict(
            db.session.execute(
                select(Registration.session_id, func.count())
                .where(Registration.state == RegistrationState.CANCELLED)
                .group_by(Registration.session_id)
            ).all()
        )
        assert list(refused.values()) == [people, people]
        seated = select(func.count()).where(Registration.state == RegistrationState.CONFIRMED)
        assert db.session.scalar(seated) == 8


def test_three_reports_at_once_are_three(app: Flask, tmp_path: Path) -> None:
    invited(app)
    with app.app_context():
        mails = db.session.scalars(select(Email)).all()
        for number in range(3 - len(mails)):
            from webinars.outbox.actions import queue

            mail = queue(
                "note",
                recipient=mails[0].recipient,
                language="fr",
                about_id=1,
                purpose=f"n:{number}",
                now=NOW,
                cycle_id=mails[0].cycle_id,
            )
            mail.state, mail.sent_at = MailState.SENT, NOW
        db.session.commit()
        domain = mail_domain()
        tokens = db.session.scalars(select(Email.bounce_token)).all()
    path = maildir(
        tmp_path,
        [
            report(to=bounce_address(token, domain), status="5.1.1", message_id=f"<{token}@mx.example>")
            for token in tokens
        ],
    )

    all_at_once(app, [reader(path)] * READERS)

    with app.app_context():
        mark = db.session.scalars(select(AddressMark)).one()
        assert mark.marked_at is not None


def test_two_readers_of_a_full_mailbox_keep_its_order(app: Flask, tmp_path: Path) -> None:
    letters = [letter(f"number {number}", message_id=f"<{number}@x.example>") for number in range(60)]
    path = maildir(tmp_path, letters)

    read = all_at_once(app, [reader(path)] * 2)

    assert sum(read) == 60  # type: ignore[arg-type]
    with app.app_context():
        kept = db.session.scalars(select(Incoming.message_id).order_by(Incoming.id)).all()
    assert kept == [f"<{number}@x.example>" for number in range(60)]
    assert (list((path / "new").iterdir()), len(list((path / "cur").iterdir()))) == ([], 60)
