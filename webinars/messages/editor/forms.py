"""What may be typed about a message, and when it shall leave."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.edits.forms import EditForm, SeenForm
from webinars.messages.audience import Standing
from webinars.messages.letters.placeholders import refusals
from webinars.messages.models import Message
from webinars.messages.sentences import kind_label, session_words, standing_words
from webinars.planning.fields import DayField, HourField, OneOfField, OneRadioField, of
from webinars.planning.hour_fields import OccurrenceField, moment_of, say
from webinars.web.forms.fields import Form, LineField, LongTextField, RequiredAnswer
from webinars.words import typology
from webinars.words.dates import date_words, hour_words

BODY_LIMIT = 10_000
LATEST = timedelta(days=400)


class SeveralField(SelectMultipleField):
    """Any number of answers of a list."""

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not in the list."""
        if not set(self.data or ()) <= {str(choice.value) for choice in self.choices}:
            raise ValidationError(_("Choose answers of the list."))


class MessageForm(Form):
    """Who shall read it, and what it says."""

    nonce = HiddenField()  # becomes the draft's outward id, so that a form sent twice is one draft
    session = OneOfField(_l("Session"))
    standing = OneRadioField(_l("Who"), coerce=of(Standing))
    families = SeveralField(
        _l("Families of organisations"), description=_l("If you tick none, all of them are kept.")
    )
    types = SeveralField(_l("Types of organisations"))
    subject = LineField(
        _l("Subject"), limit=150, validators=[RequiredAnswer(_l("Give the message a subject."))]
    )
    body = LongTextField(
        _l("Text"), limit=BODY_LIMIT, validators=[RequiredAnswer(_l("Write what the message shall say."))]
    )

    def __init__(self, cycle: Cycle, sessions: Sequence[Session], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cycle, self.sessions = cycle, {session.slug: session for session in sessions}
        now = clock.now()
        dated = [
            SelectChoice(session.slug, session_words(session, among=sessions, now=now))
            for session in sessions
        ]
        self.session.choices = [SelectChoice("", _("The whole cycle")), *dated]
        self.standing.choices = [SelectChoice(one.value, standing_words(one)) for one in Standing]
        codes = [*typology.families(), typology.UNKNOWN]
        self.families.choices = [SelectChoice(code, kind_label(code)) for code in codes]
        self.types.choices = [SelectChoice(code, kind_label(code)) for code in typology.structure_types()]

    @property
    def chosen_session(self) -> Session | None:
        """The session that is meant; None for the whole cycle."""
        return self.sessions.get(self.session.data or "")

    @property
    def message(self) -> Message:
        """The message as it is typed now, good or not yet; never kept."""
        session = self.chosen_session
        return Message(
            cycle=self.cycle,
            cycle_id=self.cycle.id,
            session=session,
            session_id=session.id if session else None,
            standing=self.standing.data if isinstance(self.standing.data, Standing) else Standing.ALL,
            kinds=self.kinds,
            subject=self.subject.data or "",
            body=self.body.data or "",
        )

    @property
    def kinds(self) -> list[str]:
        """Families and types ticked, each as the list knows it."""
        fields = (self.families, self.types)
        return [
            str(choice.value)
            for field in fields
            for choice in field.choices
            if choice.value in (field.data or ())
        ]

    def validate_subject(self, field: Any) -> None:
        """Words in braces: the cycle, the session and its day only."""
        self._check_words(field, is_subject=True)

    def validate_body(self, field: Any) -> None:
        """Words in braces: those of the list."""
        self._check_words(field, is_subject=False)

    def _check_words(self, field: Any, *, is_subject: bool) -> None:
        session = self.chosen_session
        found = refusals(
            field.data or "",
            is_subject=is_subject,
            has_session=session is not None,
            has_date=session is not None and session.is_dated,
        )
        if found:
            raise ValidationError(" ".join(found))

    def populate_obj(self, message: Message) -> None:
        """Gives the message what was typed."""
        message.session, message.standing, message.kinds = self.chosen_session, self.standing.data, self.kinds
        message.subject, message.body = self.subject.data, self.body.data


class EditMessageForm(MessageForm, EditForm):
    """A draft that is there, and may be open before somebody else."""

    together = {"audience": (_l("Recipients"), ("session", "standing", "families", "types"))}


def typed_of(message: Message) -> dict[str, Any]:
    """What the form of a message holds before anybody types."""
    return {
        "session": message.session.slug if message.session else "",
        "standing": message.standing,
        "families": [code for code in message.kinds if "-" not in code],
        "types": [code for code in message.kinds if "-" in code],
        "subject": message.subject,
        "body": message.body,
    }


class MomentForm(SeenForm):
    """When a message shall leave, on the cycle's clock."""

    day = DayField(_l("Day"))
    hour = HourField(_l("Hour"))
    turn = OccurrenceField(_l("Which of the two"))

    at: datetime | None = None

    def read(self, zone: ZoneInfo, *, now: datetime) -> bool:
        """Finds the moment; whether it is one to come, else each field says what to do."""
        if self.day.data is None:
            say(self.day, _("Give the day."))
        if self.hour.data is None:
            say(self.hour, _("Give the hour."))
        if self.day.data and self.hour.data is not None:
            self.at = moment_of(self.day.data, self.hour, self.turn, zone)
            self._refuse_other_times(zone, now)
        return not (self.day.errors or self.hour.errors or self.turn.errors)

    def _refuse_other_times(self, zone: ZoneInfo, now: datetime) -> None:
        local = now.astimezone(zone)
        if self.at is not None and self.at <= now:
            words = {"day": date_words(local), "hour": hour_words(local)}
            say(self.hour, _("Choose a moment to come: it is %(hour)s on %(day)s.", **words))
        elif self.at is not None and self.at > now + LATEST:
            latest = date_words((now + LATEST).astimezone(zone))
            say(self.day, _("Choose a day until %(day)s.", day=latest))


class PressForm(SeenForm):
    """One button: what it carries keeps two presses from counting twice, and a message from leaving unread."""

    nonce = HiddenField()
