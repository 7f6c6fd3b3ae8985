"""Who signed up for what, and what is kept of them."""

import enum
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    cast,
    literal,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from webinars.actors import Actor, acted
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import ContributorKind
from webinars.invitations.models import Invitation
from webinars.storage.database import FOLDED, FOLDED_LIMIT, IDS_ONCE, Model, public_id
from webinars.words.folding import fold, words_key

LIVE = text("state IN ('pending', 'confirmed', 'waitlisted')")
STANDING = text("withdrawn_at IS NULL")


class RegistrationState(enum.StrEnum):
    """Where a registration stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Canceller(enum.StrEnum):
    """Who gave a place back."""

    ATTENDEE = "attendee"  # its holder: by the personal link, or the calendar's answer
    ORGANISER = "organiser"


REFUSAL = "refusal"  # the reason of a place that was given back because a calendar declined


class Departure(enum.StrEnum):
    """How somebody came to have no seat."""

    WITHDREW = "withdrew"
    LEFT = "left"  # the waiting list
    DECLINED = "declined"  # their calendar did, and that frees the seat
    TAKEN_OFF = "taken_off"
    NEVER = "never"  # nothing is known of a seat they gave up


class Qpv(enum.StrEnum):
    """Whether somebody works in a priority neighbourhood."""

    YES = "yes"
    NO = "no"


class Source(enum.StrEnum):
    """How a person came into the cycle."""

    FORM = "form"
    WALK_IN = "walk_in"
    ORGANISER = "organiser"
    IMPORT = "import"


class ConsentPurpose(enum.StrEnum):
    """What somebody agreed to, apart from signing up."""

    NEWSLETTER = "newsletter"
    RECORDING = "recording"


class Registrant(Model):
    """One person in one cycle."""

    __tablename__ = "registrant"
    __table_args__ = (
        UniqueConstraint("cycle_id", "email_key"),
        CheckConstraint(
            "structure <> '' AND structure_type NOT IN ('', 'NR') AND function NOT IN ('', 'NR') AND department <> ''",
            name="unknown_is_null",
        ),
        CheckConstraint("token_version >= 1", name="token_version"),
        CheckConstraint("(email_key IS NULL) = (email IS NULL)", name="email_keyed"),
        CheckConstraint("(folded_structure IS NULL) = (structure IS NULL)", name="structure_folded"),
        Index("ix_registrant_folded_name", "cycle_id", "folded_name"),
        Index("ix_registrant_name_key", "cycle_id", "name_key"),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    email: Mapped[str | None] = mapped_column(String(254))  # None: a walk-in who left no address
    email_key: Mapped[str | None] = mapped_column(String(254))
    first_name: Mapped[str] = mapped_column(String(120))
    last_name: Mapped[str] = mapped_column(String(120))
    folded_name: Mapped[str] = mapped_column(FOLDED)  # last name, two spaces, first name: found and sorted by
    name_key: Mapped[str] = mapped_column(FOLDED)  # the words of the name in alphabetical order
    # None in these six: not said
    structure: Mapped[str | None] = mapped_column(String(200))
    folded_structure: Mapped[str | None] = mapped_column(FOLDED)
    structure_type: Mapped[str | None] = mapped_column(String(8))  # codes of the typology
    function: Mapped[str | None] = mapped_column(String(8))
    department: Mapped[str | None] = mapped_column(String(3))
    works_in_qpv: Mapped[Qpv | None]
    language: Mapped[str] = mapped_column(String(5), default="fr")
    whole_cycle: Mapped[bool] = mapped_column(default=False)  # a standing intent: later sessions too
    source: Mapped[Source] = mapped_column(default=Source.FORM)
    source_id: Mapped[str | None] = mapped_column(String(40))  # their name in the file they were loaded from
    muted_at: Mapped[datetime | None]  # since then no reminder, announcement or survey of the cycle
    token_version: Mapped[int] = mapped_column(default=1)  # raising it revokes the personal link
    proved_at: Mapped[
        datetime | None
    ]  # when somebody who reads this address first acted by a personal link or a calendar
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    cycle: Mapped[Cycle] = relationship(lazy="raise_on_sql")

    @property
    def name(self) -> str:
        """First and last name as one."""
        return f"{self.first_name} {self.last_name}".strip()

    @validates("first_name", "last_name")
    def _fold_name(self, attribute: str, value: str) -> str:
        names = {"first_name": self.first_name or "", "last_name": self.last_name or "", attribute: value}
        first, last = names["first_name"], names["last_name"]
        # two spaces: whoever is called Martin comes before whoever is called Martin Dupont
        self.folded_name = f"{fold(last)}  {fold(first)}"[:FOLDED_LIMIT]
        self.name_key = words_key(f"{first} {last}")[:FOLDED_LIMIT]
        return value

    @validates("structure")
    def _fold_structure(self, _attribute: str, value: str | None) -> str | None:
        self.folded_structure = None if value is None else fold(value)[:FOLDED_LIMIT]
        return value


_THREAD = "place:"


def thread_of(registration_id: int) -> str:
    """Under what name mails about a place that carry no calendar leave in order, and are dropped together."""
    return f"{_THREAD}{registration_id}"


def threads() -> ColumnElement[str]:
    """The same, of each registration a question is about."""
    return literal(_THREAD).concat(cast(Registration.id, String))


class Registration(Model):
    """A registrant's place in a session, or the wait for one."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_live",
            "registrant_id",
            "session_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        CheckConstraint(
            "(cancelled_by_name IS NOT NULL) = (coalesce(canceller, '') = 'organiser')",
            name="canceller_named",
        ),
        CheckConstraint("confirmed_at IS NOT NULL OR state <> 'confirmed'", name="confirmed"),
        CheckConstraint("(cancelled_at IS NOT NULL) = (state = 'cancelled')", name="cancelled"),
        CheckConstraint(
            "(canceller IS NULL AND reason IS NULL) OR state = 'cancelled'", name="canceller_of_cancelled"
        ),
        CheckConstraint(
            "contributes_as IS NULL OR state IN ('confirmed', 'cancelled')", name="contributor_never_waits"
        ),
        Index("ix_registration_session_id_state", "session_id", "state", "id"),
        # the partial index above serves only states that are spelt out, and these are values
        Index("ix_registration_registrant_id_session_id_state", "registrant_id", "session_id", "state"),
        IDS_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registrant_id: Mapped[int] = mapped_column(ForeignKey("registrant.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL"), unique=True
    )
    state: Mapped[RegistrationState]
    contributes_as: Mapped[ContributorKind | None]  # None: attends; else counted nowhere
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    canceller: Mapped[Canceller | None]  # None while it was never cancelled, or nobody knows who did
    cancelled_by: Mapped[Actor | None] = acted("cancelled_by", is_optional=True)  # the organiser, if one did
    reason: Mapped[str | None] = mapped_column(String(200))
    said: Mapped[str | None] = mapped_column(
        Text
    )  # without an entry in a calendar, waiting or come late: what its owner knows of the session

    registrant: Mapped[Registrant] = relationship(lazy="raise_on_sql")
    session: Mapped[Session] = relationship(lazy="raise_on_sql")
    invitation: Mapped[Invitation | None] = relationship(lazy="raise_on_sql")

    @property
    def thread(self) -> str:
        """The name of its mails that carry no calendar."""
        return thread_of(self.id)

    @property
    def came_late(self) -> bool:
        """Whether it is a place taken while the session ran: no calendar was told of it."""
        is_seated = self.state is RegistrationState.CONFIRMED
        return is_seated and self.invitation_id is None and self.said is not None

    @property
    def is_live(self) -> bool:
        """Whether it still stands: confirmed or waiting."""
        return self.state in (
            RegistrationState.PENDING,
            RegistrationState.CONFIRMED,
            RegistrationState.WAITLISTED,
        )

    def confirm(self, *, now: datetime) -> None:
        """The place is theirs."""
        self.state, self.confirmed_at = RegistrationState.CONFIRMED, now

    def cancel(self, *, by: Actor | None, now: datetime, reason: str | None = None) -> None:
        """The place is given back: by that organiser, else by its holder."""
        self.state, self.cancelled_at = RegistrationState.CANCELLED, now
        self.cancelled_by, self.reason = by, reason
        self.canceller = Canceller.ORGANISER if by else Canceller.ATTENDEE


def departure_of(last: Registration | None) -> Departure:
    """How the last registration somebody had in a session ended."""
    if last is None or last.state is not RegistrationState.CANCELLED:
        return Departure.NEVER
    if last.canceller is Canceller.ORGANISER:
        return Departure.TAKEN_OFF
    if last.canceller is None:
        return Departure.NEVER
    if last.reason == REFUSAL:
        return Departure.DECLINED
    return Departure.WITHDREW if last.confirmed_at else Departure.LEFT


class ConsentText(Model):
    """The words beside the boxes, in the language they were read in; kept once, and never changed."""

    __tablename__ = "consent_text"

    version: Mapped[str] = mapped_column(String(16), primary_key=True)  # digest of the words
    words: Mapped[str] = mapped_column(Text)
    first_given_at: Mapped[datetime]


class Consent(Model):
    """What somebody agreed to, to which text, and until when; unconfirmed, it was typed by whoever sent a form.

    It counts from `confirmed_at` on, when the owner of the address pressed a button behind a personal link.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_registrant", "registrant_id", "purpose"),
        Index(
            "uq_consent_standing",
            "registrant_id",
            "purpose",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registrant_id: Mapped[int] = mapped_column(ForeignKey("registrant.id", ondelete="CASCADE"))
    purpose: Mapped[ConsentPurpose]
    text_version: Mapped[str] = mapped_column(ForeignKey("consent_text.version"))
    given_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    text: Mapped[ConsentText] = relationship(lazy="raise_on_sql")

    @property
    def is_confirmed(self) -> bool:
        """Whether the owner of the address gave it; else somebody who sent a form says so."""
        return self.confirmed_at is not None

    @property
    def claim_name(self) -> str:
        """What it is called on the page that asks about it: another one, to other words or later, has another name."""
        return f"{self.purpose}.{self.text_version}.{self.given_at:%Y%m%dT%H%M%S%f}"
