"""What a cycle is made of."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webinars.accounts.models import Organisation
from webinars.actors import Actor, acted
from webinars.cycles.errors import (
    CycleBeingDeleted,
    CycleHasNoDates,
    EndsBeforeStart,
    SessionIsOver,
    WrongTransition,
)
from webinars.cycles.states import (
    ContributorKind,
    CycleState,
    Format,
    PartnerRole,
    ResourceKind,
    SessionState,
)
from webinars.edits.models import EditCounted
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.database import FOLDED, FOLDED_LIMIT, IDS_ONCE, Model, public_id
from webinars.words.addresses import address_key
from webinars.words.folding import words_key

LATE = timedelta(minutes=15)  # how long after the start one may still sign up, where nobody chose


class Cycle(EditCounted, Model):
    """An ordered set of sessions that share a theme and a report."""

    __tablename__ = "cycle"
    __table_args__ = (
        UniqueConstraint("organisation_id", "slug"),
        UniqueConstraint("organisation_id", "source_id"),
        CheckConstraint("threshold_minutes >= 1", name="threshold_minutes"),
        CheckConstraint("threshold_percent BETWEEN 1 AND 100", name="threshold_percent"),
        CheckConstraint("alarm_minutes >= 1", name="alarm_minutes"),
        CheckConstraint("published_at IS NOT NULL OR state = 'draft'", name="published"),
        CheckConstraint("(closed_at IS NOT NULL) = (state IN ('closed', 'archived'))", name="closed"),
        CheckConstraint("cancelled_at IS NULL OR closed_at IS NOT NULL", name="cancelled_is_closed"),
        CheckConstraint(
            "(deletion_asked_by_name IS NULL) = (deletion_asked_at IS NULL)", name="deletion_asked"
        ),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    slug: Mapped[str] = mapped_column(String(80))
    source_id: Mapped[str | None] = mapped_column(String(80))  # its name in the file it was loaded from
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500), default="")  # the lead under the title
    presentation: Mapped[str] = mapped_column(Text, default="")  # Markdown
    noun: Mapped[str] = mapped_column(String(24), default="webinar")  # code of webinars.words.nouns
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Paris")
    language: Mapped[str] = mapped_column(String(5), default="fr")
    state: Mapped[CycleState] = mapped_column(default=CycleState.DRAFT)
    contact: Mapped[str] = mapped_column(String(254), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    published_sentence: Mapped[str] = mapped_column(
        Text, default=""
    )  # the count as it was published elsewhere
    threshold_minutes: Mapped[int] = mapped_column(default=10)
    threshold_percent: Mapped[int | None]  # when set, takes the place of the minutes
    refusal_frees_place: Mapped[bool] = mapped_column(default=False)  # a calendar's no gives the place back
    alarm_minutes: Mapped[int | None]  # how long before a session calendars remind of it; None: they decide
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]  # then it is closed too
    # from then on visitors see it no more, and it goes once nothing of it stands in calendars
    deletion_asked_at: Mapped[datetime | None]
    deletion_asked_by: Mapped[Actor | None] = acted("deletion_asked_by", is_optional=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    @property
    def zone(self) -> ZoneInfo:
        """The zone new sessions are typed in."""
        return ZoneInfo(self.timezone)

    @property
    def contact_address(self) -> str:
        """Where its people write to: its own contact, else that of the organisation it came with."""
        return self.contact or self.organisation.contact

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject(SubjectType.CYCLE, self.id, self.title)

    @property
    def is_public(self) -> bool:
        """Whether visitors may see it."""
        return self.state is not CycleState.DRAFT and not self.is_being_deleted

    @property
    def is_being_deleted(self) -> bool:
        """Whether it goes as soon as nothing of it stands in calendars."""
        return self.deletion_asked_at is not None

    def must_stay(self) -> None:
        """Raises CycleBeingDeleted where nothing may be begun any more."""
        if self.is_being_deleted:
            raise CycleBeingDeleted()

    def ask_deletion(self, *, by: Actor, now: datetime) -> None:
        """The cycle goes, and nobody signs up for it meanwhile."""
        if self.state is CycleState.PUBLISHED:
            self.close(now=now)
        self.deletion_asked_at, self.deletion_asked_by = now, by

    def keep(self) -> None:
        """The deletion is taken back: visitors see the cycle again, closed as it was left."""
        self.deletion_asked_at = self.deletion_asked_by = None

    def publish(self, *, now: datetime) -> None:
        """Shows the cycle to visitors; raises WrongTransition unless it is a draft or closed, CycleBeingDeleted."""
        self.must_stay()
        self._must_be(CycleState.DRAFT, CycleState.CLOSED)
        self.state, self.published_at = CycleState.PUBLISHED, self.published_at or now
        self.closed_at = self.cancelled_at = None

    def unpublish(self) -> None:
        """Takes the cycle back to draft; raises WrongTransition unless it is published."""
        self._must_be(CycleState.PUBLISHED)
        self.state = CycleState.DRAFT

    def close(self, *, now: datetime) -> None:
        """Ends sign-up for good; raises WrongTransition unless it is published."""
        self._must_be(CycleState.PUBLISHED)
        self.state, self.closed_at = CycleState.CLOSED, now

    def cancel(self, *, now: datetime) -> None:
        """Nothing of it takes place any more; raises WrongTransition unless visitors know it and it goes on."""
        self._must_be(CycleState.PUBLISHED, CycleState.CLOSED)
        self.state, self.closed_at, self.cancelled_at = CycleState.CLOSED, self.closed_at or now, now

    def archive(self) -> None:
        """Takes a closed cycle out of the working lists; visitors still see it."""
        self._must_be(CycleState.CLOSED)
        self.state = CycleState.ARCHIVED

    def _must_be(self, *states: CycleState) -> None:
        if self.state not in states:
            raise WrongTransition()


class Session(EditCounted, Model):
    """One date of a cycle."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("cycle_id", "slug"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="starts_and_ends"),
        CheckConstraint(
            "starts_at IS NULL OR (day IS NOT NULL AND start_time IS NOT NULL AND end_time IS NOT NULL)",
            name="wall_clock",
        ),
        CheckConstraint("really_ended_at > really_started_at", name="really_ended_after_start"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("(cancelled_at IS NOT NULL) = (state = 'cancelled')", name="cancelled"),
        CheckConstraint("revision >= 0", name="revision"),
        Index("ix_session_starts_at", "starts_at"),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id, insert_sentinel=True)
    slug: Mapped[str] = mapped_column(String(80))
    source_id: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    subtitle: Mapped[str] = mapped_column(String(300), default="")
    abstract: Mapped[str] = mapped_column(Text, default="")  # Markdown
    # wall clock in the session's zone, kept beside the instants (specification/security, rule 17)
    day: Mapped[date | None]
    start_time: Mapped[time | None]  # None while the hour is not known: such a session stays a draft
    end_time: Mapped[time | None]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Paris")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    really_started_at: Mapped[datetime | None]
    really_ended_at: Mapped[datetime | None]
    format: Mapped[Format] = mapped_column(default=Format.ONLINE)
    join_url: Mapped[str] = mapped_column(String(1000), default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    capacity: Mapped[int | None]  # None: no limit
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]  # None: LATE after the start
    state: Mapped[SessionState] = mapped_column(default=SessionState.SCHEDULED)
    cancelled_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    cycle: Mapped[Cycle] = relationship(lazy="raise_on_sql")

    @property
    def zone(self) -> ZoneInfo:
        """Where its clock hangs."""
        return ZoneInfo(self.timezone)

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject(SubjectType.SESSION, self.id, self.title)

    @property
    def is_dated(self) -> bool:
        """Whether day and hours are known."""
        return self.starts_at is not None and self.ends_at is not None

    @property
    def local_start(self) -> datetime:
        """The start on the session's own clock; raises CycleHasNoDates while the hour is unknown."""
        if self.starts_at is None:
            raise CycleHasNoDates()
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        """The end on the session's own clock; raises CycleHasNoDates while the hour is unknown."""
        if self.ends_at is None:
            raise CycleHasNoDates()
        return self.ends_at.astimezone(self.zone)

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.state is SessionState.CANCELLED

    def has_started(self, now: datetime) -> bool:
        """Whether its start has come."""
        return self.starts_at is not None and self.starts_at <= now

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come."""
        return self.ends_at is not None and self.ends_at <= now

    def is_to_come(self, now: datetime) -> bool:
        """Whether it will take place: dated, not cancelled, not begun."""
        return self.is_dated and not self.is_cancelled and not self.has_started(now)

    def is_running(self, now: datetime) -> bool:
        """Whether it takes place at this moment."""
        return not self.is_cancelled and self.has_started(now) and not self.is_over(now)

    @property
    def takes_until(self) -> datetime | None:
        """When its registration window ends, at its own end at the latest; None while that is not known."""
        if self.starts_at is None or self.ends_at is None:
            return self.closes_at
        return min(self.closes_at or self.starts_at + LATE, self.ends_at)

    def has_closed(self, now: datetime) -> bool:
        """Whether its registration window has ended."""
        return self.takes_until is not None and self.takes_until <= now

    def takes_registrations(self, now: datetime) -> bool:
        """Whether one may sign up now, also after its start; who comes then needs a free seat (`seats.without_room`)."""
        is_early = self.opens_at is not None and now < self.opens_at
        return self.is_dated and not self.is_cancelled and not is_early and not self.has_closed(now)

    def window(self) -> tuple[datetime, datetime]:
        """The time presence is measured in: the real one when it was entered, else the planned one."""
        if self.starts_at is None or self.ends_at is None:
            raise CycleHasNoDates()
        return self.really_started_at or self.starts_at, self.really_ended_at or self.ends_at

    def move(
        self, *, starts_at: datetime, ends_at: datetime, now: datetime, timezone: str | None = None
    ) -> None:
        """The session takes place from then to then, by its own clock or that of another zone from now on.

        Instants, zone and wall hours are written here and nowhere else, so that they agree. Raises EndsBeforeStart.
        """
        if ends_at <= starts_at:
            raise EndsBeforeStart()
        self.timezone = timezone or self.timezone
        start, end = starts_at.astimezone(self.zone), ends_at.astimezone(self.zone)
        self.day, self.start_time, self.end_time = start.date(), start.time(), end.time()
        self.starts_at, self.ends_at = starts_at, ends_at
        self.count_revision(now=now)

    def cancel(self, *, now: datetime) -> None:
        """The session will not take place; raises SessionIsOver once it has ended."""
        if self.is_over(now):
            raise SessionIsOver()
        self.state, self.cancelled_at = SessionState.CANCELLED, now
        self.count_revision(now=now)

    def restore(self, *, now: datetime) -> None:
        """The session takes place after all; raises SessionIsOver when its end has come."""
        if self.is_over(now):
            raise SessionIsOver()
        self.state, self.cancelled_at = SessionState.SCHEDULED, None
        self.count_revision(now=now)

    def count_revision(self, *, now: datetime) -> None:
        """Counts one more version of what the public reads."""
        self.revision, self.changed_at = (self.revision or 0) + 1, now


class Theme(Model):
    """A word a cycle can be found by."""

    __tablename__ = "theme"
    __table_args__ = (
        UniqueConstraint("cycle_id", "name"),
        CheckConstraint("position >= 0", name="position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80))


class Partner(Model):
    """An organisation named on the cycle's page."""

    __tablename__ = "partner"
    __table_args__ = (CheckConstraint("position >= 0", name="position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[PartnerRole] = mapped_column(default=PartnerRole.PARTNER)
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000), default="")
    logo: Mapped[str | None] = mapped_column(String(64))


class Contributor(Model):
    """Somebody who runs or speaks at a session; never counted as attending it."""

    __tablename__ = "contributor"
    __table_args__ = (
        CheckConstraint("position >= 0", name="position"),
        CheckConstraint("name <> '' OR name_key = ''", name="name_keyed"),
        CheckConstraint("(email_key = '') = (email = '')", name="email_keyed"),
        CheckConstraint("email <> '' OR NOT is_invited", name="invited_by_address"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ContributorKind] = mapped_column(default=ContributorKind.SPEAKER)
    name: Mapped[str] = mapped_column(String(200), default="")  # empty when only the role was announced
    role: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")  # identifies them in reports; never shown
    is_invited: Mapped[bool] = mapped_column(default=False)  # their calendar is told of the session
    name_key: Mapped[str] = mapped_column(FOLDED, default="")  # the words of the name in alphabetical order
    email_key: Mapped[str] = mapped_column(String(254), default="")

    @validates("name")
    def _keep_name_key(self, _attribute: str, value: str) -> str:
        self.name_key = words_key(value)[:FOLDED_LIMIT]
        return value

    @validates("email")
    def _keep_email_key(self, _attribute: str, value: str) -> str:
        self.email_key = address_key(value)
        return value


class Resource(Model):
    """A document, replay or link that remains of a cycle or of one of its sessions."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("position >= 0", name="position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ResourceKind] = mapped_column(default=ResourceKind.DOCUMENT)
    label: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000))
