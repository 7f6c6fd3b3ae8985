"""The editor of one session, open twice: nobody takes back what the other did, and nothing typed is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from tests.edits.pages import Opened, said
from tests.page import read
from tests.planning.settled import send_settled
from tests.planning.test_actions import joins, left
from tests.planning.typed import SESSION, WORKSPACE
from webinars import clock
from webinars.cycles.models import Contributor, Session
from webinars.cycles.states import Format
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email
from webinars.storage.extensions import db

HERE = f"{WORKSPACE}/sessions/achats-responsables"
MOVED = {"start_time": "14:00", "end_time": "15:30"}
ADA = {
    "contributors-0-kind": "speaker",
    "contributors-0-name": "Ada Martin",
    "contributors-0-role": "",
    "contributors-0-organisation": "",
    "contributors-0-email": "",
}


def opened(desk: FlaskClient, **values: Any) -> Opened:
    return Opened(desk, HERE, SESSION | values)


def the_session() -> Session:
    db.session.expire_all()
    return db.session.scalars(select(Session)).one()


def hour() -> int:
    start = the_session().starts_at
    assert start is not None
    return start.hour


def test_a_subtitle_added_in_an_old_page_leaves_the_hour_where_it_went(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    joins(session, "Ada")
    left(outbox)
    nadia, otto = opened(desk), opened(other_desk)

    assert otto.send(**MOVED).status_code == 303
    send_settled(clock.now() + timedelta(hours=1))
    assert nadia.send(subtitle="Acheter mieux").status_code == 303
    send_settled(clock.now() + timedelta(hours=2))

    kept = the_session()
    assert (kept.starts_at, kept.subtitle) == (datetime(2026, 3, 12, 13, 0, tzinfo=UTC), "Acheter mieux")
    updates = [mail for mail in outbox() if mail.kind == "invitation_update"]
    assert [mail.sequence for mail in updates] == [1]
    assert "Otto Weiss changed “Date and hours” at 10:00; that is kept." in said(desk, WORKSPACE)


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({"capacity": "40"}, {"subtitle": "S"}),
        ({"join_url": "https://video.example.org/other"}, {"capacity": "12"}),
        ({"format": "on_site", "place": "Mairie"}, {"abstract": "Un mot."}),
        ({"closes_at": "2026-03-11T12:00"}, {"title": "Autrement"}),
        ({"timezone": "America/Cayenne"}, {"subtitle": "S"}),
        ({"opens_at": "2026-03-03T12:00"}, MOVED),
        (
            ADA,
            {"resources-0-kind": "link", "resources-0-label": "Notes", "resources-0-url": "https://e.org/1"},
        ),
    ],
)
def test_what_two_people_changed_apart_is_kept_of_both(
    desk: FlaskClient,
    other_desk: FlaskClient,
    session: Session,
    theirs: dict[str, str],
    mine: dict[str, str],
) -> None:
    nadia, otto = opened(desk), opened(other_desk)

    assert (otto.send(**theirs).status_code, nadia.send(**mine).status_code) == (303, 303)

    values = read(desk.get(HERE)).values
    kept = {name: values[name] for name in theirs | mine if name in values}
    assert kept == {name: typed for name, typed in (theirs | mine).items() if name in values}
    assert len(kept) > 1
    assert the_session().edits == 2


def test_what_both_changed_is_shown_with_who_and_when_and_nothing_is_written(
    desk: FlaskClient,
    other_desk: FlaskClient,
    session: Session,
    clock_of_the_day: Traveller,
) -> None:
    nadia, otto = opened(desk), opened(other_desk)
    clock_of_the_day.shift(timedelta(minutes=12))
    otto.send(**MOVED, subtitle="Le sien")

    answer = nadia.send(
        start_time="16:00", end_time="17:00", subtitle="Le mien", abstract="Un texte à garder"
    )

    assert answer.status_code == 409
    page = read(answer)
    assert "Otto Weiss saved this at 10:12, while you had it open." in page.callouts
    assert (
        "Nothing you typed is lost, nothing is saved yet. 2 parts were changed by both of you: choose."
        in page.lines
    )
    assert (
        "Take the one saved by Otto Weiss 10:12Day: Thursday 12\u00a0March 2026, Start: 14:00, End: 15:30, Time zone: Paris"
        in page.lines
    )
    assert (
        "Keep yours as it stands in the field below, where you may still change itDay: Thursday 12\u00a0March 2026, Start: 16:00, End: 17:00, Time zone: Paris"
        in page.lines
    )
    values = read(answer).values
    kept_on_the_page = [values[name] for name in ("start_time", "end_time", "subtitle", "abstract")]
    assert kept_on_the_page == ["16:00", "17:00", "Le mien", "Un texte à garder"]
    kept = the_session()
    assert (hour(), kept.subtitle, kept.abstract, kept.edits) == (13, "Le sien", "", 1)


def test_what_was_decided_on_that_page_is_written(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia, otto = opened(desk), opened(other_desk)
    otto.send(**MOVED, subtitle="Le sien")
    mine = {"start_time": "16:00", "end_time": "17:00", "subtitle": "Le mien", "abstract": "Un texte"}

    asked = nadia.send(**mine)
    decided = nadia.again(asked, **mine, **{"keep-hours": "theirs", "keep-subtitle": "mine"})

    kept = the_session()
    assert decided.status_code == 303
    assert (hour(), kept.subtitle, kept.abstract) == (13, "Le mien", "Un texte")


def test_a_third_person_is_asked_too_and_so_is_who_decides_too_late(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia, otto, late = opened(desk), opened(other_desk), opened(other_desk)
    otto.send(subtitle="Un")
    asked = nadia.send(subtitle="Deux")
    assert late.send(subtitle="Trois").status_code == 409
    opened(other_desk).send(subtitle="Quatre")

    asked_again = nadia.again(asked, subtitle="Deux")

    assert (asked.status_code, asked_again.status_code, the_session().subtitle) == (409, 409, "Quatre")
    assert nadia.again(asked_again, subtitle="Deux").status_code == 303
    assert the_session().subtitle == "Deux"


def test_both_versions_chosen_at_once_are_refused(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia, otto = opened(desk), opened(other_desk)
    otto.send(subtitle="Le sien")
    asked = nadia.send(subtitle="Le mien")

    both = nadia.again(asked, subtitle="Le mien", **{"keep-subtitle": ["theirs", "mine"]})

    assert (both.status_code, the_session().subtitle) == (400, "Le sien")


def test_the_same_change_by_both_asks_nobody(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia, otto = opened(desk), opened(other_desk)

    assert (otto.send(**MOVED).status_code, nadia.send(start_time="14h", end_time="15 h 30").status_code) == (
        303,
        303,
    )
    assert (hour(), the_session().edits) == (13, 1)


def test_there_and_back_is_no_difference(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia = opened(desk)
    opened(other_desk).send(**MOVED)
    opened(other_desk).send()

    assert nadia.send(start_time="16:00", end_time="17:00").status_code == 303
    assert hour() == 15


def test_sent_twice_it_is_done_once(desk: FlaskClient, session: Session) -> None:
    page = opened(desk)
    sent = MOVED | ADA | {"subtitle": "Une fois", "capacity": "30"}

    answers = [page.send(**sent).status_code for _time in range(3)]

    assert (answers, the_session().edits) == ([303] * 3, 1)
    told = [entry.deed for entry in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))]
    assert told == ["session changed", "seats changed"]


def test_nothing_changed_writes_nothing(desk: FlaskClient, session: Session) -> None:
    before = the_session().changed_at
    clock_and_desk = opened(desk)

    assert clock_and_desk.send().status_code == 303
    assert (the_session().edits, the_session().changed_at) == (0, before)
    assert db.session.scalars(select(JournalEntry)).all() == []


def test_line_ends_blanks_and_composed_letters_are_no_change(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    opened(desk).send(abstract="Été\n\n- un point", title="Écoles  et\u00a0places")
    page = opened(desk)
    opened(other_desk).send(abstract="Un autre texte", title="Un autre titre")

    typed = {"abstract": "E\u0301te\u0301\r\n\r\n- un point\r\n", "title": " E\u0301coles et\u00a0places "}
    assert page.send(**typed, subtitle="S").status_code == 303

    kept = the_session()
    assert (kept.abstract, kept.title, kept.subtitle) == ("Un autre texte", "Un autre titre", "S")


def test_a_text_kept_uncleaned_is_no_change_of_whoever_opens_it(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    session.title, session.abstract = "Achats  responsables", "Un\r\ntexte "
    db.session.commit()
    page = Opened(desk, HERE, SESSION | {"abstract": "Un\r\ntexte "})
    Opened(other_desk, HERE, SESSION).send(title="Autre", abstract="Autre")

    assert page.send(title="Achats  responsables", subtitle="S").status_code == 303
    assert (the_session().title, the_session().abstract) == ("Autre", "Autre")


def test_another_zone_leaves_an_hour_nobody_changed_and_asks_where_both_did(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia, third = opened(desk), opened(desk)
    opened(other_desk).send(timezone="Europe/Lisbon", closes_at="2026-03-12T09:00")

    assert third.send(subtitle="S", closes_at="2026-03-12T07:00").status_code == 409
    assert nadia.send(subtitle="S").status_code == 303
    kept = the_session()
    assert (kept.timezone, kept.closes_at) == ("Europe/Lisbon", datetime(2026, 3, 12, 9, 0, tzinfo=UTC))


def test_people_typed_beside_another_list_are_asked_as_one(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia = opened(desk)
    opened(other_desk).send(**ADA)
    bea = ADA | {"contributors-0-name": "Béa Vidal"}

    asked = nadia.send(**bea)

    assert asked.status_code == 409
    assert read(asked).said("version")[:2] == ["Speaker · Béa Vidal", "Speaker · Ada Martin"]
    assert nadia.again(asked, **bea, **{"keep-contributors": "theirs"}).status_code == 303
    assert [one.name for one in db.session.scalars(select(Contributor))] == ["Ada Martin"]


def test_stale_seats_nobody_touched_are_not_refused(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    session.capacity = 1
    db.session.commit()
    page = opened(desk, capacity="1")
    opened(other_desk).send(capacity="5")
    for name in ("Ada", "Bob", "Eve"):
        joins(session, name)

    assert page.send(subtitle="S").status_code == 303
    assert (the_session().capacity, the_session().subtitle) == (5, "S")


@pytest.mark.parametrize(
    "made_from", ["", "x", "1 title:zz", "9" * 2_001, "0 " + "title:0123456789abcdef " * 90, "[" * 1_500]
)
def test_a_page_that_does_not_say_what_it_was_made_from_writes_nothing_and_loses_nothing(
    desk: FlaskClient, session: Session, made_from: str
) -> None:
    page = opened(desk)
    page.made_from = {"shown": made_from}

    asked = page.send(subtitle="Un", format="on_site", place="Mairie")

    assert (asked.status_code, the_session().subtitle, read(asked).values["place"]) == (409, "", "Mairie")
    assert "This page did not say which version it was made from." in read(asked).callouts
    assert page.again(asked, subtitle="Un", format="on_site", place="Mairie").status_code == 303
    assert (the_session().subtitle, the_session().format) == ("Un", Format.ON_SITE)


def test_rows_and_previews_keep_what_the_form_was_made_from(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia = opened(desk)
    opened(other_desk).send(**MOVED)

    more = nadia.send(**ADA, add="contributors-1")
    assert nadia.again(more, **ADA).status_code == 303
    assert hour() == 13


def test_looking_changes_nothing_however_one_asks(desk: FlaskClient, session: Session) -> None:
    desk.get(HERE)
    desk.head(HERE)
    desk.options(HERE)

    assert (the_session().edits, the_session().edited) == (0, {})


def test_a_wrong_field_after_a_merge_is_corrected_on_the_page_as_it_is_now(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    nadia = opened(desk)
    opened(other_desk).send(**MOVED)

    wrong = nadia.send(capacity="-1")
    assert (wrong.status_code, read(wrong).values["start_time"]) == (200, "14:00")
    assert (
        "Otto Weiss changed “Date and hours” at 10:00; that is kept. Day: Thursday 12\u00a0March 2026, Start: 14:00, End: 15:30, Time zone: Paris"
        in read(wrong).lines
    )
    opened(other_desk).send(start_time="15:00", end_time="16:00")
    assert nadia.again(wrong, **MOVED, capacity="9").status_code == 303
    assert (hour(), the_session().capacity) == (14, 9)
