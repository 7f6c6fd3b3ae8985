"""How mail leaves, top to bottom: put back, claim, write, send, record. Whatever carries work to workers calls `work_off`."""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from webinars import clock
from webinars.outbox.composition.message import Batch, Writers, message_content
from webinars.outbox.errors import BrokenOff, LeaseLost, MailRefused, ReasonGone, Unreachable
from webinars.outbox.identity import bounce_address
from webinars.outbox.models import WORDS, Email, MailState
from webinars.outbox.queue import lease as leases
from webinars.outbox.queue import trouble
from webinars.outbox.queue.attempt import NOT_WRITTEN_WAIT, WAITS, Attempts, outcome_of
from webinars.outbox.queue.blocked_addresses import mark_address, marked_among, words_of
from webinars.outbox.queue.lease import Lease, OverlongLeases
from webinars.outbox.queue.pace import FREE, Pace
from webinars.outbox.queue.status_codes import is_wrong_address
from webinars.outbox.transport import AttemptVerdict, Parcel, ServerReply, Transport
from webinars.storage.database import AWAY, is_trouble, only_reading
from webinars.storage.extensions import db
from webinars.storage.heartbeat import beat
from webinars.web.logs import log

AT_ONCE = 100  # mails taken together: a pause is heeded, and a text written, that long before one leaves
LONGEST = 2.0  # seconds after which no further mail of a batch is begun: the server has become slow
IN_A_ROW = 3  # dialogues broken off one after the other before it is taken for the server's trouble
ASK_AGAIN_AFTER = 0.2  # seconds, while the database is away

Scope = Callable[[], AbstractContextManager[object]]  # what is done inside has a database session of its own


@dataclass(kw_only=True)
class Delivery:
    """How mail is written, by which way it leaves, and under which domain."""

    writers: Writers
    transport: Transport
    lease: timedelta
    domain: str
    scope: Scope
    pace: Pace = FREE
    keep_contents: bool = True
    at_once: int = AT_ONCE
    waits: tuple[timedelta, ...] = WAITS
    now: Callable[[], datetime] = clock.now
    ticks: Callable[[], float] = time.monotonic
    may_be_more: bool = field(init=False, default=False)  # than the last batch took, or tried
    vigil: OverlongLeases = field(init=False)
    # an attempt whose outcome could not be kept: its mail would be taken for one that never left
    owed: tuple[Email, ServerReply, Lease] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.vigil = OverlongLeases(self.lease)

    def work_off(self, stop: Event) -> int:
        """Sends one batch of due mail; says how many rows it took.

        Raises Unreachable when the server cannot be spoken to, and what the database raises while it is away: what was
        not tried is given back unharmed. So it is when the server takes no mail of ours (`trouble`).
        """
        with self.scope():
            self._settle_owed()
            # 1. put back what a worker left behind: it is sent again as it is
            leases.sweep(self.vigil, now=self.now())
            # 2. claim
            lease = Lease(self.lease)
            emails = leases.claim(lease, limit=self.at_once, pace=self.pace, now=self.now())
            self.may_be_more = len(emails) == self.at_once or lease.leaves_more
            if emails:
                self._send_batch(emails, lease, stop)
            return len(emails)

    def _send_batch(self, emails: list[Email], lease: Lease, stop: Event) -> None:
        attempts, words = Attempts(), None
        try:
            self._send_all(emails, lease, attempts, stop)
        except MailRefused as error:
            words = str(error)
            attempts.count(ServerReply(AttemptVerdict.NEVER, words))
            trouble.begin(words, now=self.now())
            db.session.commit()
        except Unreachable as error:
            words = str(error)
            raise
        except LeaseLost:
            log.warning("lease lost", extra={"facts": {"emails": [email.id for email in emails]}})
        finally:
            attempts.tell()
            if self.owed is None:
                db.session.rollback()
                if not self.keep_contents:  # once sent, a text serves nothing
                    leases.clear_texts([email.id for email in emails])
                leases.release(lease, words=words)

    def _send_all(self, emails: list[Email], lease: Lease, attempts: Attempts, stop: Event) -> None:
        wanted = self._wanted(emails, lease)
        if wanted and not self.transport.is_open:
            self.transport.open()  # nothing is written for a server that is away
        # 3. write, in no time of the server's; each text is kept before it leaves: every attempt sends the same bytes
        written, until = self._written(wanted, lease), self.ticks() + LONGEST
        for email in written:
            if stop.is_set() or self.ticks() > until:
                self.may_be_more = True
                return
            if _drop_marked(email, lease, attempts.marked):  # by an answer in this batch
                db.session.commit()
                continue
            # 4. send
            beat()
            reply = self._attempt(email, lease)
            if reply is None:
                attempts.broken.append(email)  # the next ones tell whether it is the mail or the server
                if len(attempts.broken) == IN_A_ROW:
                    raise Unreachable("the server breaks off every dialogue")
                continue
            # 5. record
            self._put_broken_off(lease, attempts)
            if not self._recorded(email, reply, lease, attempts):
                return
        self._put_broken_off(lease, attempts)

    # 3. write

    def _wanted(self, emails: list[Email], lease: Lease) -> list[Email]:
        """Those that are not late and whose address takes mail; accounts' own leave in any case: somebody has just asked."""
        with _reading():
            marked = marked_among({email.recipient_key for email in emails if email.cycle_id is not None})
        wanted, now = [], self.now()
        for email in emails:
            if email.not_after is not None and email.not_after <= now:
                leases.settle(email, lease, state=MailState.DROPPED)
            elif not _drop_marked(email, lease, marked):
                wanted.append(email)
        db.session.commit()
        return wanted

    def _written(self, emails: list[Email], lease: Lease) -> list[Email]:
        """The mails with their texts, kept; those that cannot be written are left out and say why in their rows."""
        fresh = [email for email in emails if email.content is None]
        unwritten = self._write(fresh)
        for email, error in unwritten.items():
            self._give_up(email, error, lease)
        leases.keep_texts([email for email in fresh if email not in unwritten], lease)
        db.session.commit()
        return [email for email in emails if email not in unwritten]

    def _write(self, emails: Sequence[Email]) -> dict[Email, Exception]:
        """Gives each mail its text; says which could not be written, and why. Raises what the database does while it is away."""
        batch, unwritten = Batch(emails, self.now()), dict[Email, Exception]()
        with _reading() as start_anew:
            for email in emails:
                try:
                    email.content = message_content(self.writers[email.kind](email, batch), email)
                except Exception as error:
                    if isinstance(error, SQLAlchemyError) and is_trouble(error):
                        raise
                    unwritten[email] = error
                    batch.forget()
                    start_anew()
        return unwritten

    def _give_up(self, email: Email, error: Exception, lease: Lease) -> None:
        if isinstance(error, ReasonGone):
            leases.settle(email, lease, state=MailState.DROPPED)
            return
        facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
        if is_trouble(error):  # the mail is not to blame and waits, those behind it need not
            words, due = f"not written yet: {type(error).__name__}", self.now() + NOT_WRITTEN_WAIT
            leases.settle(email, lease, state=MailState.QUEUED, not_before=due, last_error=words)
            log.error("mail not written yet", extra={"facts": facts})
            return
        words = f"{type(error).__name__}: {error}"[:WORDS]
        leases.settle(email, lease, state=MailState.FAILED, last_error=words)
        # the words stay in the row: they may hold an address, which logs must not
        frame = traceback.extract_tb(error.__traceback__)[-1]
        facts |= {"place": f"{Path(frame.filename).name}:{frame.lineno}"}
        log.error("mail not written", extra={"facts": facts})

    # 4. send

    def _attempt(self, email: Email, lease: Lease) -> ServerReply | None:
        """The answer; None when the server broke off before it was given the mail, on a new connection too."""
        sender = bounce_address(email.bounce_token, self.domain)
        parcel = Parcel(sender, email.recipient, email.message_id, email.content or b"", email.created_at)
        for _try in range(2):
            try:
                if not self.transport.is_open:
                    self.transport.open()
                leases.renew_ageing(lease, now=self.now())
                return self.transport.send(parcel, seconds=lease.seconds_for_one_mail)
            except BrokenOff:
                self.transport.close()
            except (Unreachable, LeaseLost, SQLAlchemyError):
                self.transport.close()
                raise
            except Exception as error:  # noqa: BLE001 — whatever is wrong with one mail never stops the next
                self.transport.close()
                facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
                log.error("mail not sent", extra={"facts": facts})
                verdict = AttemptVerdict.LATER if is_trouble(error) else AttemptVerdict.NEVER
                return ServerReply(verdict, f"{type(error).__name__}: {error}"[:WORDS])
        return None

    # 5. record

    def _settle_owed(self) -> None:
        """Keeps what could not be kept while the database was away, before it is taken for a lease that ran out."""
        if self.owed is not None:
            email, reply, lease = self.owed
            self._recorded(email, reply, lease, Attempts())
            leases.release(lease)

    def _put_broken_off(self, lease: Lease, attempts: Attempts) -> None:
        """Has those wait at which the server broke off, while it speaks to us about others."""
        while attempts.broken:
            reply = ServerReply(AttemptVerdict.LATER, "the server broke the dialogue off")
            self._recorded(attempts.broken.pop(), reply, lease, attempts)

    def _recorded(self, email: Email, reply: ServerReply, lease: Lease, attempts: Attempts) -> bool:
        """Keeps what became of the mail; says whether the next may be tried. A database that is away is waited for."""
        attempts.count(reply)
        self.owed = (email, reply, lease)
        until = time.monotonic() + lease.seconds_for_one_mail / 2
        while True:
            try:
                goes_on = self._record(email, reply, lease, attempts)
                db.session.commit()
            except AWAY:
                db.session.rollback()
                if time.monotonic() > until:
                    raise
                time.sleep(ASK_AGAIN_AFTER)
            except DBAPIError as error:
                db.session.rollback()
                if reply.verdict is AttemptVerdict.NO_REPLY:
                    raise
                # such words would be refused each time: the mail may have left, and is tried so often and no more
                words = f"its answer was not kept: {type(error).__name__}"
                reply = ServerReply(AttemptVerdict.NO_REPLY, words)
            else:
                self.owed = None
                return goes_on

    def _record(self, email: Email, reply: ServerReply, lease: Lease, attempts: Attempts) -> bool:
        """One transaction says what the answer means for the mail, for its address and for us."""
        now, words = self.now(), reply.words
        is_refusal = reply.verdict is AttemptVerdict.NEVER and trouble.is_refusal(words)
        if is_refusal and (known := trouble.in_force()) is not None:
            trouble.begin(words, now=now)  # it waits with the others, as if it had not been tried
            leases.settle(email, lease, state=MailState.QUEUED, not_before=known.next_at, last_error=words)
            return False
        if reply.verdict is AttemptVerdict.NEVER and is_wrong_address(words):
            mark_address(email.recipient, reason=words, now=now)
            attempts.marked[email.recipient_key] = words
            if lease.is_trial:
                trouble.hasten(now=now)
        is_all = reply.verdict is AttemptVerdict.TAKEN and not (email.holds_secret or lease.is_trial)
        outcome = outcome_of(email, reply, waits=self.waits, now=now)
        if not leases.settle(email, lease, alone=is_all, **outcome):
            log.warning("lease lost", extra={"facts": {"emails": [email.id]}})
            lease.doubt()
        elif email.holds_secret:
            leases.clear_texts([email.id])
        if lease.is_trial and reply.verdict is AttemptVerdict.TAKEN:
            trouble.end()
        return not (is_refusal and trouble.recognise(words, now=now))


def _drop_marked(email: Email, lease: Lease, marked: Mapping[str, str]) -> bool:
    """Whether its address is called wrong: then it is dropped, and says why; accounts' own mail leaves in any case."""
    if email.cycle_id is None or email.recipient_key not in marked:
        return False
    leases.settle(email, lease, state=MailState.DROPPED, last_error=words_of(marked[email.recipient_key]))
    return True


@contextmanager
def _reading() -> Iterator[Callable[[], None]]:
    """What is found inside stays as it was read, and no transaction is open afterwards; gives what begins a new one."""

    def end() -> None:
        db.session.expunge_all()
        db.session.rollback()

    with only_reading():
        try:
            yield end
        finally:
            end()
