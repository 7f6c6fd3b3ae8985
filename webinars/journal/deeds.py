"""The words of the journal: everything organisers do that leaves an entry."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Deed(StrEnum):
    """What was done; the entry says by whom, to what and when, never what a message said."""

    CYCLE_CREATED = "cycle created"
    CYCLE_DUPLICATED = "cycle duplicated"
    CYCLE_PUBLISHED = "cycle published"
    CYCLE_UNPUBLISHED = "cycle unpublished"
    CYCLE_CLOSED = "cycle closed"
    CYCLE_REOPENED = "cycle reopened"
    CYCLE_CANCELLED = "cycle cancelled"
    CYCLE_ARCHIVED = "cycle archived"
    CYCLE_REMOVED = "cycle removed"  # a draft nobody had signed up for
    CYCLE_DELETION_ASKED = "deletion of cycle asked"
    CYCLE_DELETION_TAKEN_BACK = "deletion of cycle taken back"
    CYCLE_DELETED = "cycle deleted with its data"
    CYCLE_SETTINGS_CHANGED = "cycle settings changed"
    CYCLES_LOADED = "cycles loaded"
    SESSION_ADDED = "session added"
    SESSION_CHANGED = "session changed"
    SESSION_CANCELLED = "session cancelled"
    SESSION_RESTORED = "session restored"
    SESSION_REMOVED = "session removed"
    UPDATE_PREPARED = "update prepared"
    UPDATE_CHANGED = "update changed"
    UPDATE_SENT = "update sent"
    UPDATE_DROPPED = "update not sent"
    SEATS_CHANGED = "seats changed"
    REGISTRATIONS_WITHDRAWN = "registrations withdrawn"
    ADDRESS_CORRECTED = "address corrected"
    ADDRESS_MARK_LIFTED = "address said to be right"
    MAIL_SENT_AGAIN = "refused mail sent again"
    INCOMING_HANDLED = "incoming message handled"
    REMINDERS_CHANGED = "reminders changed"

    MESSAGE_WRITTEN = "message written"
    MESSAGE_CHANGED = "message changed"
    MESSAGE_THROWN_AWAY = "message thrown away"
    MESSAGE_SCHEDULED = "message scheduled"
    MESSAGE_CALLED_OFF = "message called off"
    MESSAGE_SENT = "message sent"

    ATTENDANCE_STATED = "attendance stated"
    ATTENDANCE_TAKEN_BACK = "attendance taken back"
    OTHERS_STATED_PRESENT = "all others stated present"
    OTHERS_TAKEN_BACK = "presence of all others taken back"
    WALK_IN_ADDED = "walk-in added"
    HEADCOUNT_SET = "headcount set"
    HEADCOUNT_REMOVED = "headcount removed"
    REPORT_IMPORTED = "report imported"
    IMPORT_UNDONE = "import undone"
    LINE_MATCHED = "line matched"
    LINE_WALK_IN = "line counted as a walk-in"
    LINE_HEADCOUNT = "line counted as several people"
    LINE_IGNORED = "line not counted"
    LINE_TEAM = "line of the team"
    LINE_TAKEN_BACK = "line decision taken back"

    SENTENCE_PUBLISHED = "sentence published"
    PARTICIPANTS_EXPORTED = "participants exported"

    SETTINGS_CHANGED = "settings changed"
    LOGO_CHANGED = "logo changed"
    LOGO_REMOVED = "logo removed"
    MEMBER_ADDED = "member added"
    MEMBER_INVITED = "member invited"
    MEMBER_INVITED_AGAIN = "member invited again"
    MEMBER_MADE_ORGANISER = "member made organiser"
    MEMBER_MADE_ADMINISTRATOR = "member made administrator"
    MEMBER_REMOVED = "member removed"
    ACCOUNT_CHANGED = "account changed"
    PASSWORD_SET = "password set"  # noqa: S105 — a word, no secret
    PASSWORD_LINK_DRAWN = "password link drawn"  # noqa: S105


def journalled(*deeds: Deed) -> Callable[[View], View]:
    """Declares which entries a view may write; a rule test asks it of every organisers' view that takes a POST."""

    def decorate(view: View) -> View:
        view.deeds = deeds  # type: ignore[attr-defined]
        return view

    return decorate
