"""A reminder as somebody would read it, made for one session and sent to nobody."""

from datetime import datetime
from email.message import EmailMessage

from flask_babel import gettext as _

from webinars.cycles.models import Session
from webinars.cycles.queries import contributors_of
from webinars.outbox.models import Email, row
from webinars.registration.models import Registrant, Registration
from webinars.registration.seats import seats_and_waiting
from webinars.reminders.mails import compose
from webinars.reminders.models import ReminderRound
from webinars.reminders.queries import PlannedReminder
from webinars.words.languages import language

READER = "camille@example.org"


def sample(planned: PlannedReminder, *, now: datetime) -> EmailMessage:
    """The mail as it leaves on time, to an invented reader, in the language in force; its links lead nowhere."""
    session = planned.session
    registrant = Registrant(
        public_id="preview",
        token_version=1,
        first_name="Camille",
        last_name=_("Example"),
        email=READER,
        email_key=READER,
        language=language(),
        cycle=session.cycle,
    )
    registration = Registration(registrant=registrant, session=session)
    round_ = ReminderRound(minutes=planned.minutes, text=planned.text, is_last=planned.is_last)
    speakers = contributors_of([session])[session.id]
    seats = seats_and_waiting([session])[session.id]
    return compose(
        _unsent(session, now), registration, round_, speakers, passes_on=seats.pass_on, now=planned.due_at
    )


def parts(message: EmailMessage) -> dict[str, str]:
    """Subject, text and HTML of a mail."""
    found = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    return {
        "subject": str(message["Subject"]),
        "text": found["text/plain"],
        "html": found["text/html"],
    }


def _unsent(session: Session, now: datetime) -> Email:
    return Email(
        **row(
            "reminder",
            recipient=READER,
            language=language(),
            about_id=0,
            cycle_id=session.cycle_id,
            purpose="preview",
            now=now,
        )
    )
