"""What the page that answers a sign-up offers: calendars, and its messages once more."""

from datetime import timedelta

import pytest

from tests.page import read
from tests.registration.conftest import ADA, BELA, called, written
from tests.registration.reading_pages import said_to, send
from tests.registration.signup.mails import leaves, waiting
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email, MailState
from webinars.storage.extensions import db
from webinars.web.page_cache import PageCache

pytestmark = pytest.mark.usefixtures("today")

ADDRESS = "ada@town.example.org"
SENT_AGAIN = "Messages renvoyés. Les messages déjà partis repartent, dans quelques minutes ou demain matin\u202f; ceux qui attendaient suivent."


def again(client, answer, token=None):
    """Presses « Renvoyer les messages »."""
    token = token or read(client.get(answer.location)).values["form_token"]
    return client.post(f"{answer.location.partition('?')[0]}/again", data={"form_token": token})


def test_what_left_leaves_once_more_and_once_only(client, two):
    answer = send(client)
    leaves()
    token = read(client.get(answer.location)).values["form_token"]

    for _ in range(2):
        assert again(client, answer, token).location == answer.location

    page = read(client.get(answer.location))
    assert waiting() == [("confirmation", ADDRESS), ("invitation", ADDRESS), ("invitation", ADDRESS)]
    assert SENT_AGAIN in page.lines
    assert "Renvoyer les messages" not in page.lines


def test_it_is_the_same_object_for_calendars(client, two):
    answer = send(client)
    first = {
        mail.uid: mail for mail in db.session.scalars(db.select(Email).where(Email.kind == "invitation"))
    }
    leaves()
    again(client, answer)

    copies = db.session.scalars(
        db.select(Email).where(Email.kind == "invitation", Email.state == MailState.QUEUED)
    ).all()
    assert [(one.uid, one.sequence) for one in copies] == [(uid, 0) for uid in first]
    assert {one.message_id for one in copies} & {one.message_id for one in first.values()} == set()
    assert [written(one)["Subject"] for one in copies] == [written(one)["Subject"] for one in first.values()]


def test_what_has_not_left_is_not_doubled(client, two):
    answer = send(client)
    again(client, answer)

    assert len(waiting()) == 3
    assert SENT_AGAIN in read(client.get(answer.location)).lines


def test_a_known_address_reads_the_same_and_is_sent_what_it_was(client, two, signs_up):
    signs_up(called(ADA, "Ada", "known@town.example.org"), *two)
    answers = [send(client, email=f"{name}@town.example.org") for name in ("known", "unknown")]
    leaves()
    for answer in answers:
        again(client, answer)

    assert said_to(client.get(answers[0].location)) == said_to(client.get(answers[1].location))
    kinds = [kind for kind, recipient in waiting() if recipient == "known@town.example.org"]
    assert kinds == ["confirmation"]


def test_it_counts_among_the_mails_of_the_address(client, two, with_settings):
    with_settings(mails_per_address=4)
    answer = send(client)
    leaves()
    again(client, answer)

    wanted = db.select(Email.state).where(Email.purpose.like("once more:%")).order_by(Email.id)
    assert sorted(db.session.scalars(wanted)) == ["queued", "withheld", "withheld"]


def test_an_invitation_that_is_not_the_last_word_is_not_sent_again(client, two):
    answer = send(client)
    leaves()
    db.session.execute(db.update(Invitation).where(Invitation.session_id == two[0].id).values(sequence=1))
    db.session.commit()
    again(client, answer)

    assert [kind for kind, _recipient in waiting()] == ["confirmation", "invitation"]


def test_without_our_token_or_after_an_hour_nothing_is_sent(client, two, today):
    answer = send(client)
    leaves()
    again(client, answer, "x")
    token = read(client.get(answer.location)).values["form_token"]
    today.shift(timedelta(hours=1, seconds=1))
    late = again(client, answer, token)

    assert waiting() == []
    assert late.status_code == 303


def test_a_seat_has_its_ways_into_a_calendar_and_a_wait_has_none(client, two, signs_up):
    first, second = two
    second.capacity = 1
    db.session.commit()
    signs_up(BELA, second)

    seat, wait = read(client.get(send(client).location)).all("ol", class_="programme")[0].all("li")

    assert [link.text for link in seat.all("a")] == [
        "Google",
        "Outlook",
        "Microsoft\u00a0365",
        "Fichier .ics",
    ]
    assert [link.attributes["href"].split("?")[0] for link in seat.all("a")] == [
        "https://calendar.google.com/calendar/render",
        "https://outlook.live.com/calendar/0/deeplink/compose",
        "https://outlook.office.com/calendar/0/deeplink/compose",
        f"/vto/emploi/{first.slug}.ics",
    ]
    assert wait.all("a") == []
    assert wait.lines[-1].endswith("N’ajoutez pas encore cette date à votre agenda.")


def test_the_page_is_nobody_else_s(client, two):
    page = client.get(send(client).location)

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Content-Encoding" not in page.headers
    assert "Set-Cookie" not in page.headers


def test_what_is_kept_of_the_page_has_no_word_of_anybody(app, two, monkeypatch):
    """Two people who chose the same read the same page, each with their own address and their own buttons."""
    cache = PageCache(60)
    monkeypatch.setitem(app.extensions, "public_pages", cache)
    client = app.test_client()
    answers = [send(client, email=f"{name}@town.example.org") for name in ("ada", "bela")]
    pages = [client.get(answer.location) for answer in answers]

    assert [f"{name}@" in page.text for name, page in zip(("ada", "bela"), pages, strict=True)] == [
        True,
        True,
    ]
    assert "ada@" not in pages[1].text
    assert all(
        answer.location.rpartition("/")[2] in page.text for answer, page in zip(answers, pages, strict=True)
    )
    kept = b"".join(item.page.body for item in cache._items.values() if item.page)
    assert b"ada@" not in kept
    assert b"bela@" not in kept


def test_who_comes_late_reads_the_address_too_and_corrects_it(client, two, today):
    first, _second = two
    today.move_to(first.starts_at + timedelta(minutes=2))
    answer = send(client, email="ada@tonw.example.org", take="some", sessions=[first.public_id])
    page = read(client.get(answer.location))
    [asked] = [link for link in page.all("a") if link.text == "Corriger l’adresse"]
    address = asked.attributes["href"]
    token = read(client.get(address)).values["form_token"]
    corrected = client.post(address, data={"form_token": token, "email": ADDRESS})

    assert page.heading == "Vous êtes inscrit·e à une séance"
    assert answer.location.startswith("/entry/")
    assert client.get(answer.location).status_code == 404  # its links close
    assert corrected.location.startswith("/entry/")
    assert "Nous vous écrivons à ada@town.example.org" in read(client.get(corrected.location)).lines


def test_the_address_of_the_answer_is_as_long_whether_or_not_one_was_known(client, two, signs_up):
    signs_up(called(ADA, "Ada", "known@town.example.org"), *two)
    answers = [send(client, email=f"{name}@town.example.org") for name in ("known", "novel")]
    pages = [client.get(answer.location) for answer in answers]

    assert len({len(answer.location) for answer in answers}) == 1
    assert len({page.content_length for page in pages}) == 1
