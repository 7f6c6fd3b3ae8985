"""checks: a registration has a state as everything else has."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

# of registration: with the word of before, and with that of now
BEFORE = {
    "ix_registration_session_status": ["session_id", "status", "id"],
    "ix_registration_registrant_id_session_id_status": ["registrant_id", "session_id", "status"],
}
NOW = {
    "ix_registration_session_id_state": ["session_id", "state", "id"],
    "ix_registration_registrant_id_session_id_state": ["registrant_id", "session_id", "state"],
}


def upgrade() -> None:
    _rename("status", "state", BEFORE, NOW)


def downgrade() -> None:
    _rename("state", "status", NOW, BEFORE)


def _rename(old: str, new: str, before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Changes the word alone: both engines rename it in the table and in the index of live places, and move no row."""
    for name in before:
        op.drop_index(name, "registration")
    op.execute(sa.text(f"ALTER TABLE registration RENAME COLUMN {old} TO {new}"))
    for name, columns in after.items():
        op.create_index(name, "registration", columns)
