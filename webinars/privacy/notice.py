"""What becomes of personal data: the notice beside the form, and the words one agrees to."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.accounts.models import Organisation

CNIL = "https://www.cnil.fr/plaintes"


def privacy_contact(organisation: Organisation) -> str:
    """The address one writes to about personal data."""
    return organisation.privacy_contact or organisation.contact


def controller(organisation: Organisation) -> str:
    """Who answers for the data."""
    return organisation.controller or _("%(name)s.", name=organisation.name)


def recipients(organisation: Organisation) -> str:
    """Who else sees the data, as the organisation states it."""
    return organisation.recipients or _(
        "The team of the cycle; on its behalf, those who host this site, relay its mail and provide the video tool."
    )


def points(organisation: Organisation, mail_keep_days: int) -> Sequence[tuple[str, str]]:
    """The notice in short, as questions and answers: shown before anything is sent. The whole notice says the rest."""
    return (
        (_("Data controller"), controller(organisation)),
        (
            _("What for"),
            _(
                "To sign you up, invite you and count who takes part (legitimate interest); "
                "newsletter and recording, with your consent."
            ),
        ),
        (_("For how long"), retention(mail_keep_days)),
    )


def retention(mail_keep_days: int) -> str:
    """How long data is kept: what this product does, and no more."""
    kept = _("As long as the cycle and its figures need it; less if you ask for it to be erased.")
    if not mail_keep_days:
        return kept
    messages = ngettext(
        "The messages we send you: one day.", "The messages we send you: %(num)s days.", mail_keep_days
    )
    return f"{kept} {messages}"


def newsletter_sentence(organisation: Organisation) -> str:
    """What whoever ticks the first box agrees to."""
    return _("I agree to receive the newsletter of %(name)s.", name=organisation.name)


def recording_sentence() -> str:
    """What whoever ticks the second box agrees to."""
    return _("I agree to appear in the recording, if I speak.")


def sentences(organisation: Organisation) -> Sequence[str]:
    """What the boxes say, in the language in force."""
    return newsletter_sentence(organisation), recording_sentence()


def words_of_the_form(organisation: Organisation, mail_keep_days: int) -> str:
    """All that is read before agreeing on a public form: the notice in short, then the boxes."""
    return "\n".join([*map(" – ".join, points(organisation, mail_keep_days)), *sentences(organisation)])


def words_of_the_boxes(organisation: Organisation) -> str:
    """All that is read before agreeing on a personal page."""
    return "\n".join(sentences(organisation))
