"""The demonstration from the command line."""

import click
from flask.cli import AppGroup

from webinars import clock
from webinars.demonstration.account import EMAIL, password
from webinars.demonstration.loading import is_needed, load_demonstration
from webinars.extensions import db

group = AppGroup("demonstration", help="An organisation to look at.")


@group.command("load")
def load() -> None:
    """Load the demonstration into an empty database; do nothing in any other."""
    if not is_needed():
        click.echo("The database already has an organisation: nothing was loaded.")
        return
    load_demonstration(now=clock.now())
    db.session.commit()
    click.echo(sign_in_words())


def sign_in_words() -> str:
    """How one signs in to the demonstration."""
    return f"Sign in as {EMAIL} with the password {password()}"
