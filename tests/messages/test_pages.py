"""The list of messages: the thanks it offers, to whom it is open, what its pages cost."""

from dataclasses import replace

import pytest

from tests.accounts.signed_in import post, sign_in
from tests.conftest import NOW
from tests.messages.conftest import HERE, IN, at, concludes, stored
from tests.page import read
from webinars.attendance.models import Conclusion
from webinars.messages import sentences
from webinars.messages.audience import Standing
from webinars.messages.models import MessageState
from webinars.outbox.models import MailState
from webinars.storage.extensions import db


@pytest.mark.parametrize(
    ("standing", "language", "words"),
    [
        ("present", "fr", "Merci d’avoir participé"),
        ("absent", "fr", "vous nous avez manqué"),
        ("present", "en", "Thank you for taking part"),
        ("absent", "en", "we missed you"),
    ],
)
def test_words_of_thanks_differ_for_present_and_absent(desk, joins, past, cycle, standing, language, words):
    cycle.language = language
    for name, conclusion in (("Ada", Conclusion.PRESENT), ("Bela", Conclusion.ABSENT)):
        concludes(past, joins(name, {past: IN}), conclusion)
    address = f"{HERE}/new?thanks={standing}&session={past.slug}"

    assert address in read(desk.get(HERE)).addresses
    form = read(desk.get(address))
    assert words in form.values["body"]
    assert (form.values["session"], form.ticked["standing"]) == (past.slug, [standing])
    post(desk, f"{HERE}/new", {**form.values, "standing": standing})
    assert [(one.standing, one.session_id) for one in stored()] == [(standing, past.id)]


@pytest.mark.parametrize("comes", [True, False])
def test_who_missed_the_last_session_is_told_of_no_next_one(desk, joins, past, add_session, comes):
    concludes(past, joins("Bela", {past: IN}), Conclusion.ABSENT)
    if comes:
        add_session(past.cycle, "Achats responsables", days=10)

    form = read(desk.get(f"{HERE}/new?thanks=absent&session={past.slug}"))
    assert ("Les prochaines séances" in form.values["body"]) == comes


def test_thanks_are_offered_once_attendance_is_recorded(desk, ada, joins, past, coming):
    assert "thanks=" not in desk.get(HERE).text
    concludes(past, joins("Bela", {past: IN}), Conclusion.PRESENT)

    page = desk.get(HERE).text
    assert page.count("thanks=present") == 1
    assert page.count("thanks=absent") == 0  # nobody missed it


def test_what_was_written_about_a_session_takes_the_place_of_the_offer(desk, joins, past, writes):
    concludes(past, joins("Bela", {past: IN}), Conclusion.PRESENT)
    told = {"people": 1, "muted": 0, "without_address": 0, "returned": 0}
    writes(Standing.PRESENT, past, state=MessageState.SENT, sent_at=NOW, **told)
    page = read(desk.get(HERE))

    assert [address for address in page.addresses if "thanks=present" in address] == []
    assert "Gardé le lundi 2\u00a0mars\u00a02026, 10\u00a0h" in page.lines


@pytest.mark.parametrize("server", ["", "mail.example.org"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_message_is_called_sent_where_a_server_takes_it(
    app, monkeypatch, desk, ada, coming, writes, server, language
):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_server=server))
    message = writes(Standing.CONFIRMED, coming)
    post(desk, at(message, "/send"))
    told = {"people": 1, "muted": 0, "without_address": 0, "returned": 0}
    done = writes(Standing.PRESENT, coming, state=MessageState.SENT, sent_at=NOW, **told)

    for page in (read(desk.get(f"{address}?lang={language}")) for address in (HERE, at(done))):
        lines = page.plain_lines
        kept = {
            "fr": "Gardé le lundi 2 mars 2026, 10 h",
            "en": "Kept on Monday 2 March 2026, 10:00",
        }[language]
        sent = {
            "fr": "Envoyé le lundi 2 mars 2026, 10 h",
            "en": "Sent on Monday 2 March 2026, 10:00",
        }[language]
        said = any(kept in line for line in lines), any(sent in line for line in lines)
        assert said == (not server, bool(server))
        no_server = {
            "fr": "Aucun serveur de messagerie",
            "en": "No mail server is set",
        }[language]
        assert any(no_server in line for line in lines) is not bool(server)


def test_what_became_of_its_mails_is_said_in_the_same_word():
    counts = {MailState.SENT: 3, MailState.QUEUED: 2}

    assert sentences.progress_words(counts) == "3 sent, 2 wait"
    assert sentences.progress_words(counts, keeps_mail=True) == "3 kept, 2 wait"


def test_a_message_that_is_being_sent_has_begun_to_leave(desk, ada, coming, writes):
    told = {"people": 1, "muted": 0, "without_address": 0, "returned": 0}
    message = writes(Standing.CONFIRMED, coming, state=MessageState.SENDING, sent_at=NOW, **told)

    page = read(desk.get(f"{at(message)}?lang=fr"))

    assert "Envoi commencé le lundi 2 mars 2026, 10 h" in page.plain_lines
    assert (
        "Sending began on Monday 2 March 2026, 10:00" in read(desk.get(f"{at(message)}?lang=en")).plain_lines
    )


def test_another_organisations_message_is_missing(app, ada, writes):
    from webinars.accounts.models import Membership, Organisation, Organiser, Role

    message = writes()
    other = Organisation(
        slug="mn", name="Maison", short_name="MN", contact="m@mn.example.org", created_at=NOW
    )
    zed = Organiser(name="Zed", email="zed@mn.example.org", email_key="zed@mn.example.org", created_at=NOW)
    db.session.add(Membership(organisation=other, organiser=zed, role=Role.ORGANISER, created_at=NOW))
    db.session.commit()
    browser = sign_in(app.test_client(), zed)
    address = at(message)

    assert browser.get(address).status_code == 404
    assert browser.get(address.replace("/vto/", "/mn/")).status_code == 404


@pytest.mark.parametrize("step", ["", "/edit", "/send", "/schedule", "/read"])
def test_pages_cost_few_statements(desk, ada, joins, coming, writes, count_queries, step):
    for number in range(30):
        joins(f"P{number}", {coming: IN})
    message = writes(Standing.CONFIRMED, coming)
    address = at(message, step)
    with count_queries() as counted:
        assert desk.get(address).status_code == 200

    assert counted.count <= 15


def test_the_list_costs_the_same_for_many_messages(desk, ada, coming, past, joins, writes, count_queries):
    concludes(past, joins("Bela", {past: IN}), Conclusion.PRESENT)
    counts = []
    for number in (1, 20):
        for _one in range(number):
            writes(Standing.CONFIRMED, coming)
        with count_queries() as counted:
            desk.get(HERE)
        counts.append(counted.count)

    assert counts[0] == counts[1] <= 18
