"""Every other form of organisers that two people may have open: what one changed, the other's old page leaves."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests.accounts.signed_in import post, shown, sign_in
from tests.actors import OTTO
from tests.edits.pages import Opened
from tests.page import read
from tests.planning.editor.test_workspace import SETTINGS
from tests.planning.test_actions import joins, left
from tests.planning.typed import SESSION, WORKSPACE
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import partners_of, themes_of
from webinars.messages import actions as writing
from webinars.messages.audience import Standing
from webinars.messages.models import Message, MessageState
from webinars.outbox.models import Email
from webinars.planning.updates.models import PendingUpdate
from webinars.reminders.actions import effective_rules
from webinars.storage.extensions import db

HOME = "/organise/vto"
HERE = f"{WORKSPACE}/sessions/achats-responsables"
CYCLE = SETTINGS | {
    "title": "Agir sur l’emploi dans les quartiers prioritaires",
    "noun": "webinar",
    "themes": "",
    "threshold_minutes": "10",
    "alarm_minutes": "",
}
HOUSE = {
    "name": "Villes et Territoires Occitanie",
    "short_name": "VTO",
    "contact": "contact@vto.example.org",
    "colour": "310",
    "timezone": "Europe/Paris",
    "language": "fr",
    "public_structures": "families",
    "public_territory": "departments",
}


@pytest.fixture
def second_desk(app: Flask, otto: Organiser) -> FlaskClient:
    """A browser of Otto, who is administrator too."""
    member = db.session.scalars(select(Membership).where(Membership.organiser_id == otto.id)).one()
    member.role = Role.ADMINISTRATOR
    db.session.commit()
    return sign_in(app.test_client(), otto)


def picture(colour: str) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (40, 40), colour).save(out, "PNG")
    out.seek(0)
    return out


def test_seats_given_in_the_editor_are_not_taken_back_on_the_page_of_seats(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    session.capacity = 10
    db.session.commit()
    seats = Opened(desk, f"{HERE}/seats", {})
    again = Opened(desk, f"{HERE}/seats", {})
    Opened(other_desk, HERE, SESSION | {"capacity": "10"}).send(capacity="40")

    asked = seats.send(capacity="12")
    assert (
        asked.status_code,
        "Otto Weiss saved this at 10:00, while you had it open." in read(asked).callouts,
    ) == (409, True)
    assert (db.session.get_one(Session, session.id).capacity, read(asked).values["capacity"]) == (40, "12")
    assert again.send(capacity="10").status_code == 303
    assert db.session.get_one(Session, session.id).capacity == 40
    assert seats.again(asked, capacity="12").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Session, session.id).capacity == 12


def test_settings_of_a_cycle_are_merged_field_by_field(
    desk: FlaskClient, other_desk: FlaskClient, cycle: Cycle
) -> None:
    page = Opened(desk, f"{WORKSPACE}/settings", CYCLE)
    partner = {
        "partners-0-name": "ESS",
        "partners-0-role": "partner",
        "partners-0-url": "",
        "partners-0-logo": "",
    }
    theirs = {"contact": "a@vto.example.org", "threshold_minutes": "25", "refusal_frees_place": "y"}
    Opened(other_desk, f"{WORKSPACE}/settings", CYCLE).send(**theirs, **partner, themes="emploi")

    assert page.send(summary="En une phrase").status_code == 303

    db.session.refresh(cycle)
    kept = (cycle.summary, cycle.contact, cycle.threshold_minutes, cycle.refusal_frees_place)
    assert kept == ("En une phrase", "a@vto.example.org", 25, True)
    assert ([one.name for one in partners_of(cycle)], list(themes_of(cycle))) == (["ESS"], ["emploi"])


def test_a_box_somebody_unticked_stays_unticked(
    desk: FlaskClient, other_desk: FlaskClient, cycle: Cycle
) -> None:
    cycle.refusal_frees_place = True
    db.session.commit()
    ticked = CYCLE | {"refusal_frees_place": "y"}
    page = Opened(desk, f"{WORKSPACE}/settings", ticked)
    Opened(other_desk, f"{WORKSPACE}/settings", CYCLE).send()

    assert page.send(summary="S").status_code == 303
    db.session.refresh(cycle)
    assert (cycle.refusal_frees_place, cycle.summary) == (False, "S")


def test_a_logo_sent_with_settings_that_both_changed_is_not_asked_for_again(
    desk: FlaskClient, other_desk: FlaskClient, cycle: Cycle
) -> None:
    page = Opened(desk, f"{WORKSPACE}/settings", CYCLE)
    Opened(other_desk, f"{WORKSPACE}/settings", CYCLE).send(summary="Le sien")
    partner = {"partners-0-name": "ESS", "partners-0-role": "partner", "partners-0-url": ""}

    asked = page.send(summary="Le mien", **partner, **{"partners-0-picture": (picture("red"), "logo.png")})

    assert asked.status_code == 409
    logo = read(asked).values["partners-0-logo"]
    assert page.again(asked, summary="Le mien", **partner, **{"partners-0-logo": logo}).status_code == 303
    assert [one.logo for one in partners_of(cycle)] == [logo]
    assert len(logo) == 64


def test_settings_of_the_organisation_are_merged_and_its_colour_stays(
    desk: FlaskClient, second_desk: FlaskClient, organisation: Organisation
) -> None:
    page, other = (Opened(one, f"{HOME}/settings", HOUSE) for one in (desk, second_desk))
    other.send(colour="165", controller="Association VTO")

    assert page.send(tagline="Ressources").status_code == 303
    db.session.refresh(organisation)
    assert (organisation.hue, organisation.controller, organisation.tagline) == (
        165,
        "Association VTO",
        "Ressources",
    )
    assert organisation.edits == 2


def test_a_logo_somebody_changed_is_neither_replaced_nor_removed_unseen(
    desk: FlaskClient, second_desk: FlaskClient, organisation: Organisation
) -> None:
    def send(browser: FlaskClient, colour: str, seen: str) -> int:
        logo = {"logo-file": (picture(colour), "l.png"), "logo-shown": seen}
        return post(browser, f"{HOME}/settings", HOUSE | logo).status_code

    assert send(second_desk, "red", "none") == 303
    theirs = db.session.get_one(Organisation, organisation.id).logo
    late = post(desk, f"{HOME}/settings/logo/remove?lang=en", {"logo-shown": "f" * 64})

    assert (late.status_code, send(desk, "blue", "none")) == (409, 409)
    assert (
        read(late).error_for("logo-file")
        == "Otto Weiss changed the logo meanwhile (Monday 2\u00a0March 2026, 10:00): look at it, then go on."
    )
    db.session.refresh(organisation)
    assert (organisation.logo, organisation.edits) == (theirs, 1)
    assert send(desk, "blue", str(theirs)) == 303


def test_a_role_somebody_gave_is_not_taken_back_by_an_old_page(
    app: Flask, desk: FlaskClient, second_desk: FlaskClient, otto: Organiser, organisation: Organisation
) -> None:
    ines = Organiser(
        name="Inès", email="i@vto.example.org", email_key="i@vto.example.org", created_at=otto.created_at
    )
    member = Membership(
        organisation=organisation, organiser=ines, role=Role.ORGANISER, created_at=otto.created_at
    )
    db.session.add_all([ines, member])
    db.session.commit()
    address = f"{HOME}/settings/members/{member.id}"
    old, page = (Opened(one, address, {"role": "organiser"}) for one in (desk, second_desk))

    assert page.send(role="administrator").status_code == 303
    assert old.send().status_code == 303
    db.session.refresh(member)
    assert (member.role, member.edits) == (Role.ADMINISTRATOR, 1)


def test_an_account_open_in_two_browsers_keeps_both_changes(
    app: Flask, desk: FlaskClient, nadia: Organiser
) -> None:
    account = "/organise/account"
    phone = sign_in(app.test_client(), nadia)
    here, there = (Opened(one, account, {"name": "Nadia Benali", "language": "fr"}) for one in (desk, phone))

    assert (there.send(language="en").status_code, here.send(name="Nadia B.").status_code) == (303, 303)
    db.session.refresh(nadia)
    assert (nadia.name, nadia.language) == ("Nadia B.", "en")


@pytest.fixture
def draft(cycle: Cycle) -> Message:
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Bonjour")
    writing.add(cycle, message, by=OTTO, now=cycle.created_at)
    db.session.commit()
    return message


DRAFT = {"session": "", "standing": "all", "subject": "À lire", "body": "Bonjour"}


def test_a_draft_two_people_write_keeps_the_words_of_both(
    desk: FlaskClient, other_desk: FlaskClient, draft: Message
) -> None:
    address = f"{WORKSPACE}/messages/{draft.public_id}/edit"
    here, there, late = (Opened(one, address, DRAFT) for one in (desk, other_desk, desk))

    assert there.send(body="Bonjour à tous", families=["COL"]).status_code == 303
    assert here.send(subject="À relire").status_code == 303
    asked = late.send(body="Bonsoir")

    db.session.refresh(draft)
    assert (draft.subject, draft.body, draft.kinds) == ("À relire", "Bonjour à tous", ["COL"])
    assert (asked.status_code, read(asked).values["body"]) == (409, "Bonsoir")


@pytest.mark.parametrize("step", ["send", "schedule", "cancel"])
def test_no_message_leaves_or_is_thrown_away_with_words_nobody_saw_there(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, draft: Message, step: str
) -> None:
    joins(session, "Ada")
    at = {"day": "2026-03-10", "hour": "10:00"} if step == "schedule" else {}
    here = Opened(desk, f"{WORKSPACE}/messages/{draft.public_id}/{step}", at)
    Opened(other_desk, f"{WORKSPACE}/messages/{draft.public_id}/edit", DRAFT).send(body="Un mot de trop")

    asked = here.send()

    db.session.refresh(draft)
    assert (asked.status_code, draft.state) == (200, MessageState.DRAFT)
    assert (
        "Otto Weiss changed this at 10:00, while you had it open: look at it as it is now, then go on."
        in read(asked).lines
    )
    assert here.again(asked, **at).status_code == 303


def row(number: int, count: str) -> dict[str, str]:
    return {
        f"reminders-{number}-count": count,
        f"reminders-{number}-unit": "60",
        f"reminders-{number}-text": "",
    }


@pytest.mark.parametrize("address", [f"{WORKSPACE}/messages/reminders/change", f"{HERE}/reminders"])
def test_reminders_somebody_chose_are_not_replaced_unseen(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, address: str
) -> None:
    here, there = (Opened(one, address, {}) for one in (desk, other_desk))
    whose = session if address.startswith(HERE) else None

    assert there.send(**row(0, "5")).status_code == 303
    asked = here.send(**row(0, "9"))
    assert (
        asked.status_code,
        "Otto Weiss saved this at 10:00, while you had it open." in read(asked).callouts,
    ) == (409, True)
    assert [one.minutes for one in effective_rules(session.cycle, whose)] == [300]

    usual = f"{address.removesuffix('/change')}/usual"
    assert post(desk, usual, here.made_from | {"shown": "0"}).status_code == 303
    assert [one.minutes for one in effective_rules(session.cycle, whose)] == [300]
    assert here.again(asked, **row(0, "9")).status_code == 303
    assert [one.minutes for one in effective_rules(session.cycle, whose)] == [540]


def test_a_corrected_address_is_not_corrected_unseen(
    desk: FlaskClient, other_desk: FlaskClient, session: Session
) -> None:
    ada = joins(session, "Ada").registrant
    address = f"{WORKSPACE}/messages/deliveries/{ada.public_id}"
    here, there = (Opened(one, address, {}) for one in (desk, other_desk))

    assert there.send(email="ada@town.example.org").status_code == 303
    asked = here.send(email="ada@city.example.org")

    db.session.refresh(ada)
    assert (asked.status_code, ada.email) == (409, "ada@town.example.org")
    assert "Otto Weiss saved this at 10:00, while you had it open." in read(asked).callouts
    assert here.again(asked, email="ada@city.example.org").status_code == 303


@pytest.fixture
def waiting(other_desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]) -> Session:
    """Ada is to hear of a move by Otto."""
    joins(session, "Ada")
    left(outbox)
    Opened(other_desk, HERE, SESSION).send(day="2026-03-19")
    return session


def the_update() -> PendingUpdate | None:
    db.session.expire_all()
    return db.session.scalars(select(PendingUpdate)).one_or_none()


def test_the_word_of_an_update_is_asked_for_where_two_wrote_one(
    desk: FlaskClient, other_desk: FlaskClient, waiting: Session
) -> None:
    here, there = (Opened(one, f"{HERE}/update/word", {}) for one in (desk, other_desk))

    assert there.send(word="Pardon").status_code == 303
    assert here.send(word="Désolée").status_code == 409
    update = the_update()
    assert update is not None
    assert update.word == "Pardon"


@pytest.mark.parametrize(("step", "typed"), [("word", {"word": "Même salle"}), ("drop", {"sure": "yes"})])
def test_what_is_decided_of_an_update_is_decided_of_what_was_seen(
    desk: FlaskClient, other_desk: FlaskClient, waiting: Session, step: str, typed: dict[str, str]
) -> None:
    here = Opened(desk, f"{HERE}/update/{step}", {})
    moved = SESSION | {"day": "2026-03-19"}
    Opened(other_desk, HERE, moved).send(format="on_site", place="Mairie")

    asked = here.send(**typed)

    update = the_update()
    assert (asked.status_code, update is not None) == (200, True)
    assert update is not None
    assert update.word == ""
    assert read(asked).values.get("word", "").startswith("Même salle") or step == "drop"
    assert here.again(asked, **typed).status_code == 303
    update = the_update()
    assert (update.word if update else None) == (typed["word"] if step == "word" else None)


def test_edits_of_a_row_are_never_below_none(session: Session) -> None:
    from sqlalchemy.exc import IntegrityError

    session.edits = -1
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_an_edit_of_another_day_is_said_with_its_day(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, clock_of_the_day
) -> None:
    here = Opened(desk, HERE, SESSION)
    Opened(other_desk, HERE, SESSION).send(title="Autre")
    clock_of_the_day.shift(timedelta(hours=20))
    browser = sign_in(
        desk, db.session.scalars(select(Organiser).where(Organiser.name == "Nadia Benali")).one()
    )

    asked = Opened(browser, HERE, SESSION, here.made_from).send(title="Le mien", **here.made_from)
    said = "Otto Weiss saved this at Monday 2\u00a0March 2026, 10:00, while you had it open."
    assert said in read(asked).callouts
    assert shown(browser, HERE) != here.made_from
