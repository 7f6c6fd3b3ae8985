"""Queued mail is found by its domain, and mail that was tried in the order it was.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")
ATTEMPTED = sa.text("attempted_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.create_index(
            "ix_email_domain_first_due",
            ["domain", "due_at", "id"],
            sqlite_where=QUEUED,
            postgresql_where=QUEUED,
        )
        batch_op.drop_index("ix_email_attempted")
        batch_op.create_index(
            "ix_email_attempted", ["attempted_at", "id"], sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED
        )


def downgrade() -> None:
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.drop_index("ix_email_attempted")
        batch_op.create_index(
            "ix_email_attempted", ["attempted_at"], sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED
        )
        batch_op.drop_index("ix_email_domain_first_due")
