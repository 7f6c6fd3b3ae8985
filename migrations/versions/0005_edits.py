"""edits

What organisers edit counts its saves, and knows of each part who changed it last: two people may have one form open.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EDITED = ("organisation", "organiser", "membership", "cycle", "session", "message")


def upgrade() -> None:
    for table in EDITED:
        with op.batch_alter_table(table) as batch:
            # the defaults fill the rows that are there, and go
            batch.add_column(sa.Column("edits", sa.Integer(), server_default="0", nullable=False))
            batch.add_column(sa.Column("edited", sa.JSON(), server_default="{}", nullable=False))
            batch.create_check_constraint("edits_not_negative", "edits >= 0")
        with op.batch_alter_table(table) as batch:
            batch.alter_column("edits", server_default=None, existing_type=sa.Integer(), existing_nullable=False)
            batch.alter_column("edited", server_default=None, existing_type=sa.JSON(), existing_nullable=False)


def downgrade() -> None:
    for table in EDITED:
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint("edits_not_negative", type_="check")
            batch.drop_column("edited")
            batch.drop_column("edits")
