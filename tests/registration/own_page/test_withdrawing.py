"""What the buttons of one’s own page do to one’s places: given back, taken back, taken as well."""

import pytest
import time_machine

from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.page import read
from tests.registration.conftest import BELA, states
from tests.registration.reading_mails import left
from tests.registration.visitor import ada, page, press
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.storage.extensions import db

__all__ = ["ada", "page"]

pytestmark = pytest.mark.usefixtures("today")


def test_withdrawing_asks_first_then_gives_the_place_back(client, page, session, registrations, outbox):
    left()
    address = f"{page}/sessions/{session.public_id}/withdraw"

    answer = press(client, address)

    assert (answer.status_code, answer.location) == (
        303,
        f"{page}?done=withdrawn&session={session.public_id}#done",
    )
    assert states(registrations()) == ["cancelled"]
    assert outbox()[-1].kind == "invitation_cancelled"
    shown = read(client.get(answer.location))
    assert (
        f"C’est fait\u00a0: vous ne participez plus à la séance «\u00a0{session.title}\u00a0» du 12\u00a0mars. Si votre agenda le demande, confirmez le retrait."
        in shown.lines
    )
    assert "Revenir sur ce choix" in shown.buttons


def test_pressed_twice_it_is_given_back_once(client, page, session, outbox):
    left()
    address = f"{page}/sessions/{session.public_id}/withdraw"
    token = read(client.get(address)).values["form_token"]

    answers = [client.post(address, data={"form_token": token}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [mail.kind for mail in outbox()].count("invitation_cancelled") == 1


def test_a_withdrawal_can_be_taken_back(client, page, session, registrations):
    press(client, f"{page}/sessions/{session.public_id}/withdraw")

    answer = press(client, f"{page}/sessions/{session.public_id}/take", asked_at=page)

    assert answer.location == f"{page}?done=taken&session={session.public_id}#done"
    assert states(registrations()) == ["cancelled", "confirmed"]


def test_who_joins_a_waiting_list_and_leaves_it_is_told_of_no_calendar(
    client, page, cycle, add_session, signs_up
):
    full = add_session(cycle, "Full", days=12, capacity=1)
    signs_up(BELA, full)
    db.session.commit()

    joined = press(client, f"{page}/sessions/{full.public_id}/take", asked_at=page)
    on_the_list = read(client.get(joined.location))
    left_it = press(client, f"{page}/sessions/{full.public_id}/withdraw")
    off_the_list = read(client.get(left_it.location))

    assert "C’est fait\u00a0: vous êtes sur la liste d’attente de «\u00a0Full\u00a0»." in on_the_list.callouts
    assert "l’invitation est en route" not in on_the_list.text
    assert left_it.location == f"{page}?done=left&session={full.public_id}#done"
    assert (
        "C’est fait\u00a0: vous n’attendez plus de place pour la séance «\u00a0Full\u00a0» du 14\u00a0mars."
        in off_the_list.lines
    )
    assert "agenda le demande" not in off_the_list.text


def test_the_way_out_of_withdrawing_names_what_is_kept(client, page, session):
    assert read(client.get(f"{page}/sessions/{session.public_id}/withdraw")).link("Garder ma place")


def test_withdrawing_from_everything(client, page, cycle, registrations):
    answer = press(client, f"{page}/withdraw")

    assert answer.location == f"{page}?done=all#done"
    assert states(registrations()) == ["cancelled"]
    assert "Choisissez votre prochaine séance" in read(client.get(page)).lines
    cycle.close(now=NOW)
    db.session.commit()
    nothing_open = read(client.get(page))
    assert "Aucune séance à venir" in nothing_open.lines
    assert "Choisissez" not in nothing_open.text


def test_whoever_only_waited_and_leaves_all_lists_reads_of_no_seat_and_no_calendar(
    client, page, cycle, session, add_session, signs_up
):
    full = [add_session(cycle, title, days=12, capacity=1) for title in ("Full", "Packed")]
    signs_up(BELA, *full)
    press(client, f"{page}/sessions/{session.public_id}/withdraw")
    for one in full:
        press(client, f"{page}/sessions/{one.public_id}/take", asked_at=page)

    answer = press(client, f"{page}/withdraw")

    assert answer.location == f"{page}?done=unlisted#done"
    shown = read(client.get(answer.location))
    assert "C’est fait\u00a0: vous n’attendez plus de place dans ce cycle." in shown.callouts
    assert "agenda le demande" not in shown.text
    english = read(client.get(f"{page}?done=unlisted&lang=en")).callouts
    assert "Done: you no longer wait for a seat in this cycle." in english


def test_whoever_withdraws_from_everything_while_a_session_runs_still_takes_part_in_that(
    client, page, cycle, session, add_session, signs_up, registrations
):
    other = add_session(cycle, "Insertion", days=20)
    press(client, f"{page}/sessions/{other.public_id}/take", asked_at=page)
    with time_machine.travel(session.starts_at, tick=False):
        shown = read(client.get(press(client, f"{page}/withdraw").location))

    assert states(registrations()) == ["confirmed", "cancelled"]
    assert "C’est fait\u00a0: vous ne participez plus aux séances à venir de ce cycle." in shown.callouts
    assert "Si votre agenda le demande, confirmez le retrait." in shown.lines


def test_an_address_that_returns_mail_is_promised_none(client, page, ada):
    mark_address(ada.email, reason="5.1.1 unknown", now=NOW)
    db.session.commit()

    silenced, reminded = (
        read(client.get(f"{page}?done={done}&lang=en")) for done in ("silenced", "reminded")
    )

    assert "Reminders and announcements no longer reach you." in silenced.callouts
    assert "Invitations, changes of date and cancellations still do." not in silenced.lines
    assert "Reminders and announcements reach you again." not in reminded.text


def test_nobody_withdraws_from_a_session_that_runs(client, page, session, registrations):
    address = f"{page}/sessions/{session.public_id}/withdraw"
    token = read(client.get(address)).values["form_token"]
    with time_machine.travel(session.starts_at, tick=False):
        fresh = read(client.get(address)).values["form_token"]
        answers = [client.post(address, data={"form_token": each}) for each in (token, fresh)]

    assert [answer.status_code for answer in answers] == [200, 409]  # the first form is ten days old
    assert states(registrations()) == ["confirmed"]


def test_another_session_can_be_taken(client, cycle, page, add_session, registrations):
    other = add_session(cycle, "Insertion", days=20)
    assert "Insertion" in read(client.get(page)).lines

    press(client, f"{page}/sessions/{other.public_id}/take", asked_at=page)

    assert states(registrations()) == ["confirmed", "confirmed"]


def test_a_session_of_another_cycle_does_not_exist_here(client, organisation, page, add_session):
    other = published_cycle(organisation, "other", now=NOW)
    foreign = add_session(other, "Foreign")

    assert client.get(f"{page}/sessions/{foreign.public_id}/withdraw").status_code == 404
    assert press(client, f"{page}/sessions/{foreign.public_id}/take", asked_at=page).status_code == 404
