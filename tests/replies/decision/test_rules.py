"""Every rule of an answer, in the shape of every client: alone, twice, in wrong order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.deeds import cancel_session, edit_session, restore_session
from tests.replies.conftest import LATER, history, let_leave
from tests.replies.samples import ADA, CLIENTS, SHAPES, Sample, calendar_part, event, gmail, mail, part, text
from webinars.cycles.models import Session
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.planning.updates.actions import send
from webinars.registration.actions import withdraw
from webinars.registration.models import RegistrationState
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

OTHER = "somebody@else.example.net"
PASSED_ON = (f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{OTHER}",)
DMARC_FAIL = "Authentication-Results: mx.example.org; dmarc=fail header.from=town.example.org"


def the_note() -> str:
    return db.session.scalars(db.select(InvitationAnswer.note)).one()


# rule, what differs from a sound answer, verdict, answer that holds afterwards
RULES = [
    ("10 accepted", {}, Verdict.ANSWERED, "ACCEPTED"),
    ("10 declined", {"partstat": "DECLINED"}, Verdict.ANSWERED, "DECLINED"),
    ("10 tentative", {"partstat": "TENTATIVE"}, Verdict.ANSWERED, "TENTATIVE"),
    ("10 lower case", {"partstat": "declined"}, Verdict.ANSWERED, "DECLINED"),
    (
        "10 delegated",
        {"partstat": "DELEGATED", "attendee_parameters": ';DELEGATED-TO="mailto:dep@town.example.org"'},
        Verdict.DELEGATED,
        "DELEGATED",
    ),
    ("10 needs action", {"partstat": "NEEDS-ACTION"}, Verdict.NO_ANSWER, "NEEDS-ACTION"),
    ("10 unknown", {"partstat": "X-PERHAPS"}, Verdict.NO_ANSWER, "NEEDS-ACTION"),
    ("10 counter", {"method": "COUNTER", "start": "20260319T140000"}, Verdict.WISH, "NEEDS-ACTION"),
    ("5 lower case", {"method": "reply"}, Verdict.ANSWERED, "ACCEPTED"),
    ("5 request", {"method": "REQUEST"}, Verdict.WRONG_METHOD, "NEEDS-ACTION"),
    ("5 none", {"method": "", "parameter": ""}, Verdict.WRONG_METHOD, "NEEDS-ACTION"),
    ("5 parameter differs", {"parameter": "REQUEST"}, Verdict.WRONG_METHOD, "NEEDS-ACTION"),
    ("5 no parameter", {"parameter": ""}, Verdict.ANSWERED, "ACCEPTED"),
    ("6 unknown", {"uid": "nowhere@example.org"}, Verdict.UNKNOWN_UID, "NEEDS-ACTION"),
    ("7 passed on", {"attendees": PASSED_ON, "sender": OTHER}, Verdict.FORWARDED, "NEEDS-ACTION"),
    ("7 case", {"attendee": ADA.upper()}, Verdict.ANSWERED, "ACCEPTED"),
    ("8 other sender", {"sender": OTHER}, Verdict.OTHER_SENDER, "NEEDS-ACTION"),
    ("8 case", {"sender": "Ada@Town.Example.ORG"}, Verdict.ANSWERED, "ACCEPTED"),
    (
        "8 deputy of the house",
        {"sender": "sec@town.example.org", "attendee_parameters": ';SENT-BY="mailto:sec@town.example.org"'},
        Verdict.ANSWERED,
        "ACCEPTED",
    ),
    (
        "8 deputy of another house",
        {"sender": OTHER, "attendee_parameters": f';SENT-BY="mailto:{OTHER}"'},
        Verdict.OTHER_SENDER,
        "NEEDS-ACTION",
    ),
    ("8 dmarc", {"headers": (DMARC_FAIL,)}, Verdict.FAILED_DMARC, "NEEDS-ACTION"),
    ("8 dmarc of others", {"headers": (DMARC_FAIL.replace("mx.", "evil."),)}, Verdict.ANSWERED, "ACCEPTED"),
    (
        "8 dmarc, a later line",
        {"headers": ("Authentication-Results: mx.example.org; dmarc=pass", DMARC_FAIL)},
        Verdict.FAILED_DMARC,
        "NEEDS-ACTION",
    ),
    ("9 no sequence", {"sequence": None}, Verdict.ANSWERED, "ACCEPTED"),
    ("9 sequence ahead", {"sequence": 40}, Verdict.ANSWERED, "ACCEPTED"),
]
# the deputy of Nextcloud cannot be told from its server
NOT_OF_NEXTCLOUD = ("8 deputy of the house", "8 deputy of another house")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(("rule", "facts", "verdict", "holds"), RULES, ids=[rule[0] for rule in RULES])
def test_each_rule_in_each_shape_alone_and_twice(
    client: str,
    rule: str,
    facts: dict,
    verdict: Verdict,
    holds: str,
    sample: Sample,
    invitation: Invitation,
    comes,
) -> None:
    if client == "nextcloud" and rule in NOT_OF_NEXTCLOUD:
        facts = {**facts, "sender": ADA if verdict is Verdict.ANSWERED else OTHER}
    content = SHAPES[client](replace(sample, **facts))

    first = comes(content, authserv_id="mx.example.org")
    db.session.refresh(invitation)
    before = history()

    assert (first.verdict, invitation.partstat.value) == (verdict, holds)
    assert comes(content, authserv_id="mx.example.org") is None  # by Message-ID
    again = content.replace(b"<one@clients.example.net>", b"<two@clients.example.net>")
    assert comes(again, authserv_id="mx.example.org") is None  # by content
    assert history() == before


def test_a_foreign_organizer_is_refused_and_a_missing_one_is_normal(sample, comes) -> None:
    foreign = comes(gmail(replace(sample, organizer="boss@evil.example.net")))
    missing = comes(gmail(replace(sample, organizer=None, message_id="<b@x.example>")))

    assert (foreign.verdict, missing.verdict) == (Verdict.FOREIGN_ORGANIZER, Verdict.ANSWERED)


@pytest.mark.parametrize("client", CLIENTS)
def test_in_wrong_order_the_later_answer_holds(client: str, sample, invitation, comes) -> None:
    late = replace(sample, partstat="DECLINED", stamp="20260302T113000Z", message_id="<late@x.example>")
    early = replace(sample, partstat="ACCEPTED", stamp="20260302T101500Z", message_id="<early@x.example>")

    verdicts = [comes(SHAPES[client](one)).verdict for one in (late, early)]
    db.session.refresh(invitation)

    assert verdicts == [Verdict.ANSWERED, Verdict.NOT_NEWER]
    assert (invitation.partstat.value, history()) == ("DECLINED", [("DECLINED", False)])


@pytest.mark.parametrize("client", CLIENTS)
def test_in_right_order_the_later_answer_holds_and_both_are_history(
    client: str, sample, invitation, comes
) -> None:
    comes(SHAPES[client](sample))
    comes(
        SHAPES[client](
            replace(sample, partstat="TENTATIVE", stamp="20260302T113000Z", message_id="<l@x.example>")
        )
    )
    db.session.refresh(invitation)

    assert invitation.partstat.value == "TENTATIVE"
    assert history() == [("ACCEPTED", False), ("TENTATIVE", False)]


@pytest.mark.parametrize("client", CLIENTS)
def test_after_a_move_the_former_answer_is_history_and_shuts_out_nothing(
    client: str, session: Session, sample, invitation, comes
) -> None:
    comes(SHAPES[client](sample))
    edit_session(
        session,
        starts_at=session.starts_at + timedelta(days=7),
        ends_at=session.ends_at + timedelta(days=7),
        now=NOW,
    )
    send(session, now=NOW)
    db.session.commit()
    let_leave()
    former = replace(sample, partstat="DECLINED", stamp="20260302T113000Z", message_id="<f@x.example>")
    fresh = replace(sample, sequence=1, stamp="20260302T110000Z", message_id="<n@x.example>")

    assert comes(SHAPES[client](former)).verdict is Verdict.FORMER_DATE
    db.session.refresh(invitation)
    assert invitation.partstat.value == "NEEDS-ACTION"
    assert comes(SHAPES[client](fresh)).verdict is Verdict.ANSWERED
    assert (
        comes(SHAPES[client](replace(former, message_id="<f2@x.example>", comment="again"))).verdict
        is Verdict.FORMER_DATE
    )
    db.session.refresh(invitation)
    assert (invitation.partstat.value, history()) == (
        "ACCEPTED",
        [("ACCEPTED", False), ("DECLINED", True), ("ACCEPTED", False)],
    )


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_to_a_cancelled_registration_is_ignored(
    client: str, sample, registrations, comes, outbox
) -> None:
    withdraw(registrations()[0], now=NOW)
    db.session.commit()
    mails = len(outbox())

    assert comes(SHAPES[client](sample)).verdict is Verdict.CANCELLED
    assert (history(), len(outbox())) == ([], mails)


@pytest.mark.parametrize("client", CLIENTS)
def test_an_answer_registers_and_cancels_nobody(client: str, sample, registrations, comes, outbox) -> None:
    mails = len(outbox())
    comes(SHAPES[client](replace(sample, partstat="DECLINED")))

    assert [one.state for one in registrations()] == [RegistrationState.CONFIRMED]
    assert len(outbox()) == mails  # nobody is written to


def test_our_own_dtstamp_is_not_compared(sample, comes) -> None:
    assert comes(gmail(replace(sample, stamp="20200101T000000Z"))).verdict is Verdict.ANSWERED


@pytest.mark.parametrize("ahead", [{"stamp": "20990101T000000Z"}, {"sequence": 7}])
def test_a_clock_or_number_ahead_shuts_out_no_later_answer(ahead: dict, sample, invitation, comes) -> None:
    comes(gmail(replace(sample, **ahead)))
    comes(
        gmail(replace(sample, partstat="DECLINED", stamp="20260302T130000Z", message_id="<l@x.example>")),
        at=LATER + timedelta(hours=2),
    )
    db.session.refresh(invitation)

    assert invitation.partstat.value == "DECLINED"


def test_a_note_is_cleaned_and_cut(sample, comes) -> None:
    comes(gmail(replace(sample, comment="Je\\, oui\\n\u202eviens\x07 " + "x" * 900)))
    note = the_note()

    assert note.startswith("Je, oui\nviens x")
    assert len(note) == 500


def test_a_note_of_the_attendee_line_is_kept(sample, comes) -> None:
    comes(gmail(replace(sample, attendee_parameters=';X-RESPONSE-COMMENT="Avec ma collègue^nClaire"')))

    assert the_note() == "Avec ma collègue\nClaire"


def test_a_wish_is_shown_and_moves_nothing(session: Session, sample, comes) -> None:
    before = session.starts_at
    incoming = comes(gmail(replace(sample, method="COUNTER", start="20260319T140000", comment="Le 19 ?")))
    db.session.refresh(session)

    assert (incoming.details["wish"], incoming.excerpt) == ("2026-03-19T13:00:00+00:00", "Le 19 ?")
    assert (incoming.needs_person, session.starts_at) == (True, before)


def test_two_addresses_in_from_are_nobodys(sample, comes) -> None:
    content = gmail(sample).replace(b"From: Ada Lovelace <", b"From: x@evil.example.net, Ada <")
    twice = gmail(replace(sample, message_id="<t@x.example>")).replace(
        b"From:", b"From: x@evil.example.net\r\nFrom:", 1
    )

    assert [comes(one).verdict for one in (content, twice)] == [Verdict.OTHER_SENDER] * 2


def test_a_calendar_inside_an_enclosed_message_is_somebody_elses(sample, comes) -> None:
    inner = gmail(sample).decode().replace("=_outer", "=_enclosed")
    content = mail(
        Sample(message_id="<o@x.example>"), heads=(), parts=(text("Voyez."), part("message/rfc822", inner))
    )

    assert comes(content).verdict is Verdict.LETTER
    assert history() == []


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "klingon", "utf-16", "punycode"])
def test_whatever_the_charset_the_answer_is_read(charset: str, sample, comes) -> None:
    calendar = event(replace(sample, comment="Présente"), prodid="-//x//EN", name="Adèle")
    encoded = calendar.encode(charset if charset not in ("klingon", "punycode") else "latin-1")
    head = mail(
        sample,
        heads=(),
        parts=(
            f"Content-Type: text/calendar; charset={charset}; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\nHERE",
        ),
    )
    import base64

    incoming = comes(head.replace(b"HERE", base64.encodebytes(encoded)))

    assert incoming.verdict is Verdict.ANSWERED
    assert the_note() == "Présente"


def test_an_answer_says_with_its_registration_what_it_is_about(sample, registrations, comes) -> None:
    incoming = comes(gmail(sample))

    assert (incoming.registration_id, incoming.cycle_id) == (
        registrations()[0].id,
        registrations()[0].session.cycle_id,
    )
    # what needs nobody is kept without its words
    assert (incoming.needs_person, incoming.content, incoming.subject, incoming.excerpt) == (
        False,
        None,
        "",
        "",
    )


def test_each_of_two_answers_in_one_message_is_judged(sample, comes) -> None:
    both = mail(
        sample,
        heads=(),
        parts=(
            calendar_part(event(sample, prodid="-//x//EN"), sample, encoding="7bit"),
            calendar_part(event(replace(sample, uid="no@x"), prodid="-//x//EN"), sample, encoding="7bit"),
        ),
    )

    assert comes(both).verdict is Verdict.ANSWERED


@pytest.mark.parametrize(
    ("sequence", "stamp", "verdict"),
    [
        (0, "20260302T103000Z", Verdict.FORMER_DATE),
        (0, "20260302T110000Z", Verdict.ANSWERED),
        (0, "20260302T113000Z", Verdict.ANSWERED),
        (2, "20260302T100000Z", Verdict.ANSWERED),
    ],
    ids=["made before", "made that second", "made since", "to the restoring, by a slow clock"],
)
def test_after_a_restoring_an_answer_counts_by_when_it_was_made(
    session: Session, sample, invitation, comes, sequence, stamp, verdict
) -> None:
    comes(gmail(replace(sample, stamp="20260302T100000Z")))
    restored_at = NOW + timedelta(hours=2, milliseconds=700)
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    let_leave()
    restore_session(session, by=NADIA, now=restored_at)
    db.session.commit()
    let_leave()

    again = replace(sample, partstat="DECLINED", sequence=sequence, stamp=stamp, message_id="<n@x.example>")
    assert comes(gmail(again)).verdict is verdict
    db.session.refresh(invitation)
    holds = "DECLINED" if verdict is Verdict.ANSWERED else "NEEDS-ACTION"
    assert invitation.partstat.value == holds
