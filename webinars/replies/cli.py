"""Commands that read mail and look at what waits for the operator."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from webinars import clock
from webinars.actors import OPERATOR
from webinars.replies import actions, queries
from webinars.replies.chores import ReadingCounts, read_source
from webinars.replies.errors import ParserUnavailable, SourceUnreachable
from webinars.replies.models import Incoming
from webinars.replies.sources.imap import Imap
from webinars.replies.sources.mailboxes import Maildir, MailSource, Pipe, configured
from webinars.replies.words import reason_in_english
from webinars.storage.database import AWAY
from webinars.storage.extensions import db

TRY_LATER = 75  # what mail servers understand as: keep it and bring it again (EX_TEMPFAIL)

replies = AppGroup("replies", help="Mail that comes in: answers of calendars, returned mail, letters.")


@replies.command("read")
@click.option("--maildir", type=click.Path(path_type=Path), help="A maildir instead of the settings'.")
@click.option("--imap", "is_imap", is_flag=True, help="Only the IMAP folder of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
@click.argument("pipe", required=False, type=click.Choice(["-"]), metavar="[-]")
def read(*, maildir: Path | None, is_imap: bool, as_json: bool, pipe: str | None) -> None:
    """Read one message from standard input with -, else every message that waits in the mailboxes."""
    settings, harvest = current_app.config["SETTINGS"], ReadingCounts()
    try:
        for source in _sources(maildir, is_imap=is_imap, pipe=pipe):
            found = read_source(source, authserv_id=settings.authserv_id, now=clock.now())
            harvest.verdicts += found.verdicts
            harvest.known += found.known
    except SourceUnreachable as error:
        raise click.ClickException(str(error)) from error
    except ParserUnavailable as error:
        click.echo(f"The message cannot be read now: bring it again later ({error}).", err=True)
        raise SystemExit(TRY_LATER) from error
    except AWAY as error:
        click.echo("The database is away: bring the message again later.", err=True)
        raise SystemExit(TRY_LATER) from error
    facts = {verdict.value: count for verdict, count in sorted(harvest.verdicts.items())}
    if as_json:
        click.echo(json.dumps({"read": harvest.read, "known": harvest.known, "verdicts": facts}))
        return
    for verdict, count in facts.items():
        click.echo(f"{count:>6}  {verdict}")
    click.echo(f"{harvest.read} read, {harvest.known} known already")


@replies.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also what belongs to a cycle.")
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def list_waiting(*, is_all: bool, as_json: bool) -> None:
    """List the messages that wait for a person and belong to no cycle."""
    waiting = queries.waiting(is_all=is_all)
    if as_json:
        click.echo(json.dumps([_facts(one) for one in waiting], ensure_ascii=False, indent=1))
        return
    for one in waiting:
        click.echo(f"{one.id:>6}  {one.received_at:%Y-%m-%d %H:%M}  {one.sender or '-'}  {one.verdict.value}")
        click.echo(f"        {reason_in_english(one)}")
    click.echo(
        f"{len(waiting)} waiting; `flask replies show NUMBER` prints one, `flask replies handled NUMBER` ends it"
    )


@replies.command("show")
@click.argument("number", type=int)
def show(*, number: int) -> None:
    """Print a message as it came."""
    content = _one(number).content
    if content is None:
        raise click.ClickException("The message is not kept here: it was handled, is too large, or too old.")
    sys.stdout.buffer.write(content)


@replies.command("handled")
@click.argument("number", type=int)
def handled(*, number: int) -> None:
    """Say that a message was seen to; twice changes nothing."""
    actions.handle(_one(number), by=OPERATOR, now=clock.now())
    db.session.commit()
    click.echo("Handled")


def _sources(maildir: Path | None, *, is_imap: bool, pipe: str | None) -> Iterable[MailSource]:
    settings = current_app.config["SETTINGS"]
    if pipe is not None:
        return [Pipe(sys.stdin.buffer)]
    if maildir is not None:
        return [Maildir(maildir)]
    if is_imap and not settings.replies_imap:
        raise click.ClickException("Set WEBINARS_REPLIES_IMAP first: docs/settings.md lists the settings.")
    found = [source for source in configured(settings) if not is_imap or isinstance(source, Imap)]
    if not found:
        raise click.ClickException(
            "No mailbox is set: give --maildir DIR, or - for standard input, or set WEBINARS_REPLIES_IMAP."
        )
    return found


def _one(number: int) -> Incoming:
    found = db.session.get(Incoming, number)
    if found is None:
        raise click.ClickException("There is no message of that number; `flask replies list` shows them.")
    return found


def _facts(one: Incoming) -> dict[str, object]:
    return {
        "number": one.id,
        "received_at": one.received_at.isoformat(),
        "from": one.sender,
        "subject": one.subject,
        "verdict": one.verdict.value,
        "reason": reason_in_english(one),
        "cycle": one.cycle.slug if one.cycle else None,
        "details": one.details,
    }
