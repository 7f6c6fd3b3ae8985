"""The WSGI entry point; `flask` finds it too."""

import os
import sys

from config import WrongSetting, read_settings

os.umask(0o077)  # what we keep is ours alone to read

try:
    settings = read_settings()
except WrongSetting as wrong:
    print(f"Error: {wrong}", file=sys.stderr)  # noqa: T201
    # a mail server that pipes a message into us keeps it, and brings it again
    raise SystemExit(os.EX_TEMPFAIL if {"replies", "read"} <= set(sys.argv) else 1) from None

from webinars import create_app  # noqa: E402 — a wrong setting is told before all is loaded

app = create_app(settings)
