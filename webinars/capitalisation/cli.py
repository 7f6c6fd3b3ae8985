"""The figures of a cycle, from the command line."""

import json
from fractions import Fraction
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from config import LANGUAGES
from webinars import clock
from webinars.accounts.models import Organisation
from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.disclosure import of_the_public
from webinars.capitalisation.queries import cycle_counts
from webinars.capitalisation.sentence import sentence
from webinars.capitalisation.small_cells import to_publish
from webinars.cycles.models import Cycle
from webinars.storage.extensions import db
from webinars.words.numbers import rounded

group = AppGroup("capitalisation", help="Figures of a cycle.")


@group.command("figures")
@click.option("--cycle", "slug", required=True, metavar="SLUG", help="Name of the cycle in its address.")
@click.option(
    "--organisation", "owner", metavar="SLUG", help="Needed when two organisations use the same name."
)
@click.option(
    "--language", type=click.Choice(list(LANGUAGES)), default=next(iter(LANGUAGES)), help="Of the sentence."
)
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def figures(slug: str, owner: str | None, language: str, as_json: bool) -> None:
    """Print the figures of a cycle."""
    cycle = find_cycle(slug, owner)
    counts = cycle_counts(cycle, now=clock.now())
    found = summary(counts)
    organisation = db.session.get_one(Organisation, cycle.organisation_id)
    with force_locale(language):
        found["sentence"] = sentence(counts, cycle.noun, of_the_public(counts, organisation))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, value in found.items():
        click.echo(f"{name:30} {value}")


def find_cycle(slug: str, owner: str | None) -> Cycle:
    """The cycle of that name; raises a sentence when there is none, or more than one."""
    wanted = select(Cycle).join(Organisation).where(Cycle.slug == slug).order_by(Cycle.id)
    if owner:
        wanted = wanted.where(Organisation.slug == owner)
    found = db.session.scalars(wanted).all()
    if not found:
        raise click.ClickException(f"no cycle is called “{slug}”; its name is the last part of its address")
    if len(found) > 1:
        raise click.ClickException(f"several organisations have a cycle “{slug}”: add --organisation")
    return found[0]


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


def _number(value: Fraction | None, digits: int) -> float | None:
    return None if value is None else float(rounded(value, digits))
