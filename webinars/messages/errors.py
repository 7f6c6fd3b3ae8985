"""What organisers may be refused about a message."""

from flask_babel import lazy_gettext as _l

from webinars.errors import Refusal


class MessageIsNoDraft(Refusal):
    """The message was sent, scheduled or cancelled meanwhile."""

    field = ""
    title = _l("This message can no longer be changed")
    sentence = _l("It was sent, scheduled or cancelled meanwhile. Copy it as a new one to write again.")
