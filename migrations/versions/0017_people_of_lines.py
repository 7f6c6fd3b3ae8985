"""people of lines: whom a line of a report is, or may be, about are rows of their own, gone with the person."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LOT = 1000
LINE = sa.table(
    "report_line",
    sa.column("id"),
    sa.column("candidates", sa.JSON()),
    sa.column("proposed_people", sa.JSON()),
)
REGISTRANT = sa.table("registrant", sa.column("id"))
ABOUT = ("report_line_id", "registrant_id", "rank")
CANDIDATE = sa.table("line_candidate", *map(sa.column, (*ABOUT, "score")))
PROPOSAL = sa.table("line_proposal", *map(sa.column, ABOUT))

Row = dict[str, Any]


def upgrade() -> None:
    in_range = sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_line_candidate_score_in_range"))
    _create("line_candidate", sa.Column("score", sa.Integer(), nullable=False), in_range)
    _create("line_proposal")
    _move_to_rows()
    with op.batch_alter_table("report_line") as batch_op:
        batch_op.drop_column("proposed_people")
        batch_op.drop_column("candidates")


def downgrade() -> None:
    with op.batch_alter_table("report_line") as batch_op:
        for name in ("candidates", "proposed_people"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    _move_to_lists()
    with op.batch_alter_table("report_line") as batch_op:
        for name in ("candidates", "proposed_people"):
            batch_op.alter_column(name, server_default=None, existing_type=sa.JSON(), existing_nullable=False)
    op.drop_table("line_proposal")
    op.drop_table("line_candidate")


def _create(name: str, *more: Any) -> None:
    op.create_table(
        name,
        sa.Column("report_line_id", sa.Integer(), nullable=False),
        sa.Column("registrant_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["report_line_id"],
            ["report_line.id"],
            name=op.f(f"fk_{name}_report_line_id_report_line"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["registrant_id"],
            ["registrant.id"],
            name=op.f(f"fk_{name}_registrant_id_registrant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("report_line_id", "registrant_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_registrant_id"), name, ["registrant_id"])


def _move_to_rows() -> None:
    """Of somebody who is gone, or named twice by a line, nothing more is kept."""
    connection, last = op.get_bind(), 0
    asked = sa.select(LINE).order_by(LINE.c.id).limit(LOT)
    while lines := connection.execute(asked.where(LINE.c.id > last)).all():
        last = lines[-1].id
        candidates = [
            _row(line.id, person, rank) | {"score": score}
            for line in lines
            for rank, (person, score) in enumerate(line.candidates)
        ]
        proposals = [
            _row(line.id, person, rank) for line in lines for rank, person in enumerate(line.proposed_people)
        ]
        for table, rows in ((CANDIDATE, candidates), (PROPOSAL, proposals)):
            if known := _known(rows):
                connection.execute(sa.insert(table), known)


def _row(line_id: int, person: Any, rank: int) -> Row:
    return {"report_line_id": line_id, "registrant_id": int(person), "rank": rank}


def _known(rows: list[Row]) -> list[Row]:
    ids = {row["registrant_id"] for row in rows}
    there = set(op.get_bind().scalars(sa.select(REGISTRANT.c.id).where(REGISTRANT.c.id.in_(ids))))
    first = {(row["report_line_id"], row["registrant_id"]): row for row in reversed(rows)}
    return [row for row in reversed(first.values()) if row["registrant_id"] in there]


def _move_to_lists() -> None:
    connection, last = op.get_bind(), 0
    change = (
        sa.update(LINE)
        .where(LINE.c.id == sa.bindparam("line"))
        .values(candidates=sa.bindparam("some"), proposed_people=sa.bindparam("others"))
    )
    asked = sa.select(LINE.c.id).order_by(LINE.c.id).limit(LOT)
    while ids := connection.scalars(asked.where(LINE.c.id > last)).all():
        last = ids[-1]
        candidates, proposals = _ranked(CANDIDATE, ids), _ranked(PROPOSAL, ids)
        told = [
            {
                "line": line,
                "some": [[row.registrant_id, row.score] for row in candidates[line]],
                "others": [row.registrant_id for row in proposals[line]],
            }
            for line in ids
        ]
        connection.execute(change, told)


def _ranked(table: sa.TableClause, lines: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    asked = sa.select(*table.c).where(table.c.report_line_id.in_(lines))
    for row in op.get_bind().execute(asked.order_by(table.c.report_line_id, table.c.rank)):
        found[row.report_line_id].append(row)
    return found
