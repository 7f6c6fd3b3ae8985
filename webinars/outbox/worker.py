"""The loop that takes mail to its way out, and rests while there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from webinars.outbox.chores import Chore, ChoreRound
from webinars.outbox.composition.message import Writers
from webinars.outbox.delivery import Delivery, Scope
from webinars.outbox.errors import Unreachable
from webinars.outbox.identity import domain_of
from webinars.outbox.queue.pace import pace_of
from webinars.outbox.smtp import MailServer
from webinars.outbox.transport import Folder, Transport
from webinars.storage.database import engine_words
from webinars.storage.heartbeat import Heartbeat
from webinars.web.logs import log

LONGEST_REST = 30.0  # seconds, while the mail server or the database is away; the first rest is of one
LEAST_REST = 0.1  # however often it is called: what is held back is not looked for again and again


def way_out(settings: Settings) -> Transport:
    """The mail server of the settings; a folder while there is none."""
    return MailServer(settings) if settings.mail_server else Folder(settings.mail_folder)


def delivery_of(scope: Scope, settings: Settings, writers: Writers) -> Delivery:
    """Delivery as the settings want it."""
    return Delivery(
        domain=domain_of(settings.mail_from),
        scope=scope,
        writers=writers,
        transport=way_out(settings),
        lease=timedelta(seconds=settings.mail_lease_seconds),
        pace=pace_of(settings),
        keep_contents=settings.mail_keep_days > 0,
    )


@dataclass
class Worker:
    """One loop; any number may run at once, in one process or on several machines."""

    scope: Scope  # in which a batch is done: it gives a database session
    delivery: Delivery
    poll: float
    round: ChoreRound
    call: Event = field(default_factory=Event)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    trouble: int = 0  # how often in a row the way out or the database was not there

    def run(self, stop: Event) -> None:
        """Works until told to stop, then ends with the mail that is under way."""
        while not stop.is_set():
            if not self.work_once(stop):
                self._rest(stop)
        self.delivery.transport.close()

    def wake(self) -> None:
        """Ends the present rest."""
        self.call.set()

    def work_once(self, stop: Event) -> int:
        """One batch; says how many rows it took, 0 also when there was trouble."""
        with self.scope(), self.heartbeat.at_work():
            try:
                self.round.go()  # whether or not mail can leave
                worked = self.delivery.work_off(stop)
            except Unreachable as error:
                self._note("mail server unreachable", str(error))
                return 0
            except SQLAlchemyError as error:
                self._note("database unavailable", engine_words(error))
                return 0
        if self.trouble:
            log.info("mail leaves again", extra={"facts": {"after": self.trouble}})
            self.trouble = 0
        return worked

    def _note(self, what: str, words: str) -> None:
        self.trouble += 1
        level: Callable[..., None] = log.error if self.trouble == 1 else log.info
        level(what, extra={"facts": {"words": words, "times": self.trouble}})

    def _rest(self, stop: Event) -> None:
        with self.heartbeat.at_work():
            self.delivery.transport.close()
        least = min(LONGEST_REST, 2.0 ** (min(self.trouble, 8) - 1)) if self.trouble else LEAST_REST
        # whoever stops us calls, too
        if not stop.wait(least):
            self.call.wait(min(self.poll, self.round.seconds_to_next()) - least)
        self.call.clear()


def worker_of(scope: Scope, settings: Settings, writers: Writers, chores: Sequence[Chore] = ()) -> Worker:
    """A worker as the settings want it, with a connection of its own."""
    return Worker(
        scope,
        delivery_of(scope, settings, writers),
        poll=settings.mail_poll_seconds,
        round=ChoreRound(chores, settings),
    )
