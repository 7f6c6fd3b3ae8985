"""tries: what fails by itself is tried so many times, and then waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pending_update") as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint("tries", "tries >= 0")
    with op.batch_alter_table("message") as batch_op:
        batch_op.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_check_constraint("tries", "tries >= 0")
    with op.batch_alter_table("reminder_round") as batch_op:
        batch_op.add_column(sa.Column("has_failed", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table, column in (("pending_update", "tries"), ("message", "tries"), ("reminder_round", "has_failed")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    # the words an instance would not know any more
    op.execute("UPDATE message SET state = 'draft' WHERE state = 'failed'")
    op.execute(
        "UPDATE incoming SET verdict = 'unreadable' "
        "WHERE verdict IN ('not_read', 'too_slow', 'too_heavy', 'not_given')"
    )
    with op.batch_alter_table("reminder_round") as batch_op:
        batch_op.drop_column("has_failed")
    for table in ("message", "pending_update"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint("tries", type_="check")
            batch_op.drop_column("tries")
