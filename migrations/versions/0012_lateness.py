"""When a mail should first have left, when a chore was last done, and a check value of the secret key.

Mail that was tried and waits again has forgotten its first due time: it counts from when it was queued. Every chore is
done once more at the next start of a worker, which is harmless: when it was last done is then known.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    email = sa.table("email", *(sa.column(name) for name in ("due_at", "not_before", "created_at", "attempted_at")))
    first = sa.case((email.c.attempted_at.is_(None), email.c.not_before), else_=email.c.created_at)
    op.execute(sa.update(email).values(due_at=first))
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.alter_column("due_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.create_index("ix_email_first_due", ["due_at", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED)
    with op.batch_alter_table("chore_turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.delete(sa.table("chore_turn")))
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_key_check_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_check")),
    )


def downgrade() -> None:
    op.drop_table("key_check")
    with op.batch_alter_table("chore_turn", schema=None) as batch_op:
        batch_op.drop_column("done_at")
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.drop_index("ix_email_first_due")
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.drop_column("due_at")
