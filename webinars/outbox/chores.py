"""What workers do from time to time beside sending: each chore is done by one of them, once a period."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from config import Settings
from webinars import clock
from webinars.outbox.errors import ChoreNotDone
from webinars.outbox.models import ChoreSchedule
from webinars.storage.database import AWAY, is_trouble, only_reading
from webinars.storage.extensions import db
from webinars.storage.heartbeat import beat
from webinars.web.logs import log

TRIES = 3  # of one thing that fails by itself, one a period: then it waits for a person
IN_A_ROW = 3  # things the database fails at before nothing further is begun


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do once a period; `do` is given the time and the settings, says how much it did, and may be done twice without harm."""

    name: str
    every: timedelta
    do: Callable[[datetime, Settings], int]


def without_settings(do: Callable[[datetime], int]) -> Callable[[datetime, Settings], int]:
    """What a chore does that needs nothing but the time."""

    @wraps(do)
    def done(now: datetime, _settings: Settings) -> int:
        return do(now)

    return done


@dataclass
class ChoreRound:
    """One worker's look at the chores; asks the database only when a period has passed here."""

    chores: Sequence[Chore]
    settings: Settings
    due: dict[str, float] = field(default_factory=dict)

    def go(self) -> None:
        """Does what is due and nobody else has taken; a chore that fails is logged and does not stop the next.

        Raises what is in `AWAY` while the database is.
        """
        for chore in self.chores:
            beat()
            if time.monotonic() >= self.due.get(chore.name, 0.0):
                self.due[chore.name] = time.monotonic() + chore.every.total_seconds()
                if take_chore(chore, now=clock.now()):
                    _do(chore, self.settings)

    def seconds_to_next(self) -> float:
        """How long until something is due again."""
        times = [self.due.get(chore.name, 0.0) for chore in self.chores]
        return max(0.0, min(times) - time.monotonic()) if times else float("inf")


def take_chore(chore: Chore, *, now: datetime) -> bool:
    """Takes the chore for this period; False when another worker has it. A period taken by a clock ahead counts for none."""
    with only_reading():
        known = db.session.scalar(select(ChoreSchedule.next_at).where(ChoreSchedule.name == chore.name))
        db.session.rollback()
    following = now + chore.every
    if known is None:
        return _first_schedule(chore, following)
    is_ahead = clock.is_ahead(known, now, chore.every)
    if known > now and not is_ahead:
        return False
    taken = db.session.execute(
        update(ChoreSchedule)
        .where(ChoreSchedule.name == chore.name, ChoreSchedule.next_at == known)
        .values(next_at=following)
    )
    db.session.commit()
    if taken.rowcount and is_ahead:  # type: ignore[attr-defined]
        clock.say_ahead(chore.name, until=known, now=now)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _first_schedule(chore: Chore, following: datetime) -> bool:
    db.session.add(ChoreSchedule(name=chore.name, next_at=following))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def do_each(
    numbers: Iterable[int], do: Callable[[int], int], *, failed: Callable[[int], object], trouble: str
) -> int:
    """Does each in a transaction of its own; says how much was done. One that fails never keeps the others waiting.

    `failed` writes a try down. What the database, the disk, the network or memory did is nobody's try: it is raised
    when the others were done.
    """
    done, in_a_row, met = 0, 0, None
    for number in numbers:
        beat()
        try:
            done += do(number)
            db.session.commit()
            in_a_row = 0
        except Exception as error:  # noqa: BLE001 — whatever is wrong with one never stops the next
            db.session.rollback()
            facts = {"number": number, "error": type(error).__name__}
            log.error(trouble, extra={"facts": facts})
            if not is_trouble(error):
                failed(number)
                db.session.commit()
                continue
            met, in_a_row = error, in_a_row + isinstance(error, SQLAlchemyError)
            if in_a_row == IN_A_ROW:
                break
    if met is not None:
        raise met
    return done


def _do(chore: Chore, settings: Settings) -> None:
    try:
        done = chore.do(clock.now(), settings)
        db.session.execute(
            update(ChoreSchedule).where(ChoreSchedule.name == chore.name).values(done_at=clock.now())
        )
        db.session.commit()
    except AWAY:
        db.session.rollback()
        raise
    except ChoreNotDone:
        db.session.rollback()
        return
    except Exception as error:  # noqa: BLE001 — one chore never stops the next, nor the mail
        db.session.rollback()
        log.error("chore failed", extra={"facts": {"chore": chore.name, "error": type(error).__name__}})
        return
    if done:
        log.info("chore done", extra={"facts": {"chore": chore.name, "done": done}})
