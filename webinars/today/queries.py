"""What the page of the day asks: of all cycles of an organisation, in as many statements however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from webinars.accounts.models import Organisation
from webinars.attendance.missing_reports import is_ticked, lacks_report
from webinars.attendance.models import Report, ReportLine
from webinars.attendance.pending_lines import is_waiting
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.messages.models import Message, MessageState
from webinars.messages.thanks import draft_of_thanks, people_to_thank, waits_for_thanks
from webinars.outbox.models import Email, MailState
from webinars.outbox.queries import is_returned
from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.planning.queries import WORKED_ON
from webinars.registration.models import Registrant
from webinars.registration.queries import holds_place
from webinars.replies.models import Incoming
from webinars.storage.extensions import db

IS_PUBLISHED = (
    Cycle.state == CycleState.PUBLISHED
)  # whoever closes a cycle has done with its reports and addresses
_LINES = (ReportLine.report_id == Report.id, is_waiting())
_UNREAD = (Incoming.needs_person.is_(True), Incoming.handled_at.is_(None))


def has_cycles(organisation: Organisation) -> bool:
    """Whether it has ever had one."""
    return bool(db.session.scalar(select(exists().where(Cycle.organisation_id == organisation.id))))


def cycles_in_work(organisation: Organisation, *, most: int) -> Sequence[Cycle]:
    """Drafts and published cycles, the latest first."""
    return db.session.scalars(
        select(Cycle)
        .where(
            Cycle.organisation_id == organisation.id,
            Cycle.state.in_((CycleState.DRAFT, CycleState.PUBLISHED)),
        )
        .order_by(Cycle.created_at.desc(), Cycle.id.desc())
        .limit(most)
    ).all()


def sessions_since(organisation: Organisation, moment: datetime, *, most: int) -> Sequence[Session]:
    """Sessions that were not over at that moment, with their cycles, by date."""
    return db.session.scalars(
        select(Session)
        .join(Session.cycle)
        .where(
            Cycle.organisation_id == organisation.id,
            Session.state == SessionState.SCHEDULED,
            Session.ends_at > moment,
        )
        .order_by(Session.starts_at, Session.id)
        .limit(most)
        .options(contains_eager(Session.cycle))
    ).all()


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session about which something is still to be done."""

    session: Session
    lacks_report: bool
    lines: int  # of its reports, that wait for a decision
    to_thank: int  # people whom nobody has thanked
    draft: str | None  # the public id of the thanks that somebody has begun


def sessions_with_work(organisation: Organisation, *, now: datetime, most: int) -> list[PastSession]:
    """Sessions that lack their report, have lines to decide or wait for thanks, with their cycles, the latest first."""
    lacks, thanks = and_(IS_PUBLISHED, lacks_report(now)), waits_for_thanks(now)
    lines = select(func.count()).where(Report.session_id == Session.id, *_LINES).correlate(Session)
    rows = db.session.execute(
        select(
            Session,
            case((lacks, 1), else_=0),
            lines.scalar_subquery(),
            case((thanks, people_to_thank()), else_=0),
            draft_of_thanks(),
        )
        .join(Session.cycle)
        .where(
            Cycle.organisation_id == organisation.id,
            Cycle.state.in_(WORKED_ON),
            or_(lacks, thanks, exists().where(Report.session_id == Session.id, *_LINES)),
        )
        .order_by(Session.starts_at.desc(), Session.id)
        .limit(most)
        .options(contains_eager(Session.cycle))
    )
    return [PastSession(session, bool(lacks), *others) for session, lacks, *others in rows]


def stuck_messages(organisation: Organisation) -> Sequence[Message]:
    """Messages whose time came and that could not leave, with their cycles."""
    return db.session.scalars(
        select(Message)
        .join(Message.cycle)
        .where(Cycle.organisation_id == organisation.id, Message.state == MessageState.FAILED)
        .order_by(Message.id)
        .options(contains_eager(Message.cycle), joinedload(Message.session))
    ).all()


@dataclass(frozen=True, slots=True)
class CycleMail:
    """What came back and in by mail, and waits in a cycle."""

    cycle: Cycle
    returned: int  # people whose address returns mail, while the cycle goes on
    letters: int


def mail_to_read(organisation: Organisation, *, now: datetime) -> list[CycleMail]:
    """The cycles in which mail waits for somebody."""
    returned, letters = _returned(now), _letters()
    rows = db.session.execute(
        select(Cycle, returned, letters)
        .where(Cycle.organisation_id == organisation.id, or_(returned > 0, letters > 0))
        .order_by(Cycle.id)
    )
    return [CycleMail(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class TabCounts:
    """What stands around the pages of a cycle: its people, what waits for the team, and whether its sessions are over."""

    people: int = 0  # who hold a place or wait for one
    lines: int = 0
    reports: int = 0
    lists: int = 0  # of sessions on site, where people are ticked
    thanks: int = 0
    returned: int = 0
    letters: int = 0
    is_over: bool = False

    @property
    def attendance(self) -> int:
        """What waits behind the tab of attendance."""
        return self.lines + self.reports + self.lists

    @property
    def messages(self) -> int:
        """What waits behind the tab of the messages."""
        return self.thanks + self.returned + self.letters


def tab_counts(cycle: Cycle, *, now: datetime) -> TabCounts:
    """The same as the page of the day counts, of one cycle, in one statement."""
    in_reports = select(func.count()).where(
        Session.cycle_id == Cycle.id, Report.session_id == Session.id, *_LINES
    )
    counted = select(
        _of_cycle(Registrant, holds_place()),
        in_reports.correlate(Cycle).scalar_subquery(),
        _of_cycle(Session, IS_PUBLISHED, lacks_report(now), ~is_ticked()),
        _of_cycle(Session, IS_PUBLISHED, lacks_report(now), is_ticked()),
        _of_cycle(Session, Cycle.state.in_(WORKED_ON), waits_for_thanks(now)),
        _returned(now),
        _letters(),
        _is_over(now),
    )
    return TabCounts(*db.session.execute(counted.where(Cycle.id == cycle.id)).one())


def _returned(now: datetime) -> ScalarSelect[int]:
    to_come = exists().where(
        Session.cycle_id == Cycle.id, Session.state == SessionState.SCHEDULED, Session.ends_at > now
    )
    return _of_cycle(Registrant, IS_PUBLISHED, to_come.correlate(Cycle), returns_mail(Registrant.email_key))


def _is_over(now: datetime) -> ColumnElement[bool]:
    held = Session.cycle_id == Cycle.id, Session.state != SessionState.CANCELLED
    is_ahead = or_(Session.ends_at.is_(None), Session.ends_at > now)
    return and_(exists().where(*held).correlate(Cycle), ~exists().where(*held, is_ahead).correlate(Cycle))


def _letters() -> ScalarSelect[int]:
    return _of_cycle(Incoming, *_UNREAD)


def _of_cycle(what: type[Session | Registrant | Incoming], *which: ColumnElement[bool]) -> ScalarSelect[int]:
    found = select(func.count()).select_from(what).where(what.cycle_id == Cycle.id, *which)
    return found.correlate(Cycle).scalar_subquery()


@dataclass(frozen=True, slots=True)
class MailSummary:
    """What became of the mail of an organisation's cycles."""

    sent: int = 0  # since yesterday
    late: int = 0
    returned: int = 0  # within a month
    letters: int = 0  # that belong to no cycle, where there is one organisation


def post_of(organisation: Organisation, *, now: datetime) -> MailSummary:
    """How the mail of the organisation's cycles fares."""
    day, month = now - timedelta(days=1), now - timedelta(days=30)
    is_late = Email.due_at < now - timedelta(minutes=15)
    row = db.session.execute(
        select(
            _mails_of(organisation, Email.state == MailState.SENT, Email.sent_at > day),
            _mails_of(organisation, Email.state.in_((MailState.QUEUED, MailState.SENDING)), is_late),
            _mails_of(organisation, is_returned(), Email.created_at > month),
            _letters_elsewhere(organisation),
        )
    ).one()
    return MailSummary(*row)


def _mails_of(organisation: Organisation, *which: ColumnElement[bool]) -> ScalarSelect[int]:
    cycles = select(Cycle.id).where(Cycle.organisation_id == organisation.id)
    return select(func.count()).where(Email.cycle_id.in_(cycles), *which).scalar_subquery()


def _letters_elsewhere(organisation: Organisation) -> ScalarSelect[int]:
    others = exists().where(Organisation.id != organisation.id)
    return select(func.count()).where(Incoming.cycle_id.is_(None), *_UNREAD, ~others).scalar_subquery()
