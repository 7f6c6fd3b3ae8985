"""Who answers twice is heard twice, though their calendar copies the stamp of our request into every answer (SOGo, TMail)."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.planning.deeds import edit_session
from tests.registration.conftest import BELA, states
from tests.replies.conftest import LATER, history
from tests.replies.samples import SHAPES, Sample, exchange, gmail
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.planning.updates.actions import send
from webinars.registration.models import RegistrationState
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)


def sogo(sample: Sample, *, at) -> bytes:
    """As SOGo answers: its own text and calendar, the DTSTAMP and SEQUENCE of the request."""
    dated = format_datetime(at)
    return SHAPES["thunderbird"](sample).replace(
        f"Date: {format_datetime(NOW)}".encode(), f"Date: {dated}".encode()
    )


@pytest.fixture
def answers(sample):
    """ACCEPTED, then DECLINED a minute later."""
    yes = sogo(replace(sample, message_id="<yes@sogo.example>"), at=NOW)
    no = sogo(replace(sample, partstat="DECLINED", message_id="<no@sogo.example>"), at=NOW + MINUTE)
    return yes, no


def holds(invitation: Invitation) -> str:
    db.session.refresh(invitation)
    return invitation.partstat.value


def test_the_answer_written_later_holds(answers, invitation, comes) -> None:
    assert [comes(one).verdict for one in answers] == [Verdict.ANSWERED] * 2
    assert (holds(invitation), history()) == ("DECLINED", [("ACCEPTED", False), ("DECLINED", False)])


def test_in_wrong_order_the_answer_written_later_holds(answers, invitation, comes) -> None:
    yes, no = answers
    verdicts = [comes(no).verdict, comes(yes, at=LATER + MINUTE).verdict]

    assert (verdicts, holds(invitation)) == ([Verdict.ANSWERED, Verdict.NOT_NEWER], "DECLINED")


def test_the_place_of_who_accepted_and_then_declined_is_freed(
    answers, cycle, session, signs_up, registrations, comes
) -> None:
    session.capacity, cycle.refusal_frees_place = 1, True
    db.session.commit()
    signs_up(BELA, session)
    for one in answers:
        comes(one)

    assert states(registrations()) == [RegistrationState.CANCELLED, RegistrationState.CONFIRMED]


def test_a_date_in_the_future_wins_only_until_a_later_answer_comes(sample, invitation, comes) -> None:
    ahead = sogo(replace(sample, message_id="<a@x.example>"), at=NOW + timedelta(days=4000))
    comes(ahead)
    later = LATER + MINUTE
    comes(sogo(replace(sample, partstat="DECLINED", message_id="<b@x.example>"), at=later), at=later)

    assert holds(invitation) == "DECLINED"


@pytest.mark.parametrize(
    "date",
    [
        b"Date: never",
        b"Date: Mon, 99 Foo 9999 99:99:99 +9999",
        b"X-Date: none",
    ],
)
def test_without_a_readable_date_the_arrival_counts(date: bytes, sample, invitation, comes) -> None:
    comes(sogo(replace(sample, message_id="<a@x.example>"), at=NOW))
    content = sogo(replace(sample, partstat="DECLINED", message_id="<b@x.example>"), at=NOW)
    comes(content.replace(f"Date: {format_datetime(NOW)}".encode(), date), at=LATER + MINUTE)

    assert holds(invitation) == "DECLINED"


def test_yes_no_and_yes_again_are_three_answers_and_a_repeat_is_none(
    answers, sample, invitation, comes
) -> None:
    yes, no = answers
    comes(yes)
    comes(no)
    comes(sogo(replace(sample, message_id="<yes3@sogo.example>"), at=NOW + 2 * MINUTE))
    assert holds(invitation) == "ACCEPTED"

    assert comes(no) is None
    assert comes(no.replace(b"<no@", b"<other@")) is None
    repeated = no.replace(b"<no@", b"<relayed@").replace(b"Ada Lovelace accepte.", b"Ada Lovelace accepte..")
    assert comes(repeated).verdict is Verdict.NOT_NEWER
    assert (holds(invitation), len(history())) == ("ACCEPTED", 3)


def test_who_said_yes_twice_is_not_moved_by_a_no_written_between(sample, invitation, comes) -> None:
    comes(sogo(replace(sample, message_id="<1@x.example>"), at=NOW))
    comes(sogo(replace(sample, message_id="<3@x.example>"), at=NOW + 2 * MINUTE))
    between = sogo(replace(sample, partstat="DECLINED", message_id="<2@x.example>"), at=NOW + MINUTE)

    assert comes(between).verdict is Verdict.NOT_NEWER
    assert holds(invitation) == "ACCEPTED"


def test_a_stranger_who_repeats_the_answer_does_not_date_it_anew(sample, invitation, comes) -> None:
    comes(sogo(replace(sample, message_id="<1@x.example>"), at=NOW))
    stranger = replace(sample, sender="x@else.example.net", message_id="<3@x.example>")
    assert comes(sogo(stranger, at=NOW + 2 * MINUTE)).verdict is Verdict.OTHER_SENDER
    comes(sogo(replace(sample, partstat="DECLINED", message_id="<2@x.example>"), at=NOW + MINUTE))

    assert holds(invitation) == "DECLINED"


def test_a_stamp_that_is_older_stays_older_whenever_it_was_written(sample, invitation, comes) -> None:
    comes(gmail(replace(sample, stamp="20260302T103000Z")))
    late = sogo(
        replace(sample, partstat="DECLINED", stamp="20260302T101500Z", message_id="<2@x.example>"), at=LATER
    )

    assert comes(late, at=LATER + MINUTE).verdict is Verdict.NOT_NEWER


def test_an_answer_keeps_when_it_was_written_and_when_it_came(answers, comes) -> None:
    comes(answers[1])
    [kept] = db.session.scalars(select(InvitationAnswer))

    assert (kept.written_at, kept.received_at) == (NOW + MINUTE, LATER)


@pytest.mark.parametrize(
    ("start", "verdict"),
    [
        ("DTSTART:20260319T090000Z", Verdict.ANSWERED),
        ("DTSTART;TZID=Europe/Paris:20260319T100000", Verdict.ANSWERED),
        ("DTSTART;TZID=Romance Standard Time:20260319T100000", Verdict.ANSWERED),
        ("DTSTART;TZID=Europe/Paris:20260312T100000", Verdict.FORMER_DATE),
        ("X-NONE:1", Verdict.FORMER_DATE),
    ],
)
def test_without_a_sequence_the_hour_says_which_date_is_answered(
    start: str, verdict: Verdict, session, sample, comes
) -> None:
    week = timedelta(days=7)
    edit_session(session, starts_at=session.starts_at + week, ends_at=session.ends_at + week, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    content = gmail(replace(sample, sequence=None)).replace(
        b"DTSTART;TZID=Europe/Paris:20260312T100000", start.encode()
    )
    # the second copy is in base64: this one is enough
    content = content.replace(b"application/ics", b"application/x-none").replace(b"invite.ics", b"invite.bin")

    assert (
        comes(
            exchange(replace(sample, sequence=7, message_id="<e@x.example>", partstat="NEEDS-ACTION"))
        ).verdict
        is Verdict.NO_ANSWER
    )
    assert comes(content).verdict is verdict
