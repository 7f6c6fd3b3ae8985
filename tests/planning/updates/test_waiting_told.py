"""Who waits for a seat hears of what happens to the session, by a mail without a calendar, and is counted apart."""

import pytest
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning import deeds
from tests.planning.cancelled import cancel, restore
from tests.planning.settled import LATER, MINUTE, edit, send_settled, waits
from tests.planning.test_actions import joins, kinds, left, next_week
from tests.registration.conftest import written
from tests.registration.reading_mails import html_page, plain_lines, text_of
from webinars.cycles.states import Format
from webinars.outbox.models import Email, MailState
from webinars.planning import actions
from webinars.planning.queries import loss_of
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.actions import mute
from webinars.registration.models import Registrant, RegistrationState
from webinars.registration.queries import live_registrations
from webinars.storage.extensions import db

HERE = "/organise/vto/cycles/emploi/sessions/achats-responsables"
WORKSPACE = "/organise/vto/cycles/emploi"


@pytest.fixture
def full(session, outbox):
    """One seat, taken by Ada; Bela and Chloe wait."""
    session.capacity = 1
    for name in ("Ada", "Bela", "Chloe"):
        joins(session, name)
    left(outbox)
    return session


def news(outbox):
    return [
        (mail.recipient.partition("@")[0], mail.details["news"], mail.state.value)
        for mail in outbox()
        if mail.kind == "session_news"
    ]


def person(name):
    return db.session.scalars(select(Registrant).where(Registrant.first_name == name)).one()


def test_three_edits_make_one_mail(full, outbox):
    edit(full, **next_week(full))
    edit(full, now=NOW + MINUTE, format=Format.HYBRID, place="Mairie")
    assert edit(full, now=NOW + 2 * MINUTE, title="Achats durables") == 3
    assert send_settled(NOW + 7 * MINUTE) == 3

    assert news(outbox) == [("bela", "moved", "queued"), ("chloe", "moved", "queued")]
    mail = outbox()[-1]
    lines = plain_lines(written(mail))
    assert "jeudi 12\u00a0mars\u00a02026, 10\u00a0h\u00a0– 11\u00a0h\u00a030" in lines
    assert "jeudi 19\u00a0mars\u00a02026" in lines
    assert (
        "Vous êtes toujours sur la liste d’attente\u00a0: si une place vous revient, vous recevez l’invitation."
        in lines
    )


def test_a_session_only_waited_for_is_told_too(full, outbox):
    live_registrations(person("Ada").id)[0].state = RegistrationState.PENDING  # nobody is invited
    db.session.commit()
    before = len(outbox())

    assert edit(full, **next_week(full)) == 2
    send_settled(LATER)
    assert [mail.kind for mail in outbox()[before:]] == ["session_news", "session_news"]


def test_who_joined_the_list_after_the_change_is_not_told_of_it(full, outbox):
    edit(full, **next_week(full))
    joins(full, "Dora")
    send_settled(LATER)

    assert [name for name, _news, _state in news(outbox)] == ["bela", "chloe"]


def test_who_joined_between_two_changes_is_told_of_the_second(full, outbox):
    edit(full, **next_week(full))
    joins(full, "Dora")
    edit(full, now=NOW + MINUTE, title="Achats durables")
    send_settled(NOW + 6 * MINUTE)

    dora = outbox()[-1]
    assert dora.recipient == "dora@example.org"
    assert "Ancien titre\u00a0: «\u00a0Achats responsables\u00a0»." in plain_lines(written(dora))
    assert "12\u00a0mars" not in text_of(written(dora))


def test_a_change_taken_back_is_told_to_nobody(full, outbox):
    old = {"starts_at": full.starts_at, "ends_at": full.ends_at}
    edit(full, **next_week(full))

    assert edit(full, now=NOW + MINUTE, **old) == 0
    assert news(outbox) == []


def test_a_cancellation_and_its_taking_back_reach_them(full, outbox):
    assert cancel(full, word="Grève") == NotifiedCounts(1, 2)
    assert updates_actions.send(full, now=LATER) == NotifiedCounts(1, 2)
    cancelled = plain_lines(written(outbox()[-1]))
    left(outbox)
    assert restore(full) == NotifiedCounts(1, 2)

    assert [one for _name, one, _state in news(outbox)] == ["cancelled", "cancelled", "restored", "restored"]
    restored = plain_lines(written(outbox()[-1]))
    assert "Grève" in cancelled
    assert "La séance n’aura pas lieu\u00a0: il est inutile d’attendre une place." in cancelled
    assert "La séance «\u00a0Achats responsables\u00a0» est rétablie" in restored


def test_a_restoring_leaves_after_its_cancellation_or_with_it_not_at_all(full, outbox):
    cancel(full)
    updates_actions.send(full, now=NOW)
    db.session.commit()

    assert restore(full) == NotifiedCounts()
    assert news(outbox) == [("bela", "cancelled", "dropped"), ("chloe", "cancelled", "dropped")]


def test_a_move_dropped_with_the_cancellation_is_told_after_it_was_taken_back(full, outbox):
    edit(full, **next_week(full))
    send_settled(LATER)
    cancel(full, now=LATER)
    updates_actions.send(full, now=LATER)
    db.session.commit()
    restore(full)

    assert waits() is not None
    send_settled(LATER + 5 * MINUTE)
    assert [one for one in news(outbox) if one[2] == "queued"] == [
        ("bela", "moved", "queued"),
        ("chloe", "moved", "queued"),
    ]


def test_a_cycle_cancelled_reaches_them(full, cycle, outbox):
    loss = loss_of(cycle, now=NOW)
    assert (loss.sessions, loss.messages, loss.told) == (1, 3, NotifiedCounts(1, 2))

    assert deeds.cancel_cycle(cycle, by=NADIA, now=NOW) == NotifiedCounts(1, 2)
    db.session.commit()
    assert send_settled(LATER) == 3


def test_reminders_silenced_do_not_silence_it(full, outbox):
    for name in ("Bela", "Chloe"):
        mute(person(name), now=NOW)
    edit(full, **next_week(full))
    send_settled(LATER)

    assert [state for _name, _news, state in news(outbox)] == ["queued", "queued"]
    assert not written(outbox()[-1])["List-Unsubscribe"]


def test_who_has_a_seat_by_then_is_not_told_that_they_wait(full, outbox):
    edit(full, **next_week(full))
    send_settled(LATER)
    actions.enlarge(full, capacity=2, by=NADIA, now=LATER)
    db.session.commit()

    assert news(outbox) == [("bela", "moved", "dropped"), ("chloe", "moved", "queued")]


def test_who_left_the_list_is_not_told(full, outbox):
    edit(full, **next_week(full))
    send_settled(LATER)
    actions.give_back(
        person("Bela"), live_registrations(person("Bela").id), is_all=False, by=NADIA, now=LATER
    )
    db.session.commit()

    assert news(outbox)[0] == ("bela", "moved", "dropped")


def test_who_waited_before_that_was_written_down_hears_of_the_change(full, outbox):
    for one in (person("Bela"), person("Chloe")):
        live_registrations(one.id)[0].said = None
    db.session.commit()

    assert edit(full, **next_week(full)) == 3
    send_settled(LATER)
    was = "jeudi 12\u00a0mars\u00a02026, 10\u00a0h\u00a0– 11\u00a0h\u00a030"
    assert was in plain_lines(written(outbox()[-1]))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_counts_them_apart(desk, full, language):
    words = {
        "fr": "1 personne inscrite et 2 en attente",
        "en": "1 registered person and 2 waiting",
    }[language]

    def says(path):
        return any(words in line for line in read(desk.get(f"{path}?lang={language}")).lines)

    assert says(f"{HERE}/cancel")
    assert says(f"{WORKSPACE}/cancel")
    assert says(HERE)
    edit(full, **next_week(full))
    assert all(says(page) for page in (WORKSPACE, HERE, f"{HERE}/update/word", f"{HERE}/update/drop"))
    assert says("/organise/vto")
    cancel(full)
    assert all(says(page) for page in (WORKSPACE, HERE, f"{HERE}/update/word", "/organise/vto"))
    post(desk, f"{HERE}/update/send?lang={language}")
    assert says(WORKSPACE)
    for mail in db.session.scalars(select(Email)):
        mail.state, mail.sent_at = MailState.SENT, NOW
    db.session.commit()
    assert says(f"{HERE}/restore")
    post(desk, f"{HERE}/restore?lang={language}")
    assert says(WORKSPACE)


def test_the_mail_says_the_same_in_html(full, outbox):
    cancel(full)
    updates_actions.send(full, now=NOW)
    db.session.commit()

    message = written(outbox()[-1])
    assert message["Subject"].startswith("Sur liste d’attente, séance annulée : jeu. 12 mars, 10 h – Achats")
    assert "La séance n’aura pas lieu\u00a0: il est inutile d’attendre une place." in html_page(message).lines
    assert kinds(outbox, "session_news") == ["bela@example.org", "chloe@example.org"]
