"""A message to Ada, and how one is read."""

import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

from tests.wire.corpus import ADA, NOW, ORGANIZER
from webinars.outbox.composition.message import MailHeading

FIRST = "<11111111111111111111111111111111@example.org>"
LAST = "<22222222222222222222222222222222@example.org>"
HEADING = MailHeading(
    sender=ORGANIZER,
    recipient=ADA,
    subject="Invitation : Cités de l’emploi, Quèsaco ?",
    message_id=FIRST,
    sent_at=NOW,
    language="fr",
)
TEXT = "Bonjour Ada,\n\nVotre place est réservée : 100 % = sûr.\n.\nFrom ici.\n"
HTML = "<!doctype html>\n<p>Votre place est réservée.</p>\n"


def parsed(content: bytes) -> EmailMessage:
    """The message as the standard library reads it."""
    message = BytesParser(policy=email.policy.default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


def display_name(content: bytes, header: str) -> str:
    """The name in an address header; the newer parser puts blanks between encoded words."""
    raw = BytesParser(policy=email.policy.compat32).parsebytes(content)[header]
    name = parseaddr(raw.replace("\r\n ", " "))[0]
    return str(make_header(decode_header(name)))


def raw_headers(content: bytes) -> list[str]:
    """The header lines as they stand on the wire."""
    return content.split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")
