"""A cycle that has taken place: three sessions, their people, one report with its decisions, the rest by hand."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from webinars.accounts.models import Organisation
from webinars.actors import Actor
from webinars.attendance import actions, queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.models import Conclusion
from webinars.attendance.review import actions as review_actions
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.states import ContributorKind, CycleState
from webinars.registration.identity import Identity, identity_of
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

FOLDER = Path(__file__).parent / "data"


def events() -> dict[str, Any]:
    """The invented webinars: windows, team, report."""
    found: dict[str, Any] = json.loads(content("demo_events.json"))
    return found


def read_people(name: str) -> list[dict[str, str]]:
    """The rows of a file of people, what they say of themselves by the names of the fields."""
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def content(name: str) -> bytes:
    """The bytes of a file."""
    return (FOLDER / name).read_bytes()


PRESENT = {
    "demo-2": ("P01", "P02", "P04", "P09", "P13", "P14", "P15", "P18", "P19", "P20"),
    "demo-3": ("P02", "P03", "P05", "P14", "P17", "P20", "P22"),
}
ABSENT = {"demo-2": ("P06", "P17"), "demo-3": ("P11", "P21")}


def add_past_cycle(organisation: Organisation, *, by: Actor, now: datetime) -> Cycle:
    """The worked example of the figures, built the way an organiser would."""
    facts = events()
    cycle = Cycle(
        organisation=organisation,
        slug="demo",
        source_id=facts["cycle"]["id"],
        title=facts["cycle"]["title"],
        summary="Trois webinaires inventés, avec leurs inscriptions et leurs présences, pour voir ce que deviennent les chiffres.",
        state=CycleState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    db.session.add(cycle)
    sessions = [add_past_session(cycle, source_id, now=now) for source_id in facts["cycle"]["webinars"]]
    people = add_people(cycle, sessions)
    _attend_by_report(sessions[0], people, by=by, now=now)
    for session in sessions[1:]:
        _attend_by_hand(session, people, by=by, now=now)
    actions.count_heads(sessions[2], 3, label="Salle Réunion RDC", by=by, now=now)
    return cycle


def add_past_session(cycle: Cycle, source_id: str, *, now: datetime) -> Session:
    """One of the invented webinars, and who runs it."""
    facts = events()
    webinar = next(one for one in facts["webinars"] if one["id"] == source_id)
    zone = ZoneInfo(facts["timezone"])
    start = datetime.fromisoformat(webinar["planned_start"]).replace(tzinfo=zone)
    end = datetime.fromisoformat(webinar["planned_end"]).replace(tzinfo=zone)
    session = Session(
        cycle=cycle,
        slug=webinar["id"],
        source_id=webinar["id"],
        title=webinar["title"],
        day=start.date(),
        start_time=start.time(),
        end_time=end.time(),
        timezone=zone.key,
        starts_at=start,
        ends_at=end,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    db.session.flush()
    _run_by(session, facts)
    return session


def _run_by(session: Session, facts: dict[str, Any]) -> None:
    for position, member in enumerate(facts["team"]):
        is_speaker = member["role"] == "speaker"
        db.session.add(
            Contributor(
                session_id=session.id,
                position=position,
                kind=ContributorKind.SPEAKER if is_speaker else ContributorKind.TEAM,
                name=member["name"],
                email=member["email"],
            )
        )


def add_people(cycle: Cycle, sessions: list[Session]) -> dict[str, Registrant]:
    """Those who registered for these sessions, by the id the file gives them."""
    by_slug = {session.slug: session for session in sessions}
    people: dict[str, Registrant] = {}
    for row in read_people("registrations.csv"):
        session = by_slug.get(row["webinar_id"])
        if session is None or session.starts_at is None:
            continue
        person = people.get(row["registration_id"]) or _person(cycle, row, session.starts_at)
        people[row["registration_id"]] = person
        state = RegistrationState(row["status"])
        db.session.add(
            Registration(
                registrant=person,
                session=session,
                state=state,
                created_at=session.starts_at,
                confirmed_at=session.starts_at,
                cancelled_at=session.starts_at if state is RegistrationState.CANCELLED else None,
            )
        )
    db.session.flush()
    return people


def _person(cycle: Cycle, row: dict[str, str], at: datetime) -> Registrant:
    return Registrant(
        cycle=cycle,
        source_id=row["registration_id"],
        **identity_of(row).values(),
        email=row["email"],
        email_key=row["email"].lower(),
        created_at=at,
        changed_at=at,
    )


def _attend_by_report(session: Session, people: dict[str, Registrant], *, by: Actor, now: datetime) -> None:
    name = "zoom_meeting_en.csv"
    imports_actions.apply_report(session, content(name), file_name=name, by=by, now=now)
    for line in queries.lines_of(session):
        if line.name == "Sylvie Garcia" and not line.email:
            review_actions.decide_person(line, session, [people["P09"]], by=by, now=now)
        elif line.name == "Castagne O.":
            review_actions.decide_person(line, session, [people["P12"]], by=by, now=now)
        elif line.name == "Claire Dumas":
            review_actions.decide_walk_in(
                line, session, Identity(first_name="Claire", last_name="Dumas"), by=by, now=now
            )
        elif line.kind == "phone":
            review_actions.decide_nobody(line, session, by=by, now=now)


def _attend_by_hand(session: Session, people: dict[str, Registrant], *, by: Actor, now: datetime) -> None:
    for key in PRESENT[session.slug]:
        actions.state(session, people[key], Conclusion.PRESENT, by=by, now=now)
    for key in ABSENT[session.slug]:
        actions.state(session, people[key], Conclusion.ABSENT, by=by, now=now)
