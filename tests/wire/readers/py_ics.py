"""The Python package ics: `python py_ics.py FILE…` prints, as JSON, what it complains of in each file."""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
import ics  # noqa: E402 its own warnings are not ours


def complaints(content: bytes) -> list[str]:
    """What keeps the calendar from being read."""
    try:
        ics.Calendar(content.decode())
    except Exception as error:  # noqa: BLE001 whatever it raises is its complaint
        return [f"{type(error).__name__}: {error}"]
    return []


print(json.dumps([{"complaints": complaints(Path(name).read_bytes())} for name in sys.argv[1:]]))
