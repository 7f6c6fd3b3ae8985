"""E-mail addresses: how they are read, compared and refused (specification/security, rule 3)."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from webinars.words.text import TextRefused, clean_line

ADDRESS_LIMIT = 254


class AddressRefused(ValueError):
    """The address cannot be written to; the message is a sentence that says what to do."""


def read_address(typed: str) -> str:
    """The address as it will be written to: its domain in lower case and punycode.

    Raises AddressRefused with a sentence for whoever typed it.
    """
    try:
        address = clean_line(typed, ADDRESS_LIMIT)
    except TextRefused as refused:
        raise AddressRefused(str(refused)) from refused
    if "@" not in address:
        raise AddressRefused(_("Write the whole address, with the @ sign. Example: name@town.fr"))
    local, _at, domain = address.rpartition("@")
    if not local:
        raise AddressRefused(_("Complete the address: the part before @ is missing."))
    if not domain:
        raise AddressRefused(_("Complete the address: the part after @ is missing."))
    if not local.isascii():
        raise AddressRefused(
            _(
                "Write the part before @ without accents: many mail servers cannot deliver to “%(local)s”.",
                local=local[:80],
            )
        )
    if "." not in domain or len(domain.rpartition(".")[2]) == 1:
        raise AddressRefused(
            _("Complete the address: “%(domain)s” has no ending such as .fr.", domain=domain[:80])
        )
    return _validated(address)


def _validated(address: str) -> str:
    try:
        valid = validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as error:
        raise AddressRefused(
            _("Check the address “%(address)s”: mail cannot be sent to it as written.", address=address[:80])
        ) from error
    return valid.ascii_email or valid.normalized


def address_key(address: str) -> str:
    """The form under which two addresses are the same: the whole in lower case."""
    return address.strip().lower()
