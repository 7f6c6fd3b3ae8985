"""What waits for somebody stands on the page of the day, and what is done is gone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import sign_in
from tests.actors import NADIA
from tests.conftest import NOW, Counted
from tests.cycles.published import published_cycle
from tests.page import read
from tests.planning.test_actions import joins
from tests.replies.tray import waiting_letter
from tests.today.scene import (
    CYCLE,
    SENT,
    AddSession,
    at,
    drop_report,
    lines,
    page,
    tabs,
    tick,
    write_to,
)
from webinars import clock
from webinars.accounts.models import Organisation, Organiser
from webinars.attendance.models import ReportState
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import Format
from webinars.messages.audience import Standing
from webinars.messages.models import MessageState
from webinars.outbox.queue.blocked_addresses import clear_mark, mark_address
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def test_a_report_waits_from_the_end_on_until_it_is_dropped(
    desk: FlaskClient,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    line = ("1", "report to upload", f"{CYCLE}/sessions/clauses/attendance#tool")
    assert line not in lines(desk)
    clock_of_the_day.move_to(at(11, 30))
    assert line in lines(desk)
    assert tabs(desk)["attendance"] == "1 1 report to upload"

    report = drop_report(session)
    assert line not in lines(desk)
    assert "attendance" not in tabs(desk)

    report.state, report.undone_at, report.undone_by = ReportState.UNDONE, clock.now(), NADIA
    db.session.commit()
    assert line in lines(desk)
    tick(session, *people.values())
    assert line not in lines(desk)


def test_of_a_session_on_site_people_are_ticked_and_no_report_waits(
    desk: FlaskClient,
    session: Session,
    people: dict[str, Registrant],
    clock_of_the_day: time_machine.Traveller,
) -> None:
    session.format, session.place = Format.ON_SITE, "Mairie"
    db.session.commit()
    clock_of_the_day.move_to(at(11, 30))

    assert ("1", "session to mark", f"{CYCLE}/sessions/clauses/attendance#list") in lines(desk)
    french = read(desk.get("/organise/vto?lang=fr"))
    assert {"séance à pointer", "Pointer Pointer"} & {*french.plain_lines}
    assert "rapport à déposer" not in french.plain
    assert tabs(desk)["attendance"] == "1 1 session to mark"
    [to_mark] = [
        address
        for words, address in read(desk.get(f"{CYCLE}/attendance?lang=en")).links
        if words.startswith("To mark")
    ]
    assert to_mark.endswith("/sessions/clauses/attendance#list")
    assert "eport" not in read(desk.get(f"{CYCLE}/attendance?lang=en")).text

    tick(session, *people.values())
    assert "attendance" not in tabs(desk)


def test_a_few_ticked_while_it_went_on_do_not_stand_in_for_the_report(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    for name in ("Chloé", "Dora", "Élodie"):
        joins(session, name)
    clock_of_the_day.move_to(at(10, 30))
    tick(session, *db.session.scalars(select(Registrant).where(Registrant.first_name.in_(("Ada", "Bela")))))
    clock_of_the_day.move_to(at(12))

    assert [noun for _count, noun, _href in lines(desk)] == ["report to upload", "cycle to close"]


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
    another = published_cycle(organisation, "suite", now=NOW)
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
    letter, stray = waiting_letter(session.cycle_id), waiting_letter()
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
        ("1", "person on the waiting list", f"{CYCLE}/sessions/full/seats"),
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


def test_the_page_costs_the_same_however_many_cycles_wait_for_everything(
    desk: FlaskClient,
    organisation: Organisation,
    add_session: AddSession,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    costs, found = [], []
    for number in range(8):
        cycle = published_cycle(organisation, f"cycle-{number}", f"Cycle {number}", now=NOW)
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
    waiting_letter(cycle.id)
