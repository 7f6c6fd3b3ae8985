"""mail classes: what cannot wait leaves before reminders, and these before messages to groups."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")
EMAIL = sa.table("email", sa.column("kind"), sa.column("urgency"))
OF_KIND = {"reminder": 2, "message": 3}


def upgrade() -> None:
    with op.batch_alter_table("email") as batch_op:
        batch_op.drop_index("ix_email_due")
        batch_op.add_column(sa.Column("urgency", sa.Integer(), nullable=False, server_default="1"))
    for kind, urgency in OF_KIND.items():
        op.execute(sa.update(EMAIL).where(EMAIL.c.kind == kind).values(urgency=urgency))
    with op.batch_alter_table("email") as batch_op:
        batch_op.alter_column("urgency", server_default=None)
        batch_op.create_check_constraint("urgency_known", "urgency BETWEEN 1 AND 3")
        batch_op.create_index(
            "ix_email_due", ["urgency", "not_before", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED
        )


def downgrade() -> None:
    with op.batch_alter_table("email") as batch_op:
        batch_op.drop_index("ix_email_due")
        batch_op.drop_constraint("urgency_known", type_="check")
        batch_op.drop_column("urgency")
        batch_op.create_index(
            "ix_email_due", ["not_before", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED
        )
