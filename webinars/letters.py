"""Which function writes which mail."""

from collections.abc import Callable
from email.message import EmailMessage

from webinars.outbox.models import Email
from webinars.registration import mails as registration

WRITERS: dict[str, Callable[[Email], EmailMessage]] = {
    "confirmation": registration.write_confirmation,
    "invitation": registration.write_invitation,
    "invitation_update": registration.write_update,
    "invitation_cancelled": registration.write_cancellation,
}
