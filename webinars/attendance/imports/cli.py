"""Reports from the command line."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from webinars import clock
from webinars.actors import LONGEST_NAME, Actor
from webinars.attendance.imports import actions, preparation
from webinars.attendance.reports.errors import ReportRefused
from webinars.cycles.models import Session
from webinars.errors import Refusal
from webinars.registration.models import Registrant
from webinars.storage.database import only_reading
from webinars.storage.extensions import db
from webinars.words.text import cut_line

group = AppGroup("attendance", help="Reports of video tools.")

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
SESSION = click.option(
    "--session", "name", required=True, metavar="ID", help="Outward id or name of the session."
)


@group.command("preview")
@SESSION
@FILE
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def preview(name: str, file: Path, as_json: bool) -> None:
    """Say what importing FILE would record; nothing is stored."""
    session = find_session(name)
    try:
        seen = preparation.preview_report(session, file.read_bytes(), now=clock.now())
    except ReportRefused as refused:
        raise _refusal(refused, as_json=as_json) from refused
    found = seen.as_json(_outward_names(session).__getitem__)
    found |= {"team": found["staff"], "error": None}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for key, value in found.items():
        click.echo(f"{key:22} {value}")


@group.command("apply")
@SESSION
@FILE
@click.option("--by", default="command line", help="Who imports it.")
def apply(name: str, file: Path, by: str) -> None:
    """Import FILE; the same file again changes nothing."""
    content = file.read_bytes()
    try:
        with only_reading():  # nobody waits while the file is read
            prepared = preparation.prepare_report(find_session(name), content)
            db.session.rollback()
    except ReportRefused as refused:
        raise _refusal(refused, as_json=False) from refused
    try:
        report = actions.apply_report(
            find_session(name),
            content,
            file_name=file.name,
            by=Actor(None, cut_line(by, LONGEST_NAME)),
            now=clock.now(),
            prepared=prepared,
        )
    except Refusal as refused:
        with force_locale("en"):
            raise click.ClickException(str(refused)) from refused
    click.echo(f"imported as {report.public_id}")


def find_session(name: str) -> Session:
    """The session of that outward id or name; raises a sentence when there is none, or more than one."""
    found = db.session.scalars(
        select(Session)
        .where(or_(Session.public_id == name, Session.slug == name))
        .options(joinedload(Session.cycle))
        .order_by(Session.id)
    ).all()
    if not found:
        raise click.ClickException(f"no session is called “{name}”; its name is the last part of its address")
    if len(found) > 1:
        ids = ", ".join(session.public_id for session in found)
        raise click.ClickException(f"several sessions are called “{name}”: use one of {ids}")
    return found[0]


def _outward_names(session: Session) -> dict[str, str]:
    """What a program knows the people of the cycle by: the name in the file they came from, else their outward id."""
    asked = select(Registrant.id, Registrant.source_id, Registrant.public_id)
    rows = db.session.execute(asked.where(Registrant.cycle_id == session.cycle_id).order_by(Registrant.id))
    return {str(person): source_id or public_id for person, source_id, public_id in rows}


def _refusal(refused: ReportRefused, *, as_json: bool) -> click.ClickException:
    if as_json:
        click.echo(json.dumps(refused.as_json(), ensure_ascii=False))
    with force_locale("en"):
        return click.ClickException(f"{refused.as_json()['error']}: {refused}")
