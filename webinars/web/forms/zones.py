"""Every time zone, in groups, those of French territories first."""

from functools import cache
from zoneinfo import available_timezones

from babel.dates import get_timezone_location
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from webinars.words.languages import language

FRENCH = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte",
    "America/Miquelon", "America/St_Barthelemy", "America/Marigot", "Pacific/Noumea", "Pacific/Tahiti",
    "Pacific/Marquesas", "Pacific/Gambier", "Pacific/Wallis", "Indian/Kerguelen",
)  # fmt: skip
REGIONS = (
    "Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific", "Antarctica", "Arctic",
)  # fmt: skip


def zone_choices() -> list[SelectChoice]:
    """All zones in groups, named in the language in force."""
    groups = {
        "Europe": _("Europe"),
        "Africa": _("Africa"),
        "America": _("America"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic"),
        "Australia": _("Australia"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
        "Antarctica": _("Antarctica"),
        "Arctic": _("Arctic"),
    }
    choices = [
        SelectChoice(zone, words, optgroup=_("France and French overseas"))
        for zone, words in _french(language())
    ]
    for region in REGIONS:
        choices += [
            SelectChoice(zone, words, optgroup=groups[region])
            for zone, words in _in_region(region, language())
        ]
    return [*choices, SelectChoice("UTC", "UTC", optgroup=_("Everywhere"))]


@cache
def _french(locale: str) -> list[tuple[str, str]]:
    return [(zone, zone_city(zone, locale)) for zone in FRENCH]


@cache
def _in_region(region: str, locale: str) -> list[tuple[str, str]]:
    zones = (zone for zone in available_timezones() if zone.startswith(f"{region}/") and zone not in FRENCH)
    return sorted(((zone, zone_city(zone, locale)) for zone in zones), key=lambda choice: choice[1])


def zone_city(zone: str, locale: str) -> str:
    """The city that names the zone, with the state where one has several of that name."""
    city = get_timezone_location(zone, locale=locale, return_city=True)
    between = zone.split("/")[1:-1]
    return f"{city} ({between[0].replace('_', ' ')})" if between else city
