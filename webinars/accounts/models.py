"""Organisations, the accounts of those who organise, and how they are signed in."""

import enum
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.actors import Actor
from webinars.edits.models import EditCounted
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.database import IDS_ONCE, Model
from webinars.words.text import WIRE_NAME_LIMIT


class Role(enum.StrEnum):
    """What a member may do in an organisation."""

    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class Purpose(enum.StrEnum):
    """What a one-time token opens."""

    INVITATION = "invitation"
    RESET = "reset"


class StructureLevel(enum.StrEnum):
    """Which of two nested levels is public: a family less its shown types would give the hidden one away."""

    FAMILIES = "families"
    TYPES = "types"


class TerritoryLevel(enum.StrEnum):
    """Which of two nested levels of places is public."""

    DEPARTMENTS = "departments"
    REGIONS = "regions"


class Organisation(EditCounted, Model):
    """A resource centre, a network: its cycles, its look, its notice."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("hue BETWEEN 0 AND 359", name="hue"), IDS_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    tagline: Mapped[str] = mapped_column(String(200), default="")
    presentation: Mapped[str] = mapped_column(Text, default="")  # Markdown
    contact: Mapped[str] = mapped_column(String(254))
    hue: Mapped[int] = mapped_column(default=310)
    logo: Mapped[str | None] = mapped_column(String(64))  # digest of the stored picture
    sender_name: Mapped[str] = mapped_column(String(60), default="")
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Paris")
    controller: Mapped[str] = mapped_column(Text, default="")  # who answers for the data, as published
    privacy_contact: Mapped[str] = mapped_column(String(254), default="")
    recipients: Mapped[str] = mapped_column(
        Text, default=""
    )  # who else sees the data: host, relay, video tool
    language: Mapped[str] = mapped_column(String(5), default="fr")
    public_structures: Mapped[StructureLevel] = mapped_column(default=StructureLevel.FAMILIES)
    public_territory: Mapped[TerritoryLevel] = mapped_column(default=TerritoryLevel.DEPARTMENTS)
    created_at: Mapped[datetime]

    @property
    def zone(self) -> ZoneInfo:
        """The zone its dates are typed in."""
        return ZoneInfo(self.timezone)

    @property
    def sender(self) -> str:
        """The name beside the address of all its mails: a mail program shows all of an address under the first it saw.

        Without one of its own it is the name, or the short one where the name would be cut.
        """
        whole = self.name if len(self.name) <= WIRE_NAME_LIMIT else self.short_name
        return self.sender_name or whole

    @property
    def subject(self) -> Subject:
        """What the journal calls it."""
        return Subject(SubjectType.ORGANISATION, self.id, self.name)


class Organiser(EditCounted, Model):
    """An account."""

    __tablename__ = "organiser"
    __table_args__ = (CheckConstraint("(email_key = '') = (email = '')", name="email_keyed"), IDS_ONCE)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None until the invitation is taken
    language: Mapped[str] = mapped_column(String(5), default="fr")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def as_actor(self) -> Actor:
        """Who does something, by the name of now."""
        return Actor(self.id, self.name)

    @property
    def subject(self) -> Subject:
        """What the journal calls the account."""
        return Subject(SubjectType.ORGANISER, self.id, self.name)


class Membership(EditCounted, Model):
    """An organiser's role in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "organiser_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    organiser: Mapped[Organiser] = relationship(lazy="raise_on_sql")

    @property
    def is_administrator(self) -> bool:
        """Whether the member opens the settings."""
        return self.role is Role.ADMINISTRATOR


class BrowserSession(Model):
    """One signed-in browser; the cookie holds what this digest is made of."""

    __tablename__ = "browser_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    agent: Mapped[str] = mapped_column(String(200), default="")  # so that its owner recognises it
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class OneTimeToken(Model):
    """A link that works once; only its SHA-256 is stored."""

    __tablename__ = "one_time_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose]
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
