"""The update that waits, on the organiser's pages."""

import pytest

from tests.accounts.signed_in import post
from tests.page import read
from tests.planning.test_actions import joins, kinds, left
from tests.planning.typed import SESSION, WORKSPACE
from tests.planning.updates.test_settling import waits
from webinars.outbox.models import Email
from webinars.storage.extensions import db

HERE = f"{WORKSPACE}/sessions/achats-responsables"
MOVED = SESSION | {"day": "2026-03-19"}


@pytest.fixture
def ada(session, outbox):
    registrant = joins(session, "Ada").registrant
    left(outbox)
    return registrant


def test_the_programme_and_the_editor_say_what_waits(desk, session, ada):
    post(desk, HERE, MOVED)

    for page in (WORKSPACE, HERE):
        shown = read(desk.get(f"{page}?lang=en"))
        assert "An update waits: it will be sent at 10:05 to 1 registered person" in shown.callouts
        assert (
            "Date: before “Thursday 12\u00a0March 2026, 10:00–11:30”; now “Thursday 19\u00a0March 2026, 10:00–11:30”"
            in shown.lines
        )
        assert shown.text.count("An update waits") == 1
    french = read(desk.get(f"{WORKSPACE}?lang=fr"))
    assert (
        "Une mise à jour attend\u00a0: elle part à 10\u00a0h\u00a005 pour 1 personne inscrite"
        in french.callouts
    )
    today = read(desk.get("/organise/vto?lang=en"))
    assert "Achats responsables: the message will be sent at 10:05 to 1 registered person." in today.lines


def test_a_cancellation_that_waits_promises_no_more_than_that_no_mail_has_left(desk, client, session, ada):
    post(desk, f"{HERE}/cancel", {"word": ""})

    assert "Annulée" in read(client.get("/vto/emploi")).said("status")
    said = read(desk.get(WORKSPACE))
    assert (
        "La page publique dit déjà qu’elle est annulée\u202f; aucun message n’est encore parti. Rétablissez la séance d’ici là, et aucun ne partira."
        in said.lines
    )
    assert "personne n’en s" not in said.plain + read(desk.get(f"{HERE}/restore")).plain


def test_it_is_sent_now_and_once(desk, session, ada, outbox):
    post(desk, HERE, MOVED)

    for _time in range(2):
        assert post(desk, f"{HERE}/update/send").status_code == 303

    assert kinds(outbox, "invitation_update") == ["ada@example.org"]
    assert "An update waits" not in desk.get(f"{WORKSPACE}?lang=en").text


def test_the_word_is_kept_and_shown(desk, session, ada):
    post(desk, HERE, MOVED)

    assert post(desk, f"{HERE}/update/word", {"word": "Salle\nindisponible", "texts": "y"}).status_code == 303

    assert (waits().word, waits().texts_at is not None) == ("Salle\nindisponible", True)
    assert read(desk.get(f"{HERE}/update/word")).values["word"] == "Salle\nindisponible"
    assert "The message says that the presentation is new." in read(desk.get(f"{WORKSPACE}?lang=en")).lines


def test_a_word_too_long_is_shown_again(desk, session, ada):
    post(desk, HERE, MOVED)

    answer = post(desk, f"{HERE}/update/word?lang=en", {"word": "x" * 1001})

    assert read(answer).points == "The update is not saved: 1 point to correct"
    assert read(answer).values["word"] == "x" * 1001


def test_a_move_is_not_kept_quiet_without_asking_again(desk, session, ada, outbox):
    post(desk, HERE, MOVED)

    asked = post(desk, f"{HERE}/update/drop?lang=en")
    assert "People would come at the wrong time" in read(asked).callouts
    assert waits() is not None

    assert post(desk, f"{HERE}/update/drop", {"sure": "yes"}).status_code == 303
    db.session.expire_all()
    assert (waits(), kinds(outbox, "invitation_update")) == (None, [])


def test_a_title_is_kept_quiet_at_once(desk, session, ada):
    post(desk, HERE, SESSION | {"title": "Achats durables"})

    assert post(desk, f"{HERE}/update/drop").status_code == 303
    assert waits() is None


@pytest.mark.parametrize("way", ["word", "drop"])
def test_a_page_left_open_too_long_says_so(desk, session, ada, way):
    answer = desk.get(f"{HERE}/update/{way}?lang=en", follow_redirects=True)

    assert read(answer).notices == ["No update waits any more for this session."]


def test_new_texts_are_told_when_ticked(desk, session, ada):
    post(desk, HERE, SESSION | {"abstract": "Un mot"})
    assert waits() is None

    post(desk, HERE, SESSION | {"abstract": "Un autre mot", "are_texts_told": "y"})
    assert waits().texts_at is not None


def test_the_link_changes_without_a_word(desk, session, ada, outbox):
    post(desk, HERE, SESSION | {"join_url": "https://video.example.org/other"})

    db.session.refresh(session)
    assert session.join_url == "https://video.example.org/other"
    assert (waits(), kinds(outbox, "invitation_update")) == (None, [])


def test_a_cycle_is_cancelled_with_a_word(desk, client, session, ada, outbox):
    asked = read(desk.get(f"{WORKSPACE}/cancel?lang=en"))
    assert (
        "1 message leaves to 1 registered person; it asks calendars that have the session to take it out. It waits for some minutes, unless the session begins soon: until then the session can be restored, and it does not leave, or it can be sent at once."
        in asked.lines
    )
    assert "1 session is still to come." in asked.lines

    for _time in range(2):
        assert post(desk, f"{WORKSPACE}/cancel", {"word": "Grève"}).status_code == 303

    assert (
        "A cancellation waits: it will be sent at 10:05 to 1 registered person"
        in read(desk.get(f"{WORKSPACE}?lang=en")).callouts
    )
    assert post(desk, f"{HERE}/update/send").status_code == 303
    assert kinds(outbox, "invitation_cancelled") == ["ada@example.org"]
    assert db.session.scalars(db.select(Email).order_by(Email.id.desc())).first().details["word"] == "Grève"
    public = read(client.get("/vto/emploi?lang=en"))
    assert "This cycle is cancelled" in public.callouts
    assert "Register" not in public.text
    assert "It is cancelled already." in read(desk.get(f"{WORKSPACE}/cancel?lang=en")).lines
