"""The page of the day at an hour of it: what is read there, and what makes it wait for somebody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Part, read
from webinars import clock
from webinars.attendance import actions
from webinars.attendance.models import Conclusion, Report
from webinars.cycles.models import Session
from webinars.messages.audience import Standing
from webinars.messages.models import Message, MessageState
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

PAGE = "/organise/vto?lang=en"
CYCLE = "/organise/vto/cycles/emploi"
PARIS = ZoneInfo("Europe/Paris")
SENT = {
    "state": MessageState.SENT,
    "decided_by": NADIA,
    "sent_at": NOW,
    "people": 2,
    "muted": 0,
    "without_address": 0,
    "returned": 0,
}
AddSession = Callable[..., Session]


def at(hour: int, minute: int = 0) -> datetime:
    """An hour of the day after everybody signed up."""
    tomorrow = NOW.astimezone(PARIS) + timedelta(days=1)
    return tomorrow.replace(hour=hour, minute=minute, second=0, microsecond=0)


def page(desk: FlaskClient) -> Part:
    return read(desk.get(PAGE))


def lead(desk: FlaskClient) -> str:
    [head] = page(desk).all(class_="day-head")
    return head.all("p")[0].text


def lines(desk: FlaskClient) -> list[tuple[str, str, str]]:
    """What waits: how many, of what, and where that is done."""
    found = []
    for work in page(desk).all(class_="worklist"):
        for line in work.all("li"):
            [go] = line.all("a", class_="go")
            found.append((line.all(class_="big")[0].text, line.all("h3")[0].text, go.attributes["href"]))
    return found


def tabs(desk: FlaskClient) -> dict[str, str]:
    """What the tabs of the cycle count, with the words for it."""
    [row] = read(desk.get(f"{CYCLE}?lang=en")).all("nav", class_="tabs")
    counted = {link.attributes["href"]: link.all(class_="count") for link in row.all("a")}
    return {address.rpartition("/")[2]: counts[0].plain for address, counts in counted.items() if counts}


def tick(session: Session, *people: Registrant) -> None:
    for person in people:
        actions.state(session, person, Conclusion.PRESENT, by=NADIA, now=clock.now())
    db.session.commit()


def drop_report(session: Session) -> Report:
    report = Report(
        session_id=session.id,
        digest="d" * 64,
        file_name="zoom.csv",
        tool="zoom_meeting",
        encoding="utf-8",
        delimiter=",",
        imported_at=clock.now(),
        imported_by=NADIA,
    )
    db.session.add(report)
    db.session.commit()
    return report


def write_to(session: Session, **facts: object) -> Message:
    message = Message(
        cycle_id=session.cycle_id,
        session_id=session.id,
        subject="Merci",
        body="Merci",
        created_at=clock.now(),
        created_by=NADIA,
        changed_at=clock.now(),
        **{"standing": Standing.PRESENT, "state": MessageState.DRAFT, **facts},
    )
    db.session.add(message)
    db.session.commit()
    return message
