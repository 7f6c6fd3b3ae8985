"""Whether our secret key is the one personal links were made with: a value made with it is kept in the database."""

import hmac
from datetime import datetime
from typing import ClassVar

import click
from flask.cli import AppGroup
from sqlalchemy import CheckConstraint, String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from setting_values import PREFIX
from webinars import clock
from webinars.storage.database import Model, inserting
from webinars.storage.extensions import db
from webinars.web.links import derived_key

ANOTHER = (
    f"{PREFIX}SECRET_KEY is not the key this database was used with: no personal link that has left would open. Set the "
    "former one again; where it was changed on purpose, `flask key accept` takes the new one."
)


class KeyCheck(Model):
    """What the key of the instance makes of a constant: its one row is kept at the first start."""

    __tablename__ = "key_check"
    __table_args__ = (CheckConstraint("id = 1", name="only"),)
    ONLY: ClassVar[int] = 1

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime]


def key_problem() -> str:
    """What is wrong with our key, and what to do; empty while none was kept, the database is away, or behind."""
    try:
        return ANOTHER if compare_key() is False else ""
    except SQLAlchemyError:
        db.session.rollback()
        return ""


def compare_key() -> bool | None:
    """Whether our key is the kept one; None while none was kept, raises SQLAlchemyError while that cannot be asked."""
    kept = db.session.scalar(select(KeyCheck.value))
    return None if kept is None else hmac.compare_digest(kept, _value())


def keep_key(*, now: datetime) -> None:
    """Keeps the value of our key unless there is one; the caller commits."""
    first = {"id": KeyCheck.ONLY, "value": _value(), "kept_at": now}
    db.session.execute(inserting(KeyCheck, db.engine.dialect.name).values(first).on_conflict_do_nothing())


def accept_key(*, now: datetime) -> None:
    """Has our key be the right one from now on; the caller commits."""
    db.session.execute(delete(KeyCheck))
    keep_key(now=now)


key = AppGroup("key", help="The secret key of the instance.")


@key.command("accept")
def accept() -> None:
    """Take the present secret key for the right one: personal links that left under another one open no more."""
    accept_key(now=clock.now())
    db.session.commit()
    click.echo("The key is the one of this database from now on")


def _value() -> str:
    return derived_key("key check").hex()
