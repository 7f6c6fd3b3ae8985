"""cancellations settle, who waits is told, and calendar objects stand again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_host",
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("is_google", sa.Boolean(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_mail_host")),
    )
    with op.batch_alter_table("pending_update", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancel_word", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.Text(), nullable=True))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("restored_sequence", sa.Integer(), nullable=True))
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follows", sa.String(length=255), nullable=True))


def downgrade() -> None:
    for table, columns in (
        ("email", ("follows",)),
        ("invitation", ("restored_sequence", "restored_at")),
        ("registration", ("said",)),
        ("pending_update", ("cancel_word",)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
    op.drop_table("mail_host")
