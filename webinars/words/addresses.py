"""Addresses of mail and of pages: how they are read, compared and refused (specification/security, rule 3)."""

import re
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from webinars.words.text import TextRefused, clean_line

ADDRESS_LIMIT = 254
# what comes along when an address is copied, and no one sees: zero-width signs, word joiner, soft hyphen
_UNSEEN = str.maketrans("", "", "\u200b\u200c\u200d\u2060\u00ad\ufeff")
_MAILTO = "mailto:"
_HOST_FIRST = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?([/?#].*)?")


class AddressRefused(ValueError):
    """The address cannot be written to; the message is a sentence that says what to do."""


def read_address(typed: str) -> str:
    """The address as it will be written to: its domain in lower case and punycode, what it was copied in left out.

    Raises AddressRefused with a sentence for whoever typed it.
    """
    try:
        address = unwrapped(clean_line(typed, ADDRESS_LIMIT))
    except TextRefused as refused:
        raise AddressRefused(str(refused)) from refused
    if "@" not in address:
        raise AddressRefused(_("Write the whole address, with the @ sign. Example: name@town.fr"))
    _refuse_mixed(address)
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


def unwrapped(typed: str) -> str:
    """The address alone, out of « Marie <marie@town.fr> » or a mailto: link, without unseen signs nor what ended a sentence."""
    address = typed.translate(_UNSEEN).strip()
    before, opened, rest = address.partition("<")
    inside, closed, after = rest.partition(">")
    if opened and closed and "@" not in before + after:
        address = inside.strip()
    if address[: len(_MAILTO)].lower() == _MAILTO:
        address = address[len(_MAILTO) :].strip()
    return address.rstrip(".,;").rstrip()


def _refuse_mixed(address: str) -> None:
    """Raises a sentence for several addresses, a comma instead of a dot, and blanks."""
    parts = address.replace(",", " ").replace(";", " ").split()
    if sum("@" in part.strip("@") for part in parts) > 1:
        raise AddressRefused(_("Write one address alone: there are several here."))
    name, _at, domain = address.rpartition("@")
    if "," in domain and not any(sign.isspace() for sign in address):
        dotted = f"{name}@{domain.replace(',', '.')}"[:80]
        raise AddressRefused(_("Write a dot instead of the comma: “%(address)s”.", address=dotted))
    if "," in address:
        raise AddressRefused(
            _("Take the comma out of the address, or write a dot: “%(address)s”.", address=address[:80])
        )
    if len(parts) > 1 and any(sign.isspace() for sign in address):
        raise AddressRefused(_("Take the blanks out of the address: “%(address)s”.", address=address[:80]))


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
