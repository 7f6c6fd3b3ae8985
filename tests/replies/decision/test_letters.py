"""What people write is handed on, with its context; nobody is answered."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.registration.conftest import ADA as PERSON
from tests.registration.conftest import BELA, written
from tests.registration.reading_mails import html_page
from tests.registration.signing_up import sign_up
from tests.replies.conftest import let_leave
from tests.replies.samples import ADA, OURS, SHAPES, Sample, gmail, letter, mail, out_of_office, part, report
from webinars.accounts.models import Organisation
from webinars.outbox.models import Email
from webinars.replies.actions import handle
from webinars.replies.queries import KIND
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

CONTACT = "contact@vto.example.org"


def handed_on() -> list[Email]:
    return list(db.session.scalars(select(Email).where(Email.kind == KIND).order_by(Email.id)))


def test_a_letter_goes_to_the_contact_with_its_context(invitation, comes, registrations) -> None:
    incoming = comes(letter("Bonjour,\n\nvoir http://evil.example.net/x\n<script>alert(1)</script>"))

    assert (incoming.verdict, incoming.needs_person) == (Verdict.LETTER, True)
    assert incoming.registration_id == registrations()[0].id
    assert [email.recipient for email in handed_on()] == [CONTACT]
    message = written(handed_on()[0])
    said = message.get_body(("plain",)).get_content()

    assert "http://evil" not in message.as_string()
    assert "Ada Lovelace (ada@town.example.org)" in said
    assert "Achats responsables" in said
    assert html_page(message).all("script") == []
    assert message["To"].addresses[0].addr_spec == CONTACT
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_letter_without_a_subject_says_so(invitation, comes) -> None:
    comes(letter().replace(b"Subject: =?utf-8?q?Accept=C3=A9_=3A_Achats?=", b"Subject:"))
    message = written(handed_on()[0])

    assert message["Subject"] == "Message reçu : Agir sur l’emploi dans les quartiers prioritaires"
    assert "Objet : (sans objet)" in message.get_body(("plain",)).get_content().replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_letter_that_answers_our_mail_belongs_to_its_cycle_whoever_writes(
    invitation, comes, outbox
) -> None:
    ours = outbox()[-1].message_id
    incoming = comes(letter(sender="colleague@town.example.org", heads=(f"In-Reply-To: {ours}",)))

    assert incoming.registration_id is not None
    assert [email.recipient for email in handed_on()] == [CONTACT]


def test_a_letter_from_nowhere_is_for_the_operator_and_goes_to_nobody(invitation, comes, outbox) -> None:
    before = len(outbox())
    incoming = comes(letter(sender="stranger@else.example.net"))

    assert (incoming.verdict, incoming.cycle_id, incoming.needs_person) == (Verdict.LETTER, None, True)
    assert len(outbox()) == before


def test_a_person_known_to_two_organisations_is_given_to_neither(invitation, comes, add_session) -> None:
    other = Organisation(slug="onpv", name="ONPV", short_name="ONPV", contact="a@example.org", created_at=NOW)
    cycle = published_cycle(other, "autre", now=NOW)
    session = add_session(cycle)
    sign_up(
        cycle,
        [session.public_id],
        PERSON,
        whole_cycle=False,
        consents=set(),
        language="fr",
        now=NOW,
    )
    db.session.commit()

    assert comes(letter()).cycle_id is None
    assert handed_on() == []


@pytest.mark.parametrize(
    "heads",
    [
        ("Auto-Submitted: auto-replied",),
        ("Precedence: bulk",),
        ("Precedence: junk",),
        ("X-Autoreply: yes",),
        ("Return-Path: <>",),
    ],
)
def test_what_is_automatic_is_ignored(heads: tuple[str, ...], invitation, comes, outbox) -> None:
    before = len(outbox())
    incoming = comes(letter(heads=heads))

    assert (incoming.verdict, incoming.needs_person, len(outbox())) == (Verdict.AUTOMATIC, False, before)


def test_auto_submitted_no_is_a_person(invitation, comes) -> None:
    assert comes(letter(heads=("Auto-Submitted: no",))).verdict is Verdict.LETTER


def test_out_of_office_is_ignored_and_with_a_calendar_it_is_read(sample, invitation, comes, outbox) -> None:
    before = len(outbox())
    away = comes(out_of_office())
    assert away.verdict is Verdict.AUTOMATIC

    from tests.replies.samples import calendar_part, event

    answer = calendar_part(
        event(replace(sample, partstat="DECLINED"), prodid="-//x//EN"), sample, encoding="7bit"
    )
    with_answer = out_of_office(parts=(answer,)).replace(b"<away@", b"<away2@")
    assert comes(with_answer).verdict is Verdict.ANSWERED
    assert len(outbox()) == before


def test_subject_and_text_are_never_an_answer(invitation, comes) -> None:
    comes(letter("Je décline. ACCEPTED. Declined: I cannot come.", heads=()))
    db.session.refresh(invitation)

    assert invitation.partstat.value == "NEEDS-ACTION"


def test_winmail_dat_is_handed_on_with_what_to_do(invitation, comes) -> None:
    content = letter("", parts=(part('application/ms-tnef; name="winmail.dat"', "eJ8+", encoding="base64"),))
    incoming = comes(content)

    assert incoming.verdict is Verdict.WINMAIL
    assert "winmail.dat" in written(handed_on()[0]).get_body(("plain",)).get_content()


def test_a_spoofed_letter_is_refused_where_our_server_says_so(invitation, comes) -> None:
    content = letter(heads=("Authentication-Results: mx.example.org 1; spf=pass; dmarc = fail (p=reject)",))

    assert comes(content, authserv_id="MX.example.org").verdict is Verdict.FAILED_DMARC
    assert handed_on() == []


@pytest.mark.parametrize("contact", [ADA, OURS])
def test_a_letter_never_goes_back_to_its_writer_nor_round_to_us(
    contact: str, invitation, cycle, comes
) -> None:
    cycle.contact = contact
    db.session.commit()

    assert comes(letter()).verdict is Verdict.LETTER
    assert handed_on() == []


def test_what_the_contact_answers_to_a_letter_goes_round_no_further(invitation, comes) -> None:
    comes(letter())
    forwarded = handed_on()[0]
    incoming = comes(
        letter(
            "Merci",
            sender="else@vto.example.org",
            message_id="<r@x.example>",
            heads=(f"References: {forwarded.message_id}",),
        )
    )

    assert (incoming.needs_person, len(handed_on())) == (True, 1)


def test_of_one_writer_a_few_letters_a_day_are_handed_on_and_all_are_kept(invitation, comes) -> None:
    verdicts = [
        comes(letter(f"Lettre {number}", message_id=f"<l{number}@x.example>")).verdict for number in range(8)
    ]

    assert (verdicts, len(handed_on())) == ([Verdict.LETTER] * 8, 5)


def test_a_letter_handled_before_it_left_is_not_sent(invitation, comes) -> None:
    from webinars.outbox.errors import ReasonGone

    incoming = comes(letter())
    handle(incoming, by=NADIA, now=NOW)
    db.session.commit()

    with pytest.raises(ReasonGone):
        written(handed_on()[0])
    assert (incoming.content, incoming.handled_by) == (None, NADIA)


def test_letters_that_were_handled_make_room_for_more_of_their_writer(invitation, comes) -> None:
    for number in range(6):
        handle(comes(letter(f"Lettre {number}", message_id=f"<l{number}@x.example>")), by=NADIA, now=NOW)

    assert len(handed_on()) == 6


def test_a_letter_of_html_alone_is_read_as_text(invitation, comes) -> None:
    content = mail(
        Sample(),
        heads=(),
        parts=(
            part(
                "text/html; charset=utf-8",
                "<head><style>p{}</style></head><p>Bonjour &amp; merci</p><script>x()</script>",
            ),
        ),
    )

    assert comes(content).excerpt == "Bonjour & merci"


def test_a_refused_calendar_in_a_persons_letter_is_not_lost(sample, invitation, comes) -> None:
    content = gmail(replace(sample, method="REQUEST")).replace(b"Auto-Submitted: auto-generated\r\n", b"")
    incoming = comes(content)

    assert (incoming.verdict, incoming.needs_person, incoming.excerpt) == (
        Verdict.WRONG_METHOD,
        True,
        "Ada has accepted this invitation.",
    )


def test_whatever_comes_in_mail_goes_to_registered_addresses_and_the_contact_alone(
    sample, cycle, session, signs_up, comes, outbox
) -> None:
    session.capacity, cycle.refusal_frees_place = 1, True
    db.session.commit()
    signs_up(BELA, session)  # waits
    let_leave()
    known = len(outbox())
    strangers = ("x@else.example.net", "boss@evil.example.net", "MAILER-DAEMON@mx.example.net")
    for number, sender in enumerate((*strangers, ADA)):
        for kind, shape in enumerate(SHAPES.values()):
            comes(
                shape(
                    replace(
                        sample, partstat="DECLINED", sender=sender, message_id=f"<{number}-{kind}@x.example>"
                    )
                )
            )
        comes(
            letter(
                f"{number}",
                sender=sender,
                message_id=f"<l{number}@x.example>",
                heads=(f"In-Reply-To: {outbox()[0].message_id}", f"Reply-To: {strangers[0]}"),
            )
        )
        comes(out_of_office(heads=(f"Reply-To: {sender}",)).replace(b"<away@", b"<away%d@" % number))
        comes(report(to=OURS, recipient=sender, message_id=f"<r{number}@x.example>"))

    kinds = {(email.kind, email.recipient) for email in outbox()[known:]}
    assert kinds == {("place_freed", ADA), ("invitation", BELA.email), (KIND, CONTACT)}
