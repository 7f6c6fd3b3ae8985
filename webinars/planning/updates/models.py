"""What organisers have changed and nobody was told yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webinars.actors import Actor, acted
from webinars.cycles.models import Session
from webinars.outbox.chores import TRIES
from webinars.storage.database import Model


class PendingUpdate(Model):
    """Changes of one session that settle before people hear of them, once; its cancellation, while it is cancelled."""

    __tablename__ = "pending_update"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    session_id: Mapped[int] = mapped_column(
        ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    said: Mapped[str] = mapped_column(Text)  # the session before the first of these changes
    texts_at: Mapped[datetime | None]  # whoever was invited before hears that the texts are new
    word: Mapped[str] = mapped_column(Text, default="")  # the organiser's own, in plain text
    cancel_word: Mapped[str] = mapped_column(Text, default="", server_default="")  # goes with a cancellation
    by: Mapped[Actor] = acted("by")
    since: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)  # that failed since the last edit

    session: Mapped[Session] = relationship(lazy="raise_on_sql")

    @property
    def has_failed(self) -> bool:
        """Whether it leaves no more by itself."""
        return self.tries >= TRIES
