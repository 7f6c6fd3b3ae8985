"""Messages in the shapes of the clients that send them; names and addresses are invented."""

import base64
from dataclasses import dataclass, field, replace
from email.utils import format_datetime

from tests.conftest import NOW

OURS = "webinaires@example.org"
ADA = "ada@town.example.org"
UID = "0f" * 16 + "@example.org"
CLIENTS = ("gmail", "exchange", "apple", "thunderbird", "zimbra", "nextcloud")


@dataclass(frozen=True)
class Sample:
    """What is the same in every shape."""

    uid: str = UID
    partstat: str = "ACCEPTED"
    sequence: int | None = 0
    stamp: str = "20260302T101500Z"
    attendee: str = ADA
    sender: str = ADA
    method: str = "REPLY"
    parameter: str | None = None  # of the part; the method when not given
    organizer: str | None = OURS
    comment: str = ""
    message_id: str = "<one@clients.example.net>"
    headers: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()  # further lines of the event
    attendee_parameters: str = ""
    start: str = "20260312T100000"
    attendees: tuple[str, ...] = field(default=())  # whole lines, instead of the one


def event(sample: Sample, *, prodid: str, lines: tuple[str, ...] = (), name: str = "Ada") -> str:
    attendees = sample.attendees or (
        f"ATTENDEE;CN={name};PARTSTAT={sample.partstat}{sample.attendee_parameters}:mailto:{sample.attendee}",
    )
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            f"PRODID:{prodid}",
            "VERSION:2.0",
            *([f"METHOD:{sample.method}"] if sample.method else []),
            "BEGIN:VEVENT",
            f"DTSTART;TZID=Europe/Paris:{sample.start}",
            "DTEND;TZID=Europe/Paris:20260312T113000",
            f"DTSTAMP:{sample.stamp}",
            *([f"ORGANIZER;CN=Cycle:mailto:{sample.organizer}"] if sample.organizer else []),
            f"UID:{sample.uid}",
            *attendees,
            *([f"SEQUENCE:{sample.sequence}"] if sample.sequence is not None else []),
            *([f"COMMENT:{sample.comment}"] if sample.comment else []),
            *sample.extra,
            *lines,
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def gmail(sample: Sample = Sample()) -> bytes:
    """Automatic by its header, the calendar twice: inline, and as a file."""
    calendar = event(sample, prodid="-//Google Inc//Google Calendar 70.9054//EN", lines=("STATUS:CONFIRMED",))
    calendar = calendar.replace(
        ";PARTSTAT=", ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;X-NUM-GUESTS=0;PARTSTAT="
    )
    return mail(
        sample,
        heads=(
            "Auto-Submitted: auto-generated",
            "Sender: Google Calendar <calendar-notification@mail.example.com>",
        ),
        parts=(
            alternative(
                text("Ada has accepted this invitation."),
                calendar_part(calendar, sample, encoding="7bit"),
            ),
            part('application/ics; name="invite.ics"', calendar, encoding="base64", disposition="attachment"),
        ),
    )


def exchange(sample: Sample = Sample()) -> bytes:
    """No ORGANIZER, zones of Windows, the calendar in base64 as the alternative."""
    calendar = event(
        replace(sample, organizer=None),
        prodid="Microsoft Exchange Server 2010",
        lines=("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "PRIORITY:5", "CLASS:PUBLIC", "TRANSP:OPAQUE"),
    )
    calendar = calendar.replace("TZID=Europe/Paris", "TZID=Romance Standard Time").replace(
        ":mailto:", ":MAILTO:"
    )
    calendar = calendar.replace("COMMENT:", "COMMENT;LANGUAGE=fr-FR:")
    return mail(
        sample,
        heads=("X-MS-Exchange-Calendar-Series-Instance-Id: x", "Thread-Topic: Invitation"),
        parts=(text("\r\n"), calendar_part(calendar, sample, encoding="base64")),
        kind="alternative",
    )


def apple(sample: Sample = Sample()) -> bytes:
    """A text and a calendar part side by side, its address also in EMAIL=."""
    calendar = event(
        replace(
            sample,
            attendee_parameters=f';EMAIL="{sample.attendee}";CUTYPE=INDIVIDUAL{sample.attendee_parameters}',
        ),
        prodid="-//Apple Inc.//macOS 14.5//EN",
    )
    return mail(
        sample,
        heads=("X-Mailer: Apple Mail", "Mime-Version: 1.0 (Mac OS X Mail)"),
        parts=(text("Ada a accepté."), calendar_part(calendar, sample, encoding="quoted-printable")),
    )


def thunderbird(sample: Sample = Sample()) -> bytes:
    """Alternative of text and calendar, then the file again."""
    calendar = event(
        sample, prodid="-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", lines=("TRANSP:OPAQUE",)
    )
    calendar = calendar.replace("ATTENDEE;", "ATTENDEE;RSVP=TRUE;ROLE=REQ-PARTICIPANT;")
    return mail(
        sample,
        heads=("User-Agent: Mozilla Thunderbird",),
        parts=(
            alternative(text("Ada Lovelace accepte."), calendar_part(calendar, sample, encoding="8bit")),
            part('application/ics; name="invite.ics"', calendar, encoding="base64", disposition="attachment"),
        ),
    )


def zimbra(sample: Sample = Sample()) -> bytes:
    """Alternative in three, the calendar with a file name, the address in SENT-BY when a deputy answers."""
    calendar = event(sample, prodid="Zimbra-Calendar-Provider", lines=("LAST-MODIFIED:20260302T101500Z",))
    return mail(
        sample,
        heads=("X-Mailer: Zimbra 8.8.15",),
        parts=(
            text("Oui, je viens."),
            part("text/html; charset=utf-8", "<html><body>Oui, je viens.</body></html>"),
            calendar_part(calendar, sample, encoding="7bit", name='; name="meeting.ics"'),
        ),
        kind="alternative",
    )


def nextcloud(sample: Sample = Sample()) -> bytes:
    """Sent by the server: a foreign From, the attendee in Reply-To, automatic by its header."""
    calendar = event(sample, prodid="-//Sabre//Sabre VObject 4.5.4//EN")
    return mail(
        replace(sample, sender="calendrier@cloud.example.net"),
        heads=(f"Reply-To: Ada <{sample.sender}>", "Auto-Submitted: auto-generated"),
        parts=(
            alternative(text("Ada a accepté."), part("text/html; charset=utf-8", "<p>Ada a accepté.</p>")),
            calendar_part(calendar, sample, encoding="base64", name='; name="event.ics"'),
        ),
    )


SHAPES = {
    "gmail": gmail,
    "exchange": exchange,
    "apple": apple,
    "thunderbird": thunderbird,
    "zimbra": zimbra,
    "nextcloud": nextcloud,
}


def letter(
    words: str = "Bonjour, je serai en retard.",
    *,
    sender: str = ADA,
    message_id: str = "<letter@clients.example.net>",
    heads: tuple[str, ...] = (),
    parts: tuple[str, ...] = (),
) -> bytes:
    """What a person writes."""
    sample = Sample(sender=sender, message_id=message_id)
    return mail(sample, heads=heads, parts=(text(words), *parts))


def report(
    *,
    to: str,
    action: str = "failed",
    status: str = "5.1.1",
    recipient: str = ADA,
    about: str = "<ours@example.org>",
    words: str = "smtp; 550 5.1.1 <ada@town.example.org>: Recipient address rejected: User unknown",
    heads: tuple[str, ...] = (),
    message_id: str = "<report@mx.example.net>",
) -> bytes:
    """As Postfix returns a mail."""
    fields = [
        "Reporting-MTA: dns; mx.example.net",
        "Arrival-Date: Mon, 2 Mar 2026 10:15:00 +0100",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Original-Recipient: rfc822;{recipient}",
        f"Action: {action}",
        *([f"Status: {status}"] if status else []),
        "Remote-MTA: dns; mx.town.example.org",
        f"Diagnostic-Code: {words}",
        "",
    ]
    return mail(
        Sample(sender="MAILER-DAEMON@mx.example.net", message_id=message_id),
        to=to,
        heads=("Auto-Submitted: auto-replied", "Return-Path: <>", *heads),
        parts=(
            text("I'm sorry to have to inform you that your message could not be delivered."),
            part("message/delivery-status", "\r\n".join(fields)),
            part("text/rfc822-headers", f"From: {OURS}\r\nMessage-ID: {about}\r\n"),
        ),
        kind="report; report-type=delivery-status",
    )


def exchange_report(**facts: str) -> bytes:
    """As Exchange returns a mail: longer codes, the whole message enclosed."""
    about = facts.pop("about", "<ours@example.org>")
    facts = {"status": "5.1.10", "words": "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound", **facts}
    content = report(about=about, **facts)  # type: ignore[arg-type]
    return content.replace(b"text/rfc822-headers", b"message/rfc822").replace(
        b"MAILER-DAEMON@mx.example.net", b"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@town.example.org"
    )


def bare_bounce(*, to: str, message_id: str = "<bare@mx.example.net>", heads: tuple[str, ...] = ()) -> bytes:
    """A server that knows nothing of delivery reports."""
    sample = Sample(sender="MAILER-DAEMON@old.example.net", message_id=message_id)
    return mail(
        sample, to=to, heads=("Return-Path: <>", *heads), parts=(text("Hi. This is qmail. No luck."),)
    )


def out_of_office(*, to: str = OURS, heads: tuple[str, ...] = (), parts: tuple[str, ...] = ()) -> bytes:
    """Somebody is away."""
    sample = Sample(message_id="<away@clients.example.net>")
    heads = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", *heads)
    return mail(sample, to=to, heads=heads, parts=(text("Je suis absente jusqu’à lundi."), *parts))


def mail(
    sample: Sample, *, heads: tuple[str, ...], parts: tuple[str, ...], kind: str = "mixed", to: str = OURS
) -> bytes:
    """A message of these parts."""
    boundary = "----=_outer"
    lines = [
        *sample.headers,
        f"From: Ada Lovelace <{sample.sender}>",
        f"To: {to}",
        "Subject: =?utf-8?q?Accept=C3=A9_=3A_Achats?=",
        f"Date: {format_datetime(NOW)}",
        *([f"Message-ID: {sample.message_id}"] if sample.message_id else []),
        "MIME-Version: 1.0",
        *heads,
        f'Content-Type: multipart/{kind}; boundary="{boundary}"',
        "",
    ]
    return ("\r\n".join(lines) + "\r\n" + joined(parts, boundary)).encode()


def joined(parts: tuple[str, ...], boundary: str) -> str:
    return "".join(f"--{boundary}\r\n{one}\r\n" for one in parts) + f"--{boundary}--\r\n"


def alternative(*parts: str) -> str:
    boundary = "----=_inner"
    return f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n' + joined(parts, boundary)


def text(words: str) -> str:
    return part("text/plain; charset=utf-8", words)


def calendar_part(calendar: str, sample: Sample, *, encoding: str, name: str = "") -> str:
    parameter = sample.method if sample.parameter is None else sample.parameter
    method = f"; method={parameter}" if parameter else ""
    return part(f"text/calendar; charset=utf-8{method}{name}", calendar, encoding=encoding)


def part(kind: str, content: str, *, encoding: str = "8bit", disposition: str = "") -> str:
    heads = [f"Content-Type: {kind}"]
    if encoding != "8bit":
        heads.append(f"Content-Transfer-Encoding: {encoding}")
    if disposition:
        heads.append(f"Content-Disposition: {disposition}")
    if encoding == "base64":
        content = base64.encodebytes(content.encode()).decode().replace("\n", "\r\n")
    elif encoding == "quoted-printable":
        import quopri

        content = quopri.encodestring(content.replace("\r\n", "\n").encode()).decode().replace("\n", "\r\n")
    return "\r\n".join(heads) + "\r\n\r\n" + content
