"""Draws `docs/specification/schema.md` from the models: the tables by subject, a line each. With --check it writes nothing."""

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from sqlalchemy.orm import Mapper

import webinars.app.urls  # noqa: F401 — knows every feature, and so every model
from webinars.storage.database import Model

FILE = Path(__file__).parent.parent / "docs/specification/schema.md"
HEAD = """# Tables

What the database keeps, by subject, in the words of the models; `make schema` draws it anew. A table hangs on others by foreign keys: with a `?` where there
may be none. Instants are in UTC, unknown is `NULL`, every state and range has its `CHECK`, and so has every pair of columns that only make sense together. Which ids have no foreign key,
and why, stands in `docs/columns.md`. A step of `migrations/versions/` that was released is never edited.
"""


def drawn() -> str:
    """The whole document."""
    mappers = sorted(Model.registry.mappers, key=lambda mapper: (_subject(mapper), _name(mapper)))
    subjects = groupby(mappers, _subject)
    return HEAD + "".join(line + "\n" for subject, tables in subjects for line in _section(subject, tables))


def _section(subject: str, tables: Iterator[Mapper[Model]]) -> Iterator[str]:
    yield ""
    yield f"## {subject}"
    yield ""
    yield _sentence(import_module(f"webinars.{subject}"))
    yield ""
    yield "| table | a row is | hangs on |"
    yield "|---|---|---|"
    for table in tables:
        yield f"| `{_name(table)}` | {_sentence(table.class_)} | {', '.join(_parents(table))} |"


def _subject(mapper: Mapper[Model]) -> str:
    return mapper.class_.__module__.split(".")[1]


def _name(mapper: Mapper[Model]) -> str:
    return str(mapper.class_.__tablename__)


def _parents(mapper: Mapper[Model]) -> list[str]:
    named: dict[str, bool] = {}
    for key in sorted(mapper.class_.__table__.foreign_keys, key=lambda key: key.target_fullname):
        name = key.target_fullname.split(".")[0]
        named[name] = named.get(name, True) and bool(key.parent.nullable)
    return [f"`{name}`{'?' if may_be_none else ''}" for name, may_be_none in named.items()]


def _sentence(thing: object) -> str:
    return (inspect.getdoc(thing) or "").split("\n")[0]


def main(arguments: list[str]) -> int:
    """0 when the document is as it would be drawn, or was written."""
    if "--check" not in arguments:
        FILE.write_text(drawn(), encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == drawn():
        return 0
    sys.stderr.write("The list of tables is not what the models say: make schema\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
