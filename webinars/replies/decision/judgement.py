"""What an answer is worth: calendar, sender and invitation in, one verdict out. No database, no mail.

By specification/calendar, section 4.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from webinars.invitations.models import PartStat
from webinars.replies.decision.authentication import has_failed_dmarc
from webinars.replies.parser.itip import CalendarAnswer, ReplyingAttendee, address_of
from webinars.replies.parser.mime import Writer
from webinars.replies.verdicts import Verdict

METHODS = ("REPLY", "COUNTER")
NOBODY = ReplyingAttendee(frozenset())
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ANSWERS = (PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE)


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer that holds until a newer one comes."""

    sequence: int
    stamped_at: datetime
    partstat: PartStat
    written_at: datetime


@dataclass(frozen=True, slots=True)
class StandingInvitation:
    """An invitation as it stands now."""

    organizer: str
    attendee: str
    sequence: int
    last_major: int
    is_live: bool  # its registration holds its place
    starts_at: datetime | None = None  # as its calendar was last told, on the session's clock
    last: LastAnswer | None = None
    restored: tuple[int, datetime] | None = None  # the SEQUENCE that took a cancellation back, and when


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and what is kept when it says so."""

    verdict: Verdict
    partstat: PartStat | None = None
    sequence: int = 0
    stamped_at: datetime = BEGINNING
    # the earlier of what the mail says and its arrival: a clock ahead wins nothing
    written_at: datetime = BEGINNING
    is_vouched: bool = True  # From says whose it is, and not Reply-To alone
    note: str = ""
    deputy: str = ""
    wish: datetime | None = None


def judge(
    answer: CalendarAnswer,
    writer: Writer,
    standing: StandingInvitation | None,
    *,
    parameter: str = "",
    authserv_id: str = "",
    now: datetime,
) -> Judgement:
    """The verdict in the order of docs/incoming-mail.md."""
    if answer.method not in METHODS or parameter.upper() not in ("", answer.method):
        return Judgement(Verdict.WRONG_METHOD)
    if standing is None:
        return Judgement(Verdict.UNKNOWN_UID)
    invitee = address_of(standing.attendee)
    attendee = next((one for one in answer.attendees if invitee in one.addresses), NOBODY)
    found = _kept(answer, attendee, writer, standing, now=now)
    objection = _objection(answer, attendee, writer, standing, authserv_id)
    return replace(found, verdict=objection or _timely(answer, found, standing))


def _objection(
    answer: CalendarAnswer,
    attendee: ReplyingAttendee,
    writer: Writer,
    standing: StandingInvitation,
    authserv_id: str,
) -> Verdict | None:
    # an Outlook that knows none writes invalid:nomail
    if "@" in answer.organizer and answer.organizer != address_of(standing.organizer):
        return Verdict.FOREIGN_ORGANIZER
    if attendee is NOBODY:
        return Verdict.FORWARDED
    if has_failed_dmarc(writer.authentication, authserv_id):
        return Verdict.FAILED_DMARC
    return None if is_of(address_of(standing.attendee), attendee, writer) else Verdict.OTHER_SENDER


def is_of(invitee: str, attendee: ReplyingAttendee, writer: Writer) -> bool:
    """Whether the message comes from the invitee, or from their deputy in the same house."""
    if not writer.sender:
        return False
    return _is_from(invitee, attendee, writer) or invitee in map(address_of, writer.reply_to)


def _is_from(invitee: str, attendee: ReplyingAttendee, writer: Writer) -> bool:
    sender = address_of(writer.sender)
    return sender == invitee or (attendee.sent_by == sender and _domain(sender) == _domain(invitee))


def _timely(answer: CalendarAnswer, found: Judgement, standing: StandingInvitation) -> Verdict:
    if not standing.is_live:
        return Verdict.CANCELLED
    if answer.method == "COUNTER":
        return Verdict.WISH
    if found.partstat is None:
        return Verdict.NO_ANSWER
    if found.sequence < standing.last_major or _is_before_restoring(found, standing):
        return Verdict.FORMER_DATE
    if standing.last is not None and not is_newer(found, standing.last):
        return Verdict.NOT_NEWER
    return Verdict.DELEGATED if found.partstat is PartStat.DELEGATED else Verdict.ANSWERED


def is_newer(found: Judgement, last: LastAnswer) -> bool:
    """Whether an answer takes the place of the last one.

    SOGo and TMail copy the DTSTAMP of the request into every answer: then the one that was written later counts.
    """
    ours, theirs = (found.sequence, found.stamped_at), (last.sequence, last.stamped_at)
    if ours == theirs:
        return found.partstat is not last.partstat and found.written_at >= last.written_at
    return ours > theirs


def says_again(found: Judgement, last: LastAnswer) -> bool:
    """Whether an answer with the same stamps repeats the last one, later: an earlier one may still be on its way."""
    ours = (found.sequence, found.stamped_at, found.partstat)
    return ours == (last.sequence, last.stamped_at, last.partstat) and found.written_at > last.written_at


def _sequence(answer: CalendarAnswer, standing: StandingInvitation) -> int:
    """The number of what is answered; where none is given, the hour says whether it is the present date."""
    if answer.sequence is not None:
        return min(answer.sequence, standing.sequence)
    if answer.starts_at is None or standing.starts_at is None:
        return 0
    told = standing.starts_at if answer.starts_at.tzinfo else standing.starts_at.replace(tzinfo=None)
    return standing.sequence if answer.starts_at == told else 0


def _is_before_restoring(found: Judgement, standing: StandingInvitation) -> bool:
    """Whether it answers what was cancelled since: an old number counts when it was stamped after the restoring."""
    if standing.restored is None:
        return False
    sequence, at = standing.restored
    return found.sequence < sequence and found.stamped_at < at


def _kept(
    answer: CalendarAnswer,
    attendee: ReplyingAttendee,
    writer: Writer,
    standing: StandingInvitation,
    *,
    now: datetime,
) -> Judgement:
    # a clock ahead of ours, or a number we never gave, would shut out every later answer
    return Judgement(
        Verdict.NO_ANSWER,
        partstat=_partstat(attendee),
        sequence=_sequence(answer, standing),
        stamped_at=min(answer.stamped_at or now, now),
        written_at=min(writer.dated_at or now, now),
        is_vouched=_is_from(address_of(standing.attendee), attendee, writer),
        note=answer.comment or attendee.comment,
        deputy=attendee.delegated_to,
        wish=answer.starts_at if answer.method == "COUNTER" else None,
    )


def _partstat(attendee: ReplyingAttendee) -> PartStat | None:
    known = (*ANSWERS, PartStat.DELEGATED)
    return next((one for one in known if one.value == attendee.partstat), None)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
