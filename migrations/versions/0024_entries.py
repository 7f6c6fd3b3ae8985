"""entries: who signs up while a session runs comes in by the page that answers, and no address is proved by that."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = ("hand", "report", "check_in", "join_link")
NOW = (*BEFORE, "entry")
KINDS = {"evidence": "kind", "attendance": "how", "draft_conclusion": "how"}


def upgrade() -> None:
    _know(NOW)


def downgrade() -> None:
    for table, column in KINDS.items():  # the weakest there was
        op.execute(sa.text(f"UPDATE {table} SET {column} = 'join_link' WHERE {column} = 'entry'"))
    _know(BEFORE)


def _know(kinds: tuple[str, ...]) -> None:
    for table, column in KINDS.items():
        known = " OR ".join(f"{column} = '{kind}'" for kind in kinds)
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(f"{column}_known", type_="check")
            batch_op.create_check_constraint(f"{column}_known", known)
