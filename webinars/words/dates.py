"""Dates and hours in words, with the typography of each language (specification/look, section 5).

Babel writes them: with the pattern of this house where there is one, else with the language's own.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_location
from flask_babel import gettext as _

from config import LANGUAGES
from webinars.words.languages import language

NBSP = "\u00a0"
ELIDED = "AEIOUÉÎ"  # initials before which a French « de » is « d’ »

# by language, then by what is asked for, in the letters of CLDR
PATTERNS = {
    "fr": {
        "yMMMMEEEEd": f"EEEE d{NBSP}MMMM{NBSP}y",
        "MMMMEEEEd": f"EEEE d{NBSP}MMMM",
        "yMMMMd": f"d{NBSP}MMMM{NBSP}y",
        "MMMMd": f"d{NBSP}MMMM",
        "yMMMEd": f"EEE d{NBSP}MMM{NBSP}y",
        "MMMEd": f"EEE d{NBSP}MMM",
        "yMMMd": f"d{NBSP}MMM{NBSP}y",
        "MMMd": f"d{NBSP}MMM",
        "Hm": f"H{NBSP}'h'{NBSP}mm",
        "H": f"H{NBSP}'h'",
    },
    "en": {
        "yMMMMEEEEd": f"EEEE d{NBSP}MMMM y",
        "MMMMEEEEd": f"EEEE d{NBSP}MMMM",
        "yMMMMd": f"d{NBSP}MMMM y",
        "MMMMd": f"d{NBSP}MMMM",
        "yMMMEd": f"EEE d{NBSP}LLL{NBSP}y",
        "MMMEd": f"EEE d{NBSP}LLL",
        "yMMMd": f"d{NBSP}LLL y",
        "MMMd": f"d{NBSP}LLL",
        "Hm": "H:mm",
        "H": "H:mm",
    },
}
WHOLE = {"yMMMMEEEEd": "full", "yMMMMd": "long"}  # what Babel calls a date with its month in letters
FIRST_DAY = {"fr": "1er"}
DASH = {"fr": f"{NBSP}– ", "en": "–"}
DURATION = {"fr": f"%(hours)d{NBSP}h{NBSP}%(minutes)02d"}


def day_name(day: date) -> str:
    """mardi, Tuesday."""
    return format_date(day, "EEEE", locale=language())


def day_names(day: date) -> set[str]:
    """mardi and tuesday: in small letters, in each of our languages."""
    return {format_date(day, "EEEE", locale=code).lower() for code in LANGUAGES}


def month_name(day: date) -> str:
    """novembre, November."""
    return format_date(day, "LLLL", locale=language())


def day_number(day: date) -> str:
    """17, or 1er in French."""
    return FIRST_DAY.get(language(), "1") if day.day == 1 else str(day.day)


def date_words(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """mardi 17 novembre 2020, Tuesday 17 November 2020."""
    return _date(day, f"{'y' if year else ''}MMMM{'EEEE' if weekday else ''}d")


def says_year(days: Iterable[date | None], *, today: date) -> bool:
    """Whether days that stand together are said with their year: one of those known is not of the present year."""
    return any(day.year != today.year for day in days if day is not None)


def short_date(day: date, *, weekday: bool = False, year: bool = False) -> str:
    """17 nov., 17 nov. 2020 with its year, or mar. 17 nov. with its weekday."""
    return _date(day, f"{'y' if year else ''}MMM{'E' if weekday else ''}d")


def short_moment(moment: datetime, *, now: datetime) -> str:
    """mar. 17 nov., 10 h: short enough to stand first; with the year where it is not the present one."""
    year = says_year([moment], today=now.astimezone(moment.tzinfo))
    return f"{_date(moment, 'yMMMEd' if year else 'MMMEd')}, {hour_words(moment)}"


def hour_words(moment: datetime | time) -> str:
    """10 h, 10 h 30; 10:00, 10:30 in English."""
    skeleton, on_the_clock = "Hm" if moment.minute else "H", _time(moment)
    ours = PATTERNS.get(language(), {}).get(skeleton)
    if ours is None:
        return format_skeleton(skeleton, datetime.combine(date.min, on_the_clock), locale=language())
    return format_time(on_the_clock, ours, locale=language())


def hour_range(start: datetime | time, end: datetime | time) -> str:
    """10 h – 11 h 30; 10:00–11:30 in English."""
    dash = DASH.get(language())
    if dash is None:
        return format_interval(_time(start), _time(end), "Hm", locale=language())
    return f"{hour_words(start)}{dash}{hour_words(end)}"


def zone_words(zone: ZoneInfo | str) -> str:
    """heure de Paris, heure d’Amsterdam; Paris time."""
    name = zone if isinstance(zone, str) else zone.key
    city = get_timezone_location(name, locale=language(), return_city=True)
    if language() == "fr" and city[0] in ELIDED:
        return f"heure d’{city}"
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
    if not rest:
        return f"{hours}{NBSP}h"
    pattern = DURATION.get(language(), f"%(hours)d{NBSP}h %(minutes)d{NBSP}min")
    return pattern % {"hours": hours, "minutes": rest}


def _date(day: date, skeleton: str) -> str:
    ours = PATTERNS.get(language(), {}).get(skeleton)
    if ours is None and skeleton in WHOLE:
        return format_date(day, WHOLE[skeleton], locale=language())
    if ours is None:
        return format_skeleton(skeleton, day, locale=language())
    if day.day == 1 and language() in FIRST_DAY:
        ours = ours.replace("d", f"'{FIRST_DAY[language()]}'")
    return format_date(day, ours, locale=language())


def _time(moment: datetime | time) -> time:
    # what the clock says: Babel would put it on the clock of UTC
    return moment.time() if isinstance(moment, datetime) else moment.replace(tzinfo=None)
