"""deletions: a cycle may be asked to go, by whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None

ANEW = {"recreate": "auto", "table_kwargs": {"sqlite_autoincrement": True}}  # SQLite gives an id once


def upgrade() -> None:
    with op.batch_alter_table("cycle", **ANEW) as batch_op:
        batch_op.add_column(sa.Column("deletion_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("deletion_asked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deletion_asked_by_name", sa.String(length=120), nullable=True))
        batch_op.create_foreign_key(
            "fk_cycle_deletion_asked_by_id_organiser",
            "organiser",
            ["deletion_asked_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_check_constraint(
            "deletion_asked_by_named", "deletion_asked_by_id IS NULL OR deletion_asked_by_name IS NOT NULL"
        )
        batch_op.create_check_constraint(
            "deletion_asked", "(deletion_asked_by_name IS NULL) = (deletion_asked_at IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("cycle", **ANEW) as batch_op:
        batch_op.drop_constraint("deletion_asked", type_="check")
        batch_op.drop_constraint("deletion_asked_by_named", type_="check")
        batch_op.drop_constraint("fk_cycle_deletion_asked_by_id_organiser", type_="foreignkey")
        for column in ("deletion_asked_by_name", "deletion_asked_by_id", "deletion_asked_at"):
            batch_op.drop_column(column)
