"""The command that sends again what a server refused for everyone."""

import re
from datetime import timedelta

import click
from sqlalchemy import select

from webinars import clock
from webinars.actors import OPERATOR
from webinars.cycles.models import Cycle
from webinars.deliverability import actions
from webinars.deliverability.queries import cycles_refused_since
from webinars.storage.extensions import db

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_LENGTH = re.compile(r"([1-9]\d{0,4})([mhd])")


class Length(click.ParamType[timedelta]):
    """A length of time: 30m, 2h, 3d."""

    name = "length"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> timedelta:
        """The length; fails with what to write."""
        found = _LENGTH.fullmatch(str(value))
        if found is None:
            self.fail(f"write a length such as 30m, 2h or 3d, not “{value}”", param, context)
        return int(found[1]) * UNITS[found[2]]


@click.command("retry")
@click.option("--failed", is_flag=True, help="What a server refused for good, but for wrong addresses.")
@click.option("--since", type=Length(), required=True, help="How far back: 30m, 2h, 3d.")
def retry(*, failed: bool, since: timedelta) -> None:
    """Send again what a server refused for everyone, once what stood in the way is cleared.

    It leaves at the set pace, to the same addresses, written anew; twice changes nothing.
    """
    if not failed:
        raise click.UsageError("Say what is to be sent again: --failed.")
    now = clock.now()
    after = now - since
    sent = actions.send_accounts_again(since=after, now=now)
    db.session.commit()
    for number in cycles_refused_since(after):
        cycle = db.session.scalars(select(Cycle).where(Cycle.id == number)).one()
        sent += actions.send_all_again(cycle, by=OPERATOR, since=after, now=now)
        db.session.commit()  # each cycle by itself: the next one waits for none
    click.echo(f"{sent} leave again" if sent else "Nothing was refused since then that can be sent again")
