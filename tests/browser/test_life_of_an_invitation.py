"""One invitation from its beginning to its end, and the one that follows it: in browsers, and in what the mail server got."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from tests.browser import desk
from tests.browser.conftest import Visit, choose_type, sign_in
from tests.browser.instance import Instance, eventually
from tests.browser.letters import Said, calendar, calendar_bytes, letter, personal_path, text_of
from tests.replies import samples
from tests.wire.corpus import write
from tests.wire.linter import defects
from tests.wire.reading import CALENDAR_READERS
from webinars import clock
from webinars.planning.updates.models import PendingUpdate
from webinars.storage.extensions import db

pytestmark = [pytest.mark.browser, pytest.mark.reader]

PARIS = ZoneInfo("Europe/Paris")
VISITOR = "sacha.morel@mairie.example.org"
UNANSWERED = ("NEEDS-ACTION", "TRUE")
TITLE = "Lire une convention"


def test_an_invitation_lives_ends_and_stands_again(visit: Visit, instance: Instance, tmp_path: Path):
    day = datetime.now(PARIS).date() + timedelta(days=20)
    organiser = visit("/sign-in", language="en")
    sign_in(organiser, instance)
    desk.choose_english(organiser)
    address = desk.create_cycle(organiser, "Conventions pas à pas", {TITLE: day})
    visitor = visit(address)
    sign_up(visitor)
    confirmation = next(mail for mail in instance.mails(VISITOR, 2) if calendar(mail) is None)
    invited = said(instance, 1)[0]
    assert (invited.method, invited.sequence, invited.asked) == ("REQUEST", 0, UNANSWERED)

    change(organiser, TITLE, {"Presentation": "Apportez votre convention."}, are_texts_told=True)
    desk.press(organiser, f"Send now {TITLE}")
    told = said(instance, 2)[1]
    assert (told.method, told.sequence, told.asked) == ("REQUEST", 1, UNANSWERED)
    assert (told.starts_at, told.ends_at) == (invited.starts_at, invited.ends_at)

    later = day + timedelta(days=7)
    change(organiser, TITLE, {"Day": later.isoformat()})
    add_word(organiser, "La salle était prise.")
    desk.press(organiser, f"Send now {TITLE}")
    moved = said(instance, 3)[2]
    assert (moved.method, moved.sequence, moved.asked) == ("REQUEST", 2, UNANSWERED)
    assert moved.starts_at == invited.starts_at.replace(year=later.year, month=later.month, day=later.day)
    assert "La salle était prise." in text_of(calendar_mails(instance, 3)[2])

    answer(instance, moved)
    see_the_answer(organiser)
    change(organiser, TITLE, {"Title": f"{TITLE} ?"})
    has_settled(instance)
    renamed = said(instance, 4)[3]
    assert (renamed.method, renamed.sequence, renamed.asked) == ("REQUEST", 3, ("ACCEPTED", "FALSE"))

    visitor.goto(personal_path(confirmation))
    desk.follow(visitor, f"Me désister… de « {TITLE} ?")
    desk.press(visitor, "Me désister")
    ended = said(instance, 5)[4]
    assert (ended.method, ended.sequence, ended.status) == ("CANCEL", 4, "CANCELLED")
    assert (ended.asked, ended.starts_at, ended.ends_at) == (
        ("ACCEPTED", "FALSE"),
        moved.starts_at,
        moved.ends_at,
    )

    visitor.goto(address)
    sign_up(visitor)
    again = said(instance, 6)[5]
    assert (again.method, again.sequence, again.asked) == ("REQUEST", 5, UNANSWERED)

    all_of_them = [invited, told, moved, renamed, ended, again]
    assert {one.uid for one in all_of_them} == {invited.uid}
    assert {(one.organizer, one.attendee) for one in all_of_them} == {
        (invited.organizer, f"mailto:{VISITOR}")
    }
    threaded(instance)
    read_by_all(instance, tmp_path)


def calendar_mails(instance: Instance, number: int) -> list:
    """The mails with a calendar in the order they came, as soon as there are so many."""
    mails = instance.mails(VISITOR, number + (2 if number > 5 else 1))
    return [mail for mail in mails if calendar(mail)]


def said(instance: Instance, number: int) -> list[Said]:
    """What calendars were told so far."""
    found = [calendar(mail) for mail in calendar_mails(instance, number)]
    assert len(found) == number
    return [one for one in found if one]


def sign_up(page: Page) -> None:
    page.get_by_label("Prénom").fill("Sacha")
    page.get_by_label("Nom", exact=True).fill("Morel")
    page.get_by_label("Adresse électronique").fill(VISITOR)
    choose_type(page)
    page.get_by_role("button", name="M’inscrire").click()
    page.wait_for_url("**/registered/**")


def change(page: Page, title: str, values: dict[str, str], *, are_texts_told: bool = False) -> None:
    """Edits the session as an organiser does; the programme then says that an update waits."""
    page.goto("/organise/vto/cycles/conventions-pas-a-pas")
    desk.follow(page, f"Edit {title}")
    for label, value in values.items():
        page.get_by_label(label).first.fill(value)
    if are_texts_told:
        page.get_by_label("Tell those who are registered that the presentation is new").check()
    desk.press(page, "Save the session")
    page.get_by_text("An update waits: it will be sent").wait_for()


def add_word(page: Page, word: str) -> None:
    desk.follow(page, "Add a message")
    page.get_by_label("Message to those who are told").fill(word)
    desk.press(page, "Save the update")


def answer(instance: Instance, asked: Said) -> None:
    """The attendee's calendar accepts; its mail reaches the instance as a mail server would bring it."""
    sample = samples.Sample(
        uid=asked.uid,
        sequence=asked.sequence,
        stamp=f"{clock.now():%Y%m%dT%H%M%SZ}",
        attendee=VISITOR,
        sender=VISITOR,
        organizer=asked.organizer.removeprefix("mailto:"),
        start=f"{asked.starts_at.astimezone(PARIS):%Y%m%dT%H%M%S}",
        message_id="<accepted@mairie.example.org>",
    )
    content = samples.gmail(sample)

    assert instance.takes_in(content) == {"read": 1, "known": 0, "verdicts": {"answered": 1}}
    assert instance.takes_in(content) == {"read": 0, "known": 1, "verdicts": {}}


def see_the_answer(page: Page) -> None:
    """It stands beside the registration, and among the answers of the cycle."""
    page.goto("/organise/vto/cycles/conventions-pas-a-pas")
    desk.follow(page, "People")
    registered = page.get_by_role("row").filter(has_text=VISITOR)
    assert "calendar: accepted" in registered.inner_text()

    desk.follow(page, "Messages")
    desk.follow(page, "Answers")
    counted = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=TITLE))
    assert counted.get_by_role("cell").all_inner_texts() == ["1", "0", "0", "0", "1"]
    answered = page.get_by_role("row").filter(has_text=VISITOR)
    assert answered.locator(".status").all_inner_texts() == ["accepted"]


def has_settled(instance: Instance) -> None:
    """The few minutes are over; the worker sees it within its period."""
    with instance.app.app_context():
        db.session.execute(db.update(PendingUpdate).values(due_at=clock.now()))
        db.session.commit()
        is_sent = db.select(db.func.count()).select_from(PendingUpdate)

        def gone() -> bool:
            number = db.session.scalar(is_sent)
            db.session.rollback()  # a transaction left open would keep the worker waiting
            return number == 0

        eventually(gone, "the update that settled", seconds=60)
        db.session.remove()
        db.engine.dispose()


def threaded(instance: Instance) -> None:
    """Every message about the object answers the one before and names the first."""
    mails = [letter(mail) for mail in calendar_mails(instance, 6)]
    first = str(mails[0]["Message-ID"])
    for before, mail in pairwise(mails):
        assert mail["In-Reply-To"] == before["Message-ID"]
        assert str(mail["References"]).split() == list(dict.fromkeys([first, str(before["Message-ID"])]))


def read_by_all(instance: Instance, folder: Path) -> None:
    """The linter and every independent reader accept each calendar that came."""
    content = {str(number): calendar_bytes(mail) for number, mail in enumerate(calendar_mails(instance, 6))}
    assert {name: defects(one) for name, one in content.items()} == {name: [] for name in content}
    files = write(folder, content)
    for name, reader in CALENDAR_READERS.items():
        answers = reader.read(files.values())
        assert (name, [one["complaints"] for one in answers]) == (name, [[]] * len(content))
