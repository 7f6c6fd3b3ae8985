"""What may be typed about an address."""

from flask_babel import lazy_gettext as _l

from webinars.fields import AddressField, Form, Needed


class AddressForm(Form):
    """The address that is right."""

    email = AddressField(_l("E-mail address"), [Needed(_l("Write the address that is right."))])
