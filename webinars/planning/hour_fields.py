"""When a session takes place, as it is typed: a day, a start, an end, on one clock."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice

from webinars.cycles.models import Session
from webinars.cycles.wall_clock import end_day, follows, instants
from webinars.planning.fields import DayField, HourField
from webinars.planning.session_changes import SessionChanges, write
from webinars.words.dates import date_words, hour_words

FIRST, SECOND = "first", "second"
OCCURRENCES = [
    SelectChoice(FIRST, _l("The first time, before clocks go back")),
    SelectChoice(SECOND, _l("The second time, after")),
]


class OccurrenceField(RadioField):
    """Which of two moments an hour stands for; asked only where clocks go back over it."""

    is_asked = False

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, choices=OCCURRENCES, validate_choice=False, **kwargs)
        self.type = "RadioField"  # templates go by the kind of field


class PastField(BooleanField):
    """Whether a session whose end has passed is meant so; asked only of such a one."""

    is_asked = False


class HoursFields:
    """Day, start and end; which of the two moments, asked only when there are two."""

    day = DayField(_l("Day"))
    start_time = HourField(_l("Start"))
    end_time = HourField(_l("End"))
    start_turn = OccurrenceField(_l("Which of the two starts"))
    end_turn = OccurrenceField(_l("Which of the two ends"))
    is_past_meant = PastField(_l("This session has taken place already"))

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def show_occurrences(self, session: Session) -> None:
        """Ticks the moment the session has, where its hour comes twice."""
        for occurrence, at in ((self.start_turn, session.starts_at), (self.end_turn, session.ends_at)):
            if at is None:
                continue
            local = at.astimezone(session.zone)
            moments = instants(local.date(), local.time().replace(fold=0), session.zone)
            if len(moments) > 1:
                occurrence.data, occurrence.is_asked = (FIRST, SECOND)[moments.index(at)], True

    def ask_occurrences(self, zone: ZoneInfo) -> None:
        """Asks which moment is meant wherever one of the hours filled in comes twice."""
        day, start, end = self.day.data, self.start_time.data, self.end_time.data
        if day and start and end:
            self.start_turn.is_asked = len(instants(day, start, zone)) > 1
            self.end_turn.is_asked = len(instants(end_day(day, start, end), end, zone)) > 1

    def read_hours(self, zone: ZoneInfo, *, are_needed: bool) -> bool:
        """Finds the two moments; whether all is well, else each field says what to do."""
        self._refuse_missing(are_needed=are_needed)
        day, start, end = self.day.data, self.start_time.data, self.end_time.data
        if day and start and end:
            self.starts_at = moment_of(day, self.start_time, self.start_turn, zone)
            self.ends_at = moment_of(end_day(day, start, end), self.end_time, self.end_turn, zone)
            self._refuse_order(start, end)
        return not any(getattr(self, name).errors for name in _NAMES)

    def check_past(self, now: datetime) -> bool:
        """Asks whether a session that is over was meant so; False while that is not answered."""
        self.is_past_meant.is_asked = self.ends_at is not None and self.ends_at <= now
        if not self.is_past_meant.is_asked or self.is_past_meant.data:
            return True
        say(
            self.is_past_meant,
            _("%(day)s has passed: correct the day, or tick this box.", day=date_words(self.day.data)),
        )
        return False

    def set_hours(self, session: Session, *, timezone: str, now: datetime) -> None:
        """Gives the session the hours typed, by the clock of that zone, or what is known of them.

        Another zone leaves the hours as they are typed: the session is then at another moment.
        """
        write(session, self.hours(timezone), now=now)

    def hours(self, timezone: str) -> SessionChanges:
        """The hours typed: two moments, or what is known of day and hours."""
        if self.starts_at and self.ends_at:
            return {"timezone": timezone, "starts_at": self.starts_at, "ends_at": self.ends_at}
        day, start, end = self.day.data, self.start_time.data, self.end_time.data
        return {"timezone": timezone, "day": day, "start_time": start, "end_time": end}

    def _refuse_missing(self, *, are_needed: bool) -> None:
        day, start, end = self.day.data, self.start_time.data, self.end_time.data
        if day is None and (are_needed or start or end):
            say(self.day, _("Give the day."))
        if start is None and (are_needed or end):
            say(self.start_time, _("Give the hour of the start."))
        if end is None and (are_needed or start):
            say(self.end_time, _("Give the hour of the end."))

    def _refuse_order(self, start: time, end: time) -> None:
        by_clock = not follows(start, end) and not (self.start_turn.is_asked or self.end_turn.is_asked)
        by_moment = self.starts_at and self.ends_at and self.ends_at <= self.starts_at
        if by_clock or by_moment:
            say(self.end_time, _("Choose an end time after %(start)s.", start=hour_words(start)))


def moment_of(day: date, hour: HourField, occurrence: OccurrenceField, zone: ZoneInfo) -> datetime | None:
    """The moment of the hour typed on that day; None where the hour, or the choice between the two, says what to do."""
    moments = instants(day, hour.data, zone)
    words = {"hour": hour_words(hour.data), "day": date_words(day)}
    occurrence.is_asked = len(moments) > 1
    if not moments:
        say(hour, _("%(hour)s does not exist on %(day)s: clocks jump ahead. Choose another hour.", **words))
    elif occurrence.is_asked and occurrence.data not in (FIRST, SECOND):
        say(occurrence, _("%(hour)s comes twice on %(day)s, when clocks go back: say which.", **words))
    else:
        return moments[-1 if occurrence.data == SECOND else 0]
    return None


def follow(start: HourField, end: HourField) -> bool:
    """Whether these hours, where both are given, come in their order, past midnight perhaps; else the end says what to do."""
    if start.data is None or end.data is None or follows(start.data, end.data):
        return True
    say(end, _("Choose an end time after %(start)s.", start=hour_words(start.data)))
    return False


_NAMES = ("day", "start_time", "end_time", "start_turn", "end_turn")


def say(field: Any, sentence: str) -> None:
    """One sentence beside the field, unless it has one already."""
    if not field.errors:
        field.errors = [sentence]
