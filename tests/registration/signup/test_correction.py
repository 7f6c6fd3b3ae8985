"""« Corriger l’adresse »: the seat moves where that very sign-up made the person known; in every other case it is one more sign-up."""

import base64
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, called, written
from tests.registration.reading_pages import filled, registrants, said_to, send, statements
from tests.registration.signup.mails import leaves, waiting
from webinars.attempts.models import Attempt
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email
from webinars.registration import actions, links
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

WRONG, RIGHT = "ada@tonw.example.org", "ada@town.example.org"


def correct(client, answer, email=RIGHT, *, token=None, lang="", **fields):
    """Follows « Corriger l’adresse » and gives another one."""
    address = f"{answer.location.partition('?')[0]}/address" + (f"?lang={lang}" if lang else "")
    token = token or read(client.get(address)).values["form_token"]
    return client.post(address, data={"form_token": token, "email": email, **fields})


def live(email):
    """The sessions somebody holds or waits for, with their states, by session."""
    wanted = (
        db.select(Registration.session_id, Registration.state)
        .join(Registration.registrant)
        .where(Registrant.email == email, Registration.state.in_(("confirmed", "waitlisted")))
        .order_by(Registration.session_id)
    )
    return [tuple(one) for one in db.session.execute(wanted)]


def test_the_seat_moves_and_what_had_not_left_goes_to_the_new_address_alone(client, two):
    first = send(client, email=WRONG)

    answer = correct(client, first)

    page = read(client.get(answer.location))
    assert answer.status_code == 303
    assert page.heading == "Vous suivez tout le cycle\u00a0: deux places"
    assert "Nous vous écrivons à ada@town.example.org" in page.lines[page.lines.index(page.heading) + 1]
    [person] = registrants()
    assert (person.email, person.email_key) == (RIGHT, RIGHT)
    assert [state for _session, state in live(RIGHT)] == ["confirmed"] * 2
    assert waiting() == [("confirmation", RIGHT), ("invitation", RIGHT), ("invitation", RIGHT)]


def test_the_wrong_address_gets_nothing_more_and_its_links_close(client, two):
    first = send(client, email=WRONG)
    [person] = registrants()
    opened = urlsplit(links.me_link(person)).path
    leaves()

    correct(client, first)

    assert client.get(opened).status_code == 404
    assert {recipient for _kind, recipient in waiting()} == {RIGHT}
    [person] = registrants()
    assert client.get(urlsplit(links.me_link(person)).path).status_code == 200


def test_mails_to_the_new_address_are_written_as_those_of_a_first_sign_up(client, two):
    correct(client, send(client, email=WRONG))
    first = send(client, email="bela@choir.example.org")

    def read_by(email):
        mails = db.session.scalars(
            db.select(Email).where(Email.recipient == email, Email.state == "queued").order_by(Email.id)
        )
        return [(mail["Subject"], mail.get_body(("plain",)).get_content()) for mail in map(written, mails)]

    assert first.status_code == 303
    moved, new = read_by(RIGHT), read_by("bela@choir.example.org")
    assert [subject for subject, _text in moved] == [subject for subject, _text in new]
    assert len(moved) == 3
    assert "déjà" not in moved[-1][1]


def test_a_last_seat_and_a_rank_on_the_waiting_list_move_too(client, two, signs_up):
    first, second = two
    first.capacity = second.capacity = 1
    db.session.commit()
    signs_up(BELA, second)
    mistyped = send(client, email=WRONG)
    signs_up(called(ADA, "Cléo", "cleo@mission.example.org"), *two)

    page = read(client.get(correct(client, mistyped).location))

    assert live(RIGHT) == [(first.id, "confirmed"), (second.id, "waitlisted")]
    assert page.said("status")[:2] == ["Une place confirmée", "Une séance complète\u00a0: liste d’attente"]
    [bela] = [one for one in registrants() if one.email == BELA.email]
    [held] = db.session.scalars(db.select(Registration).where(Registration.registrant_id == bela.id))
    actions.withdraw(held, now=NOW)
    db.session.commit()
    assert live(RIGHT) == [(first.id, "confirmed"), (second.id, "confirmed")]


def proves(person):
    actions.prove(person, now=NOW)


def signs_up_again(person):
    person.changed_at = NOW + timedelta(minutes=1)


@pytest.mark.parametrize("happens", [proves, signs_up_again])
def test_nothing_is_moved_once_the_address_has_acted(client, two, happens):
    """Whoever signed somebody up before they did so themselves takes nothing from them."""
    first = send(client, email=WRONG)
    happens(registrants()[0])
    db.session.commit()
    leaves()

    correct(client, first)

    assert [one.email for one in registrants()] == [WRONG, RIGHT]
    assert [len(live(WRONG)), len(live(RIGHT))] == [2, 2]
    assert {recipient for _kind, recipient in waiting()} == {RIGHT}


def test_a_second_sign_up_with_the_wrong_address_is_its_owner_s(client, two, today):
    first = send(client, email=WRONG)
    today.shift(timedelta(minutes=1))
    send(client, email=WRONG, first_name="Its", last_name="Owner")

    correct(client, first)

    assert [len(live(WRONG)), len(live(RIGHT))] == [2, 2]


def test_after_an_hour_the_page_offers_nothing_and_a_form_left_open_signs_up(client, two, today):
    first = send(client, email=WRONG)
    token = read(client.get(f"{first.location}/address")).values["form_token"]
    today.shift(timedelta(hours=1, seconds=1))

    page = client.get(first.location)
    asked = client.get(f"{first.location}/address")
    correct(client, first, token=token)

    assert (page.status_code, page.location) == (302, first.location.rpartition("/")[0])
    assert WRONG not in client.get(page.location).text
    assert (asked.status_code, asked.location) == (303, "/vto/emploi#sign-up")
    assert [len(live(WRONG)), len(live(RIGHT))] == [2, 2]


def test_a_known_address_is_not_told_from_an_unknown_one(client, two, signs_up):
    signs_up(called(ADA, "Ada", "known@town.example.org"), *two)
    answers = [send(client, email=f"{name}@town.example.org") for name in ("known", "unknown")]
    pages = [client.get(answer.location) for answer in answers]
    asked = [client.get(f"{answer.location}/address") for answer in answers]
    corrected = [correct(client, answer, f"other{n}@town.example.org") for n, answer in enumerate(answers)]
    after = [client.get(answer.location) for answer in corrected]
    back = [client.get(answer.location) for answer in answers]

    for known, unknown in (pages, asked, after, back):
        assert said_to(known) == said_to(unknown)
        assert known.status_code == unknown.status_code
        assert headers(known) == headers(unknown)
    assert live("known@town.example.org") != []
    assert live("unknown@town.example.org") == []
    assert live("other0@town.example.org") == live("other1@town.example.org") != []


def headers(answer):
    varying = ("X-Request-Id", "Content-Length")
    return sorted((name, value) for name, value in answer.headers if name not in varying)


def test_whoever_withdrew_before_is_corrected_to_like_anybody(client, two, signs_up):
    known = signs_up(called(ADA, "Ada", RIGHT), *two).registrant
    actions.withdraw_from_all(known, now=NOW)
    db.session.commit()

    assert correct(client, send(client, email=WRONG)).status_code == 303
    assert len(live(RIGHT)) == 2


@pytest.mark.parametrize(
    ("pair", "apart"),
    [
        (("known", "other0", "unknown", "other1"), 0),
        (("first0", "known", "first1", "other1"), 1),  # who is known is changed where somebody new is added
    ],
)
def test_both_cases_ask_the_database_the_same(client, two, signs_up, pair, apart):
    signs_up(called(ADA, "Ada", "known@town.example.org"), *two)
    found = []
    for wrong, right in (pair[:2], pair[2:]):
        first = send(client, email=f"{wrong}@town.example.org")
        token = read(client.get(f"{first.location}/address")).values["form_token"]
        with statements() as asked:
            correct(client, first, f"{right}@town.example.org", token=token)
        found.append([one.split()[0] for one in asked])

    known, unknown = found
    for verb in ("INSERT", "UPDATE"):
        assert abs(known.count(verb) - unknown.count(verb)) <= apart
    assert abs(known.count("SELECT") - unknown.count("SELECT")) <= 1


def test_the_new_address_may_be_known_and_then_the_wrong_one_keeps_nothing(client, two, signs_up):
    first, second = two
    second.capacity = 2
    db.session.commit()
    signs_up(called(ADA, "Ada", RIGHT), first)
    signs_up(BELA, second)
    mistyped = send(client, email=WRONG)
    signs_up(called(ADA, "Cléo", "cleo@mission.example.org"), second)

    page = read(client.get(correct(client, mistyped).location))

    assert page.heading == "Vous suivez tout le cycle\u00a0: deux places"
    assert live(RIGHT) == [(first.id, "confirmed"), (second.id, "confirmed")]
    assert live(WRONG) == []
    assert live("cleo@mission.example.org") == [(second.id, "waitlisted")]
    assert WRONG not in {recipient for _kind, recipient in waiting()}


def test_a_seat_nobody_needs_any_more_goes_to_who_waits(client, two, signs_up):
    first, _second = two
    first.capacity = 2
    db.session.commit()
    signs_up(called(ADA, "Ada", RIGHT), first)
    mistyped = send(client, email=WRONG)
    signs_up(BELA, first)

    correct(client, mistyped)

    assert live(BELA.email) == [(first.id, "confirmed")]


def test_pressed_twice_it_is_done_once(client, two):
    first = send(client, email=WRONG)
    token = read(client.get(f"{first.location}/address")).values["form_token"]

    answers = [correct(client, first, token=token) for _ in range(2)]

    assert said_to(client.get(answers[0].location)) == said_to(client.get(answers[1].location))
    assert [one.email for one in registrants()] == [RIGHT]
    assert len(waiting()) == 3


def test_it_serves_once_and_another_address_then_is_one_more_sign_up(client, two):
    first = send(client, email=WRONG)
    token = read(client.get(f"{first.location}/address")).values["form_token"]
    second = correct(client, first, token=token)
    correct(client, first, "third@town.example.org", token=token)

    before, after = read(client.get(first.location)), read(client.get(second.location))
    assert "Vous avez donné une autre adresse depuis\u00a0: nos messages pour vous y vont." in before.lines
    assert WRONG not in before.text
    assert "Corriger l’adresse" not in before.text + after.text
    assert [one.email for one in registrants()] == [RIGHT, "third@town.example.org"]


def test_the_same_form_sent_by_somebody_else_moves_nobody(client, two):
    """Its token is the same for all who load the page at once: who repeats somebody's sign-up gets its page, and no more."""
    token = read(client.get("/vto/emploi")).values["form_token"]
    client.post("/vto/emploi/register", data=filled(form_token=token, email=WRONG))
    repeated = client.post("/vto/emploi/register", data=filled(form_token=token, email=WRONG))

    correct(client, repeated, "thief@town.example.org")

    assert [len(live(WRONG)), len(live("thief@town.example.org"))] == [2, 2]


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client, two, method):
    first = send(client, email=WRONG)
    for address in (first.location, f"{first.location}/address", f"{first.location}/again"):
        getattr(client, method)(address)

    assert [one.email for one in registrants()] == [WRONG]
    assert db.session.scalars(db.select(Attempt)).all() == []


def test_an_answer_is_of_its_own_sign_up(client, two):
    """Cut, changed, or beside another summary it opens nothing, and a form without our token does nothing."""
    all_of_it = send(client, email=WRONG)
    some = send(client, email="bela@choir.example.org", take="some", sessions=[two[0].public_id])
    place, answer = all_of_it.location.rpartition("/")[::2]
    other = some.location.rpartition("/")[0]

    for address in (f"{other}/{answer}", f"{place}/{answer[:-1]}", f"{place}/x", f"{place}/%ED%A0%80"):
        assert client.get(address).status_code == 302
        assert client.get(f"{address}/address").location == "/vto/emploi#sign-up"
        assert client.post(f"{address}/address", data={"email": RIGHT}).location == "/vto/emploi#sign-up"
    refused = client.post(f"{all_of_it.location}/address", data={"email": RIGHT, "form_token": "x"})

    assert refused.status_code == 422
    assert sorted(one.email for one in registrants()) == [WRONG, "bela@choir.example.org"]


def test_no_address_stands_in_a_url(client, two):
    first = send(client, email=WRONG)
    second = correct(client, first)

    for answer in (first, second):
        sealed = answer.location.rpartition("/")[2]
        assert b"tonw" not in base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        assert not any(word in answer.location for word in ("ada", "town", "tonw", "Lovelace"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            WRONG.upper(),
            "C’est l’adresse que vous avez donnée\u00a0: corrigez-la, ou revenez à votre inscription.",
        ),
        ("", "Écrivez votre adresse électronique."),
        ("ada@ville,fr", "Écrivez un point à la place de la virgule\u00a0: «\u00a0ada@ville.fr\u00a0»."),
        ("webinaires@example.org", "Cette adresse est celle de ce site"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field(client, two, typed, sentence):
    answer = correct(client, send(client, email=WRONG), typed)
    page = read(answer)

    assert answer.status_code == 422
    assert sentence in page.error_for("email")
    assert [one.email for one in registrants()] == [WRONG]


def test_a_likely_slip_is_asked_about_once_here_too(client, two):
    first = send(client, email=WRONG)
    asked = correct(client, first, "ada@gmial.com")
    page = read(asked)

    assert (asked.status_code, page.heading) == (200, "Est-ce la bonne adresse\u202f?")
    assert [one.email for one in registrants()] == [WRONG]
    client.post(f"{first.location}/address", data={**page.values, "address": "suggested"})
    assert [one.email for one in registrants()] == ["ada@gmail.com"]


def test_it_counts_among_the_sign_ups_and_mails_of_the_address(client, two, with_settings):
    with_settings(mails_per_address=2)
    correct(client, send(client, email=WRONG))

    wanted = db.select(Email.kind, Email.state).where(Email.recipient == RIGHT, Email.by_form)
    found = sorted(tuple(one) for one in db.session.execute(wanted))
    assert found == [("confirmation", "queued"), ("invitation", "queued"), ("invitation", "withheld")]


def test_it_counts_among_the_sign_ups_of_the_network(client, two, with_settings):
    with_settings(sign_ups_per_hour=1)
    answer = correct(client, send(client, email=WRONG))

    assert answer.status_code == 429
    assert any("Beaucoup d’inscriptions" in line for line in read(answer).lines)
    assert [one.email for one in registrants()] == [WRONG]


def test_a_calendar_that_was_invited_before_is_left_with_an_object_that_ended(client, two):
    first = send(client, email=WRONG)
    leaves()
    correct(client, first)

    ended = db.session.scalars(db.select(Invitation).where(Invitation.attendee == WRONG)).all()
    assert [one.cancelled_at for one in ended] == [NOW, NOW]
    assert all(kind != "invitation_cancelled" for kind, _recipient in waiting())


def test_reminders_silenced_by_the_wrong_reader_come_again(client, two):
    first = send(client, email=WRONG)
    actions.mute(registrants()[0], now=NOW)
    db.session.commit()

    correct(client, first)

    assert registrants()[0].muted_at is None


def test_where_nothing_takes_people_any_more_nothing_is_offered_nor_moved(client, two):
    first = send(client, email=WRONG)
    token = read(client.get(f"{first.location}/address")).values["form_token"]
    for session in two:
        session.closes_at = NOW - timedelta(minutes=1)
    db.session.commit()

    page = read(client.get(first.location))
    answer = correct(client, first, token=token)

    assert "Corriger l’adresse" not in page.text
    assert answer.status_code == 409
    assert [one.email for one in registrants()] == [WRONG]
