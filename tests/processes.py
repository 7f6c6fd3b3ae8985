"""What a process of an instance finds around it: settings of its own, and tables as the migrations leave them."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from config import ROOT
from setting_values import PREFIX
from webinars.storage.database import Model


def environment(settings: dict[str, str] | None = None) -> dict[str, str]:
    """This environment without settings of ours, and without a settings file; a demonstration with these instead."""
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**foreign, "WEBINARS_SETTINGS": "none", "WEBINARS_MODE": "demonstration", **(settings or {})}


def make_tables(engine: Engine) -> None:
    """Makes our tables from the models, at the newest step: quicker than all steps."""
    steps = ScriptDirectory(str(ROOT / "migrations"))
    with engine.begin() as connection:
        Model.metadata.create_all(connection)
        MigrationContext.configure(connection).stamp(steps, "heads")


@contextmanager
def file_size_limit(content: int) -> Iterator[None]:
    """The system writes no file beyond this length, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (content, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
