"""Which function writes which mail."""

from webinars.accounts import mails as accounts
from webinars.messages.letters import mails as messages
from webinars.outbox.composition.message import Writers
from webinars.registration.letters import mails as registration
from webinars.registration.letters import summaries
from webinars.reminders import mails as reminders
from webinars.replies import mails as replies

WRITERS: Writers = {
    "password_reset": accounts.write_password_reset,
    "organiser_invitation": accounts.write_organiser_invitation,
    "confirmation": summaries.write_confirmation,
    "backlog": summaries.write_backlog,
    "waiting": registration.write_waiting,
    "page_link": registration.write_page_link,
    "session_news": registration.write_news,
    "invitation": registration.write_invitation,
    "invitation_restored": registration.write_restored,
    "invitation_update": registration.write_update,
    "invitation_cancelled": registration.write_cancellation,
    "reminder": reminders.write_reminder,
    "place_freed": registration.write_place_freed,
    "forwarded_letter": replies.write_forwarded_letter,
    "message": messages.write_message,
    "message_test": messages.write_message_test,
}
