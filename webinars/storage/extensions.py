"""The Flask extensions, made once, bound to the application at start; what the database answers in one step."""

from typing import Any

from flask_babel import Babel
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Select

from webinars.storage.database import Model

db = SQLAlchemy(metadata=Model.metadata, disable_autonaming=True)
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
mail = Mail()  # bound to none: what leaves is a row first (decision 0018)


def counted_by(asked: Select[*tuple[Any, ...]]) -> dict[int, int]:
    """The second column of what is asked, by the first: `select(Session.cycle_id, func.count())`."""
    key = asked.selected_columns[0]
    return {row: int(number) for row, number in db.session.execute(asked.group_by(key).order_by(key))}
