"""Works off due mail: claim, write once, send, record. Whatever carries work to workers calls `work_off`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from webinars import clock
from webinars.outbox.composer import Desk, Writers
from webinars.outbox.composition.identity import bounce_address, mail_domain
from webinars.outbox.errors import BrokenOff, LeaseLost, MailRefused, Unreachable
from webinars.outbox.models import Email
from webinars.outbox.queue import lease as queue_lease
from webinars.outbox.queue import trouble
from webinars.outbox.queue.attempt import WORDS, AttemptVerdict, ServerReply
from webinars.outbox.queue.lease import Lease, Vigil
from webinars.outbox.queue.outcomes import Ledger, outcome
from webinars.outbox.queue.pace import FREE, Pace
from webinars.outbox.queue.refusals import Refusals
from webinars.outbox.queue.retry import WAITS
from webinars.outbox.transport import Parcel, Transport
from webinars.storage.database import is_trouble
from webinars.storage.extensions import db
from webinars.storage.heartbeat import beat
from webinars.web.logs import log

LEAST, MOST = 10, 500  # mails taken at once
SECONDS = 1.0  # how long a batch is to take: a pause is heeded at its end
LONGEST = 5.0  # after which it ends before its time
AHEAD = 2  # mails that are written when the first is to leave: one is kept meanwhile, and one written
IN_A_ROW = 3  # dialogues broken off one after the other before it is taken for the server's trouble


@dataclass(kw_only=True)
class Delivery:
    """How mail is written and by which way it leaves."""

    writers: Writers
    transport: Transport
    lease: timedelta
    pace: Pace = FREE
    keep_contents: bool = True
    least: int = LEAST
    most: int = MOST
    waits: tuple[timedelta, ...] = WAITS
    now: Callable[[], datetime] = clock.now
    ticks: Callable[[], float] = time.monotonic
    batch: int = field(init=False)  # how many are taken next
    may_be_more: bool = field(init=False, default=False)  # than the last batch took, or tried
    owed: list[Ledger] = field(
        init=False, default_factory=list
    )  # of batches whose outcomes are still to be kept

    vigil: Vigil = field(init=False)

    def __post_init__(self) -> None:
        self.batch, self.vigil = self.least, Vigil(self.lease)

    def work_off(self, stop: Event) -> int:
        """Sends one batch of due mail; says how many rows it took.

        Raises Unreachable when the server cannot be spoken to: what was not tried is given back unharmed. So it is
        when the server takes no mail of ours (`trouble`).
        """
        # a database session of its own: the caller's objects stay as they are
        with current_app.app_context():
            self._keep_owed()
            queue_lease.sweep(self.vigil, now=self.now())
            lease, began = Lease(self.lease), self.ticks()
            self.may_be_more = False
            emails = queue_lease.claim(lease, limit=self.batch, pace=self.pace, now=self.now())
            tried = self._work_off(emails, lease, stop) if emails else 0
            seconds = self.ticks() - began
            self.may_be_more = len(emails) == self.batch or seconds > LONGEST
            if tried and self.may_be_more:
                self.batch = min(self.most, max(self.least, round(SECONDS * tried / max(seconds, 0.001))))
            return len(emails)

    def _work_off(self, emails: list[Email], lease: Lease, stop: Event) -> int:
        ledger = Ledger(db.engine, lease, self.keep_contents)
        refusals = Refusals(lease, ledger, self.now)
        words = None
        try:
            at_once = AHEAD if self.transport.leaves_time else len(emails)
            desk = Desk(emails, self.writers, ledger, at_once=at_once, now=self.now())
            self._send_all(desk, refusals, stop)
        except MailRefused as error:
            words = str(error)
            refusals.count(ServerReply(AttemptVerdict.NEVER, words))
            trouble.begin(words, now=self.now())
            db.session.commit()
        except Unreachable as error:
            words = str(error)
            raise
        except LeaseLost:
            log.warning("lease lost", extra={"facts": {"emails": [email.id for email in emails]}})
        finally:
            # while an outcome cannot be kept nothing is given back: its mail would be taken for one that never left
            self.owed.append(ledger)
            ledger.close()
            self.owed.remove(ledger)
            queue_lease.release(lease, words=words)
            refusals.tell()
        return len(ledger.told)

    def _keep_owed(self) -> None:
        """Keeps what could not be kept while the database was away, before anybody takes it for a lease that ran out."""
        for ledger in [*self.owed]:
            ledger.close()
            self.owed.remove(ledger)
            queue_lease.release(ledger.lease)

    def _send_all(self, desk: Desk, refusals: Refusals, stop: Event) -> None:
        lease, ledger = refusals.lease, refusals.ledger
        broken, until = 0, self.ticks() + LONGEST
        while not stop.is_set() and self.ticks() < until:
            beat()
            self._stay(lease)
            email = desk.take()
            if email is None:
                return
            if refusals.set_aside(email):
                continue
            answer = self._attempt(email, lease, ledger, desk)
            broken = broken + 1 if answer is None else 0
            if broken == IN_A_ROW:
                raise Unreachable("the server breaks off every dialogue")
            answer = answer or ServerReply(AttemptVerdict.LATER, "the server broke the dialogue off")
            refusals.count(answer)
            if refusals.put_off_with_others(email, answer):
                return
            refusals.mark(email, answer)
            row = outcome(email, answer, lease, now=self.now(), waits=self.waits)
            ledger.note(row, is_secret=email.holds_secret)
            refusals.end_trouble(answer)
            if refusals.shows_trouble(answer):
                return

    def _stay(self, lease: Lease) -> None:
        """Sees to it that the rows stay ours for as long as the next step may take."""
        if lease.is_ageing():
            queue_lease.renew(lease, now=self.now())

    def _attempt(self, email: Email, lease: Lease, ledger: Ledger, desk: Desk) -> ServerReply | None:
        """The answer; None when the server broke off before it was given the mail, on a new connection too."""
        parcel = _parcel(email)
        for _try in range(2):
            self._stay(lease)
            if not self.transport.is_open:
                ledger.keep()
                self.transport.open()
                self._stay(lease)
            try:
                # while the server looks at this mail, the last outcome is kept, and mails to come are written
                return self.transport.send(
                    parcel, seconds=lease.seconds_for_one_mail, meanwhile=(desk.keep, desk.write)
                )
            except BrokenOff:
                self.transport.close()
            except (Unreachable, SQLAlchemyError):
                self.transport.close()
                raise
            except Exception as error:  # noqa: BLE001 — whatever is wrong with one mail never stops the next
                self.transport.close()
                facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
                log.error("mail not sent", extra={"facts": facts})
                verdict = AttemptVerdict.LATER if is_trouble(error) else AttemptVerdict.NEVER
                return ServerReply(verdict, f"{type(error).__name__}: {error}"[:WORDS])
        return None


def _parcel(email: Email) -> Parcel:
    return Parcel(
        sender=bounce_address(email.bounce_token, mail_domain()),
        recipient=email.recipient,
        message_id=email.message_id,
        content=email.content or b"",
        queued_at=email.created_at,
    )
