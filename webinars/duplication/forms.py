"""What is asked before a copy is made."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from webinars.attempts.forms import CountedForm
from webinars.cycles.models import Session
from webinars.duplication.shift import ShiftedSession, fingerprint
from webinars.planning.fields import DayField
from webinars.planning.hour_fields import PastField, say
from webinars.web.forms.fields import LineField, RequiredAnswer
from webinars.words.dates import date_words


class DuplicateCycleForm(CountedForm):
    """The title of the copy, and the day of its first session."""

    title = LineField(_l("Title"), [RequiredAnswer(_l("Give the cycle a title."))], limit=200)
    first_day = DayField(
        _l("New first date"), description=_l("The other sessions follow, as many days apart as now.")
    )
    dates_seen = HiddenField()

    def __init__(self, *args: Any, has_days: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_days:
            del self.first_day

    @property
    def day(self) -> date | None:
        """The first date typed; None where it could not be read, or is not asked for."""
        return self.first_day.data if "first_day" in self else None

    def check(self, sessions: list[ShiftedSession]) -> bool:
        """Whether the copy can take place then; else the day says which session is in the way."""
        if "first_day" not in self:
            return True
        if self.first_day.data is None:
            say(self.first_day, _("Give the day."))
        elif impossible := [one for one in sessions if not one.is_possible]:
            say(self.first_day, impossible_words(impossible[0].session))
        return not self.first_day.errors

    def confirm_dates(self, sessions: list[ShiftedSession]) -> bool:
        """Keeps which dates the page shows; whether the page that was sent showed the same."""
        seen, self.dates_seen.data = self.dates_seen.data, fingerprint(sessions)
        return "first_day" not in self or bool(seen == self.dates_seen.data)


class DuplicateSessionForm(CountedForm):
    """The day of the copy."""

    day = DayField(_l("New date"))
    is_past_meant = PastField(_l("This session has taken place already"))

    def check(self, copy: ShiftedSession, *, past_at: datetime | None) -> bool:
        """Whether the copy can take place then, and is meant so if that has passed; else a field says what to do."""
        if self.day.data is None:
            say(self.day, _("Give the day."))
        elif not copy.is_possible:
            say(self.day, impossible_words(copy.session))
        elif past_at is not None and copy.ends_at is not None and copy.ends_at <= past_at:
            self._ask_past()
        return not (self.day.errors or self.is_past_meant.errors)

    def _ask_past(self) -> None:
        self.is_past_meant.is_asked = True
        if not self.is_past_meant.data:
            words = date_words(self.day.data)
            say(
                self.is_past_meant,
                _("%(day)s has passed: correct the day, or tick this box.", day=words),
            )


def impossible_words(session: Session) -> str:
    """Why a session cannot be put on its new day, and what to do."""
    return _(
        "The hours of “%(title)s” do not exist on that day: choose another one, and move the session afterwards.",
        title=session.title,
    )
