"""What gateways and calendars do to an answer on its way, and what is refused without vanishing."""

import base64
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from config import ROOT
from tests.page import read
from tests.planning.typed import WORKSPACE
from tests.replies.conftest import history
from tests.replies.samples import (
    ADA,
    OURS,
    SHAPES,
    Sample,
    calendar_part,
    event,
    gmail,
    letter,
    mail,
    part,
    text,
)
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.outbox.models import Email
from webinars.replies.queries import KIND
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

CASES = ROOT / "tests/data/replies"
SERVER = "mx.events.example.org"
FAILS = f"Authentication-Results: {SERVER}; dmarc=fail (p=none) header.from=town.example.org"
ANSWERS = f"{WORKSPACE}/messages/answers?lang=en"


@pytest.fixture
def case(invitation: Invitation):
    """A message that went wrong once, about Ada's invitation: `case("m10-octet-stream-automatic")`."""

    def about_ada(found: re.Match[bytes]) -> bytes:
        calendar = base64.b64decode(found.group(1))
        for former, ours in (
            (rb"UID:[^\r\n]+", f"UID:{invitation.uid}"),
            (rb"SEQUENCE:3", "SEQUENCE:0"),
            (rb"(?<=ORGANIZER:)mailto:[^\r\n]+", f"mailto:{OURS}"),
            (rb"mailto:(?!webinaires)[^\r\n]+", f"mailto:{ADA}"),
        ):
            calendar = re.sub(former, ours.encode(), calendar)
        return b"\n\n" + base64.encodebytes(calendar)

    def case(name: str) -> bytes:
        content = (CASES / f"{name}.eml").read_bytes().replace(b"\r\n", b"\n")
        content = re.sub(rb"\n\n((?:[A-Za-z0-9+/=]+\n){5,})", about_ada, content)
        return re.sub(rb"From: \S+", f"From: {ADA}".encode(), content)

    return case


def in_tray(desk, sentence: str) -> bool:
    return sentence in read(desk.get(ANSWERS)).headings


def test_a_calendar_that_a_gateway_renamed_is_read(case, comes) -> None:
    assert comes(case("m10-octet-stream-automatic")).verdict is Verdict.ANSWERED
    assert history() == [("ACCEPTED", False)]


def test_a_line_folded_inside_a_letter_is_whole(case, comes) -> None:
    assert comes(case("m16-folded-inside-a-letter")).verdict is Verdict.ANSWERED
    assert history() == [("TENTATIVE", False)]
    assert db.session.scalars(select(InvitationAnswer.note)).one() == "Retenue à Évreux, à bientôt"


def test_an_organizer_without_an_address_counts_as_missing(case, comes) -> None:
    assert comes(case("m17-organizer-invalid-nomail")).verdict is Verdict.ANSWERED
    assert history() == [("ACCEPTED", False)]


def test_any_line_of_our_server_that_says_forged_refuses_and_shows(case, desk, comes) -> None:
    incoming = comes(case("m25-dmarc-fail-in-second-own-line"), authserv_id=SERVER)

    assert (incoming.verdict, incoming.needs_person, history()) == (Verdict.FAILED_DMARC, True, [])
    assert in_tray(
        desk, "Our mail server says that this message does not come from the address it names (DMARC)."
    )


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ('application/octet-stream; name="x.ICS"', ""),
        ("application/octet-stream", ""),
        ("text/plain; charset=utf-8", ""),
        ('application/x-msdownload; name="a.bin"', 'attachment; filename="Réponse.ics"'),
    ],
)
def test_a_calendar_of_any_other_type_is_read(kind: str, head: str, sample, comes) -> None:
    calendar = event(sample, prodid="-//x//EN")
    content = mail(
        sample,
        heads=("Auto-Submitted: auto-generated",),
        parts=(text("Oui"), part(kind, calendar, encoding="base64", disposition=head)),
    )

    assert comes(content).verdict is Verdict.ANSWERED


def test_a_renamed_calendar_inside_an_enclosed_message_is_somebody_elses(sample, comes) -> None:
    calendar = event(sample, prodid="-//x//EN")
    inner = mail(
        sample, heads=(), parts=(part('application/octet-stream; name="x.ics"', calendar, encoding="base64"),)
    )
    inner_text = inner.decode().replace("=_outer", "=_enclosed")
    content = mail(
        Sample(message_id="<o@x.example>"),
        heads=(),
        parts=(text("Voyez."), part("message/rfc822", inner_text)),
    )

    assert (comes(content).verdict, history()) == (Verdict.LETTER, [])


@pytest.mark.parametrize(
    ("parameter", "verdict"),
    [
        ("; method*=utf-8''REPLY", Verdict.ANSWERED),
        ("; method*0=RE; method*1=PLY", Verdict.ANSWERED),
        ("; method*=us-ascii'en'REQUEST", Verdict.WRONG_METHOD),
        ("; method*=klingon''REPLY", Verdict.ANSWERED),
    ],
)
def test_a_method_written_as_rfc_2231_is_one(parameter: str, verdict: Verdict, sample, comes) -> None:
    calendar = calendar_part(event(sample, prodid="-//x//EN"), sample, encoding="7bit", name=parameter)
    content = mail(sample, heads=(), parts=(calendar.replace("; method=REPLY", "", 1),))

    assert comes(content).verdict is verdict


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16", "utf-16-be", "shift_jis"])
def test_folded_lines_are_unfolded_in_every_charset(charset: str, sample, comes) -> None:
    words = "Retenue" if charset == "shift_jis" else "Présente"
    calendar = event(replace(sample, comment=words), prodid="-//x//EN").replace(
        words, f"{words[:3]}\r\n {words[3:]}"
    )
    head = mail(
        sample,
        heads=(),
        parts=(
            f"Content-Type: text/calendar; charset={charset}; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\nHERE",
        ),
    )
    comes(head.replace(b"HERE", base64.encodebytes(calendar.encode(charset))))

    assert db.session.scalars(select(InvitationAnswer.note)).one() == words


def wrapped(uid: str) -> bytes:
    """As Outlook wraps an identity that is not its own ([MS-OXOCAL] 2.2.1.27)."""
    inside = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
    beginning = bytes.fromhex("040000008200E00074C5B7101A82E008")
    return beginning + bytes(20) + len(inside).to_bytes(4, "little") + inside


@pytest.mark.parametrize(
    "written", [lambda content: content.hex().upper(), lambda content: base64.b64encode(content).decode()]
)
def test_an_identity_wrapped_by_outlook_or_activesync_is_unwrapped(written, sample, comes) -> None:
    assert comes(gmail(replace(sample, uid=written(wrapped(sample.uid))))).verdict is Verdict.ANSWERED


@pytest.mark.parametrize(
    "uid", ["0" * 900, "040000008200E00074C5B7101A82E008", "BAAAAIIA4AB0xbcQGoLgCA==", "zz"]
)
def test_what_only_looks_wrapped_is_unknown(uid: str, sample, comes) -> None:
    assert comes(gmail(replace(sample, uid=uid))).verdict is Verdict.UNKNOWN_UID


def test_an_unknown_identity_that_answers_our_mail_waits_for_a_person(
    sample, invitation, desk, comes
) -> None:
    ours = f"In-Reply-To: {invitation.first_message_id}"
    known = comes(gmail(replace(sample, uid="other@x.example", headers=(ours,))))
    unknown = comes(
        gmail(
            replace(
                sample,
                uid="other@x.example",
                comment="Oui",
                headers=("In-Reply-To: <x@y.example>",),
                message_id="<2@x.example>",
            )
        )
    )

    assert [(one.verdict, one.needs_person) for one in (known, unknown)] == [
        (Verdict.UNKNOWN_UID, True),
        (Verdict.UNKNOWN_UID, False),
    ]
    assert in_tray(
        desk, "A calendar answered a mail of ours, but for an entry that is none of our invitations."
    )
    assert history() == []


def test_a_foreign_organizer_is_shown(sample, desk, comes) -> None:
    incoming = comes(gmail(replace(sample, organizer="boss@evil.example.net")))

    assert (incoming.verdict, incoming.needs_person, history()) == (Verdict.FOREIGN_ORGANIZER, True, [])
    assert in_tray(desk, "An answer for this registration names another organiser than us.")


@pytest.mark.parametrize("client", SHAPES)
def test_a_forged_answer_is_shown_and_changes_nothing(client: str, sample, desk, comes) -> None:
    incoming = comes(SHAPES[client](replace(sample, headers=(FAILS,))), authserv_id=SERVER)

    assert (incoming.verdict, incoming.needs_person, history()) == (Verdict.FAILED_DMARC, True, [])
    assert "open no link in it" in desk.get(ANSWERS).text


def test_a_forged_letter_waits_and_goes_to_nobody(invitation, desk, comes) -> None:
    incoming = comes(letter("Payez ici.", heads=(FAILS,)), authserv_id=SERVER)

    assert (incoming.verdict, incoming.needs_person, incoming.excerpt) == (
        Verdict.FAILED_DMARC,
        True,
        "Payez ici.",
    )
    assert db.session.scalars(select(Email).where(Email.kind == KIND)).all() == []
    assert "Payez ici." in read(desk.get(ANSWERS)).lines


def test_a_forged_letter_of_nobody_we_know_waits_for_the_operator(comes) -> None:
    incoming = comes(letter("Payez.", sender="x@else.example.net", heads=(FAILS,)), authserv_id=SERVER)

    assert (incoming.cycle_id, incoming.needs_person) == (None, True)


def test_many_signatures_push_the_word_of_our_server_out_of_nobodys_sight(sample, comes) -> None:
    many = " dkim=pass header.d=evil.example.net header.s=abcdefgh;" * 1000
    line = f"Authentication-Results: {SERVER};{many} dmarc=fail"

    assert comes(gmail(replace(sample, headers=(line,))), authserv_id=SERVER).verdict is Verdict.FAILED_DMARC


def test_lines_of_other_names_are_worth_nothing(sample, comes) -> None:
    other = FAILS.replace(SERVER, f"{SERVER}.evil.example.net")

    assert comes(gmail(replace(sample, headers=(other,))), authserv_id=SERVER).verdict is Verdict.ANSWERED
