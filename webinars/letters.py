"""Which function writes which mail."""

from collections.abc import Callable
from email.message import EmailMessage

from webinars.outbox.models import Email

WRITERS: dict[str, Callable[[Email], EmailMessage]] = {}
