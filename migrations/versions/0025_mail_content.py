"""content of mails: what was written of a mail is named as the mail itself names it."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("email_text", "octets", new_column_name="content")


def downgrade() -> None:
    op.alter_column("email_text", "content", new_column_name="octets")
