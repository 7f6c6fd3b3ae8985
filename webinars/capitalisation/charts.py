"""What the charts of a cycle draw: the same numbers as the tables beside them, in the same order."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.disclosure import Disclosure
from webinars.words import typology
from webinars.words.dates import says_year, short_date
from webinars.words.numbers import number_words

Bar = tuple[str, list[int], str]


@dataclass(frozen=True)
class Chart:
    """Rows of bars with the sentence that tells their numbers."""

    rows: list[Bar]
    description: str
    looks: dict[int, str]


def sessions_chart(counts: CycleCounts, *, today: date) -> Chart:
    """One bar a session: registered people present, walk-ins, shared connections."""
    rows: list[Bar] = []
    told = []
    year = says_year([session.day for session in counts.sessions], today=today)
    for session in counts.sessions:
        day = short_date(session.day, year=year)
        values = [session.present_registered, session.walk_ins, session.extra_headcount]
        rows.append((f"{day}, {session.title}", values, number_words(session.present)))
        told.append(_("%(day)s: %(number)s", day=day, number=number_words(session.present)))
    return Chart(rows, ". ".join(told) + "." if told else "", {})


def structures_chart(shown: Disclosure) -> Chart:
    """One bar a family, or a type where these are shown; the grouped line is hatched."""
    breakdown = shown.structures
    label_of = typology.family_label if shown.families else typology.type_label
    rows: list[Bar] = []
    looks = {}
    for index, cell in enumerate(breakdown.cells):
        rows.append((label_of(cell.code), [cell.people], number_words(cell.people)))
        if cell.is_group:
            looks[index] = "hatch"
    told = ", ".join(f"{label} {words}" for label, _values, words in rows)
    return Chart(
        rows, _("%(families)s, out of %(total)s.", families=told, total=number_words(breakdown.total)), looks
    )
