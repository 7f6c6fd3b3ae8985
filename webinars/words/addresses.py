"""Addresses of mail and of pages: how they are read, compared and refused (specification/security, rule 3)."""

import re
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from webinars.words.text import TextRefused, clean_line

ADDRESS_LIMIT = 254
_HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?([/?#].*)?")


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


def web_address(typed: str) -> str | None:
    """An http or https address with a host and nothing hidden in it, https:// where no scheme was typed; None for anything else."""
    value = f"https://{typed}" if _HOST_FIRST.fullmatch(typed) else typed
    if any(sign.isspace() or sign in '<>"\\' for sign in value):
        return None
    try:
        address = urlsplit(value)
        is_good = address.scheme in ("http", "https") and address.hostname and address.username is None
    except ValueError:
        return None
    return value if is_good else None
