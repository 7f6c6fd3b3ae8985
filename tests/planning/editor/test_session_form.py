"""One session: what may be typed, what is refused, what is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.typed import SESSION, WORKSPACE
from tests.registration.conftest import ADA, signs_up
from webinars.cycles.models import Contributor, Cycle, Resource, Session
from webinars.cycles.states import ContributorKind, Format
from webinars.planning.editor.session_forms import SessionForm
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

__all__ = ["signs_up"]

NEW = f"{WORKSPACE}/sessions/new"
HERE = f"{WORKSPACE}/sessions/achats-responsables"
TWICE = "2:30 comes twice on Sunday 25\u00a0October 2026, when clocks go back: say which."


def the_session() -> Session:
    db.session.expire_all()
    return db.session.scalars(select(Session)).one()


def refused(desk: FlaskClient, **typed: Any) -> Page:
    answer = post(desk, f"{NEW}?lang=en", SESSION | typed)
    assert answer.status_code == 200
    page = read(answer)
    assert page.points.startswith("The session is not saved: ")
    assert db.session.scalars(select(Session)).all() == []
    kept = page.values | {name: chosen for name, [chosen] in page.ticked.items()}
    assert {name: kept.get(name) for name, value in typed.items() if value} == {
        name: value for name, value in typed.items() if value
    }
    return page


def test_everything_typed_is_kept(desk: FlaskClient, cycle: Cycle) -> None:
    typed = SESSION | {
        "subtitle": "Un sous-titre",
        "format": "hybrid",
        "place": "Mairie, salle 2",
        "capacity": "80",
        "opens_at": "2026-03-02T09:00",
        "closes_at": "2026-03-12 08:00",
        "abstract": "Un mot.\n\n- un point",
        "contributors-0-kind": "speaker",
        "contributors-0-name": "Ada Martin",
        "contributors-0-role": "co-directrice",
        "contributors-0-organisation": "la MedNum",
        "contributors-0-email": "Ada@Example.org",
        "contributors-1-kind": "team",
        "contributors-1-name": "",
        "contributors-1-role": "",
        "contributors-1-organisation": "",
        "contributors-1-email": "",
        "resources-0-kind": "replay",
        "resources-0-label": "Voir le replay",
        "resources-0-url": "https://video.example.org/1",
    }

    assert post(desk, NEW, typed).status_code == 303

    session = the_session()
    assert session.starts_at == datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
    assert session.ends_at == datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
    assert session.opens_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert session.closes_at == datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
    assert (session.format, session.place, session.capacity) == (Format.HYBRID, "Mairie, salle 2", 80)
    assert session.abstract == "Un mot.\n\n- un point"
    [person] = db.session.scalars(select(Contributor))
    assert (person.kind, person.name, person.email) == (
        ContributorKind.SPEAKER,
        "Ada Martin",
        "Ada@example.org",
    )
    [resource] = db.session.scalars(select(Resource))
    assert (resource.label, resource.session_id) == ("Voir le replay", session.id)


def test_an_end_comes_after_its_start(desk: FlaskClient, cycle: Cycle) -> None:
    assert refused(desk, end_time="09:30").error_for("end_time") == "Choose an end time after 10:00."


def test_french_says_the_same(desk: FlaskClient, cycle: Cycle) -> None:
    answer = post(desk, f"{NEW}?lang=fr", SESSION | {"end_time": "09:30"})

    assert read(answer).error_for("end_time") == "La fin doit venir après 10\u00a0h."


def test_an_hour_that_does_not_exist_is_refused(desk: FlaskClient, cycle: Cycle) -> None:
    page = refused(desk, day="2026-03-29", start_time="02:30", end_time="04:00")

    assert (
        page.error_for("start_time")
        == "2:30 does not exist on Sunday 29\u00a0March 2026: clocks jump ahead. Choose another hour."
    )


def test_an_hour_that_comes_twice_is_asked(desk: FlaskClient, cycle: Cycle) -> None:
    twice = {"day": "2026-10-25", "start_time": "02:30", "end_time": "04:00"}

    assert refused(desk, **twice).error_for("start_turn") == TWICE
    assert "start_turn" not in desk.get(NEW).text

    post(desk, NEW, SESSION | twice | {"start_turn": "second"})
    assert the_session().starts_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_session_may_end_after_midnight(desk: FlaskClient, cycle: Cycle) -> None:
    post(desk, NEW, SESSION | {"start_time": "22:00", "end_time": "00:30"})

    session = the_session()
    assert (session.starts_at, session.ends_at) == (
        datetime(2026, 3, 12, 21, tzinfo=UTC),
        datetime(2026, 3, 12, 23, 30, tzinfo=UTC),
    )
    assert [read(desk.get(HERE)).values[name] for name in ("day", "start_time", "end_time")] == [
        "2026-03-12",
        "22:00",
        "00:30",
    ]


def test_an_end_after_midnight_that_comes_twice_is_asked_of_the_next_day(
    desk: FlaskClient, cycle: Cycle
) -> None:
    night = {"day": "2026-10-24", "start_time": "22:00", "end_time": "02:30"}

    assert refused(desk, **night).error_for("end_turn") == TWICE
    post(desk, NEW, SESSION | night | {"end_turn": "second"})
    assert the_session().ends_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_link_needs_no_https_typed(desk: FlaskClient, cycle: Cycle) -> None:
    post(desk, NEW, SESSION | {"join_url": "video.example.org:8443/room?a=b"})

    assert the_session().join_url == "https://video.example.org:8443/room?a=b"


def test_which_of_the_two_is_remembered(desk: FlaskClient, cycle: Cycle) -> None:
    twice = {"day": "2026-10-25", "start_time": "02:30", "end_time": "04:00", "start_turn": "second"}
    post(desk, NEW, SESSION | twice)

    assert read(desk.get(HERE)).ticked["start_turn"] == ["second"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "Give the session a title."),
        ("title", "x" * 301, "Shorten this text: 300 signs at most, 301 now."),
        ("day", "", "Give the day."),
        ("day", "31/02/2026", "it must exist in the calendar"),
        ("day", "9999-12-31", "it must exist in the calendar"),
        ("day", "0000-01-01", "it must exist in the calendar"),
        ("day", "99999-01-01", "it must exist in the calendar"),
        ("day", "٢٠٢٦-٠٣-١٢", "it must exist in the calendar"),
        ("day", "1" * 40_000, "it must exist in the calendar"),
        ("start_time", "١٠:٠٠", "Write the hour as 10:30."),
        ("start_time", "10:5", "Write the hour as 10:30."),
        ("start_time", "10:00:01", "Write the hour as 10:30."),
        ("start_time", "25:00", "Write the hour as 10:30."),
        ("start_time", "", "Give the hour of the start."),
        ("end_time", "midday", "Write the hour as 10:30."),
        ("timezone", "Europe/Atlantis", "Choose an answer of the list."),
        ("format", "by pigeon", "Choose an answer of the list."),
        ("join_url", "javascript:alert(1)", "Copy the whole address, from https:// on."),
        ("join_url", "nadia@video.example.org", "Copy the whole address, from https:// on."),
        ("join_url", "the room upstairs", "Copy the whole address, from https:// on."),
        ("capacity", "-1", "Write a whole number from 1 to 100,000."),
        ("capacity", "9223372036854775808", "Write a whole number from 1 to 100,000."),
        ("capacity", "NaN", "Write a whole number from 1 to 100,000."),
        ("capacity", "1e3", "Write a whole number from 1 to 100,000."),
        ("capacity", "٣", "Write a whole number from 1 to 100,000."),
        ("opens_at", "0001-01-01T00:00", "Write the day and the hour as 31/03/2026 10:30."),
        ("opens_at", "2026-03-29T02:30", "This hour does not exist on that day"),
        ("closes_at", "2025-10-26T02:30", "This hour comes twice on that day"),
        ("opens_at", "soon", "Write the day and the hour as 31/03/2026 10:30."),
        ("abstract", "x" * 20_001, "Shorten this text: 20,000 signs at most"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    desk: FlaskClient, cycle: Cycle, field: str, typed: str, words: str
) -> None:
    answer = post(desk, f"{NEW}?lang=en", SESSION | {field: typed})

    page = read(answer)
    assert words in page.error_for(field)
    assert page.summary == {field: page.error_for(field)}
    assert db.session.scalars(select(Session)).all() == []


def test_a_wrong_day_is_shown_as_it_was_typed(desk: FlaskClient, cycle: Cycle) -> None:
    assert refused(desk, day="31/02/2026").part("day").attributes["type"] == "text"


@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        ("day", "12/3/2026", "2026-03-12"),
        ("start_time", "9", "09:00"),
        ("start_time", "9h", "09:00"),
        ("start_time", "9 h 30", "09:30"),
        ("start_time", "9\u202fh\u202f30", "09:30"),
        ("opens_at", "2/3/2026 9 h", "2026-03-02T09:00"),
        ("capacity", "1 000", "1000"),
        ("capacity", "   ", ""),
    ],
)
def test_what_was_typed_in_words_stays_while_another_field_is_corrected(
    desk: FlaskClient, cycle: Cycle, field: str, typed: str, shown: str
) -> None:
    """A control of days or hours shows nothing else than its own form."""
    page = read(post(desk, f"{NEW}?lang=en", SESSION | {"title": "", field: typed}))

    assert (list(page.summary), page.values[field]) == (["title"], shown)


def test_a_place_is_needed_where_people_come(desk: FlaskClient, cycle: Cycle) -> None:
    assert refused(desk, format="on_site").error_for("place") == "Say where the session takes place."


@pytest.mark.parametrize("closes", ["2026-03-12T10:40", "2026-03-12T11:30"])
def test_registration_may_close_while_the_session_runs(desk: FlaskClient, cycle: Cycle, closes: str) -> None:
    assert post(desk, NEW, SESSION | {"closes_at": closes}).status_code == 303


def test_registration_closes_before_the_session_ends(desk: FlaskClient, cycle: Cycle) -> None:
    page = refused(desk, closes_at="2026-03-12T11:31")

    assert page.error_for("closes_at") == "Choose a moment before the session ends."


def test_registration_closes_after_it_opens(desk: FlaskClient, cycle: Cycle) -> None:
    page = refused(desk, opens_at="2026-03-05T10:00", closes_at="2026-03-04T10:00")

    assert page.error_for("closes_at") == "Choose a moment after registration opens."


def test_a_speaker_needs_an_address_that_works(desk: FlaskClient, cycle: Cycle) -> None:
    answer = post(
        desk, f"{NEW}?lang=en",
        SESSION | {
            "contributors-0-kind": "speaker", "contributors-0-name": "Ada", "contributors-0-role": "",
            "contributors-0-organisation": "", "contributors-0-email": "ada@",
        },
    )  # fmt: skip

    said = "Complete the address: the part after @ is missing."
    assert read(answer).summary == {"contributors-0-email": said}


def test_a_field_that_is_missing_or_doubled_is_no_form_of_ours(desk: FlaskClient, cycle: Cycle) -> None:
    doubled = MultiDict([*SESSION.items(), ("title", "Another")])

    assert post(desk, NEW, {k: v for k, v in SESSION.items() if k != "format"}).status_code == 200
    assert desk.post(NEW, data=MultiDict([*doubled.items(multi=True), *_token(desk)])).status_code == 400


def _token(desk: FlaskClient) -> list[tuple[str, str]]:
    from tests.accounts.signed_in import csrf_token

    return [("csrf_token", csrf_token(desk, NEW))]


def test_fewer_seats_than_people_is_refused_with_both(desk: FlaskClient, session: Session) -> None:
    seat(session, 3)

    answer = post(desk, f"{HERE}?lang=en", SESSION | {"capacity": "2"})

    page = read(answer)
    assert page.error_for("capacity") == "3 people already have a seat: enter 3 or more."
    assert page.values["capacity"] == "2"
    assert the_session().capacity is None


def test_another_zone_leaves_the_registration_window_as_it_was_typed(
    desk: FlaskClient, session: Session
) -> None:
    window = {"opens_at": "2026-03-02T09:00", "closes_at": "2026-03-12T08:00"}
    post(desk, HERE, SESSION | window)
    page = read(desk.get(HERE))

    post(desk, HERE, SESSION | window | {"shown": page.values["shown"], "timezone": "Indian/Reunion"})

    kept = the_session()
    assert (kept.timezone, kept.starts_at) == ("Indian/Reunion", datetime(2026, 3, 12, 6, 0, tzinfo=UTC))
    assert (kept.opens_at, kept.closes_at) == (
        datetime(2026, 3, 2, 5, 0, tzinfo=UTC),
        datetime(2026, 3, 12, 4, 0, tzinfo=UTC),
    )


def test_a_presentation_told_again_without_a_change_counts_as_an_edit(
    desk: FlaskClient, session: Session
) -> None:
    post(desk, HERE, SESSION | {"are_texts_told": "y"})

    assert the_session().edits == 1


def seat(session: Session, count: int) -> None:
    for number in range(count):
        person = Registrant(
            cycle_id=session.cycle_id, email=f"p{number}@example.org", email_key=f"p{number}@example.org",
            first_name="P", last_name=str(number), created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        db.session.add(
            Registration(
                registrant=person,
                session_id=session.id,
                state=RegistrationState.CONFIRMED,
                created_at=NOW,
                confirmed_at=NOW,
            )
        )
    db.session.commit()


def test_rows_of_people_are_added_and_taken_away(desk: FlaskClient, session: Session) -> None:
    row = {
        "contributors-0-kind": "speaker", "contributors-0-name": "Ada Martin", "contributors-0-role": "",
        "contributors-0-organisation": "", "contributors-0-email": "",
    }  # fmt: skip

    more = read(post(desk, HERE, SESSION | row | {"add": "contributors-1"})).values
    less = post(desk, HERE, SESSION | row | {"remove": "contributors-0"}).text

    assert (more["contributors-0-name"], more["contributors-1-name"]) == ("Ada Martin", "")
    assert "Ada Martin" not in less
    assert db.session.scalars(select(Contributor)).all() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(SESSION)),
    typed=st.text(max_size=40) | st.integers().map(str) | st.floats().map(str),
)
def test_any_text_in_any_field_is_read_or_refused(app: Any, name: str, typed: str) -> None:
    with app.test_request_context("/", method="POST", data=SESSION | {name: typed}):
        form = SessionForm(meta={"csrf": False})
        if form.validate() and form.check(are_hours_needed=True, seats_taken=0):
            session = Session(timezone=form.timezone.data)
            form.populate_obj(session)
            form.set_hours(session, timezone=form.zone_name, now=NOW)
            assert session.capacity is None or 1 <= session.capacity <= 100_000
            assert session.is_dated
        else:
            assert form.errors


def test_more_people_than_can_be_added_are_shown_and_kept(desk: FlaskClient, session: Session) -> None:
    """A file of cycles may bring them."""
    names = [f"Speaker {number}" for number in range(30)]
    db.session.add_all(
        Contributor(session_id=session.id, name=name, kind=ContributorKind.SPEAKER, position=position)
        for position, name in enumerate(names)
    )
    db.session.commit()

    rows = {f"contributors-{n}-name": name for n, name in enumerate(names)}
    kinds = {f"contributors-{n}-kind": "speaker" for n in range(30)}
    answer = post(desk, HERE, SESSION | rows | kinds | {"title": "Autrement"})

    assert answer.status_code == 303
    kept = db.session.scalars(select(Contributor).order_by(Contributor.position, Contributor.id)).all()
    assert [one.name for one in kept] == names


def test_a_session_with_people_moved_into_the_past_is_refused_at_its_day(
    desk: FlaskClient, cycle: Cycle, add_session: Any, signs_up: Any
) -> None:
    signs_up(ADA, add_session(cycle, "Achats responsables"))
    shown = read(desk.get(HERE)).values["shown"]
    db.session.remove()  # nothing that the test knows is at hand for the request

    answer = post(desk, HERE, SESSION | {"day": "2026-02-12", "shown": shown})

    assert answer.status_code == 200
    page = read(answer)
    assert page.error_for("day") == (
        "Des personnes sont inscrites\u00a0: choisissez une date à venir, ou annulez la séance."
    )
    assert page.values["day"] == "2026-02-12"
    told = (
        "Si la date, l’heure, le lieu, le format ou le titre change, un message part à 1 personne inscrite."
    )
    assert told in page.lines
