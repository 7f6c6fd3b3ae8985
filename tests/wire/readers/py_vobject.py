"""The Python package vobject: `python py_vobject.py FILE…` prints, as JSON, what it complains of in each file."""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
import vobject  # noqa: E402 its own warnings are not ours


def complaints(content: bytes) -> list[str]:
    """What keeps the calendar from being read or valid."""
    try:
        vobject.readOne(content.decode()).validate(raiseException=True)
    except Exception as error:  # noqa: BLE001 whatever it raises is its complaint
        return [f"{type(error).__name__}: {error}"]
    return []


print(json.dumps([{"complaints": complaints(Path(name).read_bytes())} for name in sys.argv[1:]]))
