"""checks: a registration has a state as everything else has; the database knows every state and every range."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
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

PARTSTAT = ("NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")
CONCLUSION = ("present", "brief", "absent", "excused", "unknown")
EVIDENCE = ("hand", "report", "check_in", "join_link")
DECISION = ("matched", "review", "unmatched", "walk_in", "headcount", "ignored", "team")
# fmt: off
VERDICT = (
    "answered", "delegated", "former_date", "wish", "not_newer", "cancelled", "no_answer", "automatic", "challenge",
    "wrong_method", "unknown_uid", "foreign_organizer", "failed_dmarc", "forwarded", "other_sender", "letter", "winmail",
    "too_big", "too_many_parts", "unreadable", "not_read", "too_slow", "too_heavy", "not_given", "returned", "delayed",
    "other_report",
)
# fmt: on
NOTHING = "NULL"
GONE = ""  # such a row says nothing that could be kept: a consent to nothing, a link that opens nothing

# by table and column: the values, and what another one becomes. No program can have read a row with another one: each
# page that met it failed. It becomes what does least: nothing is sent for it, nobody counts and nobody gets in by it.
STATES: dict[str, dict[str, tuple[tuple[str, ...], str]]] = {
    "organisation": {
        "public_structures": (("families", "types"), "'families'"),
        "public_territory": (("departments", "regions"), "'departments'"),
    },
    "membership": {"role": (("organiser", "administrator"), "'organiser'")},
    "one_time_token": {"purpose": (("invitation", "reset"), GONE)},
    "cycle": {"state": (("draft", "published", "closed", "archived"), "'draft'")},
    "session": {
        "format": (("online", "on_site", "hybrid"), "'online'"),
        "state": (("scheduled", "cancelled"), "'scheduled'"),
    },
    "partner": {"role": (("co_organiser", "partner", "funder"), "'partner'")},
    "contributor": {"kind": (("speaker", "team"), "'team'")},
    "resource": {"kind": (("document", "replay", "link"), "'link'")},
    "registrant": {
        "works_in_qpv": (("yes", "no"), NOTHING),
        "source": (("form", "walk_in", "organiser", "import"), "'form'"),
    },
    "registration": {
        "state": (("pending", "confirmed", "waitlisted", "refused", "cancelled"), "'refused'"),
    },
    "consent": {"purpose": (("newsletter", "recording"), GONE)},
    "invitation": {"partstat": (PARTSTAT, "'NEEDS-ACTION'")},
    "invitation_answer": {"partstat": (PARTSTAT, "'NEEDS-ACTION'")},
    "report_line": {"decision": (DECISION, "'ignored'"), "proposed": (DECISION, "'ignored'")},
    "evidence": {"kind": (EVIDENCE, "'join_link'"), "statement": (CONCLUSION, NOTHING)},
    "attendance": {"conclusion": (CONCLUSION, "'unknown'"), "how": (EVIDENCE, NOTHING)},
    "draft_conclusion": {"conclusion": (CONCLUSION, NOTHING), "how": (EVIDENCE, NOTHING)},
    "message": {
        "standing": (
            ("all", "confirmed", "waiting", "present", "absent", "not_answered"),
            "'confirmed'",
        ),
        "state": (("draft", "scheduled", "sending", "sent", "cancelled", "failed"), "'draft'"),
    },
    "email": {
        "state": (("queued", "sending", "sent", "failed", "bounced", "dropped", "withheld"), "'dropped'"),
    },
    "incoming": {"verdict": (VERDICT, "'unreadable'")},
}

POSITION = ("position", "position >= 0", "position = 0")
SECONDS = ("seconds", "seconds >= 0", "seconds = NULL")  # not known
# by table: the name of a range, the range, and what mends a row outside it
RANGES: dict[str, list[tuple[str, str, str]]] = {
    # the colours were made of the rest of the division
    "organisation": [("hue", "hue BETWEEN 0 AND 359", "hue = (hue % 360 + 360) % 360")],
    "cycle": [
        ("threshold_minutes", "threshold_minutes >= 1", "threshold_minutes = 1"),
        # the minutes decide, calendars decide: as where nothing was chosen
        ("threshold_percent", "threshold_percent BETWEEN 1 AND 100", "threshold_percent = NULL"),
        ("alarm_minutes", "alarm_minutes >= 1", "alarm_minutes = NULL"),
    ],
    "session": [
        # without a whole time it is not dated, and was not shown as such before
        (
            "starts_and_ends",
            "(starts_at IS NULL) = (ends_at IS NULL)",
            "starts_at = NULL, ends_at = NULL, start_time = NULL, end_time = NULL",
        ),
        ("revision", "revision >= 0", "revision = 0"),
    ],
    "theme": [POSITION],
    "partner": [POSITION],
    "contributor": [POSITION],
    "resource": [POSITION],
    "registrant": [("token_version", "token_version >= 1", "token_version = 1")],
    "invitation": [
        ("sequence", "sequence >= 0", "sequence = 0"),
        ("last_major", "last_major >= 0", "last_major = 0"),
        ("restored_sequence", "restored_sequence >= 0", "restored_sequence = 0"),
        # half of it says nothing: it was never restored
        (
            "restored",
            "(restored_at IS NULL) = (restored_sequence IS NULL)",
            "restored_at = NULL, restored_sequence = NULL",
        ),
    ],
    "invitation_answer": [("sequence", "sequence >= 0", "sequence = 0")],
    "report_line": [
        ("number", "number >= 1", "number = 1"),
        SECONDS,
        ("score", "score BETWEEN 0 AND 100", "score = NULL"),
    ],
    "evidence": [SECONDS],
    "attendance": [SECONDS],
    "draft_conclusion": [SECONDS],
    # nobody behind a connection counted as nobody: it goes on to, withdrawn
    "headcount": [
        ("people", "people >= 1", "people = 1, withdrawn_at = coalesce(withdrawn_at, counted_at)"),
    ],
    "message": [
        (name, f"{name} >= 0", f"{name} = 0") for name in ("people", "muted", "without_address", "returned")
    ],
    "email": [
        ("attempts", "attempts >= 0", "attempts = 0"),
        ("unanswered", "unanswered >= 0", "unanswered = 0"),
        ("sequence", "sequence >= 0", "sequence = 0"),
        # half a lease is none: what was being sent is taken again when its lease is found to have ended
        (
            "lease_ends",
            "(leased_until IS NULL) = (lease IS NULL)",
            "state = CASE WHEN state = 'sending' THEN 'queued' ELSE state END, lease = NULL, leased_until = NULL",
        ),
    ],
    "reminder_round": [
        ("before_the_start", "minutes > 0", GONE),  # it left for no start there is
        ("told", "told >= 0", "told = 0"),
    ],
    "mailbox_position": [
        ("uidvalidity", "uidvalidity >= 0", "uidvalidity = 0, last_uid = 0"),  # read from its beginning
        ("last_uid", "last_uid >= 0", "last_uid = 0"),
    ],
    "tally": [("count", "count >= 0", "count = 0")],
}
# checks of before that say less, or the same under another name
OLD = {
    "organisation": {
        "public_structures": "public_structures IN ('families', 'types')",
        "public_territory": "public_territory IN ('departments', 'regions')",
    },
    "headcount": {"people_not_negative": "people >= 0"},
}


def upgrade() -> None:
    _rename("status", "state", BEFORE, NOW)
    for table in _tables():
        for _name, check, mend in _checks(table):
            change = f"UPDATE {table} SET {mend}" if mend else f"DELETE FROM {table}"
            op.execute(sa.text(f"{change} WHERE NOT ({check})"))
    for table in _tables():
        with op.batch_alter_table(table) as batch_op:
            for name in OLD.get(table, ()):
                batch_op.drop_constraint(name, type_="check")
            for name, check, _mend in _checks(table):
                batch_op.create_check_constraint(name, check)


def downgrade() -> None:
    for table in _tables():
        with op.batch_alter_table(table) as batch_op:
            for name, _check, _mend in _checks(table):
                batch_op.drop_constraint(name, type_="check")
            for name, check in OLD.get(table, {}).items():
                batch_op.create_check_constraint(name, check)
    _rename("state", "status", NOW, BEFORE)


def _tables() -> list[str]:
    return list(dict.fromkeys([*STATES, *RANGES]))


def _checks(table: str) -> Iterator[tuple[str, str, str]]:
    """Names, conditions and what mends a row; states first, for ranges ask them."""
    for column, (values, otherwise) in STATES.get(table, {}).items():
        known = " OR ".join(f"{column} = '{value}'" for value in values)
        yield f"{column}_known", known, f"{column} = {otherwise}" if otherwise else GONE
    yield from RANGES.get(table, ())


def _rename(old: str, new: str, before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Changes the word alone: both engines rename it in the table and in the index of live places, and move no row."""
    for name in before:
        op.drop_index(name, "registration")
    op.execute(sa.text(f"ALTER TABLE registration RENAME COLUMN {old} TO {new}"))
    for name, columns in after.items():
        op.create_index(name, "registration", columns)
