"""The Flask extensions, made once, bound to the application at start."""

from flask_babel import Babel
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from webinars.database import Model

db = SQLAlchemy(metadata=Model.metadata, disable_autonaming=True)
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
mail = Mail()
