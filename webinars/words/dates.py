"""Dates and hours in words, with the typography of each language (specification/look, section 5)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from flask_babel import get_locale
from flask_babel import gettext as _

NBSP = "\u00a0"


def language() -> str:
    """The language texts are written in at this moment: fr or en."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "fr"


def day_name(day: date) -> str:
    """mardi, Tuesday."""
    return format_date(day, "EEEE", locale=language())


def month_name(day: date) -> str:
    """novembre, November."""
    return format_date(day, "LLLL", locale=language())


def day_number(day: date) -> str:
    """17, or 1er in French."""
    return "1er" if language() == "fr" and day.day == 1 else str(day.day)


def date_words(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """mardi 17 novembre 2020, Tuesday 17 November 2020."""
    words = f"{day_number(day)}{NBSP}{month_name(day)}"
    if year:
        words += f"{NBSP if language() == 'fr' else ' '}{day.year}"
    return f"{day_name(day)} {words}" if weekday else words


def says_year(days: Iterable[date | None], *, today: date) -> bool:
    """Whether days that stand together are said with their year: one of those known is not of the present year."""
    return any(day.year != today.year for day in days if day is not None)


def short_date(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """17 nov., 17 nov. 2020 with its year, or ma. 17 nov. with its weekday."""
    month = format_date(day, "MMM" if language() == "fr" else "LLL", locale=language())
    words = f"{day_number(day)}{NBSP}{month}"
    if year:
        words += f"{NBSP if language() == 'fr' else ' '}{day.year}"
    if not weekday:
        return words
    name = day_name(day)[:2] + "." if language() == "fr" else day_name(day)[:3]
    return f"{name} {words}"


def short_moment(moment: datetime, *, now: datetime) -> str:
    """mar. 17 nov., 10 h: short enough to stand first; with the year where it is not the present one."""
    name = format_date(moment, "EEE", locale=language())
    year = says_year([moment], today=now.astimezone(moment.tzinfo))
    return f"{name} {short_date(moment, year=year)}, {hour_words(moment)}"


def hour_words(moment: datetime | time) -> str:
    """10 h, 10 h 30; 10:00, 10:30 in English."""
    if language() == "en":
        return f"{moment.hour}:{moment.minute:02}"
    return f"{moment.hour}{NBSP}h" + (f"{NBSP}{moment.minute:02}" if moment.minute else "")


def hour_range(start: datetime | time, end: datetime | time) -> str:
    """10 h – 11 h 30; 10:00–11:30 in English."""
    dash = "–" if language() == "en" else f"{NBSP}– "
    return f"{hour_words(start)}{dash}{hour_words(end)}"


def zone_words(zone: ZoneInfo | str) -> str:
    """heure de Paris, Paris time."""
    name = zone if isinstance(zone, str) else zone.key
    city = get_timezone_location(name, locale=language(), return_city=True)
    return _("%(city)s time", city=city)


def moment_words(moment: datetime) -> str:
    """mardi 17 novembre 2020, 10 h; the moment must already stand on the clock it is shown on."""
    return f"{date_words(moment)}, {hour_words(moment)}"


def period_words(first: date, last: date) -> str:
    """17 novembre – 8 décembre 2020; one date alone when both are the same."""
    if first == last:
        return date_words(first, weekday=False)
    return f"{date_words(first, weekday=False, year=first.year != last.year)} – {date_words(last, weekday=False)}"


def duration_words(minutes: int) -> str:
    """1 h 30, 45 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    if language() == "en":
        return f"{hours}{NBSP}h" + (f" {rest}{NBSP}min" if rest else "")
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")
