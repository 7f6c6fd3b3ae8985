"""Accounts from the command line: the first one, and those who are locked out."""

import json
import sys
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from config import LANGUAGES, Settings
from webinars import clock
from webinars.accounts import actions, queries
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.credentials.strength import refusal_of
from webinars.accounts.credentials.tokens import draw_token
from webinars.accounts.forms import own_words
from webinars.accounts.models import Membership, Organisation, Organiser, Purpose, Role
from webinars.actors import Actor
from webinars.errors import Refusal
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.storage.extensions import db
from webinars.web.links import outward
from webinars.words.addresses import AddressRefused, read_address
from webinars.words.text import cut_line

BY = Actor(None, "command line")

group = AppGroup("organiser", help="Accounts of those who prepare the webinars.")


class Address(click.ParamType[str]):
    """An e-mail address that can be written to."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address as it is kept; fails with the sentence a form would show."""
        try:
            with force_locale("en"):
                return read_address(value)
        except AddressRefused as refused:
            self.fail(str(refused), param, ctx)


@group.command("create")
@click.option("--email", type=Address(), prompt="E-mail address", help="Of the account.")
@click.option(
    "--name",
    prompt="Name",
    callback=lambda _c, _p, value: cut_line(value, 120),
    help="First name and name.",
)
@click.option(
    "--organisation", prompt="Organisation", help="Its name, or the one in its address when it exists."
)
@click.option(
    "--contact", type=Address(), help="Address shown on public pages; that of the account if not given."
)
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ADMINISTRATOR.value)
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    help="First language; that of the settings if not given.",
)
@click.option("--password", "reads_password", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print for a program.")
def create(
    *,
    email: str,
    name: str,
    organisation: str,
    contact: str | None,
    role: str,
    language: str | None,
    reads_password: bool,
    as_json: bool,
) -> None:
    """Create an account, and its organisation when there is none of that name.

    Prints the link to set a password, unless the password is read from standard input.
    """
    settings: Settings = current_app.config["SETTINGS"]
    now, spoken = clock.now(), language or settings.language
    password = sys.stdin.readline().rstrip("\r\n") if reads_password else None
    owner = find_organisation(organisation) or actions.create_organisation(
        cut_line(organisation, 200),
        contact=contact or email,
        language=spoken,
        timezone=settings.timezone,
        now=now,
    )
    membership = _add(owner, email=email, name=name, role=Role(role), language=spoken, now=now)
    facts = {"email": email, "organisation": owner.slug, "role": role}
    facts |= _opened(membership.organiser, owner, password, now=now)
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else _told(facts))


@group.command("invite")
@click.option("--email", type=Address(), prompt="E-mail address", help="Where the invitation goes.")
@click.option(
    "--name",
    prompt="Name",
    callback=lambda _c, _p, value: cut_line(value, 120),
    help="First name and name.",
)
@click.option("--organisation", prompt="Organisation", help="Its name, or the one in its address.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ORGANISER.value)
def invite(email: str, name: str, organisation: str, role: str) -> None:
    """Make somebody a member and send the invitation."""
    owner = _require_organisation(organisation)
    membership = _add(
        owner, email=email, name=name, role=Role(role), language=owner.language, now=clock.now()
    )
    actions.queue_invitation(membership, now=clock.now())
    note(
        Deed.MEMBER_INVITED, membership.organisation_id, membership.organiser.subject, by=BY, now=clock.now()
    )
    db.session.commit()
    click.echo(f"The invitation to {email} is queued; the worker sends it.")


@group.command("link")
@click.option("--email", type=Address(), prompt="E-mail address", help="Of the account.")
def link(email: str) -> None:
    """Print a link that sets the password of an account, for whoever cannot receive mail."""
    organiser = queries.account_of(email)
    if organiser is None:
        raise click.ClickException(f"no account has the address {email}")
    click.echo(_link(organiser, now=clock.now()))


def find_organisation(words: str) -> Organisation | None:
    """The organisation of that name, short name or address."""
    named = Organisation.name == cut_line(words, 200)
    short = Organisation.short_name == cut_line(words, 200)
    return db.session.scalars(
        select(Organisation)
        .where(named | short | (Organisation.slug == words.strip()))
        .order_by(Organisation.id)
    ).first()


def _require_organisation(words: str) -> Organisation:
    found = find_organisation(words)
    if found is None:
        raise click.ClickException(f"no organisation is called “{words}”")
    return found


def _add(
    owner: Organisation, *, email: str, name: str, role: Role, language: str, now: datetime
) -> Membership:
    try:
        added = actions.add_member(owner, email=email, name=name, role=role, language=language, now=now)
    except Refusal as refusal:
        with force_locale("en"):
            raise click.ClickException(str(refusal.title)) from refusal
    note(Deed.MEMBER_ADDED, added.organisation_id, added.organiser.subject, by=BY, now=now)
    return added


def _opened(
    organiser: Organiser, owner: Organisation, password: str | None, *, now: datetime
) -> dict[str, str]:
    if password is None:
        if organiser.password_hash is not None:
            db.session.commit()
            return {"sign_in": outward("entrance.sign_in")}
        return {"link": _link(organiser, now=now)}
    with force_locale("en"):
        refusal = refusal_of(password, [*own_words(organiser, []), owner.name, owner.short_name])
    if refusal is not None:
        raise click.ClickException(refusal)
    actions.set_password(organiser, hash_password(password), now=now, by=BY)
    db.session.commit()
    return {"sign_in": outward("entrance.sign_in")}


def _link(organiser: Organiser, *, now: datetime) -> str:
    number = organiser.id
    actions.note_account(Deed.PASSWORD_LINK_DRAWN, organiser, by=BY, now=now)
    db.session.commit()
    return outward("entrance.set_password", token=draw_token(Purpose.INVITATION, number, now=now))


def _told(facts: dict[str, str]) -> str:
    lines = [f"{facts['email']} is {facts['role']} of “{facts['organisation']}”."]
    if "link" in facts:
        lines += ["The password is chosen here, once, within seven days:", facts["link"]]
    else:
        lines += ["Sign in here:", facts["sign_in"]]
    return "\n".join(lines)
