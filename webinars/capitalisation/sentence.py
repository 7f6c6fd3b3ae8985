"""The sentence to reuse: composed from the figures, right for none, one and many."""

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.disclosure import Disclosure
from webinars.words import nouns, typology
from webinars.words.numbers import number_words
from webinars.words.typology import GROUPED, UNKNOWN


def sentence(counts: CycleCounts, noun: str, shown: Disclosure) -> str:
    """What the cycle gathered, in the language in force: people, participations, their structures.

    « Ces trois webinaires ont compté 29 participations, soit 18 personnes différentes : … »
    """
    held = len(counts.sessions)
    if not held:
        return _("No session has taken place yet.")
    if not counts.attendances:
        return _("No participation has been recorded yet.")
    sessions = nouns.first_of(noun, held, held + counts.coming)
    whole = _at_one(counts, sessions) if held == 1 else _at_several(counts, sessions, shown)
    cells = shown.structures.cells
    if all(cell.code in (GROUPED, UNKNOWN) for cell in cells):
        return _("%(sentence)s.", sentence=whole)
    in_words = family_in_words if shown.families else type_in_words
    phrases = [f"{in_words(cell.code)} ({number_words(cell.people)})" for cell in cells]
    return _("%(sentence)s: %(families)s.", sentence=whole, families=listed(phrases))


def _at_one(counts: CycleCounts, sessions: str) -> str:
    """One person at one session is one participation: people are said, and of how many we know who they are."""
    gathered = _("%(session)s gathered %(people)s", session=sessions, people=_people(counts.attendances))
    known = counts.unique_participants
    if not known or not counts.extra_headcount:
        return gathered
    return ngettext(
        "%(gathered)s, %(number)s of whom is known by name",
        "%(gathered)s, %(number)s of whom are known by name",
        known,
        gathered=gathered,
        number=number_words(known),
    )


def _at_several(counts: CycleCounts, sessions: str, shown: Disclosure) -> str:
    people = counts.unique_participants
    if people and (not shown.has_participations or counts.attendances == 1):
        return _("%(sessions)s gathered %(people)s", sessions=sessions, people=_different(people))
    counted = ngettext(
        "%(sessions)s counted %(number)s participation",
        "%(sessions)s counted %(number)s participations",
        counts.attendances,
        sessions=sessions,
        number=number_words(counts.attendances),
    )
    return _("%(counted)s, by %(people)s", counted=counted, people=_different(people)) if people else counted


def _people(number: int) -> str:
    return ngettext("%(people)s person", "%(people)s people", number, people=number_words(number))


def _different(number: int) -> str:
    return ngettext("%(number)s person", "%(number)s different people", number, number=number_words(number))


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
