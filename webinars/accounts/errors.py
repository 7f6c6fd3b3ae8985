"""What may be refused about accounts and organisations."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _n

from webinars.errors import Refusal


class ForAdministrators(Refusal):
    """A page that organisers may not open; says who may."""

    status = 403
    title = _l("This page is for administrators")

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.sentence = _n(
            "In your organisation %(names)s may open it: ask for what you need.",
            "In your organisation these people may open it: %(names)s. Ask one of them for what you need.",
            len(names),
            names=", ".join(names),
        )


class LastAdministrator(Refusal):
    """An organisation keeps somebody who can open its settings."""

    title = _l("This is the last administrator")
    sentence = _l("Make another person an administrator first; then this role can be taken back.")


class AlreadyMember(Refusal):
    """The address is a member's."""

    field = "email"
    title = _l("This person is already a member")
    sentence = _l("Change the role in the list of members.")

    @property
    def at_field(self) -> str:
        """Who it is; what to do stands in the list below."""
        return f"{self.title}."


class NothingToInvite(Refusal):
    """The person has taken the invitation."""

    title = _l("This person has already set a password")
    sentence = _l("If it is forgotten, the sign-in page sends a new link.")


class SlugTaken(Refusal):
    """Two organisations cannot have one address."""

    title = _l("This address is taken")
    sentence = _l("Choose another short name for the address of the organisation.")
