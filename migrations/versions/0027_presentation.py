"""presentation: an organisation says who it is, in Markdown, on its agenda."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("presentation", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("organisation", "presentation")
