"""The time zones to choose from, in groups, those of French territories first; each place once."""

from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global
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


def zone_choices(kept: str | None = None) -> list[SelectChoice]:
    """All zones in groups, named in the language in force; `kept` stays, be it another name of one of them."""
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
    choices.append(SelectChoice("UTC", "UTC", optgroup=_("Everywhere")))
    _keep(choices, kept)
    return choices


def _keep(choices: list[SelectChoice], kept: str | None) -> None:
    """Gives the zone that is kept the line of its place, under the name it has."""
    if kept not in available_timezones() or kept in {choice.value for choice in choices}:
        return
    label = zone_city(kept, language())
    for index, choice in enumerate(choices):
        if choice.label == label:
            choices[index] = SelectChoice(kept, label, optgroup=choice.optgroup)
            return
    choices.insert(0, SelectChoice(kept, label, optgroup=choices[0].optgroup))


@cache
def _french(locale: str) -> list[tuple[str, str]]:
    return [(zone, zone_city(zone, locale)) for zone in FRENCH]


@cache
def _in_region(region: str, locale: str) -> list[tuple[str, str]]:
    names = _named(locale)
    chosen = ((zone, words) for words, zone in names.items() if zone.startswith(f"{region}/"))
    return sorted((one for one in chosen if one[0] not in FRENCH), key=lambda choice: choice[1])


@cache
def _named(locale: str) -> dict[str, str]:
    """One zone for each place; of several names the one in use."""
    former = get_global("zone_aliases")
    in_regions = [zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS]
    in_use = [zone for zone in in_regions if former.get(zone) not in in_regions]
    return {zone_city(zone, locale): zone for zone in sorted(in_use, reverse=True) if zone not in FRENCH}


def zone_city(zone: str, locale: str) -> str:
    """The city that names the zone, with the state where one has several of that name."""
    city = get_timezone_location(zone, locale=locale, return_city=True).rpartition("/")[2]
    between = zone.split("/")[1:-1]
    return f"{city} ({between[0].replace('_', ' ')})" if between else city
