"""lots: a report enters and leaves in lots that count nowhere; drafts of what is concluded then."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEPT_ONCE = sa.text("state <> 'undone'")
NOT_UNDONE = sa.text("undone_at IS NULL")
UNDER_WAY = sa.text("lease IS NOT NULL")
REPORT = sa.table("report", sa.column("id"), sa.column("state"), sa.column("undone_at"))
LINE = sa.table("report_line", sa.column("id"), sa.column("report_id"))
EVIDENCE = sa.table("evidence", sa.column("report_line_id"))


def upgrade() -> None:
    with op.batch_alter_table("report") as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(24), nullable=False, server_default="standing"))
        batch_op.add_column(sa.Column("lease", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index("uq_report_digest")
    op.execute(sa.update(REPORT).where(REPORT.c.undone_at.is_not(None)).values(state="undone"))
    with op.batch_alter_table("report") as batch_op:
        batch_op.alter_column("state", server_default=None)
        _index(batch_op, "uq_report_digest", ["session_id", "digest"], KEPT_ONCE)
        _index(batch_op, "uq_report_under_way", ["session_id"], UNDER_WAY)
        batch_op.create_index("ix_report_session_id", ["session_id"])
        batch_op.create_check_constraint(
            "state_known",
            "state = 'entering' OR state = 'standing' OR state = 'leaving' OR state = 'undone'",
        )
        batch_op.create_check_constraint(
            "lease_while_under_way", "(lease IS NOT NULL) = (state IN ('entering', 'leaving'))"
        )
        batch_op.create_check_constraint("lease_ends", "(leased_until IS NULL) = (lease IS NULL)")
    op.create_table(
        "draft_conclusion",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("registrant_id", sa.Integer(), nullable=False),
        sa.Column("conclusion", sa.String(24), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(24), nullable=True),
        sa.Column("match", sa.String(24), nullable=False),
        sa.Column("is_overtaken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_draft_conclusion_report_id_report"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f("fk_draft_conclusion_registrant_id_registrant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_id", "registrant_id", name=op.f("pk_draft_conclusion")),
    )
    op.create_index(op.f("ix_draft_conclusion_registrant_id"), "draft_conclusion", ["registrant_id"])


def downgrade() -> None:
    op.drop_table("draft_conclusion")
    # to the step before all evidence counts, and every report that is not undone
    lines = sa.select(LINE.c.id).join(REPORT, REPORT.c.id == LINE.c.report_id)
    uncounted = lines.where(REPORT.c.state.in_(("entering", "undone")))
    op.execute(sa.delete(EVIDENCE).where(EVIDENCE.c.report_line_id.in_(uncounted)))
    entering = lines.where(REPORT.c.state == "entering")
    op.execute(sa.delete(LINE).where(LINE.c.id.in_(entering)))
    op.execute(sa.delete(REPORT).where(REPORT.c.state == "entering"))
    with op.batch_alter_table("report") as batch_op:
        batch_op.drop_constraint("lease_ends", type_="check")
        batch_op.drop_constraint("lease_while_under_way", type_="check")
        batch_op.drop_constraint("state_known", type_="check")
        batch_op.drop_index("ix_report_session_id")
        batch_op.drop_index("uq_report_under_way")
        batch_op.drop_index("uq_report_digest")
        _index(batch_op, "uq_report_digest", ["session_id", "digest"], NOT_UNDONE)
        batch_op.drop_column("leased_until")
        batch_op.drop_column("lease")
        batch_op.drop_column("state")


def _index(batch_op: BatchOperations, name: str, columns: list[str], which: sa.TextClause) -> None:
    batch_op.create_index(name, columns, unique=True, sqlite_where=which, postgresql_where=which)
