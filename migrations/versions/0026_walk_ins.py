"""walk-ins of a report: an index leads to these few lines, which are looked for while nobody else can write."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WALK_INS = sa.text("decision = 'walk_in'")


def upgrade() -> None:
    op.create_index(
        "ix_report_line_walk_in",
        "report_line",
        ["report_id"],
        sqlite_where=WALK_INS,
        postgresql_where=WALK_INS,
    )


def downgrade() -> None:
    op.drop_index("ix_report_line_walk_in", "report_line")
