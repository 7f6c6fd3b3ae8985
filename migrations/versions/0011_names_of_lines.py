"""names of lines: a line of a report is found by its name without case and accents."""

import sqlalchemy as sa
from alembic import op

from webinars.words.folding import fold

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FOLDED = sa.String(300).with_variant(sa.String(300, collation="C"), "postgresql")
LINES = sa.table("report_line", sa.column("id"), sa.column("name"), sa.column("folded_name"))
LOT = 1000


def upgrade() -> None:
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.add_column(sa.Column("folded_name", FOLDED, nullable=False, server_default=""))
    _fill()
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.alter_column("folded_name", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.drop_column("folded_name")


def _fill() -> None:
    connection, last = op.get_bind(), 0
    change = (
        sa.update(LINES).where(LINES.c.id == sa.bindparam("line")).values(folded_name=sa.bindparam("folded"))
    )
    asked = sa.select(LINES.c.id, LINES.c.name).order_by(LINES.c.id).limit(LOT)
    while rows := connection.execute(asked.where(LINES.c.id > last)).all():
        connection.execute(change, [{"line": row.id, "folded": fold(row.name)[:300]} for row in rows])
        last = rows[-1].id
