"""The demonstration from the command line."""

import click
from flask import current_app
from flask.cli import AppGroup

from config import Settings
from webinars import clock
from webinars.demonstration.account import EMAIL, password
from webinars.demonstration.loader import is_needed, is_there, load_demonstration
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
