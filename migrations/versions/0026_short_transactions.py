"""walk-ins and drafts: what is read while a long report comes or goes, and nobody else can write, is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WALK_INS = sa.text("decision = 'walk_in'")


def upgrade() -> None:
    op.create_index(
        "ix_report_line_walk_in",
        "report_line",
        ["report_id"],
        sqlite_where=WALK_INS,
        postgresql_where=WALK_INS,
    )
    _keep_drafts_by_key(with_rowid=False)
    op.create_index(
        "ix_draft_conclusion_overtaken",
        "draft_conclusion",
        ["report_id"],
        sqlite_where=sa.text("is_overtaken = 1"),
        postgresql_where=sa.text("is_overtaken"),
    )


def downgrade() -> None:
    op.drop_index("ix_draft_conclusion_overtaken", "draft_conclusion")
    _keep_drafts_by_key(with_rowid=True)
    op.drop_index("ix_report_line_walk_in", "report_line")


def _keep_drafts_by_key(*, with_rowid: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":
        kept = {"sqlite_with_rowid": with_rowid}
        with op.batch_alter_table("draft_conclusion", recreate="always", table_kwargs=kept):
            pass
