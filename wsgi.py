"""The WSGI entry point; `flask` finds it too."""

import os
import sys
from secrets import token_hex
from tempfile import gettempdir

from config import Settings, WrongSetting, read_settings
from setting_values import PREFIX

os.umask(0o077)  # what we keep is ours alone to read

HELP = "--help"


def _settings() -> Settings:
    try:
        return read_settings()
    except WrongSetting:
        if HELP not in sys.argv:
            raise
    # what commands there are is told before anything is set, and no file is written for it
    said = {"MODE": "demonstration", "FOLDER": gettempdir(), "SECRET_KEY": token_hex()}
    return read_settings({PREFIX + name: value for name, value in said.items()})


try:
    settings = _settings()
except WrongSetting as wrong:
    print(f"Error: {wrong}", file=sys.stderr)  # noqa: T201
    # a mail server that pipes a message into us keeps it, and brings it again
    raise SystemExit(os.EX_TEMPFAIL if {"replies", "read"} <= set(sys.argv) else 1) from None

from webinars import create_app  # noqa: E402 — a wrong setting is told before all is loaded

app = create_app(settings)
