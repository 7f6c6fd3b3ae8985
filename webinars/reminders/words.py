"""Reminders in words: how long before, and what they say while nothing was written for them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.reminders.lead_time import DAY, HOUR
from webinars.words.dates import duration_words
from webinars.words.languages import language
from webinars.words.mail_environment import environment


def delay_words(minutes: int) -> str:
    """7 days, 1 hour, 1 h 30, 45 min."""
    if minutes % DAY == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes % HOUR == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return duration_words(minutes)


def before_words(minutes: int) -> str:
    """7 days before."""
    return _("%(delay)s before", delay=delay_words(minutes))


def usual_words(minutes: int, *, is_last: bool = False) -> str:
    """What a reminder says while the organisers have written nothing for it, in the language in force."""
    template = environment(language()).get_template("mail/reminder/usual.txt")
    return template.render(days=minutes // DAY, is_last=is_last)
