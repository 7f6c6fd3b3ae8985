"""The list of mails calls each by its news: who withdrew, who was taken off, who was promoted, who waits."""

import pytest
from flask_babel import force_locale

from webinars.deliverability.words import kind_words
from webinars.outbox.models import Email

KINDS = [
    # kind, details: what it is called, in French and in English
    ("invitation_cancelled", {"reason": "session"}, ("Annulation", "Cancellation")),
    ("invitation_cancelled", {"reason": "attendee"}, ("Désistement", "Withdrawal")),
    ("invitation_cancelled", {"reason": "organiser"}, ("Désinscription", "Registration withdrawn")),
    ("invitation", {}, ("Invitation", "Invitation")),
    ("invitation", {"occasion": "seat freed"}, ("Une place pour vous", "A seat for you")),
    ("invitation_restored", {"occasion": "restored"}, ("Rétablie", "Takes place after all")),
    ("invitation_restored", {"occasion": "seat freed"}, ("Une place pour vous", "A seat for you")),
    ("invitation_restored", {}, ("De nouveau inscrit·e", "Registered again")),
    (
        "session_news",
        {"waits": True, "news": "moved"},
        ("Sur liste d’attente, séance modifiée", "On the waiting list, session changed"),
    ),
    ("session_news", {"waits": False, "news": "cancelled"}, ("Annulation", "Cancellation")),
]


@pytest.mark.parametrize(("kind", "details", "words"), KINDS)
def test_a_mail_is_called_by_its_news(app, kind, details, words):
    said = []
    for language in ("fr", "en"):
        with force_locale(language):
            said.append(kind_words(Email(kind=kind, details=details)))

    assert tuple(said) == words
