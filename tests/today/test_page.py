"""The page of the day: what it holds, what waits, and that what is done is gone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select

from tests.accounts.signed_in import sign_in
from tests.actors import NADIA
from tests.conftest import NOW, Counted
from tests.page import Part, read
from tests.planning.test_actions import joins
from webinars import clock
from webinars.accounts.models import Organisation, Organiser
from webinars.attendance import actions
from webinars.attendance.models import Conclusion, Report, ReportState
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.messages.audience import Standing
from webinars.messages.models import Message, MessageState
from webinars.outbox.queue.blocked_addresses import clear_mark, mark_address
from webinars.planning.actions import give_back
from webinars.planning.people.queries import live_of, tally_of
from webinars.registration.models import Registrant
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict
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


@pytest.fixture(autouse=True)
def clock_of_the_day() -> Iterator[time_machine.Traveller]:
    """Eight in the morning."""
    with time_machine.travel(at(8), tick=False) as traveller:
        yield traveller


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


@pytest.fixture
def people(cycle: Cycle, add_session: AddSession) -> dict[str, Registrant]:
    """Ada and Bela, registered for the session of the day at ten."""
    session = add_session(cycle, "Clauses", days=1)
    return {name: joins(session, name).registrant for name in ("Ada", "Bela")}


@pytest.fixture
def session(cycle: Cycle, people: dict[str, Registrant]) -> Session:
    """The session of the day."""
    return db.session.scalars(select(Session)).one()


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


def receive(cycle: Cycle | None) -> Incoming:
    letter = Incoming(
        digest=f"{cycle.id if cycle else 0}",
        received_at=clock.now(),
        sender="zoe@town.example.org",
        subject="Une place ?",
        verdict=Verdict.LETTER,
        needs_person=True,
        cycle_id=cycle.id if cycle else None,
    )
    db.session.add(letter)
    db.session.commit()
    return letter


@pytest.mark.parametrize(
    ("hour", "minute", "says", "buttons"),
    [
        (6, 0, "One session today", ["Tick who comes", "Change the link"]),
        (9, 20, "A session in 40 minutes", ["Tick who comes", "Change the link"]),
        (9, 45, "A session in 15 minutes", ["Enter the room", "Tick who comes", "Change the link"]),
        (11, 29, "One session is under way", ["Enter the room", "Tick who comes", "Change the link"]),
        (11, 30, "One session took place today", ["Tick who comes"]),
        (23, 59, "One session took place today", ["Tick who comes"]),
    ],
)
def test_the_session_of_the_day_stands_there_from_morning_to_night(
    desk: FlaskClient,
    nadia: Organiser,
    session: Session,
    clock_of_the_day: time_machine.Traveller,
    hour: int,
    minute: int,
    says: str,
    buttons: list[str],
) -> None:
    clock_of_the_day.move_to(at(hour, minute))
    sign_in(desk, nadia)

    [panel] = page(desk).all("article", class_="now")
    shown = {link.children[0]: link.attributes["href"] for link in panel.all("a", class_="button")}
    assert lead(desk).startswith(f"{says}, ")
    assert list(shown) == buttons
    assert shown["Tick who comes"] == f"{CYCLE}/sessions/clauses/attendance"
    assert shown.get("Enter the room", session.join_url) == session.join_url


def test_there_is_none_today_on_the_day_before_and_after(
    desk: FlaskClient, nadia: Organiser, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    for hour in (-1, 24):
        clock_of_the_day.move_to(at(0) + timedelta(hours=hour))
        assert lead(sign_in(desk, nadia)).startswith("No session today, ")


def test_what_ended_after_midnight_was_held_today(desk: FlaskClient, session: Session) -> None:
    session.starts_at, session.ends_at = at(0) - timedelta(hours=1), at(0, 30)
    db.session.commit()

    assert lead(desk).startswith("One session took place today, ")


def test_a_session_of_a_cycle_put_away_the_same_day_was_held_all_the_same(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    session.cycle.close(now=clock.now())
    session.cycle.archive()
    db.session.commit()
    clock_of_the_day.move_to(at(15))

    assert lead(desk) == "One session took place today, nothing awaits you."


def test_a_report_waits_from_the_end_on_until_it_is_dropped(
    desk: FlaskClient,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    line = ("1", "report to drop", f"{CYCLE}/sessions/clauses/attendance#tool")
    assert line not in lines(desk)
    clock_of_the_day.move_to(at(11, 30))
    assert line in lines(desk)
    assert tabs(desk)["attendance"] == "1 1 report to drop"

    report = drop_report(session)
    assert line not in lines(desk)
    assert "attendance" not in tabs(desk)

    report.state, report.undone_at, report.undone_by = ReportState.UNDONE, clock.now(), NADIA
    db.session.commit()
    assert line in lines(desk)
    tick(session, *people.values())
    assert line not in lines(desk)


def test_a_few_ticked_while_it_went_on_do_not_stand_in_for_the_report(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    for name in ("Chloé", "Dora", "Élodie"):
        joins(session, name)
    clock_of_the_day.move_to(at(10, 30))
    tick(session, *db.session.scalars(select(Registrant).where(Registrant.first_name.in_(("Ada", "Bela")))))
    clock_of_the_day.move_to(at(12))

    assert [noun for _count, noun, _href in lines(desk)] == ["report to drop", "cycle to close"]


def test_of_a_closed_cycle_no_report_is_asked_for(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    clock_of_the_day.move_to(at(12))
    session.cycle.close(now=clock.now())
    db.session.commit()

    assert lines(desk) == []
    assert "attendance" not in tabs(desk)


def test_thanks_wait_until_they_are_sent(
    desk: FlaskClient,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    clock_of_the_day.move_to(at(12))
    tick(session, *people.values())
    thanks = ("2", "thank-you messages not sent", f"{CYCLE}/messages/new?thanks=present&session=clauses")
    assert thanks in lines(desk)
    assert tabs(desk)["messages"] == "1 waiting for you"

    draft = write_to(session)
    assert ("2", thanks[1], f"{CYCLE}/messages/{draft.public_id}") in lines(desk)
    draft.state, draft.not_before, draft.decided_by = MessageState.SCHEDULED, clock.now(), NADIA
    db.session.commit()
    assert thanks[1] not in [noun for _count, noun, _href in lines(desk)]
    assert "messages" not in tabs(desk)


def test_whoever_wrote_to_everybody_afterwards_has_said_thank_you(
    desk: FlaskClient,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    write_to(session, standing=Standing.ALL, **SENT)
    clock_of_the_day.move_to(at(12))
    tick(session, *people.values())
    assert "thank-you messages not sent" in [noun for _count, noun, _href in lines(desk)]

    write_to(session, standing=Standing.CONFIRMED, **SENT)
    assert "thank-you messages not sent" not in [noun for _count, noun, _href in lines(desk)]


def test_thanks_are_not_asked_for_for_ever(
    desk: FlaskClient,
    nadia: Organiser,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    tick(session, *people.values())
    clock_of_the_day.move_to(at(12) + timedelta(days=31))

    assert [noun for _count, noun, _href in lines(sign_in(desk, nadia))] == ["cycle to close"]


def test_a_returned_address_leads_to_the_list_of_those(
    desk: FlaskClient, session: Session, people: dict[str, Registrant]
) -> None:
    mark_address(people["Ada"].email or "", reason="5.1.1", now=clock.now())
    db.session.commit()
    [(count, noun, href)] = lines(desk)

    assert (count, noun, href) == ("1", "wrong address", f"{CYCLE}/messages/deliveries?show=returned#list")
    assert read(desk.get(href.replace("?", "?lang=en&"))).part("list").text == "1 person"
    assert tabs(desk)["messages"] == "1 waiting for you"
    clear_mark(people["Ada"].email or "")
    db.session.commit()
    assert lines(desk) == []


def test_once_a_cycle_is_over_its_addresses_wait_no_more(
    desk: FlaskClient,
    organisation: Organisation,
    session: Session,
    people: dict[str, Registrant],
    add_session: AddSession,
    clock_of_the_day: time_machine.Traveller,
) -> None:
    another = Cycle(
        organisation=organisation,
        slug="suite",
        title="Suite",
        state=CycleState.PUBLISHED,
        created_at=NOW,
        published_at=NOW,
    )
    db.session.add(another)
    db.session.flush()
    add_session(another, "Plus tard", days=9)
    mark_address(people["Ada"].email or "", reason="5.1.1", now=clock.now())
    db.session.commit()
    clock_of_the_day.move_to(at(12))
    drop_report(session)

    assert [noun for _count, noun, _href in lines(desk)] == ["cycle to close"]
    assert tabs(desk) == {"people": "2 registered or waiting"}


def test_letters_wait_in_their_cycle_and_the_others_with_whoever_sees_to_the_instance(
    desk: FlaskClient, session: Session, otto: Organiser
) -> None:
    letter, stray = receive(session.cycle), receive(None)
    of_the_cycle = ("1", "message received", f"{CYCLE}/messages/answers#tray")

    assert lines(desk) == [of_the_cycle, ("1", "message received", "/organise/vto/incoming")]
    assert lines(sign_in(desk, otto)) == [of_the_cycle]
    for one in (letter, stray):
        one.handled_at, one.handled_by = clock.now(), NADIA
    db.session.commit()
    assert lines(desk) == []


def test_full_and_half_empty_sessions(
    desk: FlaskClient, session: Session, people: dict[str, Registrant], add_session: AddSession
) -> None:
    full, empty, far = (
        add_session(session.cycle, title, days=days, capacity=seats)
        for title, days, seats in (("Full", 5, 1), ("Empty", 6, 3), ("Far", 30, 3))
    )
    for name in ("Ada", "Bela"):
        joins(full, name)
    joins(empty, "Ada")
    joins(far, "Ada")

    assert lines(desk) == [
        ("1", "person on the waitlist", f"{CYCLE}/sessions/full/seats"),
        ("2", "seats free", f"{CYCLE}#address"),
    ]
    coming = {one.all("a")[0].text: one for one in page(desk).all(class_="agenda")[0].all("li")}
    said = {title: [status.text for status in one.all(class_="status")] for title, one in coming.items()}
    assert said == {"Full": ["Full"], "Empty": ["Few registered"], "Far": []}
    assert "1 registered for 1 seat" in coming["Full"].text


def test_what_could_not_leave_stands_first(desk: FlaskClient, session: Session) -> None:
    session.join_url = ""
    message = write_to(session, state=MessageState.FAILED, decided_by=NADIA)

    assert [href for _count, _noun, href in lines(desk)] == [
        f"{CYCLE}/messages/{message.public_id}",
        f"{CYCLE}/sessions/clauses#join_url",
    ]


def test_the_list_of_people_says_what_the_tab_counts(
    desk: FlaskClient, session: Session, people: dict[str, Registrant], add_session: AddSession
) -> None:
    full = add_session(session.cycle, "Full", days=5, capacity=1)
    joins(full, "Ada")
    joins(full, "Chloé")
    for seen in (Conclusion.PRESENT, None):
        person = Registrant(
            cycle_id=session.cycle_id, first_name="Zoé", last_name="Müller", created_at=NOW, changed_at=NOW
        )
        db.session.add(person)
        db.session.flush()
        if seen:
            actions.state(session, person, seen, by=NADIA, now=clock.now())
    db.session.commit()

    heading = read(desk.get(f"{CYCLE}/people?lang=en")).part("list").text
    assert heading == "2 registered, 1 waiting, 1 came without registering, 1 without a session"
    assert tabs(desk)["people"] == "3 registered or waiting"
    french = read(desk.get(f"{CYCLE}/people?lang=fr")).part("list").plain
    assert french == "2 inscrites, 1 en attente, 1 personne venue sans inscription, 1 sans séance"


def test_whoever_withdrew_is_counted_apart(session: Session, people: dict[str, Registrant]) -> None:
    [held] = live_of(people["Ada"], now=clock.now())
    give_back(people["Ada"], [held], is_all=True, by=NADIA, now=clock.now())
    db.session.commit()

    with force_locale("en"):
        assert tally_of(session.cycle).words == "1 registered, 1 withdrew"


@pytest.mark.parametrize("step", ["close", "cancel"])
def test_before_a_cycle_is_closed_or_cancelled_sessions_under_way_are_counted(
    desk: FlaskClient,
    session: Session,
    add_session: AddSession,
    clock_of_the_day: time_machine.Traveller,
    step: str,
) -> None:
    add_session(session.cycle, "Later", days=5)
    clock_of_the_day.move_to(at(10, 30))

    words = desk.get(f"{CYCLE}/{step}?lang=en").text
    assert "1 session is under way. 1 session is still to come." in words
    clock_of_the_day.move_to(at(9))
    assert "2 sessions are still to come." in desk.get(f"{CYCLE}/{step}?lang=en").text


def test_a_session_under_way_is_said_to_be_so_before_it_is_cancelled(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    address = f"{CYCLE}/sessions/clauses/cancel?lang=en"
    assert "It is under way." not in desk.get(address).text
    clock_of_the_day.move_to(at(10, 30))
    assert "It is under way." in desk.get(address).text


def test_a_cycle_is_not_closed_unawares_of_a_report_that_lacks(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    clock_of_the_day.move_to(at(12))

    assert "1 report to drop" in read(desk.get(f"{CYCLE}/close?lang=en")).text


def test_the_page_costs_the_same_however_many_cycles_wait_for_everything(
    desk: FlaskClient,
    organisation: Organisation,
    add_session: AddSession,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    costs, found = [], []
    for number in range(8):
        cycle = Cycle(
            organisation=organisation,
            slug=f"cycle-{number}",
            title=f"Cycle {number}",
            state=CycleState.PUBLISHED,
            created_at=NOW,
            published_at=NOW,
        )
        db.session.add(cycle)
        db.session.flush()
        _wait_for_everything(cycle, add_session)
        if number not in (0, 7):
            continue
        with count_queries() as counted:
            found.append(len(lines(desk)))
        costs.append(counted.count)

    assert found == [7, 56]
    assert costs[0] == costs[1]
    assert costs[0] <= 16  # fifteen, and the one that opens the transaction


def _wait_for_everything(cycle: Cycle, add_session: AddSession) -> None:
    full = add_session(cycle, "Full", days=5, capacity=1)
    people = [joins(full, f"{name}{cycle.slug}").registrant for name in ("Ada", "Bela")]
    add_session(cycle, "Empty", days=6, capacity=3, join_url="")
    for title in ("Thanks", "Report"):
        held = add_session(cycle, title, days=2)
        joins(held, f"Ada{cycle.slug}")
        held.starts_at, held.ends_at = at(5), at(6)
    tick(
        db.session.scalars(select(Session).where(Session.cycle == cycle, Session.slug == "thanks")).one(),
        people[0],
    )
    mark_address(people[1].email or "", reason="5.1.1", now=NOW)
    receive(cycle)
