"""plans: indexes for what every page asks, however much the instance holds."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = sa.text("decision IN ('review', 'unmatched')")


def upgrade() -> None:
    with op.batch_alter_table("registration") as batch_op:
        batch_op.create_index(
            "ix_registration_registrant_id_session_id_status", ["registrant_id", "session_id", "status"]
        )
    with op.batch_alter_table("email") as batch_op:
        batch_op.create_index("ix_email_cycle_id_recipient_key", ["cycle_id", "recipient_key"])
        batch_op.create_index("ix_email_cycle_id_state_sent_at", ["cycle_id", "state", "sent_at"])
        batch_op.drop_index("ix_email_cycle")
    with op.batch_alter_table("journal_entry") as batch_op:
        batch_op.create_index("ix_journal_entry_organisation_id_deed_id", ["organisation_id", "deed", "id"])
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.create_index(
            "ix_report_line_waiting", ["report_id"], sqlite_where=WAITING, postgresql_where=WAITING
        )


def downgrade() -> None:
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.drop_index("ix_report_line_waiting")
    with op.batch_alter_table("journal_entry") as batch_op:
        batch_op.drop_index("ix_journal_entry_organisation_id_deed_id")
    with op.batch_alter_table("email") as batch_op:
        batch_op.create_index("ix_email_cycle", ["cycle_id", "id"])
        batch_op.drop_index("ix_email_cycle_id_state_sent_at")
        batch_op.drop_index("ix_email_cycle_id_recipient_key")
    with op.batch_alter_table("registration") as batch_op:
        batch_op.drop_index("ix_registration_registrant_id_session_id_status")
