"""The demonstration from the command line."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import exists, select

from config import Settings
from webinars import clock
from webinars.accounts.models import Organisation, Organiser
from webinars.accounts.queries import account_of
from webinars.demonstration.account import EMAIL, add_organisation, password
from webinars.demonstration.past_cycle import add_past_cycle, content
from webinars.demonstration.upcoming_cycle import add_coming_cycle
from webinars.planning.loader.actions import load_cycles
from webinars.planning.loader.cycle_file import read_cycle_file
from webinars.storage.extensions import db

group = AppGroup("demonstration", help="An organisation to look at.")


@group.command("load")
def load() -> None:
    """Load the demonstration into an empty database; do nothing in any other; refused in service."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.is_service:
        raise click.ClickException(
            "Real people use this instance: the demonstration is not for service mode."
        )
    if is_needed():
        load_demonstration(settings=settings, now=clock.now())
        db.session.commit()
    if not is_there():
        click.echo("The database already has an organisation of its own: nothing was loaded.")
        return
    click.echo(f"Organisers sign in at {settings.public_url}/sign-in")
    click.echo(f"  e-mail    {EMAIL}")
    click.echo(f"  password  {password()}")
    if not settings.mail_server:
        click.echo(f"Mails land in {settings.mail_folder} and on {settings.public_url}/organise/mailbox")


def is_needed() -> bool:
    """Whether the instance has no organisation yet."""
    return not db.session.scalar(select(exists().where(Organisation.id.is_not(None))))


def is_there() -> bool:
    """Whether this database holds the demonstration."""
    return account_of(EMAIL) is not None


def load_demonstration(*, settings: Settings, now: datetime) -> Organisation:
    """One organisation with its published cycles, past and to come; the caller commits."""
    organisation = add_organisation(now=now)
    nadia = db.session.scalars(select(Organiser).where(Organiser.email == EMAIL)).one().as_actor
    load_cycles(organisation, read_cycle_file(content("cycle.json")), by=nadia, now=now)
    add_past_cycle(organisation, by=nadia, now=now)
    add_coming_cycle(organisation, settings=settings, now=now)
    return organisation
