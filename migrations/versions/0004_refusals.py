"""What a refusal means: wrong addresses are marked by their code alone, our own trouble has a row; when an answer was written.

An address counted out (three returned mails of any kind) is written to again: absences and full mailboxes were
counted. One that a server has called wrong stays marked.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WRONG_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")


def upgrade() -> None:
    op.create_table(
        "mail_trouble",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 1", name=op.f("ck_mail_trouble_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_trouble")),
    )
    mark = sa.table("address_mark", sa.column("bounces"), sa.column("marked_at"), sa.column("reason"))
    is_wrong = sa.or_(*(sa.or_(mark.c.reason == code, mark.c.reason.startswith(f"{code} ")) for code in WRONG_ADDRESS))
    op.execute(sa.delete(mark).where(sa.or_(mark.c.marked_at.is_(None), sa.and_(mark.c.bounces >= 3, ~is_wrong))))
    with op.batch_alter_table("address_mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("bounces")
    with op.batch_alter_table("invitation_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    answer = sa.table("invitation_answer", sa.column("written_at"), sa.column("received_at"))
    op.execute(sa.update(answer).values(written_at=answer.c.received_at))
    with op.batch_alter_table("invitation_answer", schema=None) as batch_op:
        batch_op.alter_column("written_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("invitation_answer", schema=None) as batch_op:
        batch_op.drop_column("written_at")
    mark = sa.table("address_mark", sa.column("marked_at"))
    op.execute(sa.delete(mark).where(mark.c.marked_at.is_(None)))
    with op.batch_alter_table("address_mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bounces", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_column("challenged_at")
    with op.batch_alter_table("address_mark", schema=None) as batch_op:
        batch_op.alter_column("bounces", existing_type=sa.Integer(), server_default=None)
    op.drop_table("mail_trouble")
