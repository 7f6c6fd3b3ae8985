"""What became of the mail of a cycle, person by person."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from webinars.cycles.models import Cycle, Session
from webinars.deliverability.reasons import still_said
from webinars.edits.models import Edit
from webinars.invitations.models import Invitation
from webinars.journal.deeds import Deed
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email, MailState, is_in
from webinars.outbox.queries import is_returned
from webinars.outbox.queue.blocked_addresses import marked_among, returns_mail
from webinars.outbox.queue.status_codes import is_wrong_address
from webinars.registration.models import Registrant
from webinars.registration.search import BY_NAME, holds_every_word
from webinars.replies.queries import KIND as FORWARDED
from webinars.storage.extensions import db
from webinars.words.typos import likely_address

LATE = timedelta(minutes=15)
WAITING = (MailState.QUEUED, MailState.SENDING, MailState.WITHHELD)
TROUBLED = (MailState.FAILED, MailState.BOUNCED)
SHOWN = ("trouble", "returned")
FEW, WHOLE = 5, 300  # messages shown of a person in the list, and once all of them are asked for


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How the mail of a cycle fares, in numbers of messages."""

    sent: int = 0
    waiting: int = 0
    returned: int = 0
    given_up: int = 0  # before a server said anything


@dataclass(slots=True)
class Recipient:
    """One person and some of what they were sent, the newest first; whatever did not arrive is among it before the rest."""

    person: Registrant
    emails: list[Email] = field(default_factory=list)
    total: int = 0  # messages of the cycle to their address
    sessions: dict[str, Session] = field(default_factory=dict)  # of invitations, by UID
    mark: str | None = None  # why no further mail leaves to the address
    again: int = 0  # messages that may be sent again, to the same address

    def session_of(self, email: Email) -> Session | None:
        """The session the mail invites to; None when it is about more, or less."""
        return self.sessions.get(email.uid or "")

    @property
    def suggestion(self) -> str | None:
        """The address that was probably meant."""
        return likely_address(self.person.email or "")

    @property
    def has_trouble(self) -> bool:
        """Whether the last word about a message to the present address is that it did not arrive, or would not."""
        return self.mark is not None or any(
            email.state in TROUBLED for email in self.emails if email.recipient == self.person.email
        )


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of one person's address, as the journal has them; counted by the number of its last entry."""

    edits: int
    last: Edit | None

    def edit_of(self, _part: str, *, after: int) -> Edit | None:
        """The last correction, if it came after that entry."""
        return self.last if self.edits > after else None


def corrections_of(cycle: Cycle, registrant: Registrant) -> Corrections:
    """What organisers did to the address of one person of the cycle."""
    entry = db.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.organisation_id == cycle.organisation_id,
            JournalEntry.deed == Deed.ADDRESS_CORRECTED.value,
            JournalEntry.detail == registrant.public_id,
        )
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    return Corrections(entry.id, Edit(entry.actor, entry.at)) if entry else Corrections(0, None)


def fare_of(cycle: Cycle) -> DeliveryCounts:
    """The messages of the cycle by where they stand."""

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    troubled = Email.state.in_(TROUBLED)
    row = db.session.execute(
        select(
            counted(Email.state == MailState.SENT),
            counted(Email.state.in_(WAITING)),
            counted(is_returned()),
            counted(and_(troubled, ~is_returned())),
        ).where(Email.cycle_id == cycle.id)
    ).one()
    return DeliveryCounts(*row)


def recipients_asked(cycle: Cycle, *, words: str, show: str, now: datetime) -> Select[Registrant]:
    """The people of the cycle who are written to; those a message did not reach first.

    `show` leaves some of them: "trouble" those, "returned" the ones whose address returns mail.
    """
    to_them = and_(
        Email.cycle_id == cycle.id,
        Email.recipient_key == Registrant.email_key,
    )
    troubled: ColumnElement[bool] = exists().where(
        to_them,
        or_(
            Email.state.in_(TROUBLED),
            and_(Email.state == MailState.QUEUED, Email.due_at < now - LATE),
        ),
    )
    marked = returns_mail(Registrant.email_key)
    troubled = or_(marked, troubled)
    asked = select(Registrant).where(Registrant.cycle_id == cycle.id, Registrant.email.is_not(None))
    asked = asked.where(*holds_every_word(words))
    if show in SHOWN:
        asked = asked.where({"trouble": troubled, "returned": marked}[show])
    return asked.order_by(troubled.desc(), *BY_NAME)


def with_emails(
    cycle: Cycle, people: Sequence[Registrant], *, to_send_again: Sequence[Email] = (), whole: str = ""
) -> list[Recipient]:
    """These people with some messages of the cycle to their present address, in three queries; more of the one named."""
    by_key: dict[str, list[Email]] = defaultdict(list)
    totals: dict[str, int] = {}
    keys = [person.email_key for person in people if person.email_key]
    most = {person.email_key: WHOLE for person in people if person.email_key and person.public_id == whole}
    for email, total in db.session.execute(_first_emails(cycle, keys, most)):
        by_key[email.recipient_key].append(email)
        totals[email.recipient_key] = total
    again = Counter(email.recipient_key for email in to_send_again)
    sessions = _sessions_by_uid([email.uid for emails in by_key.values() for email in emails if email.uid])
    marks = marked_among(keys)
    return [
        Recipient(person, by_key.get(key, []), totals.get(key, 0), sessions, marks.get(key), again[key])
        for person, key in ((person, person.email_key or "") for person in people)
    ]


def _first_emails(cycle: Cycle, keys: Sequence[str], most: dict[str, int]) -> Select[Email, int]:
    """Of each of these addresses the first messages with how many there are, the newest first."""
    address = Email.recipient_key
    first = case((Email.state.in_(TROUBLED), 0), else_=1), Email.id.desc()
    ranked = (
        select(
            Email.id,
            func.count().over(partition_by=address).label("total"),
            func.row_number().over(order_by=first, partition_by=address).label("rank"),
            case(most, value=Email.recipient_key, else_=FEW).label("most")
            if most
            else literal(FEW).label("most"),
        )
        .where(Email.cycle_id == cycle.id, Email.recipient_key.in_(keys))
        .subquery()
    )
    found = select(Email, ranked.c.total).join(ranked, ranked.c.id == Email.id)
    return found.where(ranked.c.rank <= ranked.c.most).order_by(Email.id.desc())


def cycles_refused_since(since: datetime) -> list[int]:
    """The cycles of which a server has refused a mail from then on."""
    found = select(Email.cycle_id).where(*_refused_since(since), Email.cycle_id.is_not(None)).distinct()
    return [number for number in db.session.scalars(found.order_by(Email.cycle_id)) if number is not None]


def refused_of_accounts(since: datetime, *, now: datetime) -> list[Email]:
    """The same of mail that belongs to no cycle, and may be sent again."""
    found = select(Email).where(*_refused_since(since), Email.cycle_id.is_(None)).order_by(Email.id)
    return _still_said(found, now=now)


def _refused_since(since: datetime) -> tuple[ColumnElement[bool], ...]:
    return Email.attempted_at >= since, is_in(MailState.FAILED)


def refused(
    cycle: Cycle, key: str | None = None, *, since: datetime | None = None, now: datetime
) -> list[Email]:
    """What did not arrive for another reason than its address, and may be sent again; of everybody without a key.

    With `since`, only what a server has refused from then on.

    A calendar that has been told something newer, or will be, is not told the former thing again; nor is anybody told what
    is not so any more, or what they have silenced since.
    """
    found = (
        select(Email)
        .outerjoin(
            Registrant,
            and_(Registrant.cycle_id == Email.cycle_id, Registrant.email_key == Email.recipient_key),
        )
        .where(
            Email.cycle_id == cycle.id,
            Email.state.in_(TROUBLED),
            or_(Registrant.id.is_not(None), Email.kind == FORWARDED),  # a letter goes to the contact
            ~_has_newer(),
            ~returns_mail(Email.recipient_key),
            or_(Email.can_be_silenced.is_(False), Registrant.muted_at.is_(None)),
        )
        .order_by(Email.id)
    )
    if key is not None:
        found = found.where(Email.recipient_key == key)
    if since is not None:
        found = found.where(*_refused_since(since))
    return _still_said(found, now=now)


def _has_newer() -> ColumnElement[bool]:
    """The condition that something newer has left, or will, in the thread of a mail or in one that follows it."""
    later = aliased(Email)
    newer = later.id > Email.id, later.state.in_((MailState.SENT, *WAITING))
    return or_(
        exists().where(later.uid == Email.uid, *newer),
        # to the same address, by which it is found
        exists().where(
            later.cycle_id == Email.cycle_id,
            later.recipient_key == Email.recipient_key,
            later.follows == Email.uid,
            *newer,
        ),
    )


def _still_said(found: Select[Email], *, now: datetime) -> list[Email]:
    right = [email for email in db.session.scalars(found) if not is_wrong_address(email.last_error or "")]
    return still_said(right, now=now)


def _sessions_by_uid(uids: Sequence[str]) -> dict[str, Session]:
    found = db.session.execute(
        select(Invitation.uid, Session)
        .join(Session, Session.id == Invitation.session_id)
        .where(Invitation.uid.in_(set(uids)))
        .order_by(Invitation.id)
    )
    return dict(found.all())
