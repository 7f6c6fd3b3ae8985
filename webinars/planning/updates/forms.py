"""A word of the organiser's own that goes along with a message."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from webinars.edits.forms import EditForm
from webinars.web.forms.fields import Form, LongTextField

_WORD = _l("Message to those who are told")


class WordForm(Form):
    """What those who hear of a cancellation will read, or nothing."""

    word = LongTextField(
        _WORD,
        limit=1000,
        description=_l(
            "Stands in the message, as plain text. Empty: it says only that the session is cancelled."
        ),
    )


class UpdateForm(WordForm, EditForm):
    """What goes along with an update that waits."""

    word = LongTextField(
        _WORD,
        limit=1000,
        description=_l("Stands in the message, as plain text. Empty: it says only what changes."),
    )

    texts = BooleanField(
        _l("Say that the presentation is new"),
        description=_l("Their calendars receive it in any case; with this, the message says so."),
    )
