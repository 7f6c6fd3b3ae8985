"""The figures as one mapping of names to numbers, for commands and programs."""

from fractions import Fraction
from typing import Any

from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.small_cells import to_publish
from webinars.words.numbers import rounded


def summary(counts: CycleCounts) -> dict[str, Any]:
    """Every figure of the cycle under its name in the definitions."""
    return {
        "registrations": counts.registrations,
        "present_registered": counts.present_registered,
        "walk_ins": counts.walk_ins,
        "extra_headcount": counts.extra_headcount,
        "attendances": counts.attendances,
        "identified_attendances": counts.identified_attendances,
        "unique_participants": counts.unique_participants,
        "show_rate_percent": _number(counts.show_rate and counts.show_rate * 100, 1),
        "present_by_webinar": {session.slug: session.present for session in counts.sessions},
        "loyalty": {str(times): people for times, people in sorted(counts.loyalty.items())},
        "mean_attendances_per_person": _number(counts.mean_attendances, 2),
        "unique_by_family": dict(counts.families),
        "published_by_family": {cell.code: cell.people for cell in to_publish(counts.families).cells},
        "ess_broad": counts.ess_broad,
        "lines_to_decide": counts.waiting.total,
        "pending_review": counts.waiting.with_candidates,  # of which with somebody to choose from
    }


def _number(value: Fraction | None, places: int) -> float | None:
    return None if value is None else float(rounded(value, places))
