"""What may be typed about sessions: one with everything, several with the essential."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList
from wtforms.fields import SelectChoice

from webinars.attempts.forms import CountedForm
from webinars.cycles.models import Contributor, Resource, Session
from webinars.cycles.states import ContributorKind, Format, ResourceKind
from webinars.cycles.wall_clock import instant, instants
from webinars.edits.forms import EditForm
from webinars.planning.errors import SeatsAreTaken
from webinars.planning.fields import (
    HourField,
    MomentField,
    OneOfField,
    OneRadioField,
    RowForm,
    RowsField,
    of,
)
from webinars.planning.hour_fields import HoursFields, follow
from webinars.planning.session_changes import SessionChanges
from webinars.registration.seats import Seats
from webinars.web.forms.fields import (
    AddressField,
    CountField,
    Form,
    LineField,
    LinkField,
    LongTextField,
    RequiredAnswer,
    put_first,
)
from webinars.web.forms.zones import zone_choices

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
    kind = OneOfField(_l("Role"), choices=KINDS, coerce=of(ContributorKind), default=ContributorKind.SPEAKER)
    name = LineField(_l("Name"))
    role = LineField(_l("Function"))
    organisation = LineField(_l("Organisation"))
    email = AddressField(_l("E-mail address"))
    is_invited = BooleanField(
        _l("Invite"), description=_l("This person's calendar is told of the session, and of every change.")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """An invitation goes to somebody, somewhere."""
        good = bool(super().validate(extra_validators))
        if self.is_blank or not self.is_invited.data:
            return good
        for field, sentence in (
            (self.name, _("Write the name of the person you invite.")),
            (self.email, _("Give the address the invitation goes to.")),
        ):
            if not field.data and not field.errors:
                field.errors = [sentence]
                good = False
        return good


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


MOST_SESSIONS = 30
MOST_PEOPLE = 20
MOST_RESOURCES = 12
FORMATS = [
    SelectChoice(Format.ONLINE.value, _l("Online")),
    SelectChoice(Format.ON_SITE.value, _l("On site")),
    SelectChoice(Format.HYBRID.value, _l("Both")),
]


class SessionRowForm(HoursFields, RowForm):
    """The essential of one session among several."""

    told_by = ("day", "start_time", "end_time", "title", "join_url")
    title = LineField(_l("Title"), limit=300)
    join_url = LinkField(_l("Video link"))
    usual_link = ""  # stands in for the line's own, which stays as it was typed

    def populate_obj(self, session: Session) -> None:
        """Gives the session what the line says."""
        session.title, session.join_url = self.title.data, self.join_url.data or self.usual_link


class SeveralFields:
    """Lines for several sessions, and what stands in for what a line leaves empty."""

    usual_start = HourField(_l("Common start"))
    usual_end = HourField(_l("Common end"))
    usual_link = LinkField(_l("Common video link"))
    sessions = RowsField(SessionRowForm, _l("Sessions"), first=3, most=MOST_SESSIONS)

    def read_rows(self, zone: ZoneInfo, *, are_needed: bool, past_at: datetime | None = None) -> bool:
        """Completes and checks each line; whether all is well. What would be over at `past_at` is asked about."""
        good = is_usual = follow(self.usual_start, self.usual_end)
        for row in self.sessions.filled():
            borrows = bool(row.day.data) and not (row.start_time.raw_data or [""])[0].strip()
            if borrows:
                row.start_time.data = self.usual_start.data
                row.end_time.data = row.end_time.data or self.usual_end.data
            row.usual_link = self.usual_link.data
            if not row.title.data and not row.title.errors:
                row.title.errors = [_("Give the session a title.")]
            is_clear = (borrows and not is_usual) or row.read_hours(zone, are_needed=are_needed)
            is_clear = (past_at is None or row.check_past(past_at)) and is_clear
            good = is_clear and not row.title.errors and good
        if not good:
            self.sessions.errors = [entry.errors for entry in self.sessions.entries]
        return good


class SeveralForm(SeveralFields, CountedForm):
    """Several sessions added to a cycle at once."""

    def check(self, zone: ZoneInfo, *, are_hours_needed: bool, past_at: datetime | None) -> bool:
        """Says every point that keeps a line from being used; whether there is none, and a line is filled."""
        is_sound = self.validate()
        if is_sound and not self.sessions.filled():
            self.form_errors = [_("Fill at least one line.")]
            return False
        return self.read_rows(zone, are_needed=are_hours_needed, past_at=past_at) and is_sound


class SessionFields(HoursFields, Form):
    """Everything about one session."""

    title = LineField(_l("Title"), [RequiredAnswer(_l("Give the session a title."))], limit=300)
    subtitle = LineField(_l("Subtitle"), limit=300)
    timezone = OneOfField(_l("Time zone"), description=_l("The hours on this page are those of this zone."))
    format = OneRadioField(_l("Format"), choices=FORMATS, coerce=of(Format), default=Format.ONLINE)
    join_url = LinkField(
        _l("Video link"),
        description=_l(
            "Never shown to the public. You may change it until the last minute, without a new message."
        ),
    )
    place = LineField(_l("Venue"), limit=300, description=_l("Address and room, as people will read it."))
    capacity = CountField(_l("Seats"), least=1, most=100_000, description=_l("Empty: no limit."))
    opens_at = MomentField(_l("Registration opens"), description=_l("Empty: at once."))
    closes_at = MomentField(_l("Registration closes"), description=_l("Empty: 15 minutes after the start."))
    abstract = LongTextField(_l("Presentation"), description=_l("One paragraph, then a dash for each point."))
    are_texts_told = BooleanField(
        _l("Tell those who are registered that the presentation is new"),
        description=_l("For what they must read before they come. A corrected word needs no message."),
    )
    contributors = RowsField(ContributorForm, _l("Speakers and team"), first=1, most=MOST_PEOPLE)
    resources = RowsField(ResourceForm, _l("Documents and replay"), first=1, most=MOST_RESOURCES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        put_first(self, "title", "subtitle")
        self.timezone.choices = zone_choices()

    @property
    def zone_name(self) -> str:
        """The zone chosen; that of Paris while it is none."""
        zones = {choice.value for choice in self.timezone.choices}
        return str(self.timezone.data) if self.timezone.data in zones else "Europe/Paris"

    def show_windows(self, session: Session) -> None:
        """Puts the registration window on the session's own clock."""
        for name in ("opens_at", "closes_at"):
            at = getattr(session, name)
            getattr(self, name).data = at.astimezone(session.zone) if at else None

    def check(self, *, are_hours_needed: bool, seats_taken: int, past_at: datetime | None = None) -> bool:
        """Whether the session can be kept as typed, when its own fields are sound. One over at `past_at` is asked about."""
        zone = ZoneInfo(self.zone_name)
        good = self.read_hours(zone, are_needed=are_hours_needed)
        good = (past_at is None or self.check_past(past_at)) and good
        good = self._check_windows(zone) and good
        if Seats(self.capacity.data, seats_taken).is_overdrawn:
            self.capacity.errors = [str(SeatsAreTaken(seats_taken))]
            good = False
        if self.format.data in (Format.ON_SITE, Format.HYBRID) and not self.place.data and are_hours_needed:
            self.place.errors = [_("Say where the session takes place.")]
            good = False
        return good

    def populate_obj(self, session: Session) -> None:
        """Gives the session what was typed, its hours and zone, people and resources apart."""
        for name, field in self._fields.items():
            if not isinstance(field, FieldList) and name not in _APART:
                field.populate_obj(session, name)
        for name, at in self._window().items():
            setattr(session, name, at)

    def _window(self) -> dict[str, datetime | None]:
        zone = ZoneInfo(self.zone_name)
        walls = {name: self[name].data for name in ("opens_at", "closes_at")}
        return {name: instant(wall, zone) if wall else None for name, wall in walls.items()}

    def people(self) -> list[Contributor]:
        """Those of the lines filled, in their order."""
        return _rows(self.contributors, Contributor)

    def remaining(self) -> list[Resource]:
        """What remains, in its order."""
        return _rows(self.resources, Resource)

    def _check_windows(self, zone: ZoneInfo) -> bool:
        opens, closes = self.opens_at.data, self.closes_at.data
        for field in (self.opens_at, self.closes_at):
            if field.data and (doubt := _doubt(field.data, zone)):
                field.errors = [doubt]
                return False
        if opens and closes and closes <= opens:
            self.closes_at.errors = [_("Choose a moment after registration opens.")]
            return False
        return self._closes_in_time(zone)

    def _closes_in_time(self, zone: ZoneInfo) -> bool:
        closes_at = instant(self.closes_at.data, zone) if self.closes_at.data else None
        if closes_at and self.ends_at and closes_at > self.ends_at:
            self.closes_at.errors = [_("Choose a moment before the session ends.")]
            return False
        return True


class SessionForm(SessionFields, EditForm):
    """A session that is there, and may be open before somebody else."""

    together = {
        "hours": (
            _l("Date and hours"),
            ("day", "start_time", "end_time", "start_turn", "end_turn", "timezone"),
        ),
        "where": (_l("Format and venue"), ("format", "place")),
        "window": (_l("Registration"), ("opens_at", "closes_at")),
    }
    apart = ("are_texts_told", "is_past_meant")

    def changes(self) -> SessionChanges:
        """What this person changed, once it was checked."""
        names = {name for part in self.changed for name in self._names(part)}
        plain = {name: field.data for name, field in self._fields.items() if name in names - _APART}
        found: dict[str, Any] = {name: said for name, said in plain.items() if name not in _LISTS}
        if self.has_changed("hours"):
            found |= self.hours(self.zone_name)
        if self.has_changed("hours", "window"):  # by the clock of the zone, be it a new one
            found |= self._window()
        if self.has_changed("contributors"):
            found["people"] = self.people()
        if self.has_changed("resources"):
            found["resources"] = self.remaining()
        return cast("SessionChanges", found)


class NewSessionForm(SessionFields, CountedForm):
    """The same, for a session that is not there yet."""


_APART = {"timezone", "day", "start_time", "end_time", "start_turn", "end_turn", "opens_at", "closes_at"} | {
    "are_texts_told",
    "is_past_meant",
}
_LISTS = {"contributors", "resources"}


def _doubt(wall: datetime, zone: ZoneInfo) -> str:
    """Why a day and hour are no moment of that zone, or two; nothing where they are one."""
    moments = instants(wall.date(), wall.time(), zone)
    if not moments:
        return _("This hour does not exist on that day: clocks jump ahead. Choose another hour.")
    if len(moments) > 1:
        return _("This hour comes twice on that day, when clocks go back. Choose another hour.")
    return ""


def _rows(rows: RowsField, model: type[Any]) -> list[Any]:
    made = []
    for position, row in enumerate(rows.filled()):
        one = model(position=position)
        row.populate_obj(one)
        made.append(one)
    return made


class EnlargeForm(EditForm):
    """How many seats a session has from now on."""

    capacity = CountField(_l("Seats"), least=1, most=100_000, description=_l("Empty: no limit."))
