"""invited contributors: speakers and team have their place in a calendar, and take no seat."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0027"
branch_labels = None
depends_on = None

KINDS = sa.Enum("speaker", "team", name="contributorkind", native_enum=False, length=24)
CHECKS = {
    "contributes_as_known": "contributes_as = 'speaker' OR contributes_as = 'team'",
    "contributor_never_waits": "contributes_as IS NULL OR state IN ('confirmed', 'cancelled')",
}


def upgrade() -> None:
    with op.batch_alter_table("contributor") as batch_op:
        batch_op.add_column(sa.Column("is_invited", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint("invited_by_address", "email <> '' OR NOT is_invited")
    with op.batch_alter_table("registration", **_anew()) as batch_op:
        batch_op.add_column(sa.Column("contributes_as", KINDS, nullable=True))
        for name, check in CHECKS.items():
            batch_op.create_check_constraint(name, check)


def downgrade() -> None:
    """Who spoke stays known by the programme; their calendars are told nothing."""
    op.execute("DELETE FROM registration WHERE contributes_as IS NOT NULL")
    with op.batch_alter_table("registration", **_anew()) as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(name, type_="check")
        batch_op.drop_column("contributes_as")
    with op.batch_alter_table("contributor") as batch_op:
        batch_op.drop_constraint("invited_by_address", type_="check")
        batch_op.drop_column("is_invited")


def _anew() -> dict[str, Any]:
    """How SQLite makes the table anew; PostgreSQL changes it where it is, and gives an id once anyway."""
    return {} if op.get_bind().dialect.name != "sqlite" else {"table_kwargs": {"sqlite_autoincrement": True}}
