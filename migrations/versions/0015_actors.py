"""actors: whoever did something is an account and a name; an entry of the journal is about a type, an id and a label.

Columns are filled in place, and each table is rebuilt once by SQLite, for its foreign keys.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OF_SESSION = "SELECT c.organisation_id FROM session s JOIN cycle c ON c.id = s.cycle_id WHERE s.id = {table}.session_id"
OF_LINE = (
    "SELECT c.organisation_id FROM report r JOIN session s ON s.id = r.session_id JOIN cycle c ON c.id = s.cycle_id"
    " WHERE r.id = report_line.report_id"
)
OF_CYCLE = "SELECT c.organisation_id FROM cycle c WHERE c.id = {table}.cycle_id"
# table, column of names as it was, what was done, whose organisation it was in
ACTS = (
    ("report", "imported_by", "imported_by", OF_SESSION),
    ("report", "undone_by", "undone_by", OF_SESSION),
    ("report_line", "decided_by", "decided_by", OF_LINE),
    ("evidence", "stated_by", "stated_by", OF_SESSION),
    ("attendance", "concluded_by", "concluded_by", OF_SESSION),
    ("headcount", "counted_by", "counted_by", OF_SESSION),
    ("headcount", "withdrawn_by", "withdrawn_by", OF_SESSION),
    ("pending_update", "by", "by", OF_SESSION),
    ("registration", "cancelled_by", "cancelled_by", OF_SESSION),
    ("message", "created_by", "created_by", OF_CYCLE),
    ("message", "decided_by", "decided_by", OF_CYCLE),
    ("incoming", "handled_by", "handled_by", OF_CYCLE),
    ("journal_entry", "actor", "actor", "journal_entry.organisation_id"),
)
TABLES = tuple(dict.fromkeys(table for table, *_rest in ACTS))
CHECKS = {
    "registration": {
        "canceller_known": "canceller = 'attendee' OR canceller = 'organiser'",
        "canceller_named": "(cancelled_by_name IS NOT NULL) = (coalesce(canceller, '') = 'organiser')",
    },
    "journal_entry": {
        "subject_type_known": (
            "subject_type = 'organisation' OR subject_type = 'organiser' OR subject_type = 'cycle' OR subject_type = 'session'"
        ),
        "subject_typed": "subject_id IS NULL OR subject_type IS NOT NULL",
    },
}
REGISTRATION = sa.table("registration", sa.column("cancelled_by_id"), sa.column("cancelled_by_name"), sa.column("canceller"))
JOURNAL = sa.table(
    "journal_entry",
    *(sa.column(name) for name in ("id", "organisation_id", "deed", "detail")),
    *(sa.column(f"subject_{name}") for name in ("type", "id", "label")),
)
LOT = 1000
GLUE, RENAMED = " · ", " → "
ABOUT_PEOPLE = (
    "registrations withdrawn",
    "address corrected",
    "address said to be right",
    "refused mail sent again",
)
ABOUT_REPORTS = ("report imported", "import undone")
ABOUT_LINES = (
    "line matched",
    "line counted as a walk-in",
    "line counted as several people",
    "line not counted",
    "line decision taken back",
)
# their detail was always told, and stands after the last glue
DETAILED = (
    *ABOUT_PEOPLE,
    *ABOUT_REPORTS,
    *ABOUT_LINES,
    "incoming message handled",
    "message sent",
    "attendance stated",
    "attendance taken back",
    "walk-in added",
    "headcount set",
    "headcount removed",
)
OF_ORGANISATION = ("cycles loaded", "settings changed", "logo changed", "logo removed")
OTHERWISE = {
    "cycle": ("cycle %", "message %", "sentence %", "participants %", *ABOUT_PEOPLE),
    "session": ("session %", "update %", "seats %", "attendance %", "walk-in %", "headcount %", "line %", *ABOUT_REPORTS),
    "organiser": ("member %", "account %", "password %"),
}


def upgrade() -> None:
    for table, old, what, _organisation in ACTS:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO {what}_name')
        op.execute(f"ALTER TABLE {table} ADD COLUMN {what}_id INTEGER")
    _fill_accounts()
    _say_who_cancelled()
    _add_subjects()
    _split_details()
    _fill_subjects()
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for what in _acts_of(table):
                _reference(batch_op, table, what)
            for name, condition in CHECKS.get(table, {}).items():
                batch_op.create_check_constraint(name, condition)


def downgrade() -> None:
    _join_details()
    is_attendee = REGISTRATION.c.canceller == "attendee"
    checked = {"registration": ("canceller",), "journal_entry": ("subject_id", "subject_type", "detail")}
    op.drop_index("ix_journal_entry_subject", "journal_entry")
    op.drop_index("ix_journal_entry_detail", "journal_entry")
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            for name in CHECKS.get(table, {}):
                batch_op.drop_constraint(name, type_="check")
            for what in _acts_of(table):
                batch_op.drop_constraint(f"fk_{table}_{what}_id_organiser", type_="foreignkey")
                batch_op.drop_column(f"{what}_id")
        if table == "registration":
            op.execute(sa.update(REGISTRATION).where(is_attendee).values(cancelled_by_name="attendee"))
        for name in checked.get(table, ()):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    for table, old, what, _organisation in ACTS:
        op.execute(f'ALTER TABLE {table} RENAME COLUMN {what}_name TO "{old}"')
    op.execute("ALTER TABLE journal_entry RENAME COLUMN subject_label TO object")
    op.create_index(
        "ix_journal_entry_organisation_id_deed_id", "journal_entry", ["organisation_id", "deed", "id"]
    )


def _acts_of(table: str) -> list[str]:
    return [what for name, _old, what, _organisation in ACTS if name == table]


def _reference(batch_op: BatchOperations, table: str, what: str) -> None:
    name = f"fk_{table}_{what}_id_organiser"
    batch_op.create_foreign_key(name, "organiser", [f"{what}_id"], ["id"], ondelete="SET NULL")


def _say_who_cancelled() -> None:
    """The word "attendee" stood where the name of an organiser would."""
    op.execute("ALTER TABLE registration ADD COLUMN canceller VARCHAR(24)")
    name = REGISTRATION.c.cancelled_by_name
    who = sa.case((name == "attendee", "attendee"), else_="organiser")
    change = sa.update(REGISTRATION)
    op.execute(change.where(name.is_not(None)).values(canceller=who))
    nobody = {"cancelled_by_name": None, "cancelled_by_id": None}
    op.execute(change.where(REGISTRATION.c.canceller == "attendee").values(**nobody))


def _fill_accounts() -> None:
    """An old name is the account of the one member of that organisation who is called so; of two, nobody knows."""
    op.execute(
        "CREATE TEMPORARY TABLE known_actor AS SELECT m.organisation_id, o.name, min(o.id) AS organiser_id"
        " FROM membership m JOIN organiser o ON o.id = m.organiser_id"
        " GROUP BY m.organisation_id, o.name HAVING count(*) = 1"
    )
    op.execute("CREATE INDEX ix_known_actor ON known_actor (name, organisation_id)")
    for table, _old, what, organisation in ACTS:
        whose = organisation.format(table=table)
        found = (
            f"SELECT k.organiser_id FROM known_actor k WHERE k.name = {table}.{what}_name"
            f" AND k.organisation_id = ({whose})"
        )
        op.execute(
            f"UPDATE {table} SET {what}_id = ({found}) WHERE {what}_name IN (SELECT name FROM known_actor)"
        )
    op.execute("DROP TABLE known_actor")


def _add_subjects() -> None:
    op.drop_index("ix_journal_entry_organisation_id_deed_id", "journal_entry")
    op.execute("ALTER TABLE journal_entry RENAME COLUMN object TO subject_label")
    for column in ("subject_type VARCHAR(24)", "subject_id INTEGER", "detail VARCHAR(200)"):
        op.execute(f"ALTER TABLE journal_entry ADD COLUMN {column}")
    op.create_index("ix_journal_entry_detail", "journal_entry", ["organisation_id", "deed", "detail", "id"])
    op.create_index("ix_journal_entry_subject", "journal_entry", ["subject_type", "subject_id"])


def _split_details() -> None:
    connection, last = op.get_bind(), 0
    change = (
        sa.update(JOURNAL)
        .where(JOURNAL.c.id == sa.bindparam("entry"))
        .values(subject_label=sa.bindparam("label"), detail=sa.bindparam("part"))
    )
    asked = (
        sa.select(JOURNAL.c.id, JOURNAL.c.deed, JOURNAL.c.subject_label)
        .where(JOURNAL.c.deed.in_((*DETAILED, "account changed")))
        .order_by(JOURNAL.c.id)
        .limit(LOT)
    )
    while rows := connection.execute(asked.where(JOURNAL.c.id > last)).all():
        if split := [one for row in rows for one in _split(*row)]:
            connection.execute(change, split)
        last = rows[-1].id


def _split(entry: int, deed: str, told: str) -> list[dict[str, object]]:
    glue = RENAMED if deed == "account changed" else GLUE
    label, found, part = told.rpartition(glue)
    is_plain = found and (glue is GLUE or glue not in label)
    return [{"entry": entry, "label": label, "part": part}] if is_plain else []


def _join_details() -> None:
    label, detail = JOURNAL.c.subject_label, JOURNAL.c.detail
    glue = sa.case((JOURNAL.c.deed == "account changed", RENAMED), else_=GLUE)
    whole = sa.func.substr(label, 1, 200 - len(GLUE) - sa.func.length(detail)) + glue + detail
    # a detail as long as that leaves no room for its subject
    joined = sa.case((sa.func.length(detail) < 200 - len(GLUE), whole), else_=label)
    op.execute(sa.update(JOURNAL).where(detail.is_not(None)).values(subject_label=joined))


def _fill_subjects() -> None:
    """The type where the deed says it; the id where the detail, which is unique, leads to it."""
    change, deed, detail = sa.update(JOURNAL), JOURNAL.c.deed, JOURNAL.c.detail
    for kind, patterns in OTHERWISE.items():
        op.execute(change.where(sa.or_(*(deed.like(one) for one in patterns))).values(subject_type=kind))
    own = {"subject_type": "organisation", "subject_id": JOURNAL.c.organisation_id}
    op.execute(change.where(deed.in_(OF_ORGANISATION)).values(**own))
    registrant = sa.table("registrant", sa.column("public_id"), sa.column("cycle_id"))
    report = sa.table("report", sa.column("id"), sa.column("public_id"), sa.column("session_id"))
    line = sa.table("report_line", sa.column("public_id"), sa.column("report_id"))
    of_line = sa.select(report.c.session_id).join(line, line.c.report_id == report.c.id)
    for deeds, asked in (
        (ABOUT_PEOPLE, sa.select(registrant.c.cycle_id).where(registrant.c.public_id == detail)),
        (ABOUT_REPORTS, sa.select(report.c.session_id).where(report.c.public_id == detail)),
        (ABOUT_LINES, of_line.where(line.c.public_id == detail)),
    ):
        op.execute(change.where(deed.in_(deeds)).values(subject_id=asked.scalar_subquery()))
