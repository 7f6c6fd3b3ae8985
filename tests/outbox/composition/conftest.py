"""A message to Ada."""

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
