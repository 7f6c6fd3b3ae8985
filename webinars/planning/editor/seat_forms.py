"""What may be typed about the seats of a session."""

from flask_babel import lazy_gettext as _l

from webinars.edits.forms import EditForm
from webinars.web.fields import CountField


class EnlargeForm(EditForm):
    """How many seats a session has from now on."""

    capacity = CountField(_l("Seats"), least=1, most=100_000, description=_l("Empty: no limit."))
