"""kept decisions: a name or an address may be the team's, and decisions about an undone import stay beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ALIAS = sa.table("alias", *map(sa.column, ("report_line_id", "email", "registrant_id")))
LINE = sa.table("report_line", *map(sa.column, ("id", "report_id")))
REPORT = sa.table("report", *map(sa.column, ("id", "state")))


def upgrade() -> None:
    with op.batch_alter_table("alias") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(254), nullable=True))
        batch_op.alter_column("registrant_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.add_column(sa.Column("walk_in", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """What the step before cannot tell goes: the team, and aliases of imports that were undone."""
    undone = (
        sa.select(LINE.c.id).join(REPORT, REPORT.c.id == LINE.c.report_id).where(REPORT.c.state == "undone")
    )
    op.execute(
        sa.delete(ALIAS).where(
            sa.or_(
                ALIAS.c.registrant_id.is_(None),
                ALIAS.c.email.is_not(None),
                ALIAS.c.report_line_id.in_(undone),
            )
        )
    )
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.drop_column("walk_in")
    with op.batch_alter_table("alias") as batch_op:
        batch_op.alter_column("registrant_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("email")
