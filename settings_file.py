"""The settings file: lines of KEY=VALUE that mean the same to us, to systemd and to containers."""

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from setting_values import PREFIX

NAMED_BY = f"{PREFIX}SETTINGS"
NONE = "none"  # as its name: no file is read
PROJECT = Path(__file__).parent / "webinars.env"
MACHINE = Path("/etc/webinars.env")
FOR_STRANGERS = stat.S_IRWXO
_KEY = re.compile(r"[A-Z][A-Z0-9_]*")
_READ_DIFFERENTLY = re.compile(r"[\"'`\\$]|\s#")  # by systemd, by containers, or by a shell


class WrongFile(ValueError):
    """The file cannot be used; the message names it, with the line where one is to blame, and no value."""


def with_file(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment, and beneath it what the settings file says; raises WrongFile."""
    file = file_for(environment)
    return {**(read_file(file) if file else {}), **environment}


def file_for(environment: Mapping[str, str]) -> Path | None:
    """The settings file: the one that is named, else the project's, else the machine's, else none."""
    named = environment.get(NAMED_BY, "").strip()
    if named == NONE:
        return None
    if named:
        return Path(named).absolute()
    return next((file for file in (PROJECT, MACHINE) if _is_there(file)), None)


def _is_there(file: Path) -> bool:
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # it may be there: reading it says what is wrong
        return True
    return True


def read_file(file: Path) -> dict[str, str]:
    """What the file says, name by name; raises WrongFile, also when every account of the machine may read it."""
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise WrongFile(f"{file}: write the settings into a plain file")
        if found.st_mode & FOR_STRANGERS:
            raise WrongFile(f"{file}: every account of this machine may open it: chmod o= {file}")
        text = file.read_text("utf-8")
    except OSError as error:
        raise WrongFile(f"{file}: cannot be read ({error.strerror}); {NAMED_BY} names another one") from None
    except UnicodeDecodeError:
        raise WrongFile(f"{file}: write it in UTF-8") from None
    said: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        _read_line(line.strip(), said, where=f"{file}, line {number}")
    return said


def _read_line(line: str, said: dict[str, str], *, where: str) -> None:
    if not line or line.startswith("#"):
        return
    key, equals, value = line.partition("=")
    if not equals or not _KEY.fullmatch(key):
        raise WrongFile(f"{where}: write NAME=VALUE, without blanks around the name, or # before a remark")
    if not key.startswith(PREFIX) or key == NAMED_BY:
        raise WrongFile(f"{where}: {key} is no setting for this file; docs/settings.md lists them")
    if key in said:
        raise WrongFile(f"{where}: {key} was said above; keep one of the two")
    if _READ_DIFFERENTLY.search(value) or not value.isprintable():
        raise WrongFile(
            f"{where}: {key} holds a quote, a backslash, $ or a remark, which not everybody who reads this file"
            " takes as it stands; write the plain value, without quotes"
        )
    said[key] = value.strip()
