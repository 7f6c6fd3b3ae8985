"""What a stranger's form may cause: mails that count, addresses that proved themselves, consents that wait for their owner."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = "0002"
branch_labels = None
depends_on = None

WITHHELD = sa.text("state = 'withheld'")
STANDING = sa.text("withdrawn_at IS NULL")

# of two that stand for one purpose, the later one said nothing new
DOUBLED = """
UPDATE consent SET withdrawn_at = given_at
WHERE withdrawn_at IS NULL AND EXISTS (
    SELECT 1 FROM consent AS earlier
    WHERE earlier.registrant_id = consent.registrant_id AND earlier.purpose = consent.purpose
      AND earlier.withdrawn_at IS NULL AND earlier.id < consent.id
)
"""
# a form gave none to whoever had decided before: what follows another was given on the personal page
GIVEN_BY_ITS_OWNER = """
UPDATE consent SET confirmed_at = given_at
WHERE EXISTS (
    SELECT 1 FROM consent AS earlier
    WHERE earlier.registrant_id = consent.registrant_id AND earlier.purpose = consent.purpose
      AND earlier.withdrawn_at IS NOT NULL AND earlier.withdrawn_at <= consent.given_at AND earlier.id < consent.id
)
"""


def upgrade() -> None:
    op.add_column("email", sa.Column("by_form", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.create_index(
            "ix_email_withheld",
            ["not_before"],
            unique=False,
            sqlite_where=WITHHELD,
            postgresql_where=WITHHELD,
        )
    op.add_column("registrant", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("consent", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(GIVEN_BY_ITS_OWNER)
    op.execute(DOUBLED)
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            "uq_consent_standing",
            ["registrant_id", "purpose"],
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        )


def downgrade() -> None:
    # columns are dropped where they stand: a table made anew would lose, on SQLite, the conditions of its indexes
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("uq_consent_standing", sqlite_where=STANDING, postgresql_where=STANDING)
    op.drop_column("consent", "confirmed_at")
    op.drop_column("registrant", "proved_at")
    with op.batch_alter_table("email", schema=None) as batch_op:
        batch_op.drop_index("ix_email_withheld", sqlite_where=WITHHELD, postgresql_where=WITHHELD)
    op.drop_column("email", "by_form")
