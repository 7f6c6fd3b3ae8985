"""What may be typed in the lines of a session: its people, and what remains of it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields import SelectChoice

from webinars.cycles.states import ContributorKind, ResourceKind
from webinars.planning.fields import OneOfField, RowForm, of
from webinars.web.fields import AddressField, LineField, LinkField

KINDS = [
    SelectChoice(ContributorKind.SPEAKER.value, _l("Speaker")),
    SelectChoice(ContributorKind.TEAM.value, _l("Team")),
]
RESOURCES = [
    SelectChoice(ResourceKind.DOCUMENT.value, _l("Document")),
    SelectChoice(ResourceKind.REPLAY.value, _l("Replay")),
    SelectChoice(ResourceKind.LINK.value, _l("Link")),
]


class ContributorForm(RowForm):
    """Somebody who speaks at a session or runs it."""

    told_by = ("name", "role", "organisation", "email")
    kind = OneOfField(_l("Part"), choices=KINDS, coerce=of(ContributorKind), default=ContributorKind.SPEAKER)
    name = LineField(_l("Name"))
    role = LineField(_l("Role"))
    organisation = LineField(_l("Organisation"))
    email = AddressField(_l("E-mail address"))


class ResourceForm(RowForm):
    """Something that remains of a session."""

    told_by = ("label", "url")
    kind = OneOfField(_l("Kind"), choices=RESOURCES, coerce=of(ResourceKind), default=ResourceKind.DOCUMENT)
    label = LineField(_l("Words of the link"))
    url = LinkField(_l("Address"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Words and address go together."""
        good = bool(super().validate(extra_validators))
        if self.is_blank:
            return good
        for field, sentence in (
            (self.label, _("Write the words of the link.")),
            (self.url, _("Give its address.")),
        ):
            if not field.data and not field.errors:
                field.errors = [sentence]
                good = False
        return good
