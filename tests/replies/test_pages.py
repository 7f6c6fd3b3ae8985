"""The page of answers, the tray, and the word beside each person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.accounts.signed_in import post, sign_in
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.deeds import cancel_session, edit_session
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import ADA, BELA, CLEO
from tests.replies.conftest import let_leave
from tests.replies.samples import Sample, gmail, letter, report
from webinars.accounts.models import Organisation, Organiser
from webinars.cycles.models import Cycle, Session
from webinars.outbox.identity import bounce_address
from webinars.planning.updates.actions import send
from webinars.replies.models import Incoming
from webinars.storage.extensions import db

ANSWERS = f"{WORKSPACE}/messages/answers"


@pytest.fixture
def answered(session: Session, signs_up: Callable, comes) -> dict[str, Sample]:
    """Ada accepts, Béla declines with a note, Cléo says nothing."""
    samples = {}
    for person, partstat in ((ADA, "ACCEPTED"), (BELA, "DECLINED"), (CLEO, "")):
        signs_up(person, session)
        sample = Sample(
            uid=let_leave().uid, attendee=person.email, sender=person.email, partstat=partstat,
            comment="Réunion <b>ailleurs</b>" if partstat == "DECLINED" else "", message_id=f"<{person.first_name.encode().hex()}@x.example>",
        )  # fmt: skip
        samples[person.first_name] = sample
        if partstat:
            comes(gmail(sample))
    return samples


def columns(page: Page) -> list[str]:
    """What stands above the first table."""
    return page.all("tr")[0].cells


def test_before_anybody_is_invited_the_page_says_what_will_come(desk: FlaskClient, cycle: Cycle) -> None:
    assert "Answers come back by themselves" in read(desk.get(f"{ANSWERS}?lang=en")).lines


def test_answers_are_counted_by_session_apart_from_registrations(desk: FlaskClient, answered) -> None:
    page = read(desk.get(f"{ANSWERS}?lang=en"))

    assert columns(page) == ["Session", "Accepted", "Maybe", "Declined", "No answer", "Registrations"]
    assert page.rows[0].cells[1:] == ["1", "0", "1", "1", "3"]
    assert (
        "These are answers, not registrations: whoever has a seat keeps it, whether their calendar answers or not, until it is given back."
        in page.lines
    )


def test_each_answer_stands_beside_its_person_with_time_and_note(desk: FlaskClient, answered) -> None:
    page = read(desk.get(f"{ANSWERS}?lang=en"))
    declined, accepted = page.row("Bartók").cells, page.row("Lovelace").cells

    assert declined[2:4] == ["declined 2 Mar, 13:00", "Réunion <b>ailleurs</b>"]
    assert accepted[2] == "accepted 2 Mar, 13:00"
    # one who declined is offered, asked first; nobody else
    assert page.text.count("Remove from sessions…") == 1
    [link] = [address for address in page.addresses if "/withdraw?session=" in address]
    assert read(desk.get(link)).ticked["sessions"] == ["achats-responsables"]


def test_a_deputy_is_shown_and_counted_apart(desk: FlaskClient, answered, comes) -> None:
    comes(
        gmail(
            replace(
                answered["Cléo"],
                partstat="DELEGATED",
                attendee_parameters=';DELEGATED-TO="mailto:dep@mission.example.org"',
            )
        )
    )
    shown = read(desk.get(f"{ANSWERS}?lang=en"))

    assert columns(shown)[4] == "Passed to a deputy"
    assert shown.rows[0].cells[1:] == ["1", "0", "1", "1", "0", "3"]
    assert "deputy: dep@mission.example.org, who is not registered" in shown.lines


def test_an_answer_to_the_former_date_is_not_shown_as_the_answer(
    desk: FlaskClient, session: Session, answered, comes
) -> None:
    week = timedelta(days=7)
    edit_session(session, starts_at=session.starts_at + week, ends_at=session.ends_at + week, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    comes(gmail(replace(answered["Cléo"], partstat="ACCEPTED", comment="Le 12 me va")))
    page = read(desk.get(f"{ANSWERS}?lang=en"))
    cleo = page.row("Merle").cells

    assert page.rows[0].cells[1:] == ["0", "0", "0", "3", "3"]
    assert cleo[2] == "no answer 2 Mar, 13:00 answered the former date: accepted"
    assert cleo[3] == "Le 12 me va written about the former date"


def test_answers_about_a_cancelled_session_say_that_it_is(
    desk: FlaskClient, session: Session, answered
) -> None:
    cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()
    page = read(desk.get(f"{ANSWERS}?lang=en"))

    assert page.rows[0].cells[0].endswith("Cancelled")
    assert page.row("Lovelace").cells[1].endswith("Cancelled")
    assert "Remove from sessions…" not in page.text


def test_one_session_alone_can_be_asked_for(desk: FlaskClient, answered, add_session, cycle: Cycle) -> None:
    add_session(cycle, "Autre séance", days=20)
    page = read(desk.get(f"{ANSWERS}?session=autre-séance&lang=en"))

    assert "No calendar has answered for this session yet." in page.lines
    assert desk.get(f"{ANSWERS}?session=nonsense&page=99").status_code == 200


def test_the_people_of_the_cycle_show_the_answer_in_a_word(desk: FlaskClient, answered) -> None:
    page = read(desk.get(f"{WORKSPACE}/people?lang=en"))
    words = {row.cells[0].split()[0]: row.cells[2] for row in page.rows if len(row.cells) == 4}

    assert "calendar: accepted" in words["Lovelace"]
    assert "calendar: declined" in words["Bartók"]
    assert "calendar" not in words["Merle"]


def test_the_tray_says_why_and_what_to_do_and_is_emptied(desk: FlaskClient, answered, comes) -> None:
    cleo = replace(answered["Cléo"], partstat="ACCEPTED")
    comes(gmail(replace(cleo, sender="x@else.example.net", message_id="<1@x.example>")))
    comes(
        gmail(
            replace(
                cleo,
                method="COUNTER",
                start="20260319T140000",
                comment="Plutôt le 19",
                message_id="<2@x.example>",
            )
        )
    )
    comes(letter("Puis-je venir à deux ?", sender=BELA.email))
    page = read(desk.get(f"{ANSWERS}?lang=en"))

    assert page.part("tray").text == "3 messages wait for you"
    for words in (
        "An answer for this registration came from another address.",
        "Another time is wished for. Nothing was moved.",
        "Thursday 19 March 2026, 14:00",
        "Plutôt le 19",
        "A person has written.",
        "Puis-je venir à deux ?",
        "The letter was handed on to the contact of the cycle.",
    ):
        assert words in page.plain
    for one in db.session.scalars(db.select(Incoming.id).where(Incoming.needs_person)).all():
        for _twice in range(2):
            assert post(desk, f"{ANSWERS}/{one}/handled").status_code == 303
    db.session.expire_all()
    assert "wait for you" not in desk.get(f"{ANSWERS}?lang=en").text
    handled = db.session.scalars(db.select(Incoming).where(Incoming.needs_person)).all()
    assert {one.handled_by.name for one in handled} == {"Nadia Benali"}


def test_an_address_that_returns_mail_is_seen(desk: FlaskClient, answered, comes, outbox) -> None:
    comes(report(to=bounce_address(outbox()[-1].bounce_token, "example.org")))
    page = read(desk.get(f"{ANSWERS}?lang=en"))

    assert "Mail comes back: there is no such address." in page.lines
    assert CLEO.email in page.lines


def test_what_belongs_to_no_cycle_is_shown_to_administrators_of_the_only_organisation(
    app, desk: FlaskClient, otto: Organiser, cycle: Cycle, comes
) -> None:
    incoming = comes(letter("De nulle part", sender="stranger@else.example.net"))
    tray = "/organise/vto/incoming"

    assert "1 message belongs to no cycle" in read(desk.get(f"{ANSWERS}?lang=en")).callouts
    assert "De nulle part" in read(desk.get(tray)).lines
    assert sign_in(app.test_client(), otto).get(tray).status_code == 403
    assert "belongs to no cycle" not in sign_in(app.test_client(), otto).get(f"{ANSWERS}?lang=en").text
    assert post(desk, f"{ANSWERS}/{incoming.id}/handled").status_code == 404
    assert post(desk, f"{tray}/{incoming.id}/handled").status_code == 303
    assert "Nothing waits" in read(desk.get(f"{tray}?lang=en")).lines

    db.session.add(
        Organisation(
            slug="onpv",
            name="ONPV",
            short_name="ONPV",
            contact="a@x.example",
            created_at=incoming.received_at,
        )
    )
    db.session.commit()
    assert desk.get(tray).status_code == 404
    assert post(desk, f"{tray}/{incoming.id}/handled").status_code == 404


def test_a_message_of_another_cycle_is_not_found(desk: FlaskClient, answered, comes, organisation) -> None:
    incoming = comes(letter("Bonjour", sender=BELA.email))
    db.session.add(Cycle(organisation=organisation, slug="autre", title="Autre", created_at=NOW))
    db.session.commit()

    assert post(desk, f"/organise/vto/cycles/autre/messages/answers/{incoming.id}/handled").status_code == 404


def test_the_setting_is_kept(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    from tests.planning.editor.test_workspace import SETTINGS

    assert post(desk, f"{WORKSPACE}/settings", SETTINGS | {"refusal_frees_place": "y"}).status_code == 303
    db.session.refresh(cycle)
    assert cycle.refusal_frees_place
    assert post(desk, f"{WORKSPACE}/settings", SETTINGS).status_code == 303
    db.session.refresh(cycle)
    assert not cycle.refusal_frees_place


def test_the_page_costs_the_same_whatever_the_number_of_answers(
    desk, cycle, session, signs_up, comes, count_queries
) -> None:
    def join(number: int) -> None:
        person = replace(ADA, email=f"p{number}@x.example")
        signs_up(person, session)
        comes(
            gmail(
                Sample(
                    uid=let_leave().uid,
                    attendee=person.email,
                    sender=person.email,
                    message_id=f"<p{number}@x.example>",
                )
            )
        )

    def cost() -> int:
        with count_queries() as counted:
            assert desk.get(ANSWERS).status_code == 200
        return counted.count

    join(1)
    before = cost()
    for number in range(2, 9):
        join(number)
        comes(letter("Bonjour", sender=f"p{number}@x.example", message_id=f"<l{number}@x.example>"))

    assert cost() == before <= 15
