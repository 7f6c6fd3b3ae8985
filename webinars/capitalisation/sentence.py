"""The sentence to reuse: composed from the figures, right for none, one and many."""

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.disclosure import Disclosure
from webinars.words import nouns, typology
from webinars.words.numbers import number_words
from webinars.words.typology import GROUPED, UNKNOWN

NBSP = "\u00a0"


def sentence(counts: CycleCounts, noun: str, shown: Disclosure) -> str:
    """What the cycle gathered, in the language in force: participations, different people, their structures.

    « Ces 3 webinaires ont réuni 29 participations, 18 personnes différentes : … »
    """
    held = len(counts.sessions)
    if not held:
        return _("No session has taken place yet.")
    gathered = _gathered(counts, shown)
    sessions = nouns.demonstrative(noun, held)
    whole = ngettext(
        "%(sessions)s gathered %(people)s",
        "%(sessions)s gathered %(people)s",
        held,
        sessions=sessions,
        people=gathered,
    )
    cells = shown.structures.cells
    if not cells:
        return _("%(sentence)s.", sentence=whole)
    in_words = family_in_words if shown.families else type_in_words
    phrases = [f"{in_words(cell.code)} ({number_words(cell.people)})" for cell in cells]
    return _("%(sentence)s: %(families)s.", sentence=whole, families=listed(phrases))


def _gathered(counts: CycleCounts, shown: Disclosure) -> str:
    attendances = ngettext(
        "%(number)s participation",
        "%(number)s participations",
        counts.attendances,
        number=number_words(counts.attendances),
    )
    people = counts.unique_participants
    if not counts.attendances:
        return _("no recorded participation")
    different = ngettext(
        "%(number)s person", "%(number)s different people", people, number=number_words(people)
    )
    if not shown.has_participations:
        return different
    return _("%(attendances)s, %(people)s", attendances=attendances, people=different)


def listed(parts: list[str]) -> str:
    """A, B and C."""
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def type_in_words(code: str) -> str:
    """A type as it stands inside a sentence."""
    return family_in_words(code) if code in (UNKNOWN, GROUPED) else typology.type_label(code)


def family_in_words(code: str) -> str:
    """A family as it stands inside a sentence."""
    words = {
        "COL": _("local authorities"),
        "ETA": _("State services and agencies"),
        "ESS": _("social economy organisations"),
        "ASS": _("associations"),
        "LOG": _("social landlords"),
        "EMP": _("employment, integration and training bodies"),
        "ENT": _("businesses"),
        "ETU": _("research and resource centres"),
        "SOC": _("welfare and health bodies"),
        "HAB": _("residents"),
        "AUT": _("other organisations"),
        UNKNOWN: _("organisation not given"),
        GROUPED: _("others, grouped"),
    }
    return words[code]
