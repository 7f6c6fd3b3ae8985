"""What may be typed about an organisation."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import ColorField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webinars.accounts.forms import one_language, one_of
from webinars.accounts.models import Organisation, StructureLevel, TerritoryLevel
from webinars.edits.forms import EditForm
from webinars.storage.pictures import is_digest
from webinars.web.forms.fields import AddressField, Form, LineField, LongTextField, RequiredAnswer
from webinars.web.forms.zones import zone_choices
from webinars.web.pictures import MOST_BYTES, PictureRefused, is_kept, keep_picture, logo_gone
from webinars.words.accent import accent, hue_of

OWN = "own"
HUES = (
    (310, _l("Violet")),
    (265, _l("Blue")),
    (215, _l("Sea")),
    (165, _l("Green")),
    (120, _l("Moss")),
    (75, _l("Ochre")),
    (45, _l("Terracotta")),
    (15, _l("Red")),
    (345, _l("Raspberry")),
)
COLOURS = [*(SelectChoice(str(hue), name) for hue, name in HUES), SelectChoice(OWN, _l("Your own"))]


class OrganisationForm(EditForm):
    """How an organisation is named, looks, writes and answers for its data."""

    together = {"colour": (_l("Colour"), ("colour", "own_colour"))}

    name = LineField(_l("Name"), [RequiredAnswer(_l("Write the name of the organisation."))], limit=200)
    short_name = LineField(
        _l("Short name"),
        [RequiredAnswer(_l("Write a short name, or the name once more."))],
        limit=60,
        description=_l("For narrow places. Example: VTO"),
    )
    tagline = LineField(
        _l("What it does, in a line"), limit=200, description=_l("Shown on top of the public agenda.")
    )
    presentation = LongTextField(
        _l("Presentation"),
        limit=2000,
        description=_l(
            "Who you are, on the public agenda. Markdown: a blank line between paragraphs, a dash before each point, **bold**, [link](https://…)."
        ),
    )
    contact = AddressField(
        _l("Contact address"),
        [RequiredAnswer(_l("Write the address people may write to."))],
        description=_l("Shown on public pages and at the foot of messages."),
    )
    colour = RadioField(_l("Colour"), **one_of(COLOURS))
    own_colour = ColorField(
        _l("Your own colour"),
        description=_l("Its hue is kept; lightness and strength are set so that text stays readable."),
    )
    sender_name = LineField(
        _l("Name of the sender"),
        limit=60,
        description=_l(
            "What mailboxes show beside every message of the organisation. When empty: its name, or its short name where the name has more than 60 signs."
        ),
    )
    timezone = SelectField(
        _l("Time zone"), validate_choice=False, description=_l("The one in which you enter dates and hours.")
    )
    language = RadioField(_l("Default language"), **one_language())
    controller = LongTextField(
        _l("Data controller"),
        limit=2000,
        description=_l("Name, legal form and postal address, as the law wants them published."),
    )
    privacy_contact = AddressField(
        _l("Address for questions about personal data"), description=_l("The contact address when empty.")
    )
    recipients = LongTextField(
        _l("Who else sees the data"),
        limit=2000,
        description=_l("One a line: the host of this site, the mail relay, the video tool, co-organisers."),
    )

    public_structures = RadioField(
        _l("Organisations in public figures"),
        **one_of(
            [
                SelectChoice(StructureLevel.FAMILIES.value, _l("Families")),
                SelectChoice(StructureLevel.TYPES.value, _l("Types")),
            ]
        ),
        description=_l("One of the two: both together would give small groups away by subtraction."),
    )
    public_territory = RadioField(
        _l("Territories in public figures"),
        **one_of(
            [
                SelectChoice(TerritoryLevel.DEPARTMENTS.value, _l("Départements")),
                SelectChoice(TerritoryLevel.REGIONS.value, _l("Regions")),
            ]
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timezone.choices = zone_choices(self.timezone.data)

    @classmethod
    def of(cls, organisation: Organisation, **more: Any) -> "OrganisationForm":
        """The form, filled with what is kept, and what this request brought unless `formdata` says None."""
        colour = str(organisation.hue) if organisation.hue in dict(HUES) else OWN
        data = {"colour": colour, "own_colour": accent(organisation.hue).light.accent}
        return cls(obj=organisation, data=data, **more)

    def validate_timezone(self, field: SelectField) -> None:
        """Refuses what is no zone, and no answer."""
        if not field.raw_data or field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(_l("Choose an answer of the list.")))

    def validate_own_colour(self, field: ColorField) -> None:
        """Refuses what is no colour when it is the one chosen."""
        if self.colour.data != OWN:
            return
        try:
            hue_of(str(field.data or ""))
        except ValueError:
            raise ValidationError(str(_l("Choose a colour, or write it as #7a3e91."))) from None

    @property
    def hue(self) -> int:
        """The hue chosen."""
        return hue_of(str(self.own_colour.data)) if self.colour.data == OWN else int(str(self.colour.data))


class LogoForm(Form):
    """A picture to stand beside the name, in place of the one that was seen; a part of the page of settings."""

    shown = HiddenField()
    kept = HiddenField()  # a picture sent before, with settings that were refused

    file = FileField(
        _l("Picture file"),
        description=_l("PNG, JPEG or WebP, 2 MB at most. It is shown small, on a light ground."),
    )

    def validate_file(self, field: FileField) -> None:
        """Stores the picture sent, so that it need not be sent again; refuses what is none."""
        if not field.data and self.kept.data and not is_kept(self.kept.data):
            self.kept.data = None
            raise ValidationError(logo_gone())
        if not field.data:
            return
        try:
            self.kept.data = keep_picture(field.data.stream.read(MOST_BYTES + 1))
        except PictureRefused as refused:
            raise ValidationError(str(refused)) from None

    @property
    def logo(self) -> str | None:
        """The digest of the picture chosen; None when there is none."""
        return self.kept.data if is_digest(self.kept.data or "") else None
