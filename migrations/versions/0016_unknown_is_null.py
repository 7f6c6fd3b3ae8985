"""unknown is null: what nobody said, a report does not tell or a message does not name is no code and no empty text."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FOLDED = sa.String(300).with_variant(sa.String(300, collation="C"), "postgresql")
# by table and column: its type, how the step before writes the unknown
UNKNOWN = {
    "registrant": {
        "structure": (sa.String(200), ""),
        "folded_structure": (FOLDED, ""),
        "structure_type": (sa.String(8), "NR"),
        "function": (sa.String(8), "NR"),
        "department": (sa.String(3), ""),
        "works_in_qpv": (sa.String(24), "unsaid"),
    },
    "report_line": {
        "email": (sa.String(254), ""),
        "match": (sa.String(24), ""),
        "kind": (sa.String(24), ""),
        "why": (sa.String(60), ""),
    },
    "evidence": {"match": (sa.String(24), "")},
    "attendance": {"match": (sa.String(24), "")},
    "draft_conclusion": {"match": (sa.String(24), "")},
    "incoming": {"sender": (sa.String(254), "")},
    "invitation_answer": {"deputy": (sa.String(254), "")},
}
SAID = "structure <> '' AND structure_type NOT IN ('', 'NR') AND function NOT IN ('', 'NR') AND department <> ''"


def upgrade() -> None:
    _let_be_null(True)
    for name, columns in UNKNOWN.items():
        for column, (_type, code) in columns.items():
            _write(name, column, sa.column(column).in_(("", code)), None)
    # a name of signs alone folds to nothing, and is said all the same
    people = sa.table("registrant", sa.column("structure"), sa.column("folded_structure"))
    said = people.c.structure.is_not(None) & people.c.folded_structure.is_(None)
    op.execute(sa.update(people).where(said).values(folded_structure=""))
    with op.batch_alter_table("registrant") as batch_op:
        batch_op.create_check_constraint("unknown_is_null", SAID)
        batch_op.create_check_constraint(
            "structure_folded", "(folded_structure IS NULL) = (structure IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("registrant") as batch_op:
        batch_op.drop_constraint("structure_folded", type_="check")
        batch_op.drop_constraint("unknown_is_null", type_="check")
    for name, columns in UNKNOWN.items():
        for column, (_type, code) in columns.items():
            _write(name, column, sa.column(column).is_(None), code)
    _let_be_null(False)


def _let_be_null(may: bool) -> None:
    for name, columns in UNKNOWN.items():
        with op.batch_alter_table(name) as batch_op:
            for column, (kind, _code) in columns.items():
                batch_op.alter_column(column, existing_type=kind, nullable=may)


def _write(name: str, column: str, which: sa.ColumnElement[bool], value: str | None) -> None:
    op.execute(sa.update(sa.table(name, sa.column(column))).where(which).values({column: value}))
