"""A cycle once more, on other days."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW, Counted
from tests.page import Page, read
from tests.planning.editor.test_workspace import foreigner
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import ADA, signs_up
from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session
from webinars.cycles.queries import contributors_of, partners_of, resources_of, sessions_of, themes_of
from webinars.cycles.states import ContributorKind, CycleState, PartnerRole
from webinars.duplication.actions import TAKEN, duplicate_cycle
from webinars.duplication.shift import shifted_all
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email
from webinars.planning.actions import set_partners, set_people, set_themes
from webinars.registration.models import Registrant
from webinars.reminders.actions import choose
from webinars.reminders.models import ReminderPlan, ReminderRule
from webinars.reminders.queries import plan_of, rules_of
from webinars.storage.extensions import db

__all__ = ["foreigner", "signs_up"]

HERE = f"{WORKSPACE}/duplicate"
COPY = {"title": "Agir sur l’emploi, 2027", "first_day": "2026-09-03"}
STAYS = {
    Cycle: "organisation_id slug source_id title state published_sentence created_at published_at closed_at"
    " cancelled_at deletion_asked_at deletion_asked_by_id deletion_asked_by_name edits edited",
    Session: "day start_time end_time starts_at ends_at opens_at closes_at cycle_id public_id slug source_id really_started_at really_ended_at join_url state cancelled_at"
    " revision created_at changed_at edits edited",
    Partner: "cycle_id",
    Contributor: "session_id",
    ReminderPlan: "cycle_id session_id",
    ReminderRule: "plan_id",
}


@pytest.fixture
def prepared(cycle: Cycle, add_session: Callable[..., Session]) -> Cycle:
    """A published cycle of two sessions, with all that is prepared of one."""
    cycle.presentation, cycle.summary, cycle.threshold_minutes = "**Trois** dates", "En une phrase", 20
    cycle.refusal_frees_place, cycle.alarm_minutes, cycle.contact = True, 30, "lea@example.org"
    first = add_session(cycle, "Une", days=10, capacity=30, abstract="Le premier", place="Salle B")
    second = add_session(cycle, "Deux", days=24)
    set_themes(cycle, ["emploi", "IAE"])
    set_partners(cycle, [Partner(name="Région", role=PartnerRole.FUNDER, position=0, logo="a" * 64)])
    set_people(first, [Contributor(name="Léa Roux", email="lea@example.org", position=0)])
    set_people(second, [Contributor(name="Ali", kind=ContributorKind.TEAM, position=0)])
    db.session.add(
        Resource(cycle_id=cycle.id, session_id=first.id, label="Replay", url="https://r.example.org")
    )
    choose(cycle, [ReminderRule(minutes=1440, text="À demain")], is_on=False, by=NADIA, now=NOW)
    choose(cycle, [ReminderRule(minutes=60, text="")], session=second, by=NADIA, now=NOW)
    db.session.commit()
    return cycle


def seen(desk: FlaskClient, typed: dict[str, str] = COPY) -> tuple[Page, dict[str, str]]:
    """The page that shows the dates, and the form it sends on."""
    page = read(post(desk, f"{HERE}?lang=en", typed))
    return page, typed | {name: page.values[name] for name in ("dates_seen", "attempt")}


def the_copy() -> Cycle:
    return db.session.scalars(select(Cycle).where(Cycle.title == COPY["title"])).one()


def cycles() -> int:
    return db.session.scalar(select(func.count()).select_from(Cycle)) or 0


def test_every_date_is_shown_before_anything_is_made(desk: FlaskClient, prepared: Cycle) -> None:
    page, _form = seen(desk)

    assert [row.plain for row in page.rows] == [
        "Une Thu 12 Mar 2026 Thu 3 Sep 2026 10:00–11:30",
        "Deux Thu 26 Mar 2026 Thu 17 Sep 2026 10:00–11:30",
    ]
    assert cycles() == 1


def test_the_copy_is_a_draft_with_all_that_was_prepared(desk: FlaskClient, prepared: Cycle) -> None:
    answer = post(desk, HERE, seen(desk)[1])

    copy = the_copy()
    assert (answer.status_code, answer.location) == (303, f"/organise/vto/cycles/{copy.slug}")
    assert (copy.state, copy.published_at, copy.organisation_id) == (
        CycleState.DRAFT,
        None,
        prepared.organisation_id,
    )
    for name in TAKEN[Cycle]:
        assert getattr(copy, name) == getattr(prepared, name), name
    assert list(themes_of(copy)) == ["emploi", "IAE"]
    assert [(one.name, one.role, one.logo) for one in partners_of(copy)] == [
        ("Région", PartnerRole.FUNDER, "a" * 64)
    ]
    sessions = sessions_of(copy)
    assert [
        (one.title, one.day, one.start_time, one.capacity, one.place, one.abstract) for one in sessions
    ] == [
        ("Une", date(2026, 9, 3), time(10), 30, "Salle B", "Le premier"),
        ("Deux", date(2026, 9, 17), time(10), None, "", ""),
    ]
    assert [one.starts_at for one in sessions] == [
        datetime(2026, 9, 3, 8, tzinfo=UTC),
        datetime(2026, 9, 17, 8, tzinfo=UTC),
    ]
    people = contributors_of(sessions)
    assert [[(one.name, one.kind) for one in people[session.id]] for session in sessions] == [
        [("Léa Roux", ContributorKind.SPEAKER)],
        [("Ali", ContributorKind.TEAM)],
    ]


def test_reminders_come_along_switched_off_as_they_were(desk: FlaskClient, prepared: Cycle) -> None:
    post(desk, HERE, seen(desk)[1])

    copy = the_copy()
    first, second = sessions_of(copy)
    whole, own = plan_of(copy), plan_of(copy, second)
    assert whole is not None
    assert own is not None
    assert (whole.is_on, own.is_on, plan_of(copy, first)) == (False, True, None)
    assert [(rule.minutes, rule.text) for rule in rules_of(whole)] == [(1440, "À demain")]
    assert [(rule.minutes, rule.text) for rule in rules_of(own)] == [(60, "")]


def test_what_happened_stays(
    desk: FlaskClient, prepared: Cycle, signs_up: Callable[..., object], outbox: Callable[[], list[Email]]
) -> None:
    signs_up(ADA, *sessions_of(prepared), whole_cycle=True)
    mails = len(outbox())

    post(desk, HERE, seen(desk)[1])

    copy = the_copy()
    assert db.session.scalars(select(Registrant).where(Registrant.cycle_id == copy.id)).all() == []
    assert list(resources_of(copy)) == []
    assert [one.join_url for one in sessions_of(copy)] == ["", ""]
    assert len(outbox()) == mails
    assert [one.join_url for one in sessions_of(prepared)] == ["https://video.example.org/room"] * 2


def test_every_column_comes_along_or_stays_on_purpose() -> None:
    for model in (Cycle, Session, Partner, Contributor, ReminderPlan, ReminderRule):
        said = [*TAKEN[model], *STAYS[model].split(), "id"]
        assert sorted(said) == sorted(inspect(model).columns.keys()), model


def test_a_cancelled_session_takes_place_in_the_copy(desk: FlaskClient, prepared: Cycle) -> None:
    sessions_of(prepared)[1].cancel(now=NOW)
    db.session.commit()

    page, form = seen(desk)
    post(desk, HERE, form)

    assert "cancelled here, takes place in the copy" in page.row("Deux").plain
    assert [one.is_cancelled for one in sessions_of(the_copy())] == [False, False]


def test_two_presses_make_one_copy(desk: FlaskClient, prepared: Cycle) -> None:
    form = seen(desk)[1]

    first, second = post(desk, HERE, form), post(desk, HERE, form)

    assert (second.status_code, second.location) == (303, first.location)
    assert cycles() == 2


def test_another_date_is_shown_before_it_counts(desk: FlaskClient, prepared: Cycle) -> None:
    form = seen(desk)[1]

    page = read(post(desk, f"{HERE}?lang=en", form | {"first_day": "2026-10-01"}))

    assert "Thu 1 Oct 2026" in page.row("Une").plain
    assert cycles() == 1


def test_dates_somebody_moved_meanwhile_are_shown_again(desk: FlaskClient, prepared: Cycle) -> None:
    form = seen(desk)[1]
    second = sessions_of(prepared)[1]
    second.move(
        starts_at=datetime(2026, 3, 27, 9, tzinfo=UTC), ends_at=datetime(2026, 3, 27, 10, tzinfo=UTC), now=NOW
    )
    db.session.commit()

    page = read(post(desk, f"{HERE}?lang=en", form))

    assert "Fri 18 Sep 2026" in page.row("Deux").plain
    assert cycles() == 1


@pytest.mark.parametrize("day", ["", "2026-02-30", "3000-01-01", "demain", "1999-12-31"])
def test_a_date_that_is_none_is_told_beside_its_field(desk: FlaskClient, prepared: Cycle, day: str) -> None:
    page = read(post(desk, f"{HERE}?lang=en", COPY | {"first_day": day}))

    assert page.error_for("first_day") == (
        "Write the day as 31/03/2026; it must exist in the calendar." if day else "Give the day."
    )
    assert page.values["title"] == COPY["title"]
    assert page.rows == []


def test_an_hour_that_does_not_exist_names_its_session(
    desk: FlaskClient, cycle: Cycle, add_session: Callable[..., Session]
) -> None:
    night = add_session(cycle, "La nuit")
    night.move(
        starts_at=datetime(2026, 3, 12, 1, 30, tzinfo=UTC),
        ends_at=datetime(2026, 3, 12, 2, tzinfo=UTC),
        now=NOW,
    )
    db.session.commit()

    page = read(post(desk, f"{HERE}?lang=en", COPY | {"first_day": "2026-03-29"}))

    assert page.error_for("first_day") == (
        "The hours of “La nuit” do not exist on that day: choose another one, and move the session afterwards."
    )


@pytest.mark.parametrize("title", ["", "   "])
def test_a_copy_has_a_title(desk: FlaskClient, prepared: Cycle, title: str) -> None:
    page = read(post(desk, f"{HERE}?lang=en", COPY | {"title": title}))

    assert page.error_for("title") == "Give the cycle a title."
    assert page.values["first_day"] == "2026-09-03"


def test_a_cycle_without_dates_asks_for_none(
    desk: FlaskClient, cycle: Cycle, add_session: Callable[..., Session]
) -> None:
    add_session(cycle, "Un jour", day=None, start_time=None, end_time=None, starts_at=None, ends_at=None)

    page = read(desk.get(f"{HERE}?lang=en"))
    post(desk, HERE, {"title": COPY["title"]})

    assert "first_day" not in page.values
    assert [(one.title, one.day) for one in sessions_of(the_copy())] == [("Un jour", None)]


def test_who_made_it_of_what_is_in_the_journal(desk: FlaskClient, prepared: Cycle) -> None:
    post(desk, HERE, seen(desk)[1])

    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()[-4:]
    assert [(one.deed, one.subject_label) for one in entries] == [
        ("cycle created", COPY["title"]),
        ("cycle duplicated", prepared.title),
        ("session added", "Une"),
        ("session added", "Deux"),
    ]


def test_a_cycle_of_another_organisation_is_not_there(foreigner: FlaskClient, prepared: Cycle) -> None:
    assert foreigner.get("/organise/onpv/cycles/emploi/duplicate").status_code == 404
    assert post(foreigner, "/organise/onpv/cycles/emploi/duplicate", COPY).status_code == 404
    assert cycles() == 1


def test_a_long_cycle_takes_no_more_statements(
    cycle: Cycle,
    nadia: object,
    add_session: Callable[..., Session],
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    def cost(title: str) -> int:
        copies = shifted_all(sessions_of(cycle), date(2026, 9, 3))
        with count_queries() as counted:
            duplicate_cycle(cycle, copies, title=title, by=NADIA, now=NOW)
            db.session.commit()
        return counted.count

    sessions = [add_session(cycle, f"Séance {number}") for number in range(2)]
    few = cost("Peu")
    sessions += [add_session(cycle, f"Séance {number}") for number in range(2, 40)]
    for session in sessions:
        set_people(session, [Contributor(name="Léa Roux", position=0)])
    db.session.commit()

    many = cost("Beaucoup")
    assert many <= few + 2
