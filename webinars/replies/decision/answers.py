"""An answer meets its invitation: judged, stored with its history, and what the cycle wants follows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation, InvitationAnswer, PartStat
from webinars.registration import actions as registration
from webinars.registration import seats
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import REFUSAL, Registrant, Registration, RegistrationState
from webinars.replies.decision import contexts
from webinars.replies.decision.contexts import Invited
from webinars.replies.decision.judgement import Judgement, LastAnswer, StandingInvitation, judge, says_again
from webinars.replies.parser.itip import CalendarAnswer
from webinars.replies.parser.mime import ReceivedMessage, Writer
from webinars.replies.verdicts import KEPT, Verdict
from webinars.storage.extensions import db


@dataclass(frozen=True, slots=True)
class Classification:
    """What was found out about a message."""

    verdict: Verdict
    cycle: Cycle | None = None
    registration: Registration | None = None
    excerpt: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    needs_person: bool = False  # beyond what the verdict says
    registrant: Registrant | None = None  # who wrote, as far as known


def hold(uids: Collection[str]) -> dict[str, Invited]:
    """What the answers of one message are about, by UID; nobody else touches their sessions until the commit.

    All of them before the first is judged, in the order everybody holds sessions in: two who each had one
    that the other wants would wait for each other.
    """
    seats.hold(contexts.sessions_of(uids))
    return contexts.invited(uids)


def receive(
    answer: CalendarAnswer,
    writer: Writer,
    found: Invited | None,
    *,
    parameter: str,
    authserv_id: str,
    now: datetime,
) -> Classification:
    """Judges one answer to what is held (`hold`), and stores what is to be stored."""
    if found is None:
        judged = judge(answer, writer, None, parameter=parameter, authserv_id=authserv_id, now=now)
        return Classification(judged.verdict)
    invitation, held, cycle = found
    standing = _standing(invitation, held)
    judged = judge(answer, writer, standing, parameter=parameter, authserv_id=authserv_id, now=now)
    if judged.verdict is Verdict.NOT_NEWER:
        _date_anew(invitation, judged, standing)
    if judged.verdict in KEPT:
        _store(invitation, judged, writer, now=now)
    if judged.verdict in KEPT and held is not None and not writer.is_automatic:
        registration.prove(held.registrant, now=now)
    freed = _frees(judged, cycle) and held is not None and _give_back(held, now=now)
    return Classification(judged.verdict, cycle, held, judged.note, _details(judged, freed=freed))


def of_no_invitation(judged: Classification, arrival: ReceivedMessage) -> Classification:
    """An answer to an identity that is not ours; it waits for a person when it answers a mail of ours all the same."""
    meant = contexts.mails_meant(arrival)
    if judged.verdict is not Verdict.UNKNOWN_UID or not meant:
        return judged
    context = contexts.context_of_mail(meant[0])
    return Classification(
        Verdict.UNKNOWN_UID,
        context.cycle if context else None,
        context.registration if context else None,
        arrival.text,
        needs_person=True,
    )


def _frees(judged: Judgement, cycle: Cycle) -> bool:
    """Whether the place goes back; never by Reply-To alone, which anybody may write."""
    is_refusal = judged.verdict is Verdict.ANSWERED and judged.partstat is PartStat.DECLINED
    return is_refusal and judged.is_vouched and cycle.refusal_frees_place


def _give_back(held: Registration, *, now: datetime) -> bool:
    """Gives the place of a refusal back, unless its session has begun; says whether it did. Who contributes takes no seat."""
    if held.contributes_as is not None:
        return False
    if db.session.get_one(Session, held.session_id).has_started(now):
        return False
    registration.withdraw(held, now=now, reason=REFUSAL, told_by="place_freed")
    return True


def _standing(invitation: Invitation, held: Registration | None) -> StandingInvitation:
    last = _last(invitation)
    is_live = (
        held is not None and held.state is RegistrationState.CONFIRMED and invitation.cancelled_at is None
    )
    return StandingInvitation(
        organizer=invitation.organizer,
        attendee=invitation.attendee,
        sequence=invitation.sequence,
        last_major=invitation.last_major,
        is_live=is_live,
        starts_at=_told_start(invitation),
        last=LastAnswer(last.sequence, last.stamped_at, last.partstat, last.written_at) if last else None,
        restored=_restored(invitation),
    )


def _last(invitation: Invitation) -> InvitationAnswer | None:
    return db.session.scalar(
        select(InvitationAnswer)
        .where(InvitationAnswer.invitation_id == invitation.id, InvitationAnswer.is_former.is_(False))
        .order_by(InvitationAnswer.id.desc())
        .limit(1)
    )


def _restored(invitation: Invitation) -> tuple[int, datetime] | None:
    if invitation.restored_at is None or invitation.restored_sequence is None:
        return None
    return invitation.restored_sequence, invitation.restored_at


def _told_start(invitation: Invitation) -> datetime | None:
    """When the session begins as the calendar was last told, on the session's clock."""
    told = AnnouncedFacts.from_text(invitation.said)
    return told.starts_at.astimezone(ZoneInfo(told.timezone)) if told.starts_at else None


def _date_anew(invitation: Invitation, judged: Judgement, standing: StandingInvitation) -> None:
    """Who says the same again later is not moved by what was written between the two."""
    last = _last(invitation)
    if last is not None and standing.last is not None and says_again(judged, standing.last):
        last.written_at = judged.written_at


def _store(invitation: Invitation, judged: Judgement, writer: Writer, *, now: datetime) -> None:
    is_former = judged.verdict is Verdict.FORMER_DATE
    partstat = judged.partstat or PartStat.NEEDS_ACTION
    if is_former and _has_been_kept(invitation, judged, partstat):
        return
    db.session.add(
        InvitationAnswer(
            invitation_id=invitation.id,
            partstat=partstat,
            sequence=judged.sequence,
            stamped_at=judged.stamped_at,
            received_at=now,
            written_at=judged.written_at,
            sender=writer.sender[:254],
            note=judged.note,
            deputy=judged.deputy[:254] or None if partstat is PartStat.DELEGATED else None,
            is_former=is_former,
        )
    )
    if not is_former:
        invitation.partstat = partstat
    db.session.flush()


def _has_been_kept(invitation: Invitation, judged: Judgement, partstat: PartStat) -> bool:
    """Whether this very answer stands in the history: sent again in another message."""
    return (
        db.session.scalar(
            select(InvitationAnswer.id)
            .where(
                InvitationAnswer.invitation_id == invitation.id,
                InvitationAnswer.sequence == judged.sequence,
                InvitationAnswer.stamped_at == judged.stamped_at,
                InvitationAnswer.partstat == partstat,
            )
            .limit(1)
        )
        is not None
    )


def _details(judged: Judgement, *, freed: bool) -> dict[str, Any]:
    return {
        "partstat": judged.partstat.value if judged.partstat else "",
        "deputy": judged.deputy,
        "wish": judged.wish.isoformat() if judged.wish else "",
        "freed": freed,
    }
