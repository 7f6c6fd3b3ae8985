"""The sentence to reuse: composed from the figures, right for none, one and many."""

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.grouping import Cell, to_publish
from webinars.cycles import nouns
from webinars.numbers import number_words
from webinars.typology import GROUPED, UNKNOWN

NBSP = "\u00a0"


def sentence(counts: CycleCounts, noun: str) -> str:
    """What the cycle gathered, in the language in force: participations, different people, their families.

    « Ces 3 webinaires ont réuni 29 participations, 18 personnes différentes : … »
    """
    held = len(counts.sessions)
    if not held:
        return _("No session has taken place yet.")
    gathered = _gathered(counts)
    sessions = nouns.demonstrative(noun, held)
    whole = ngettext(
        "%(sessions)s gathered %(people)s",
        "%(sessions)s gathered %(people)s",
        held,
        sessions=sessions,
        people=gathered,
    )
    families = to_publish(counts.families).cells
    if not families:
        return _("%(sentence)s.", sentence=whole)
    return _(
        "%(sentence)s: %(families)s.", sentence=whole, families=listed([_phrase(cell) for cell in families])
    )


def _gathered(counts: CycleCounts) -> str:
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
    return _("%(attendances)s, %(people)s", attendances=attendances, people=different)


def listed(parts: list[str]) -> str:
    """A, B and C."""
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def _phrase(cell: Cell) -> str:
    return f"{family_in_words(cell.code)} ({number_words(cell.people)})"


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
