"""The WSGI entry point; `flask` finds it too."""

import os

from config import WrongSetting, read_settings
from webinars import create_app

os.umask(0o077)  # what we keep is ours alone to read

try:
    app = create_app(read_settings())
except WrongSetting as wrong:
    raise SystemExit(f"Error: {wrong}") from None
