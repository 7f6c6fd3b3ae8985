"""One sending of the form: what it says beside a choice and a person."""

from collections.abc import Collection
from datetime import datetime
from typing import TypedDict

from config import Settings
from webinars.registration.models import ConsentPurpose


class SignUpDetails(TypedDict):
    """What `sign_up` is told by keyword."""

    whole_cycle: bool
    consents: Collection[ConsentPurpose]
    consent_words: str
    language: str
    settings: Settings
    now: datetime
    attempt: str | None
