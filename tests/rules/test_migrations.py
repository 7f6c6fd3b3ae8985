"""Migrations: one head, equal to the models, and each step goes down and up again."""

import hashlib
import os
import subprocess
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from config import ROOT, Settings
from tests.conftest import SECRET, database_url
from webinars import create_app
from webinars.storage.database import Model
from webinars.storage.extensions import db

# steps that left the house: an instance has taken them, and no edit of ours reaches it there
RELEASED = {
    "0001_initial.py": "0707ff19ce9961db08a7c522ed61242986e32c97fb07c454e19324f517f6bc08",
    "0002_cancellations_settle.py": "f20a56dab8c1de59d6e33d9dbfcfbad3b10ff269562f8f20bcd106292e1eb401",
    "0003_limits_of_strangers.py": "0a4cd94d48154c1d90788bcb1a806acf43ccbf3a261a8ca2ed692d7bf5b100c6",
    "0004_refusals.py": "dca682babe73249415a7d6b1500724be081022b0e7e5b49245992c8b13eb6c0c",
    "0005_edits.py": "42ba418503b2552bb1aa07d851356eb020373dab48a9f3aeff0f28ca35ce0bb6",
    "0006_tries.py": "cfbbadbc22267a88de9c6cf21df12bf18095bb4cd2d40a1bd5bf4c40a91913d9",
    "0009_public_levels.py": "9352fde5aa42a40b6f316b8140ce2b8e3cfad59fbc915201012ad37e40988fa7",
    "0010_plans.py": "7246906ef1c28ada72160e955a5cab561058f05c831760c3b56463657a87c83b",
    "0011_names_of_lines.py": "327d89b15236c0705bdce1d896ff86a9380b5c42e4d1c9e1a60e73e809df8392",
    "0012_lateness.py": "f91036669cbf9f24a1a11f990372b524ac673156c4b2343cd007ed6876e8bccf",
    "0013_mail_by_domain.py": "9336050fc02ed988fb24f0d7e4e087e33c2e0251063c25eb09c95827a225df7d",
}


def steps() -> list[str]:
    """Revisions, oldest first."""
    script = ScriptDirectory.from_config(_alembic())
    return [step.revision for step in script.walk_revisions()][::-1]


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database of its own without any table."""
    folder = tmp_path_factory.mktemp("migrations")
    url = database_url(folder, f"migrations_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    app = create_app(Settings(secret_key=SECRET, folder=folder, database_url=url, log_level="ERROR"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(_alembic()).get_heads()) == 1


def test_make_numbers_the_next_step_after_the_last() -> None:
    told = subprocess.run(
        ["make", "-n", "migration", "NAME=x"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    last = max(int(step) for step in steps())

    assert f"--rev-id {last + 1:04d} " in told.stdout


def test_released_steps_stay_as_they_are() -> None:
    folder = ROOT / "migrations/versions"
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in RELEASED}

    assert digests == RELEASED


def test_the_migrated_schema_is_the_models_schema(empty: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def kept() -> dict[str, list[str]]:
    """Checks and indexes as the database has them, by table, with what they say and of which rows they are; which ids it gives once."""
    found = inspect(db.engine)
    return {
        table: sorted(
            [f"{one['name']}: {one['sqltext']}" for one in found.get_check_constraints(table)]
            + [f"{one['name']}: {one['column_names']} {_where(one)}" for one in found.get_indexes(table)]
            + _ids_once(table)
        )
        for table in Model.metadata.tables
    }


def _ids_once(table: str) -> list[str]:
    """On SQLite: a step that makes a table anew says `sqlite_autoincrement` again, for it is not read off the former one."""
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        said = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table})
    return ["ids once"] if "AUTOINCREMENT" in str(said) else []


def _where(index: ReflectedIndex) -> str:
    """Which rows a partial index is of, and whether it is unique."""
    said = index.get("dialect_options", {})
    return f"{said.get('sqlite_where', said.get('postgresql_where'))} {bool(index['unique'])}"


def test_the_migrated_database_has_the_checks_and_the_indexes_of_the_models(empty: Flask) -> None:
    upgrade()
    migrated = kept()
    Model.metadata.drop_all(db.engine)
    Model.metadata.create_all(db.engine)

    assert migrated == kept()


@pytest.mark.slow("every step is taken three times")
def test_each_step_goes_down_and_up_again(empty: Flask) -> None:
    for step in steps():
        upgrade(revision=step)
        downgrade(revision="-1")
        upgrade(revision=step)

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == steps()[-1]


def test_going_all_the_way_down_leaves_nothing(empty: Flask) -> None:
    upgrade()
    downgrade(revision="base")

    assert inspect(db.engine).get_table_names() == ["alembic_version"]
