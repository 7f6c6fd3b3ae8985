"""Which level of each nested pair an organisation publishes.

Revision ID: 0009
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"
branch_labels = None
depends_on = None

STRUCTURES = sa.Enum("families", "types", name="structurelevel", native_enum=False, length=24)
TERRITORY = sa.Enum("departments", "regions", name="territorylevel", native_enum=False, length=24)


def upgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(sa.Column("public_structures", STRUCTURES, nullable=False, server_default="families"))
        batch.add_column(sa.Column("public_territory", TERRITORY, nullable=False, server_default="departments"))
        batch.create_check_constraint("public_structures", "public_structures IN ('families', 'types')")
        batch.create_check_constraint("public_territory", "public_territory IN ('departments', 'regions')")
    with op.batch_alter_table("organisation") as batch:
        batch.alter_column("public_structures", server_default=None)
        batch.alter_column("public_territory", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.drop_constraint("public_structures", type_="check")
        batch.drop_constraint("public_territory", type_="check")
        batch.drop_column("public_structures")
        batch.drop_column("public_territory")
