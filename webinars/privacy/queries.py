"""What the notices ask of the database."""

from collections.abc import Sequence

from sqlalchemy import select

from webinars.accounts.models import Organisation
from webinars.storage.extensions import db


def organisations() -> Sequence[Organisation]:
    """Every organisation of the instance, by name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)).all()
