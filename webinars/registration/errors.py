"""What somebody may be refused about a registration."""

from flask_babel import lazy_gettext as _l

from webinars.errors import Refusal


class NothingOpen(Refusal):
    """None of the chosen sessions can be taken now."""

    field = "sessions"
    title = _l("None of these sessions takes registrations now")
    sentence = _l(
        "They are over, closed, or under way without a seat left: choose another one in the programme."
    )


class AddressTaken(Refusal):
    """Somebody else of the cycle has this address."""

    field = "email"
    title = _l("This address is registered already")
    sentence = _l("Somebody of the cycle has this address: take one of the two entries off the list first.")


class AddressUnchanged(Refusal):
    """The address is the one that stands there."""

    field = "email"
    title = _l("The address has not changed")
    sentence = _l("This is the address we have: correct it, or leave it as it is.")


class AddressMarked(Refusal):
    """Mail to the address comes back, so nothing would leave there."""

    field = "email"
    title = _l("Mail to this address comes back")
    sentence = _l("No mail would leave: write another address, one that takes mail.")


class AddressCorrectedMeanwhile(Refusal):
    """Somebody else gave the person another address at the same moment."""

    field = "email"
    title = _l("The address was corrected a moment ago")
    sentence = _l("Somebody else has just corrected this address: look at what stands there now.")


class OrganizerAddress(Refusal):
    """The address is read by the instance: invitations leave from it, or returned mail comes to it."""

    field = "email"
    title = _l("This address is ours")
    sentence = _l("This address belongs to this site, which reads its mail: write your own.")


class SessionHasStarted(Refusal):
    """The session has begun, so its places are no longer given back."""

    title = _l("This session has started")
    sentence = _l("A seat can be given back until the session starts. You have nothing to do.")


class SessionNotOpen(Refusal):
    """The session takes nobody now: over, cancelled, outside its registration window, or under way without a seat left."""

    title = _l("This session takes no registrations now")
    sentence = _l("Go back to your sessions and choose another one.")
