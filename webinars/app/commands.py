"""Which commands `flask` gains, and what each needs before it begins."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from webinars.accounts import cli as accounts_commands
from webinars.app import backup, restore, supervisor
from webinars.app.diagnosis import doctor, key_check, mail_test
from webinars.attendance.imports import cli as attendance_commands
from webinars.capitalisation import cli as capitalisation_commands
from webinars.deliverability import cli as deliverability_commands
from webinars.demonstration import cli as demonstration_commands
from webinars.outbox import cli as outbox_commands
from webinars.planning.loader import cli as planning_commands
from webinars.replies import cli as replies_commands
from webinars.replies.cli import TRY_LATER
from webinars.storage import schema

# they say themselves what is wrong with the database
PROCESSES = (supervisor.serve, supervisor.worker)
WITHOUT_DATABASE = (*PROCESSES, restore.restore)
COMMANDS = (
    doctor.doctor,
    backup.backup,
    accounts_commands.group,
    outbox_commands.outbox,
    mail_test.mail,
    key_check.key,
    attendance_commands.group,
    planning_commands.group,
    replies_commands.replies,
    capitalisation_commands.group,
    demonstration_commands.group,
)


class TemporaryFailure(click.ClickException):
    """What a mail server was piping into us is kept by it, and comes again."""

    exit_code = TRY_LATER


def register(app: Flask) -> None:
    """Adds every command; of those that need a database none begins on one that is missing or empty."""
    outbox_commands.outbox.add_command(deliverability_commands.retry)  # which knows cycles
    for command in WITHOUT_DATABASE:
        app.cli.add_command(command)
    for command in COMMANDS:
        app.cli.add_command(_guarded(command))


def _guarded(command: click.Command) -> click.Command:
    """The same command or group; what is declared in the modules stays as it is."""
    guarded = copy(command)
    if isinstance(guarded, click.Group):
        guarded.commands = {name: _guarded(one) for name, one in guarded.commands.items()}
    elif guarded.callback is not None:
        guarded.callback = with_appcontext(_once_there(command, guarded.callback))
    return guarded


def _once_there(command: click.Command, act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def begin(*args: Any, **kwargs: Any) -> Any:
        words = _what_is_wrong(command)
        if words:
            raise (TemporaryFailure if command is replies_commands.read else click.ClickException)(words)
        return act(*args, **kwargs)

    return begin


def _what_is_wrong(command: click.Command) -> str:
    try:
        return schema.missing()
    except SQLAlchemyError as error:
        if command is doctor.doctor:
            return ""  # it says so among the rest
        return schema.away(error)
