"""The workspace of a cycle: what its pages do, to whom they are open, what they cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.accounts.signed_in import post, sign_in
from tests.conftest import NOW
from tests.page import read
from tests.planning.test_actions import joins, kinds, left
from tests.planning.typed import SESSION, WORKSPACE
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.cycles.models import Cycle, Partner, Session
from webinars.cycles.queries import partners_of, sessions_of, themes_of
from webinars.cycles.states import CycleState, PartnerRole, SessionState
from webinars.outbox.models import Email
from webinars.storage.extensions import db

HERE = f"{WORKSPACE}/sessions/achats-responsables"
SETTINGS = {
    "title": "Agir sur l’emploi",
    "summary": "",
    "presentation": "",
    "noun": "seminar",
    "themes": "emploi, IAE, Emploi, ",
    "contact": "",
    "contact_name": "",
    "language": "fr",
    "timezone": "Europe/Paris",
    "threshold_minutes": "15",
    "threshold_percent": "",
    "alarm_minutes": "30",
}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield sent
    event.remove(db.engine, "before_cursor_execute", listen)


@pytest.fixture
def foreigner(app: object, client: FlaskClient) -> FlaskClient:
    """A member of another organisation, at the same instance."""
    other = Organisation(slug="onpv", name="ONPV", short_name="ONPV", contact="a@example.org", created_at=NOW)
    person = Organiser(name="Fanny", email="f@example.org", email_key="f@example.org", created_at=NOW)
    db.session.add(Membership(organisation=other, organiser=person, role=Role.ADMINISTRATOR, created_at=NOW))
    db.session.commit()
    return sign_in(client, person)


@pytest.mark.parametrize("part", ["", "/settings", "/people", "/publish", "/sessions/achats-responsables"])
def test_a_foreign_cycle_does_not_exist(foreigner: FlaskClient, session: Session, part: str) -> None:
    assert foreigner.get(f"{WORKSPACE}{part}").status_code == 404
    assert foreigner.get(f"/organise/onpv/cycles/emploi{part}").status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, session: Session) -> None:
    assert client.get(WORKSPACE).status_code == 303


def test_publishing_asks_first_and_acts_on_post(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    cycle.state = CycleState.DRAFT
    db.session.commit()

    assert read(desk.get(f"{WORKSPACE}/publish?lang=en")).heading == "Publish the cycle?"
    db.session.refresh(cycle)
    assert cycle.state is CycleState.DRAFT

    assert post(desk, f"{WORKSPACE}/publish").status_code == 303
    db.session.refresh(cycle)
    assert cycle.state is CycleState.PUBLISHED
    assert post(desk, f"{WORKSPACE}/publish").status_code == 303  # pressed twice


def test_publishing_without_hours_is_refused_with_a_sentence(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    cycle.state, session.starts_at, session.ends_at = CycleState.DRAFT, None, None
    db.session.commit()

    answer = post(desk, f"{WORKSPACE}/publish?lang=en")

    assert answer.status_code == 409
    assert "Give this session its day, start and end first: Achats responsables." in read(answer).lines


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {},
            (
                "jeu. 12 mars 10 h – 11 h 30",
                "Achats responsables lien de visioconférence manquant",
                "Brouillon",
            ),
        ),
        ({"start_time": None}, ("jeu. 12 mars horaires à préciser", "Achats responsables", "À compléter")),
        ({"start_time": None, "day": None}, ("date à préciser", "Achats responsables", "À compléter")),
    ],
)
def test_what_a_session_lacks_is_marked_once(
    desk: FlaskClient, cycle: Cycle, session: Session, known: dict[str, None], said: tuple[str, ...]
) -> None:
    cycle.state, session.join_url = CycleState.DRAFT, ""
    if known:
        session.starts_at = session.ends_at = None
    for name, value in known.items():
        setattr(session, name, value)
    db.session.commit()

    date, title, _seats, state, _edit = read(desk.get(WORKSPACE)).rows[0].cells

    assert (date, title, state) == said


def test_editing_the_date_prepares_an_update(
    desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    joins(session, "Ada")
    left(outbox)

    answer = post(desk, HERE, SESSION | {"day": "2026-03-19"})

    assert answer.status_code == 303
    assert kinds(outbox, "invitation_update") == []
    assert (
        "An update waits: it will be sent at 10:05 to 1 registered person"
        in read(desk.get(f"{WORKSPACE}?lang=en")).callouts
    )


def test_saving_without_a_change_tells_nobody(
    desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    joins(session, "Ada")
    left(outbox)

    post(desk, HERE, SESSION)

    db.session.refresh(session)
    assert kinds(outbox, "invitation_update") == []
    assert (session.revision, session.slug) == (1, "achats-responsables")


PASSED = "Thursday 12\u00a0February 2026 has passed: correct the day, or tick this box."


def test_a_session_typed_into_the_past_asks_where_people_sign_up(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    past = SESSION | {"day": "2026-02-12"}
    added = {"sessions-0-title": "A", "sessions-0-day": "2026-02-12"}
    added |= {"sessions-0-start_time": "10:00", "sessions-0-end_time": "11:00"}
    for address, typed, field, words in (
        (HERE, past, "is_past_meant", PASSED),
        (f"{WORKSPACE}/sessions/new", past, "is_past_meant", PASSED),
        (f"{WORKSPACE}/sessions/add", added, "sessions-0-is_past_meant", f"Line 1: {PASSED}"),
    ):
        assert field not in desk.get(address).text
        assert read(post(desk, f"{address}?lang=en", typed)).summary == {field: words}
        assert post(desk, address, typed | {field: "y"}).status_code == 303
    days = [f"{one.local_start:%d/%m}" for one in sessions_of(cycle)]
    assert days == ["12/02"] * 3


def test_the_past_is_not_asked_of_what_is_over_or_not_open(
    desk: FlaskClient, cycle: Cycle, session: Session
) -> None:
    post(desk, HERE, SESSION | {"day": "2026-02-12", "is_past_meant": "y"})
    assert post(desk, HERE, SESSION | {"day": "2026-02-11"}).status_code == 303

    cycle.close(now=NOW)
    db.session.commit()
    assert post(desk, f"{WORKSPACE}/sessions/new", SESSION | {"day": "2026-02-12"}).status_code == 303


def test_moving_into_the_past_is_said_beside_the_day(desk: FlaskClient, session: Session) -> None:
    joins(session, "Ada")

    answer = post(desk, f"{HERE}?lang=en", SESSION | {"day": "2026-02-12"})

    assert answer.status_code == 200
    page = read(answer)
    assert page.summary == {"day": page.error_for("day")}
    assert page.error_for("day").startswith("People are registered: choose a date that is still to come")
    assert page.values["day"] == "2026-02-12"


def test_a_session_is_cancelled_with_a_word_and_brought_back(
    desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    joins(session, "Ada")
    left(outbox)

    assert post(desk, f"{HERE}/cancel", {"word": "Salle indisponible"}).status_code == 303
    db.session.refresh(session)
    assert session.state is SessionState.CANCELLED
    assert post(desk, f"{HERE}/update/send").status_code == 303
    [told] = [mail for mail in outbox() if mail.kind == "invitation_cancelled"]
    assert told.details["word"] == "Salle indisponible"

    assert post(desk, f"{HERE}/restore").status_code == 303
    db.session.refresh(session)
    assert session.state is SessionState.SCHEDULED


def test_seats_are_added_for_those_who_wait(desk: FlaskClient, session: Session) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")

    assert read(desk.get(f"{HERE}/seats")).values["capacity"] == "2"  # as many as are needed
    few = post(desk, f"{HERE}/seats?lang=en", {"capacity": "0"})
    assert read(few).error_for("capacity") == "Write a whole number from 1 to 100,000."
    assert post(desk, f"{HERE}/seats", {"capacity": "2"}).status_code == 303
    db.session.refresh(session)
    assert session.capacity == 2


def test_a_session_nobody_took_is_removed(desk: FlaskClient, session: Session) -> None:
    assert post(desk, f"{HERE}/remove").status_code == 303
    assert desk.get(HERE).status_code == 404


def test_settings_are_kept(desk: FlaskClient, cycle: Cycle) -> None:
    partners = {
        "partners-0-name": "Réseau ESS",
        "partners-0-role": "co_organiser",
        "partners-0-url": "https://ess.example.org",
        "partners-0-logo": "not a digest",
    }

    assert post(desk, f"{WORKSPACE}/settings", SETTINGS | partners).status_code == 303

    db.session.refresh(cycle)
    assert (cycle.title, cycle.noun, cycle.threshold_minutes) == ("Agir sur l’emploi", "seminar", 15)
    assert cycle.alarm_minutes == 30
    assert (cycle.slug, cycle.state) == ("emploi", CycleState.PUBLISHED)
    assert list(themes_of(cycle)) == ["emploi", "IAE"]
    [partner] = partners_of(cycle)
    assert (partner.name, partner.role, partner.logo) == ("Réseau ESS", PartnerRole.CO_ORGANISER, None)


def test_a_wrong_setting_keeps_all(desk: FlaskClient, cycle: Cycle) -> None:
    db.session.add(Partner(cycle_id=cycle.id, name="Réseau ESS"))
    db.session.commit()
    row = {
        "partners-0-name": "",
        "partners-0-role": "partner",
        "partners-0-url": "https://a.example.org",
        "partners-0-logo": "",
    }

    answer = post(desk, f"{WORKSPACE}/settings?lang=en", SETTINGS | row | {"threshold_minutes": "NaN"})

    page = read(answer)
    assert page.error_for("threshold_minutes") == "Write a whole number from 1 to 600."
    assert page.error_for("partners-0-name") == "Write the name: logos stand beside it."
    assert page.values["threshold_minutes"] == "NaN"
    assert [partner.name for partner in partners_of(cycle)] == ["Réseau ESS"]


@pytest.mark.parametrize(
    ("themes", "sentence"),
    [
        ("emploi, " + "x" * 81, "Shorten the longest theme: 80 signs at most."),
        (", ".join(f"theme {number}" for number in range(13)), "Keep 12 themes at most."),
    ],
)
def test_a_theme_is_kept_whole_or_refused(
    desk: FlaskClient, cycle: Cycle, themes: str, sentence: str
) -> None:
    before = list(themes_of(cycle))

    answer = post(desk, f"{WORKSPACE}/settings?lang=en", SETTINGS | {"themes": themes})

    assert read(answer).error_for("themes") == sentence
    assert read(answer).values["themes"] == themes
    assert list(themes_of(cycle)) == before


@pytest.mark.parametrize("address", ["", "/cycles", "/cycles/emploi", "/cycles/emploi/people"])
def test_lists_cost_the_same_however_long(
    desk: FlaskClient, cycle: Cycle, add_session: Callable[..., Session], address: str
) -> None:
    costs = []
    for round_ in range(2):
        for number in range(4):
            session = add_session(cycle, f"Séance {round_}{number}", days=3 + number, capacity=1)
            joins(session, f"Ada{round_}{number}")
            joins(session, f"Bela{round_}{number}")
        with counted() as sent:
            assert desk.get(f"/organise/vto{address}").status_code == 200
        costs.append(len(sent))

    assert costs[0] == costs[1]
    assert costs[0] <= 16  # fifteen, and the one that opens the transaction
