"""What stands around a cycle's sessions: themes, partners, contributors, what remains."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from webinars.cycles.states import ContributorKind, PartnerRole, ResourceKind
from webinars.storage.database import FOLDED, FOLDED_LIMIT, Model
from webinars.words.addresses import address_key
from webinars.words.folding import words_key


class Theme(Model):
    """A word a cycle can be found by."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("cycle_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80))


class Partner(Model):
    """An organisation named on the cycle's page."""

    __tablename__ = "partner"

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

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ContributorKind] = mapped_column(default=ContributorKind.SPEAKER)
    name: Mapped[str] = mapped_column(String(200), default="")  # empty when only the role was announced
    role: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")  # identifies them in reports; never shown
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

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[ResourceKind] = mapped_column(default=ResourceKind.DOCUMENT)
    label: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(1000))
