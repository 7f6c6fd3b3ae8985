"""Cycles from the command line."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from webinars import clock
from webinars.accounts.models import Organisation
from webinars.actors import Actor
from webinars.planning.loader.actions import LoadOutcome, load_cycles
from webinars.planning.loader.cycle_file import CycleFile, read_cycle_file
from webinars.planning.loader.strict_json import FileRefused
from webinars.storage.extensions import db

group = AppGroup("cycles", help="Cycles and their sessions.")


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", "slug", metavar="SLUG", help="Needed when there are several organisations.")
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def load(file: Path, slug: str | None, as_json: bool) -> None:
    """Load the cycles of FILE (JSON, see docs/loading-cycles.md); those loaded before stay as they are."""
    organisation = find_organisation(slug)
    with force_locale("en"):
        try:
            read = read_cycle_file(file.read_bytes())
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from refused
    outcome = load_cycles(organisation, read, by=Actor(None, "flask cycles load"), now=clock.now())
    db.session.commit()
    if as_json:
        click.echo(json.dumps(told(outcome, read), ensure_ascii=False, indent=1))
        return
    for one in outcome:
        click.echo(_line(one))
    if not any(one.is_new for one in outcome):
        click.echo("Everything in this file was loaded before: nothing has changed.")
    if read.ignored:
        click.echo(f"Not read: {', '.join(read.ignored)}")


def told(outcome: list[LoadOutcome], file: CycleFile) -> dict[str, Any]:
    """What became of each cycle, for a program."""
    cycles = [
        {
            "id": one.cycle.source_id,
            "slug": one.cycle.slug,
            "title": one.cycle.title,
            "state": one.cycle.state.value,
            "sessions": one.sessions,
            "missing": list(one.missing),
        }
        for one in outcome
    ]
    return {
        "loaded": [line for line, one in zip(cycles, outcome, strict=True) if one.is_new],
        "unchanged": [line for line, one in zip(cycles, outcome, strict=True) if not one.is_new],
        "ignored": list(file.ignored),
    }


def find_organisation(slug: str | None) -> Organisation:
    """The organisation of that name, or the only one; raises a sentence otherwise."""
    wanted = select(Organisation).order_by(Organisation.id)
    found = db.session.scalars(wanted.where(Organisation.slug == slug) if slug else wanted).all()
    if len(found) == 1:
        return found[0]
    if slug:
        raise click.ClickException(
            f"no organisation is called “{slug}”; its name is the first part of its address"
        )
    if not found:
        raise click.ClickException("there is no organisation yet: make one with `flask organiser create`")
    raise click.ClickException("there are several organisations: say which with --organisation")


def _line(one: LoadOutcome) -> str:
    state = one.cycle.state.value if one.is_new else "unchanged"
    missing = f" (day or hours not known: {'; '.join(one.missing)})" if one.missing else ""
    return f"{state:10} {one.cycle.slug:40} {one.sessions} session(s){missing}"
