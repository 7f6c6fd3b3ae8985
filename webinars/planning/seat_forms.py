"""What may be typed about the seats of a session."""

from flask_babel import lazy_gettext as _l

from webinars.fields import CountField, Form


class EnlargeForm(Form):
    """How many seats a session has from now on."""

    capacity = CountField(_l("Seats"), least=1, most=100_000, description=_l("Empty: no limit."))
