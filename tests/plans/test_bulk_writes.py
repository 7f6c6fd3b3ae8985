"""What writes many rows asks few statements: hardly more for a thousand rows than for ten."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import case, func, insert, select, update

from tests.actors import NADIA
from tests.attendance.crowd import crowd
from tests.attendance.long_reports import (
    doubtful_report_of,
    imports,
    over_with,
    report_of,
    the_one_over,
    undoes,
)
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.plans.cost import Cost, counted
from webinars.accounts.models import Organisation
from webinars.attendance.conclusion import conclude_cycle
from webinars.attendance.models import Decision, Headcount, LineCandidate, LineProposal, Report, ReportLine
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.messages import actions as messages
from webinars.messages.audience import Standing
from webinars.messages.models import Message
from webinars.outbox.models import Email
from webinars.planning import actions
from webinars.planning.deletion import actions as deletion
from webinars.planning.loader.actions import load_cycles
from webinars.planning.loader.cycle_file import CycleFile, FileCycle, FileSession, Speaker
from webinars.registration.actions import withdraw_from_all
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import live_registrations
from webinars.storage.database import Model, public_id
from webinars.storage.extensions import db

FEW, MANY = 10, 1_000
LOTS = 3  # a thousand rows are two of them, and each asks what there is to write
Deed = Callable[[Cycle], object]
STORAGE = Path("/nowhere")  # no cycle here has a logo
TOLD = {"by": NADIA, "settle_seconds": 0, "now": NOW}
SETTLES = TOLD | {"settle_seconds": 300}


def cycle_with(organisation: Organisation, people: int) -> Cycle:
    """A published cycle that so many people follow as a whole, with one session to come that all have a place in."""
    cycle = published_cycle(organisation, f"c{people}", "Cycle", now=NOW)
    db.session.execute(insert(Registrant), [follower(cycle, number) for number in range(people)])
    adds_a_session(cycle)
    db.session.commit()
    return cycle


def follower(cycle: Cycle, number: int) -> dict[str, object]:
    address = f"p{number}@example.net"
    names = {"first_name": "P", "last_name": str(number), "folded_name": str(number), "name_key": str(number)}
    return {
        "public_id": public_id(),
        "cycle_id": cycle.id,
        "email": address,
        "email_key": address,
        "whole_cycle": True,
        "created_at": NOW,
        "changed_at": NOW,
        **names,
    }


def adds_a_session(cycle: Cycle) -> None:
    session = Session(title="À venir", timezone="Europe/Paris")
    starts_at = NOW + timedelta(days=40)
    session.move(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), now=NOW)
    actions.add_session(cycle, session, by=NADIA, now=NOW)


def session_of(cycle: Cycle) -> Session:
    found = db.session.scalars(select(Session).where(Session.cycle_id == cycle.id)).one()
    found.cycle = cycle
    return found


def moves(cycle: Cycle) -> None:
    starts_at = NOW + timedelta(days=50)
    there = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=1)}
    actions.edit_session(session_of(cycle), there, **TOLD)


def cancels(cycle: Cycle) -> None:
    actions.cancel_session(session_of(cycle), **TOLD)


def cancels_the_cycle(cycle: Cycle) -> None:
    actions.cancel_cycle(cycle, **TOLD)


def restores(cycle: Cycle) -> None:
    actions.restore_session(session_of(cycle), **TOLD)


def has_cancelled(cycle: Cycle) -> None:
    cancels(cycle)
    db.session.execute(update(Email).values(state="sent", sent_at=NOW))


def enlarges(cycle: Cycle) -> None:
    actions.enlarge(session_of(cycle), capacity=None, by=NADIA, now=NOW)


def all_wait(cycle: Cycle) -> None:
    session_of(cycle).capacity = 1
    waits = {"state": RegistrationState.WAITLISTED, "invitation_id": None, "confirmed_at": None}
    db.session.execute(update(Registration).values(waits))


def writes_to_all(cycle: Cycle) -> None:
    message = Message(cycle=cycle, standing=Standing.ALL, subject="À lire", body="Bonjour", kinds=[])
    messages.add(cycle, message, by=NADIA, now=NOW)
    db.session.flush()
    messages.send(message, by=NADIA, now=NOW)


def is_to_go(cycle: Cycle) -> None:
    deletion.ask(cycle, **TOLD)
    db.session.execute(update(Email).values(state="sent", sent_at=NOW))


def goes(cycle: Cycle) -> None:
    assert deletion.finish(cycle.id, settles=timedelta(), storage=STORAGE, now=NOW)


def nothing(_cycle: Cycle) -> None:
    """As it stands."""


BEFORE_AND_DEED: dict[str, tuple[Deed, Deed]] = {
    "whoever follows the cycle gets a place in one more session": (nothing, adds_a_session),
    "a session is moved": (nothing, moves),
    "a session is cancelled": (nothing, cancels),
    "a cycle is cancelled": (nothing, cancels_the_cycle),
    "a session is restored": (has_cancelled, restores),
    "all who wait get a seat": (all_wait, enlarges),
    "the deletion of a cycle is asked": (nothing, lambda cycle: deletion.ask(cycle, **TOLD)),
    "a cycle goes with its data": (is_to_go, goes),
    "a message to a group": (nothing, writes_to_all),
    "a cancelled session settles": (
        nothing,
        lambda cycle: actions.cancel_session(session_of(cycle), **SETTLES),
    ),
    "a cancelled cycle settles": (nothing, lambda cycle: actions.cancel_cycle(cycle, **SETTLES)),
    "the deletion of a cycle settles": (nothing, lambda cycle: deletion.ask(cycle, **SETTLES)),
}


def asked(deed: Callable[[], object]) -> Cost:
    with counted(many=True) as cost:
        deed()
        db.session.commit()
    return cost


def costs_of_few_and_many(
    organisation: Organisation, make: Callable[[Organisation, int], Cycle], before: Deed, deed: Deed
) -> list[Cost]:
    """What the deed asks of a cycle with few, and of one with many, each found anew as a page finds it."""
    costs = []
    for number in (FEW, MANY):
        cycle = make(organisation, number)
        before(cycle)
        db.session.commit()
        cycle = db.session.scalars(select(Cycle).where(Cycle.id == cycle.id)).one()
        cycle.organisation = organisation
        db.session.commit()
        costs.append(asked(lambda cycle=cycle: deed(cycle)))
    return costs


def told(few: Cost, many: Cost) -> str:
    """What was asked, for whoever looks why."""
    return "\n".join(
        f"{len(one.statements)}: {[text[:50] for text, _values in one.statements]}" for one in (few, many)
    )


# makes a thousand people: more than two seconds where the machine is busy
@pytest.mark.parametrize("name", BEFORE_AND_DEED)
def test_a_thousand_people_cost_hardly_more_statements_than_ten(
    organisation: Organisation, name: str
) -> None:
    few, many = costs_of_few_and_many(organisation, cycle_with, *BEFORE_AND_DEED[name])

    assert 3 < len(few.statements) <= len(many.statements) <= len(few.statements) + LOTS, told(few, many)


def programme_of(organisation: Organisation, sessions: int) -> Cycle:
    """A draft of so many sessions to come, which one person follows as a whole."""
    cycle = Cycle(organisation=organisation, title=f"Cycle {sessions}")
    actions.create_cycle(cycle, by=NADIA, now=NOW)
    db.session.execute(insert(Registrant), [follower(cycle, sessions)])
    starts_at = NOW + timedelta(days=40)
    added = [Session(title=f"Séance {number}", timezone="Europe/Paris") for number in range(sessions)]
    for session in added:
        session.move(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), now=NOW)
    actions.add_sessions(cycle, [(session, session.title) for session in added], now=NOW)
    db.session.commit()
    return cycle


def is_published(cycle: Cycle) -> None:
    actions.publish(cycle, by=NADIA, now=NOW)


def withdraws_from_all(cycle: Cycle) -> None:
    [person] = db.session.scalars(select(Registrant).where(Registrant.cycle_id == cycle.id))
    places = withdraw_from_all(person, now=NOW)
    assert len(places) >= FEW


def is_taken_off(cycle: Cycle) -> None:
    [person] = db.session.scalars(select(Registrant).where(Registrant.cycle_id == cycle.id))
    actions.give_back(person, live_registrations(person.id), is_all=True, by=NADIA, now=NOW)


OF_SESSIONS: dict[str, tuple[Deed, Deed]] = {
    "a cycle is published": (nothing, is_published),
    "a cycle is cancelled": (is_published, lambda cycle: actions.cancel_cycle(cycle, **SETTLES)),
    "the deletion of a cycle is asked": (is_published, lambda cycle: deletion.ask(cycle, **SETTLES)),
    "somebody withdraws": (is_published, withdraws_from_all),
    "somebody is taken off": (is_published, is_taken_off),
}


@pytest.mark.slow("a thousand sessions, their places and what becomes of them")
@pytest.mark.parametrize("name", OF_SESSIONS)
def test_a_thousand_sessions_cost_hardly_more_statements_than_ten(
    organisation: Organisation, name: str
) -> None:
    few, many = costs_of_few_and_many(organisation, programme_of, *OF_SESSIONS[name])

    assert 3 < len(few.statements) <= len(many.statements) <= len(few.statements) + LOTS, told(few, many)


@pytest.mark.parametrize("written", [report_of, doubtful_report_of])
def test_reports_of_a_thousand_lines_cost_hardly_more_statements_than_of_ten(
    cycle: Cycle, written: Callable[[int], bytes]
) -> None:
    session = over_with(cycle, FEW)
    few = costs_of(written(FEW), minutes=20)
    people = rows_of(LineProposal), rows_of(LineCandidate)
    crowd(session, MANY - FEW, after=FEW)
    many = costs_of(written(MANY), minutes=30)

    for one, other in zip(few, many, strict=True):
        ratio = len(other.statements) / len(one.statements)
        assert ratio <= 2, told(one, other)
    is_doubtful = written is doubtful_report_of
    assert (people[0] > 0, people[1] > 0) == (not is_doubtful, is_doubtful)
    assert max(rows_of(LineProposal), rows_of(LineCandidate)) >= MANY


def test_a_thousand_decisions_come_back_with_hardly_more_statements_than_ten(cycle: Cycle) -> None:
    over_with(cycle, FEW)
    costs = []
    for lines in (FEW, MANY):
        report = doubtful_report_of(lines)
        decides_all_of(imports(report))
        undoes()
        costs.append((asked(lambda report=report: imports(report)), asked(undoes)))
        assert rows_of(Headcount) >= 2 * (lines // 3)

    for few, many in zip(*costs, strict=True):
        assert len(many.statements) <= 2 * len(few.statements), told(few, many)


def decides_all_of(report: Report) -> None:
    """Somebody has said of each line that it is several people, nobody, or a walk-in who is gone."""
    session_id, mine = report.session_id, ReportLine.report_id == report.id
    third = ReportLine.number % 3
    which = case((third == 0, Decision.HEADCOUNT), (third == 1, Decision.IGNORED), else_=Decision.WALK_IN)
    gone = {"first_name": "Ada", "last_name": "L"}
    said = {"decision": which, "walk_in": gone, "decided_at": NOW, "decided_by_name": "Nadia Benali"}
    db.session.execute(update(ReportLine).where(mine).values(said))
    counted_behind = select(ReportLine.id).where(mine, third == 0)
    heads = {
        "session_id": session_id,
        "people": 3,
        "label": "",
        "counted_at": NOW,
        "counted_by_name": "Nadia Benali",
    }
    lines = db.session.scalars(counted_behind).all()
    db.session.execute(insert(Headcount), [heads | {"report_line_id": line} for line in lines])
    db.session.commit()


def costs_of(report: bytes, *, minutes: int) -> list[Cost]:
    """Of importing it, of another threshold, of undoing it."""
    return [
        asked(lambda: imports(report)),
        asked(lambda: changes_the_threshold(minutes)),
        asked(undoes),
    ]


def rows_of(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def changes_the_threshold(minutes: int) -> None:
    found = the_one_over().cycle
    found.threshold_minutes = minutes
    conclude_cycle(found, by=NADIA, now=NOW)


def file_of(name: str, sessions: int) -> CycleFile:
    """A cycle of so many sessions, which are over, each with somebody who speaks; more than a file may hold."""
    day, start, end = date(2020, 11, 17), time(10), time(11, 30)
    over = [
        FileSession(f"{name}-{n}", "Une séance", "", "", day, start, end, speakers=(Speaker("Ada", "", ""),))
        for n in range(sessions)
    ]
    words = dict.fromkeys(("summary", "presentation", "published_sentence"), "")
    facts = {"noun": "webinar", "timezone": "Europe/Paris", "organisers": (), "themes": ("Emploi",)}
    return CycleFile((FileCycle(source_id=name, title=name, sessions=tuple(over), **words, **facts),))


def test_a_cycle_of_a_thousand_sessions_is_loaded_with_the_statements_of_ten(
    organisation: Organisation,
) -> None:
    costs = []
    for sessions in (FEW, MANY):
        file = file_of(f"c{sessions}", sessions)
        costs.append(asked(lambda file=file: load_cycles(organisation, file, by=NADIA, now=NOW)))

    few, many = costs
    assert len(few.statements) <= len(many.statements) <= len(few.statements) + LOTS, told(few, many)
    assert len(db.session.scalars(select(Session.id)).all()) == FEW + MANY
    assert len(db.session.scalars(select(Contributor.id)).all()) == FEW + MANY
