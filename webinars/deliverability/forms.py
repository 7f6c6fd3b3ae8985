"""What may be typed about an address."""

from flask_babel import lazy_gettext as _l

from webinars.edits.forms import EditForm
from webinars.web.forms.fields import AddressField, RequiredAnswer


class AddressForm(EditForm):
    """The address that is right."""

    email = AddressField(_l("E-mail address"), [RequiredAnswer(_l("Write the address that is right."))])
