"""Commands that look at waiting mail and hold it back."""

import json

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from webinars import clock
from webinars.outbox import actions, carrier, queries
from webinars.outbox.queue import trouble
from webinars.outbox.queue.flow import oldest_due_at
from webinars.storage.extensions import db

outbox = AppGroup("outbox", help="Mail waiting to leave.")


@outbox.command("status")
@click.option("--json", "as_json", is_flag=True, help="For a program to read.")
def status(*, as_json: bool) -> None:
    """Say how many mails are in which state, and since when the oldest waits."""
    counts = {state.value: count for state, count in queries.counts().items()}
    oldest = oldest_due_at(now=clock.now())
    held = queries.pause_in_force()
    refused = trouble.in_force()
    if as_json:
        facts = {
            "counts": counts,
            "oldest_due_at": oldest.isoformat() if oldest else None,
            "paused_since": held.since.isoformat() if held else None,
            "refused_since": refused.since.isoformat() if refused else None,
        }
        click.echo(json.dumps(facts))
        return
    for state, count in counts.items():
        click.echo(f"{count:>8}  {state}")
    click.echo(f"oldest due mail: {oldest.isoformat() if oldest else 'none'}")
    if held:
        click.echo(f"paused since {held.since.isoformat()}{f': {held.reason}' if held.reason else ''}")
    if refused:
        click.echo(f"refused everywhere since {refused.since.isoformat()}: {refused.words}")


@outbox.command("prepare")
def prepare() -> None:
    """Make the tables of the carrier named by WEBINARS_JOB_CARRIER, unless they are there."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.job_carrier == "none":
        raise click.ClickException("No carrier is set: WEBINARS_JOB_CARRIER=procrastinate names one.")
    click.echo(
        "The carrier’s tables are made" if carrier.prepare(settings) else "The carrier’s tables are there"
    )


@outbox.command("pause")
@click.option("--reason", default="", help="Shown by `flask outbox status`.")
def pause(*, reason: str) -> None:
    """Hold all mail back, on every worker; nothing is lost."""
    actions.pause(reason=reason, now=clock.now())
    db.session.commit()
    click.echo("Mail is paused; `flask outbox resume` lets it leave again")


@outbox.command("resume")
def resume() -> None:
    """Let mail leave again; while our mail is refused, the next one tries at once."""
    actions.resume()
    trouble.hasten(now=clock.now())
    db.session.commit()
    click.echo("Mail leaves")
