"""What workers do from time to time beside sending: each chore is done by one of them, once a period."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from webinars import clock
from webinars.database import is_trouble, only_reading
from webinars.extensions import db
from webinars.logs import log
from webinars.outbox.models import ChoreTurn
from webinars.pulse import beat

TRIES = 3  # of one thing that fails by itself, one a period: then it waits for a person
IN_A_ROW = 3  # things the database fails at before nothing further is begun


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do once a period; `do` says how much it did, and may be done twice without harm."""

    name: str
    every: timedelta
    do: Callable[[datetime], int]


@dataclass
class Round:
    """One worker's look at the chores; asks the database only when a period has passed here."""

    chores: Sequence[Chore]
    due: dict[str, float] = field(default_factory=dict)

    def go(self) -> None:
        """Does what is due and nobody else has taken; a chore that fails is logged and does not stop the next.

        Raises OperationalError while the database is away.
        """
        for chore in self.chores:
            beat()
            if time.monotonic() >= self.due.get(chore.name, 0.0):
                self.due[chore.name] = time.monotonic() + chore.every.total_seconds()
                if take_turn(chore, now=clock.now()):
                    _do(chore)

    def seconds_to_next(self) -> float:
        """How long until something is due again."""
        times = [self.due.get(chore.name, 0.0) for chore in self.chores]
        return max(0.0, min(times) - time.monotonic()) if times else float("inf")


def take_turn(chore: Chore, *, now: datetime) -> bool:
    """Takes the chore for this period; False when another worker has it."""
    with only_reading():
        waits = db.session.scalar(
            select(exists().where(ChoreTurn.name == chore.name, ChoreTurn.next_at > now))
        )
        db.session.rollback()
    if waits:
        return False
    following = now + chore.every
    taken = db.session.execute(
        update(ChoreTurn)
        .where(ChoreTurn.name == chore.name, ChoreTurn.next_at <= now)
        .values(next_at=following)
    )
    if taken.rowcount:  # type: ignore[attr-defined]
        db.session.commit()
        return True
    db.session.rollback()
    return _first_turn(chore, following)


def _first_turn(chore: Chore, following: datetime) -> bool:
    db.session.add(ChoreTurn(name=chore.name, next_at=following))
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


def _do(chore: Chore) -> None:
    try:
        done = chore.do(clock.now())
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        raise
    except Exception as error:  # noqa: BLE001 — one chore never stops the next, nor the mail
        db.session.rollback()
        log.error("chore failed", extra={"facts": {"chore": chore.name, "error": type(error).__name__}})
        return
    if done:
        log.info("chore done", extra={"facts": {"chore": chore.name, "done": done}})
