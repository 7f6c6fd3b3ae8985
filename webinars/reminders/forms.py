"""What may be typed about reminders."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webinars.edits.forms import EditForm
from webinars.planning.fields import OneOfField, RowForm, RowsField
from webinars.reminders.lead_time import DAY, HOUR, LONGEST
from webinars.reminders.models import ReminderRule
from webinars.web.forms.fields import CountField, LongTextField
from webinars.words.numbers import number_words

MOST = 8
TEXT = 1500
_IN_BRACES = re.compile(r"\{ *[^\W\d]\w* *\}")  # as messages have them; nothing fills them in here
UNITS = [
    SelectChoice("1", _l("minutes")),
    SelectChoice(str(HOUR), _l("hours")),
    SelectChoice(str(DAY), _l("days")),
]


class ReminderForm(RowForm):
    """One reminder: how long before the start, and what it says beside the date."""

    told_by = ("count", "text")
    count = CountField(
        _l("How long before"),
        least=1,
        most=LONGEST,
        invalid_value_message=_l("Write a whole number, 1 or more."),
    )
    unit = OneOfField(_l("Unit"), choices=UNITS, default=str(HOUR))
    text = LongTextField(
        _l("Your text"),
        limit=TEXT,
        description=_l("Markdown. Empty: a sentence of ours, in the language of each person."),
    )

    def validate_text(self, field: Field) -> None:
        """No word in braces, which would leave as it stands."""
        found = _IN_BRACES.search(field.data or "")
        if found:
            raise ValidationError(
                _(
                    "Nothing takes the place of words in braces in a reminder, which greets each person "
                    "by their first name already: take %(word)s out.",
                    word=found[0],
                )
            )

    @property
    def minutes(self) -> int | None:
        """The delay; None while it cannot be read."""
        unit = str(self.unit.data)
        return self.count.data * int(unit) if self.count.data and unit.isdigit() else None

    def validate(self, extra_validators: Any = None) -> bool:
        """The delay is a number, and no longer than it may be."""
        good = bool(super().validate(extra_validators))
        if self.is_blank:
            return good
        if self.count.data is None and not self.count.errors:
            self.count.errors = [_("Say how long before the start this reminder leaves.")]
        elif good and self.minutes is not None and self.minutes > LONGEST:
            days = number_words(LONGEST // DAY)
            self.count.errors = [_("A reminder leaves %(days)s days before the start at most.", days=days)]
        return good and not self.count.errors


class RemindersForm(EditForm):
    """The reminders of a cycle or of one session."""

    reminders = RowsField(ReminderForm, _l("Reminders"), first=1, most=MOST)

    def check(self) -> bool:
        """Says every point that keeps the reminders from being kept; whether there is none."""
        if not self.validate():
            return False
        rows = self.reminders.filled()
        if not rows:
            self.form_errors = [_("Write at least one reminder, or switch reminders off.")]
            return False
        seen: set[int | None] = set()
        for row in rows:
            if row.minutes in seen:
                row.count.errors = [_("Another reminder leaves at that time: give this one another delay.")]
            seen.add(row.minutes)
        self.reminders.errors = [entry.errors for entry in self.reminders.entries]
        return len(seen) == len(rows)

    def rules(self) -> list[ReminderRule]:
        """What was typed, the earliest first."""
        rules = [
            ReminderRule(minutes=row.minutes, text=row.text.data or "") for row in self.reminders.filled()
        ]
        return sorted(rules, key=lambda rule: -rule.minutes)


def row_of(rule: ReminderRule) -> dict[str, Any]:
    """A rule as a line of the form shows it: in the largest unit that holds it whole."""
    unit = next(unit for unit in (DAY, HOUR, 1) if rule.minutes % unit == 0)
    return {"count": rule.minutes // unit, "unit": str(unit), "text": rule.text}
