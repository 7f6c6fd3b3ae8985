"""A cycle from its announcement to its figures, as those who live it see it."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from config import ROOT
from tests.browser import desk
from tests.browser.conftest import Visit, choose_type, sign_in
from tests.browser.instance import Instance
from tests.browser.letters import calendar, personal_path
from tests.browser.watch import assert_accessible

pytestmark = pytest.mark.browser

PARIS = ZoneInfo("Europe/Paris")
VISITOR = "camille.arnaud@mairie.example.org"
EXPECTED = json.loads((ROOT / "tests/data" / "expected.json").read_text(encoding="utf-8"))
FIGURES = EXPECTED["cycle"]["after_decisions"]


def test_a_cycle_from_its_announcement_to_its_figures(visit: Visit, instance: Instance):
    first, second = (datetime.now(PARIS).date() + timedelta(days=days) for days in (20, 34))
    organiser = visit("/sign-in", language="en")
    assert_accessible(organiser)
    sign_in(organiser, instance)
    desk.choose_english(organiser)
    address = desk.create_cycle(
        organiser, "Les clauses sociales en pratique", {"Premiers pas": first, "Aller plus loin": second}
    )

    visitor = visit(address)
    sign_up_for_all(visitor)
    confirmation, *invitations = sorted_mails(instance, 3)
    told = [calendar(mail) for mail in invitations]
    assert [(one.method, one.sequence, one.status) for one in told] == [("REQUEST", 0, "CONFIRMED")] * 2
    assert [(one.starts_at, one.ends_at) for one in told] == [hours_of(first), hours_of(second)]
    assert {one.attendee for one in told} == {f"mailto:{VISITOR}"}
    assert len({one.uid for one in told}) == 2

    withdraw_from_the_first(visitor, personal_path(confirmation))
    cancelled = calendar(instance.mails(VISITOR, 4)[-1])
    assert (cancelled.method, cancelled.uid, cancelled.sequence) == ("CANCEL", told[0].uid, 1)

    record_attendance(organiser)
    compare_figures(organiser)


def sign_up_for_all(page: Page) -> None:
    assert_accessible(page)
    page.get_by_role("button", name="M’inscrire").click()
    page.get_by_role("alert").wait_for()  # nothing was filled in
    assert_accessible(page)
    page.get_by_label("Tout le cycle").check()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Arnaud")
    page.get_by_label("Adresse électronique").fill(VISITOR)
    page.get_by_label("Nom de la structure").fill("Mairie de Valbrune")
    choose_type(page)
    page.get_by_role("button", name="M’inscrire").click()
    page.wait_for_url("**/registered/**")
    assert_accessible(page)


def sorted_mails(instance: Instance, number: int) -> list:
    """The confirmation, then the invitations by their dates."""
    mails = instance.mails(VISITOR, number)
    assert len(mails) == number
    dated = [(calendar(mail), mail) for mail in mails]
    invitations = sorted(((said.starts_at, mail) for said, mail in dated if said), key=lambda pair: pair[0])
    return [*(mail for said, mail in dated if said is None), *(mail for _at, mail in invitations)]


def hours_of(day: date) -> tuple[datetime, datetime]:
    return datetime(day.year, day.month, day.day, 10, 0, tzinfo=PARIS), datetime(
        day.year, day.month, day.day, 11, 30, tzinfo=PARIS
    )


def withdraw_from_the_first(page: Page, personal: str) -> None:
    page.goto(personal)
    assert_accessible(page)
    desk.follow(page, "Me désister… de « Premiers pas »")
    desk.press(page, "Me désister")
    assert page.get_by_role("listitem").filter(has_text="Aller plus loin").count() == 1


def record_attendance(page: Page) -> None:
    """The report of a past session is taken back and imported again: what was decided of its lines comes back."""
    page.goto("/organise/vto/cycles/demo/sessions/demo-1/attendance")
    assert_accessible(page)
    desk.undo_import(page)
    desk.import_report(page)
    page.goto("/organise/vto/cycles/demo/figures")  # they count as before: what was decided is kept


def compare_figures(page: Page) -> None:
    shown = page.locator(".key-figures dd.value").all_inner_texts()
    assert shown[:3] == ["29", "18", "34"]
    assert "29 participations" in page.locator("#sentence-text").inner_text()

    rows = desk.downloaded(page, "Figures (CSV)")
    cycle = {row["indicateur"]: row["valeur"] for row in rows if row["portee"] == "cycle"}
    assert cycle["participations"] == str(FIGURES["attendances"])
    assert cycle["personnes_differentes"] == str(FIGURES["unique_participants"])
    by_session = {
        row["portee"].removeprefix("webinaire:"): int(row["valeur"])
        for row in rows
        if row["portee"] != "cycle" and row["indicateur"] == "participations"
    }
    assert by_session == FIGURES["present_by_webinar"]

    people = desk.downloaded(page, "Participants (CSV, names)")
    present = {row["identifiant"] for row in people if row["presence"] == "present"}
    assert len(present) == FIGURES["unique_participants"]
    assert [row["nom"] for row in people if row["courriel"] == "claire.dumas@example.org"] == ["Dumas"]
