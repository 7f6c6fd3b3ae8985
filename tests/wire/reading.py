"""The independent readers: what each needs, and what each says of some files."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.requirements import need

HERE = Path(__file__).parent / "readers"


@dataclass(frozen=True)
class Reader:
    """A program that prints one JSON object for each file it is given."""

    command: tuple[str, ...]
    probe: tuple[str, ...]  # succeeds where the reader can run
    package: str  # what to install

    def read(self, paths: Iterable[Path], **environment: str) -> list[dict[str, Any]]:
        """What the reader says of each file, in their order; skips the test where it is not installed."""
        need(_runs(self.probe), self.package)
        command = [*self.command, *map(str, paths)]
        done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, **environment})
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers


@cache
def _runs(probe: tuple[str, ...]) -> bool:
    return (
        shutil.which(probe[0]) is not None
        and subprocess.run(probe, check=False, capture_output=True).returncode == 0
    )


def _node(script: str) -> Reader:
    folder = Path(__file__).parent / "npm"
    return Reader(
        ("node", str(folder / script)),
        ("node", "--eval", f"require('module').createRequire('{folder}/').resolve('ical.js')"),
        "the packages of tests/wire/npm (npm ci)",
    )


# Debian's Python sees Debian's packages
_GI = "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"
LIBICAL = Reader(
    ("/usr/bin/python3", str(HERE / "libical.py")),
    ("/usr/bin/python3", "-c", _GI),
    "libical (gir1.2-ical-3.0, python3-gi)",
)
ICS = Reader((sys.executable, str(HERE / "py_ics.py")), (sys.executable, "--version"), "ics")
VOBJECT = Reader((sys.executable, str(HERE / "py_vobject.py")), (sys.executable, "--version"), "vobject")
RUBY = Reader(
    ("ruby", str(HERE / "icalendar.rb")),
    ("ruby", "-ricalendar", "-e", ""),
    "ruby-icalendar (ruby, ruby-icalendar)",
)
PERL = Reader(
    ("perl", str(HERE / "mime_parser.pl")),
    ("perl", "-MMIME::Parser", "-e", ""),
    "MIME::Parser (libmime-tools-perl)",
)
ICAL_JS = _node("ical_js.mjs")
NODE_ICAL = _node("node_ical.mjs")
POSTAL_MIME = _node("postal_mime.mjs")

CALENDAR_READERS = {
    "libical": LIBICAL,
    "ics": ICS,
    "vobject": VOBJECT,
    "ruby-icalendar": RUBY,
    "ical.js": ICAL_JS,
}
CLOCKS = {"libical": LIBICAL, "ical.js": ICAL_JS, "node-ical": NODE_ICAL}
