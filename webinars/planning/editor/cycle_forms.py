"""What may be typed about a cycle."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, FieldList, HiddenField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webinars.attempts.forms import CountedForm
from webinars.cycles.models import Cycle, Partner
from webinars.cycles.states import PartnerRole
from webinars.edits.forms import EditForm
from webinars.planning.editor.session_forms import SeveralFields
from webinars.planning.fields import OneOfField, OneRadioField, RowForm, RowsField, of
from webinars.storage.pictures import is_digest
from webinars.web.forms.fields import (
    AddressField,
    CountField,
    LineField,
    LinkField,
    LongTextField,
    RequiredAnswer,
    language_choices,
    put_first,
)
from webinars.web.forms.zones import zone_choices
from webinars.web.pictures import MOST_BYTES, PictureRefused, is_kept, keep_picture, logo_gone
from webinars.words import nouns
from webinars.words.folding import fold

MOST_PARTNERS = 20
MOST_THEMES = 12
LONGEST_THEME = 80
ROLES = [
    SelectChoice(PartnerRole.CO_ORGANISER.value, _l("Co-organiser")),
    SelectChoice(PartnerRole.PARTNER.value, _l("Partner")),
    SelectChoice(PartnerRole.FUNDER.value, _l("Funder")),
]


def noun_choices() -> list[SelectChoice]:
    """The words a session may be called, in the language in force."""
    return [SelectChoice(code, words) for code, words in nouns.choices()]


class CycleFields:
    """What every cycle has from the start."""

    title = LineField(_l("Title"), [RequiredAnswer(_l("Give the cycle a title."))], limit=200)
    summary = LineField(
        _l("Tagline"), limit=500, description=_l("Stands under the title and in search results.")
    )
    presentation = LongTextField(
        _l("Presentation"),
        description=_l(
            "Markdown: a blank line between paragraphs, a dash before each point, **bold**, [link](https://…)."
        ),
    )
    noun = OneOfField(_l("Name given to each session"))

    def populate_obj(self, cycle: Cycle) -> None:
        """Gives the cycle what was typed, lists apart."""
        fields: dict[str, Any] = self._fields  # type: ignore[attr-defined]
        for name in fields.keys() & set(Cycle.__table__.columns.keys()):
            if not isinstance(fields[name], FieldList):
                fields[name].populate_obj(cycle, name)


class NewCycleForm(CycleFields, SeveralFields, CountedForm):
    """A cycle and its sessions, on one page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_first(self, "title", "summary", "noun", "presentation")
        self.noun.choices = noun_choices()


class PartnerForm(RowForm):
    """An organisation named on the cycle's page."""

    told_by = ("name", "url", "picture")
    name = LineField(_l("Name"))
    role = OneOfField(_l("Role"), choices=ROLES, coerce=of(PartnerRole), default=PartnerRole.PARTNER)
    url = LinkField(_l("Site"))
    logo = HiddenField()
    picture = FileField(_l("Logo"))
    without_logo = BooleanField(_l("Without its logo"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A name goes with what else was given."""
        good = bool(super().validate(extra_validators))
        if not self.is_blank and not self.name.data:
            self.name.errors = self.name.errors or [_("Write the name: logos stand beside it.")]
            return False
        return good and (self.is_blank or (self.keep_logo() and self._find_logo()))

    def populate_obj(self, partner: Partner) -> None:
        """Gives the partner what the line says."""
        for name in ("name", "role", "url"):
            self[name].populate_obj(partner, name)
        has_logo = is_digest(self.logo.data or "") and not self.without_logo.data
        partner.logo = self.logo.data if has_logo else None

    def _find_logo(self) -> bool:
        """Whether the logo can be shown; one that went meanwhile is said once, and not asked for again."""
        is_named = is_digest(self.logo.data or "") and not self.without_logo.data
        if not is_named or is_kept(str(self.logo.data)):
            return True
        self.logo.data, self.picture.errors = "", [logo_gone()]
        return False

    def keep_logo(self) -> bool:
        """Stores the picture sent, so that it need not be sent again; whether it is one. Idempotent."""
        if not self.picture.data:
            return True
        self.picture.data.stream.seek(0)
        try:
            self.logo.data = keep_picture(self.picture.data.stream.read(MOST_BYTES + 1))
        except PictureRefused as refused:
            self.picture.errors = [str(refused)]
            return False
        self.picture.data = None  # it is a logo now
        return True


class CycleForm(CycleFields, EditForm):
    """Everything about a cycle but its sessions."""

    together = {
        "contact": (_l("Contact"), ("contact_name", "contact")),
        "threshold": (_l("Who counts as present"), ("threshold_minutes", "threshold_percent")),
    }
    themes = LineField(
        _l("Themes"), limit=600, description=_l("Separated by commas. People find the cycle by them.")
    )
    contact = AddressField(_l("Contact address"), description=_l("The organisation’s when empty."))
    contact_name = LineField(_l("Name of the contact"), limit=120)
    language = OneRadioField(_l("Default language"), choices=language_choices)
    timezone = OneOfField(_l("Time zone"), description=_l("For new sessions; each session keeps its own."))
    threshold_minutes = CountField(
        _l("Minutes connected to be counted as present"),
        least=1,
        most=600,
        description=_l("Anyone connected for less is marked “Brief” and not counted."),
    )
    threshold_percent = CountField(
        _l("Or a share of the session, in per cent"),
        least=1,
        most=100,
        description=_l("When given, takes the place of the minutes."),
    )
    refusal_frees_place = BooleanField(
        _l("A refusal frees the seat"),
        description=_l(
            "When somebody’s calendar declines, their seat is released, and goes to the first person waiting if there is one; a mail tells the person who declined, and lets them come back. What a calendar server sends in their name frees nothing: you decide."
        ),
    )
    alarm_minutes = CountField(
        _l("Calendar reminder, in minutes before the session"),
        least=5,
        most=10_080,
        description=_l(
            "Empty: each calendar reminds as its owner set it. Some calendars ignore the value given here."
        ),
    )
    partners = RowsField(PartnerForm, _l("Partners"), first=1, most=MOST_PARTNERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.noun.choices = noun_choices()
        self.timezone.choices = zone_choices(self.timezone.data)

    def validate_themes(self, _field: LineField) -> None:
        """Each fits into its place, and there are few."""
        words = self.names_of_themes()
        if len(words) > MOST_THEMES:
            raise ValidationError(_("Keep %(most)s themes at most.", most=MOST_THEMES))
        if any(len(word) > LONGEST_THEME for word in words):
            raise ValidationError(
                _("Shorten the longest theme: %(limit)s signs at most.", limit=LONGEST_THEME)
            )

    def validate_threshold_minutes(self, field: CountField) -> None:
        """Nothing typed keeps the usual ten minutes."""
        if field.data is None and not field.errors:
            field.data = 10

    def names_of_themes(self) -> list[str]:
        """The words, in their order; two spellings of one are one."""
        found: dict[str, str] = {}
        for word in filter(None, map(str.strip, (self.themes.data or "").split(","))):
            found.setdefault(fold(word) or word, word)
        return list(found.values())

    def keep_logos(self) -> None:
        """Stores the pictures sent, so that a page shown again has them; what is none is refused by `validate`."""
        for row in self.partners.filled():
            row.keep_logo()

    def rows_of_partners(self) -> list[Partner]:
        """The organisations, in their order."""
        made = []
        for position, row in enumerate(self.partners.filled()):
            partner = Partner(position=position)
            row.populate_obj(partner)
            made.append(partner)
        return made
