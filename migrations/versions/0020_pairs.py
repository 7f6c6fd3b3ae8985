"""pairs: columns that only make sense together stand together; who wrote a letter is a person; no id is given twice."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Pair = tuple[str, str, str]  # its name, what holds, what mends a row of which it does not


def _done(by: str, at: str) -> Pair:
    """Who did something, and when: of what has no time nobody did it; of what has no name the account has, or a command."""
    account = f"(SELECT name FROM organiser WHERE organiser.id = {by}_id)"
    name = f"CASE WHEN {at} IS NOT NULL THEN coalesce({by}_name, {account}, 'operator') END"
    return by, f"({by}_name IS NULL) = ({at} IS NULL)", f"{by}_name = {name}, {by}_id = CASE WHEN {at} IS NOT NULL THEN {by}_id END"


def _named(by: str) -> Pair:
    """An account stands with the name it had: what has none was not done."""
    return f"{by}_named", f"{by}_id IS NULL OR {by}_name IS NOT NULL", f"{by}_id = NULL"


def _keyed(key: str, address: str) -> Pair:
    """An address and what it is compared by, both or neither."""
    one = f"CASE WHEN {address} = '' THEN {key} ELSE {address} END"
    other = f"CASE WHEN {key} = '' THEN lower({address}) ELSE {key} END"
    return f"{address}_keyed", f"({key} = '') = ({address} = '')", f"{address} = {one}, {key} = {other}"


CLOSED = "state IN ('closed', 'archived')"
TAKEN = "(SELECT count(*) FROM registration r WHERE r.session_id = session.id AND r.state IN ('confirmed', 'pending'))"
SEEN = ("seconds_seen", "seconds IS NULL OR how IS NOT NULL", "seconds = NULL")
MATCHED = ("match_of_report", "match IS NULL OR coalesce(how, '') = 'report'", "match = NULL")
COUNTS = ("muted", "without_address", "returned")

# by table; the state of a row is believed, and what it says of when it came to be so is as near as is known
PAIRS: dict[str, list[Pair]] = {
    "organiser": [_keyed("email_key", "email")],
    "cycle": [
        ("published", "published_at IS NOT NULL OR state = 'draft'", "published_at = created_at"),
        (
            "closed",
            f"(closed_at IS NOT NULL) = ({CLOSED})",
            f"closed_at = CASE WHEN {CLOSED} THEN coalesce(cancelled_at, published_at, created_at) END",
        ),
        ("cancelled_is_closed", "cancelled_at IS NULL OR closed_at IS NOT NULL", "cancelled_at = NULL"),
    ],
    "session": [
        (
            "wall_clock",
            "starts_at IS NULL OR (day IS NOT NULL AND start_time IS NOT NULL AND end_time IS NOT NULL)",
            "starts_at = NULL, ends_at = NULL",  # of those that `_set_clocks` could not read
        ),
        (
            "really_ended_after_start",
            "really_ended_at > really_started_at",
            "really_started_at = NULL, really_ended_at = NULL",  # the planned ones hold
        ),
        # nobody could ever sign up: it was closed from the beginning
        ("closes_after_opening", "closes_at > opens_at", "opens_at = NULL, closes_at = created_at"),
        # full from the beginning, whoever had a seat all the same
        ("capacity", "capacity >= 1", f"capacity = CASE WHEN {TAKEN} > 1 THEN {TAKEN} ELSE 1 END"),
        (
            "cancelled",
            "(cancelled_at IS NOT NULL) = (state = 'cancelled')",
            "cancelled_at = CASE WHEN state = 'cancelled' THEN changed_at END",
        ),
    ],
    "contributor": [
        ("name_keyed", "name <> '' OR name_key = ''", "name_key = ''"),
        _keyed("email_key", "email"),
    ],
    "registrant": [
        (
            "email_keyed",
            "(email_key IS NULL) = (email IS NULL)",
            "email = coalesce(email, email_key), email_key = coalesce(email_key, lower(email))",
        ),
    ],
    "registration": [
        ("confirmed", "confirmed_at IS NOT NULL OR state <> 'confirmed'", "confirmed_at = created_at"),
        (
            "cancelled",
            "(cancelled_at IS NOT NULL) = (state = 'cancelled')",
            "cancelled_at = CASE WHEN state = 'cancelled' THEN coalesce(confirmed_at, created_at) END",
        ),
        (
            "canceller_of_cancelled",
            "(canceller IS NULL AND reason IS NULL) OR state = 'cancelled'",
            "canceller = NULL, cancelled_by_id = NULL, cancelled_by_name = NULL, reason = NULL",
        ),
        _named("cancelled_by"),
    ],
    "invitation_answer": [
        ("deputy_delegated", "deputy IS NULL OR partstat = 'DELEGATED'", "deputy = NULL"),
    ],
    "report": [
        (
            "undone",
            "(undone_at IS NOT NULL) = (state = 'undone')",
            "undone_at = CASE WHEN state = 'undone' THEN imported_at END",
        ),
        _done("undone_by", "undone_at"),
        _named("undone_by"),
    ],
    "report_line": [_done("decided_by", "decided_at"), _named("decided_by")],
    "evidence": [
        (
            "line_of_report",
            "(report_line_id IS NOT NULL) = (kind = 'report')",
            "kind = CASE WHEN report_line_id IS NULL THEN 'join_link' ELSE 'report' END",  # the weakest, of no line
        ),
        ("match_of_report", "match IS NULL OR kind = 'report'", "match = NULL"),
        ("hand_states", "statement IS NOT NULL OR kind <> 'hand'", "statement = 'unknown'"),
    ],
    "attendance": [SEEN, MATCHED],
    "draft_conclusion": [
        ("how_concluded", "how IS NULL OR conclusion IS NOT NULL", "how = NULL"),
        SEEN,
        MATCHED,
    ],
    "headcount": [_done("withdrawn_by", "withdrawn_at"), _named("withdrawn_by")],
    "message": [
        ("scheduled", "not_before IS NOT NULL OR state <> 'scheduled'", "state = 'draft'"),
        (
            "decided_by",
            "decided_by_name IS NOT NULL OR state = 'draft'",
            "decided_by_id = created_by_id, decided_by_name = created_by_name",
        ),
        _named("decided_by"),
        (
            "sent",
            "(sent_at IS NOT NULL) = (state IN ('sending', 'sent'))",
            "sent_at = CASE WHEN state IN ('sending', 'sent') THEN changed_at END",
        ),
        (
            "counted_when_sent",
            " AND ".join(f"({name} IS NULL) = (people IS NULL)" for name in COUNTS)
            + " AND (people IS NULL OR sent_at IS NOT NULL)",
            ", ".join(
                f"{name} = CASE WHEN sent_at IS NOT NULL AND people IS NOT NULL THEN coalesce({name}, 0) END"
                for name in ("people", *COUNTS)
            ),
        ),
    ],
    "email": [
        (
            "lease_while_sending",
            "(lease IS NOT NULL) = (state = 'sending')",
            "state = CASE WHEN state = 'sending' THEN 'queued' ELSE state END, lease = NULL, leased_until = NULL",
        ),
        ("attempted", "attempted_at IS NOT NULL OR attempts = 0", "attempted_at = coalesce(sent_at, created_at)"),
        ("sent", "sent_at IS NOT NULL OR state <> 'sent'", "sent_at = coalesce(attempted_at, created_at)"),
        ("not_sent", "sent_at IS NULL OR state IN ('sent', 'bounced')", "sent_at = NULL"),
        ("sequence_of_uid", "sequence IS NULL OR uid IS NOT NULL", "sequence = NULL"),
        _keyed("recipient_key", "recipient"),
    ],
    "address_mark": [("reason_of_mark", "marked_at IS NOT NULL OR reason = ''", "reason = ''")],
    "reminder_round": [("failed_tells_nobody", "told = 0 OR NOT has_failed", "has_failed = false")],
    "incoming": [_done("handled_by", "handled_at"), _named("handled_by")],
}
# tables whose ids stand where no foreign key can
IDS_ONCE = ("organisation", "organiser", "cycle", "session", "registrant", "registration", "message", "incoming")
LOT = 1000
MOMENT = sa.DateTime(timezone=True)
SESSION = sa.table(
    "session",
    sa.column("id"),
    sa.column("timezone"),
    sa.column("day", sa.Date()),
    *(sa.column(name, sa.Time()) for name in ("start_time", "end_time")),
    *(sa.column(name, MOMENT) for name in ("starts_at", "ends_at")),
)
INCOMING = sa.table(
    "incoming",
    *map(sa.column, ("id", "cycle_id", "registrant_id", "received_at")),
    sa.column("details", sa.JSON()),
)
REGISTRANT = sa.table("registrant", *map(sa.column, ("id", "cycle_id", "created_at")))


def upgrade() -> None:
    _set_clocks()
    for table, pairs in PAIRS.items():
        for _name, check, mend in pairs:
            op.execute(sa.text(f"UPDATE {table} SET {mend} WHERE NOT ({check})"))
    _add_writers()
    for table in _tables():
        with op.batch_alter_table(table, **_rebuilt(ids_once=table in IDS_ONCE)) as batch_op:
            if table == "session":
                batch_op.drop_constraint("capacity_not_negative", type_="check")
            for name, check, _mend in PAIRS.get(table, ()):
                batch_op.create_check_constraint(name, check)


def downgrade() -> None:
    for table in _tables():
        with op.batch_alter_table(table, **_rebuilt(ids_once=False)) as batch_op:
            for name, _check, _mend in PAIRS.get(table, ()):
                batch_op.drop_constraint(name, type_="check")
            if table == "session":
                batch_op.create_check_constraint("capacity_not_negative", "capacity >= 0")
    _drop_writers()


def _tables() -> list[str]:
    return list(dict.fromkeys([*PAIRS, *IDS_ONCE]))


def _rebuilt(*, ids_once: bool) -> dict[str, Any]:
    """How SQLite makes the table anew; PostgreSQL changes it where it is, and gives an id once anyway."""
    if op.get_bind().dialect.name != "sqlite":
        return {}
    return {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True} if ids_once else {}}


def _set_clocks() -> None:
    """The wall clock of a session that has its instants alone."""
    connection, (_name, whole, _mend) = op.get_bind(), PAIRS["session"][0]
    moments = sa.select(SESSION.c.id, SESSION.c.timezone, SESSION.c.starts_at, SESSION.c.ends_at)
    for row in connection.execute(moments.where(sa.text(f"NOT ({whole})"))).all():
        try:
            zone = ZoneInfo(row.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            continue
        start, end = (
            (one if one.tzinfo else one.replace(tzinfo=UTC)).astimezone(zone)
            for one in (row.starts_at, row.ends_at)
        )
        clock = {"day": start.date(), "start_time": start.time(), "end_time": end.time()}
        connection.execute(sa.update(SESSION).where(SESSION.c.id == row.id).values(clock))


def _add_writers() -> None:
    rebuilt = _rebuilt(ids_once=False)
    # before the message itself: SQLite reads past whatever stands before a column
    place = {"insert_after": "registration_id"} if rebuilt else {}
    with op.batch_alter_table("incoming", **rebuilt) as batch_op:
        batch_op.add_column(sa.Column("registrant_id", sa.Integer()), **place)
        batch_op.create_foreign_key(
            "fk_incoming_registrant_id_registrant", "registrant", ["registrant_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index("ix_incoming_registrant_id", ["registrant_id"])
    # whoever has the number now is meant, unless they came later or into another cycle
    meant = sa.select(REGISTRANT.c.id).where(
        REGISTRANT.c.id == sa.bindparam("person"),
        REGISTRANT.c.cycle_id == INCOMING.c.cycle_id,
        REGISTRANT.c.created_at <= INCOMING.c.received_at,
    )
    change = sa.update(INCOMING).where(INCOMING.c.id == sa.bindparam("letter"))
    for lot in _letters():
        told = [
            {"letter": one.id, "person": one.details["registrant"], "rest": _without(one.details)}
            for one in lot
            if "registrant" in one.details
        ]
        if told:
            new = {"registrant_id": meant.scalar_subquery(), "details": sa.bindparam("rest", type_=sa.JSON())}
            op.get_bind().execute(change.values(new), told)


def _drop_writers() -> None:
    change = sa.update(INCOMING).where(INCOMING.c.id == sa.bindparam("letter"))
    for lot in _letters():
        told = [
            {"letter": one.id, "all": {**one.details, "registrant": one.registrant_id}}
            for one in lot
            if one.registrant_id is not None
        ]
        if told:
            op.get_bind().execute(change.values(details=sa.bindparam("all", type_=sa.JSON())), told)
    with op.batch_alter_table("incoming") as batch_op:
        batch_op.drop_index("ix_incoming_registrant_id")
        batch_op.drop_constraint("fk_incoming_registrant_id_registrant", type_="foreignkey")
        batch_op.drop_column("registrant_id")


def _letters() -> Iterator[Sequence[sa.Row[Any]]]:
    asked = sa.select(INCOMING.c.id, INCOMING.c.registrant_id, INCOMING.c.details).order_by(INCOMING.c.id).limit(LOT)
    last = 0
    while lot := op.get_bind().execute(asked.where(INCOMING.c.id > last)).all():
        yield lot
        last = lot[-1].id


def _without(details: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in details.items() if name != "registrant"}
