"""Which commands `flask` gains."""

from flask import Flask

from webinars import backup, doctor, key_check, mail_test, supervisor
from webinars.accounts import cli as accounts_commands
from webinars.attendance import cli as attendance_commands
from webinars.capitalisation import cli as capitalisation_commands
from webinars.deliverability import cli as deliverability_commands
from webinars.demonstration import cli as demonstration_commands
from webinars.outbox import cli as outbox_commands
from webinars.planning import cli as planning_commands
from webinars.replies import cli as replies_commands


def register(app: Flask) -> None:
    """Adds every command."""
    app.cli.add_command(supervisor.serve)
    app.cli.add_command(supervisor.worker)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(backup.backup)
    app.cli.add_command(accounts_commands.group)
    app.cli.add_command(outbox_commands.outbox)
    outbox_commands.outbox.add_command(deliverability_commands.retry)
    app.cli.add_command(mail_test.mail)
    app.cli.add_command(key_check.key)
    app.cli.add_command(attendance_commands.group)
    app.cli.add_command(planning_commands.group)
    app.cli.add_command(replies_commands.replies)
    app.cli.add_command(capitalisation_commands.group)
    app.cli.add_command(demonstration_commands.group)
