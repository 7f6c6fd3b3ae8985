"""Organisers choose reminders; people see and change whether they receive them."""

import re
from dataclasses import replace

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA
from tests.reminders.conftest import HOUR, plan
from webinars.cycles.states import SessionState
from webinars.registration import links
from webinars.reminders.actions import effective_rules
from webinars.reminders.models import ReminderPlan
from webinars.storage.extensions import db

PAGE = "/organise/vto/cycles/emploi/messages/reminders"
CHANGE = f"{PAGE}/change"
SESSION = "/organise/vto/cycles/emploi/sessions/achats-responsables/reminders"


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=False):
        yield


def lines(*rows):
    """The fields of a form with these lines: (count, unit, text)."""
    return {
        f"reminders-{number}-{name}": value
        for number, row in enumerate(rows)
        for name, value in zip(("count", "unit", "text"), row, strict=True)
    }


def text_of(answer):
    return read(answer).plain


def press(desk, address, asked_at=PAGE, **fields):
    page = read(desk.get(asked_at))
    own = page.form(address).values if address in page.actions else {}
    hidden = {name: value for name, value in (page.values | own).items() if name == "csrf_token"}
    seen = {"shown": own["shown"]} if "shown" in own else {}
    return desk.post(address, data={**hidden, **seen, **fields})


def save(desk, *rows, at=CHANGE, **more):
    values = read(desk.get(at)).values
    hidden = {name: values[name] for name in ("csrf_token", "shown") if name in values}
    return desk.post(at, data={**hidden, **lines(*rows), **more})


def chosen(cycle, session=None):
    db.session.expire_all()
    return [(rule.minutes, rule.text) for rule in effective_rules(cycle, session)]


def test_the_page_says_when_each_leaves_and_to_how_many(desk, session, ada):
    text = text_of(desk.get(PAGE))

    for words in ("7 jours avant", "jeu. 5 mars, 10 h", "mer. 11 mars, 10 h", "jeu. 12 mars, 9 h"):
        assert words in text
    assert re.search(r"jeu\. 12 mars, 9 h 1 ", text)


@pytest.mark.parametrize(
    ("server", "left", "heading"),
    [
        ("", "gardé pour 1\u00a0personne", "Rappels gardés"),
        ("mail.example.org", "envoyé à 1\u00a0personne", "Rappels envoyés"),
    ],
)
def test_what_left_and_what_was_passed_over_are_told_apart(
    app, monkeypatch, desk, cycle, add_session, signs_up, sweep, server, left, heading
):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_server=server))
    session = add_session(cycle, "Demain", days=1)
    signs_up(ADA, session, now=NOW - HOUR)
    sweep(NOW)
    plan(cycle, 2880, 1440, 60)
    page = read(desk.get(PAGE))

    assert "2\u00a0jours avant non envoyé\u00a0: son heure était passée" in page.lines
    assert f"1\u00a0jour avant {left}" in page.lines
    assert "lundi 2\u00a0mars\u00a02026, 10\u00a0h" in page.lines[page.lines.index(heading) :]


def test_reminders_are_added_changed_and_removed(desk, cycle, session):
    answer = save(desk, ("2", "1440", ""), ("30", "1", "**À tout de suite**"))
    assert answer.status_code == 303
    assert chosen(cycle) == [(2880, ""), (30, "**À tout de suite**")]

    save(desk, ("2", "60", "Bientôt"))
    assert chosen(cycle) == [(120, "Bientôt")]
    assert save(desk, ("2", "60", "Bientôt")).status_code == 303
    assert chosen(cycle) == [(120, "Bientôt")]


def test_a_line_is_added_and_removed_without_losing_what_was_typed(desk, cycle, session):
    typed = ("2", "1440", "Gardez ce texte")
    more = read(save(desk, typed, ("1", "60", ""), add="reminders-1"))
    less = read(save(desk, typed, ("1", "60", ""), remove="reminders-1"))

    texts = [[area.typed for area in page.all("textarea")] for page in (more, less)]
    assert texts == [["Gardez ce texte", "", ""], ["Gardez ce texte"]]
    assert chosen(cycle) == [(10080, ""), (1440, ""), (60, "")]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("0", "60", "")], "Écrivez un nombre entier, 1 ou plus."),
        ([("-3", "1440", "")], "Écrivez un nombre entier, 1 ou plus."),
        ([("bientôt", "60", "")], "Écrivez un nombre entier, 1 ou plus."),
        ([("", "60", "Un texte")], "Indiquez combien de temps avant le début part ce rappel."),
        ([("91", "1440", "")], "Un rappel part au plus 90 jours avant le début."),
        ([("2161", "60", "")], "Un rappel part au plus 90 jours avant le début."),
        (
            [("1", "1440", ""), ("24", "60", "")],
            "Un autre rappel part à ce moment : donnez un autre délai à celui-ci.",
        ),
        ([("1", "60", "x" * 1501)], "Raccourcissez ce texte : 1 500 signes au plus, 1 501 pour l’instant."),
        ([("1", "7", "")], "Choisissez une réponse de la liste."),
        ([], "Écrivez au moins un rappel, ou désactivez les rappels."),
        ([("", "60", "")], "Écrivez au moins un rappel, ou désactivez les rappels."),
    ],
)
def test_nonsense_gets_a_sentence_and_changes_nothing(desk, cycle, session, rows, sentence):
    answer = save(desk, *rows)

    assert answer.status_code == 200
    assert sentence in read(answer).plain_lines
    assert chosen(cycle) == [(10080, ""), (1440, ""), (60, "")]
    kept = read(answer).values
    for number, (count, _unit, text) in enumerate(rows):
        assert (kept[f"reminders-{number}-count"], kept[f"reminders-{number}-text"]) == (count, text)


@pytest.mark.parametrize("text", ["Apportez vos questions, {prénom}.", "See { page }"])
def test_words_in_braces_are_refused(desk, cycle, session, text):
    answer = save(desk, ("1", "1440", text))

    [said] = read(answer).errors
    assert said.startswith(
        "Un rappel ne contient pas de champs à insérer, et chaque personne y est déjà saluée"
    )
    assert chosen(cycle) == [(10080, ""), (1440, ""), (60, "")]


def test_other_braces_stay(desk, cycle, session):
    save(desk, ("1", "1440", "Salle {2} ou {}"))

    assert chosen(cycle) == [(1440, "Salle {2} ou {}")]


def test_ninety_days_are_allowed(desk, cycle, session):
    assert save(desk, ("90", "1440", "x" * 1500)).status_code == 303


def test_the_cycle_is_switched_off_and_on_and_back_to_the_usual(desk, cycle, session):
    save(desk, ("2", "60", "Bientôt"))
    for step, is_on in (("off", False), ("off", False), ("on", True)):
        assert press(desk, f"{PAGE}/{step}").status_code == 303
        db.session.expire_all()
        assert db.session.scalars(db.select(ReminderPlan)).one().is_on is is_on
    assert chosen(cycle) == [(120, "Bientôt")]

    for _time in range(2):
        assert press(desk, f"{PAGE}/usual").status_code == 303
    assert chosen(cycle) == [(10080, ""), (1440, ""), (60, "")]


@pytest.mark.parametrize("is_archived", [False, True])
def test_an_archived_cycle_announces_no_reminder(desk, cycle, session, is_archived):
    if is_archived:
        cycle.close(now=NOW)
        cycle.archive()
        db.session.commit()
    shown = text_of(desk.get(PAGE))

    assert ("Aucun rappel ne part" in shown, "Les rappels habituels partent" in shown) == (
        is_archived,
        not is_archived,
    )


def test_a_session_has_its_own_none_or_those_of_the_cycle(desk, cycle, session, ada, sweep):
    save(desk, ("3", "60", ""), at=SESSION)
    assert chosen(cycle, session) == [(180, "")]
    assert chosen(cycle) == [(10080, ""), (1440, ""), (60, "")]
    assert "ses propres rappels" in read(desk.get(PAGE)).lines

    press(desk, f"{SESSION}/off")
    assert "aucun rappel" in text_of(desk.get(PAGE))
    assert sweep(session.starts_at - 3 * HOUR) == 0
    press(desk, f"{SESSION}/usual")
    assert chosen(cycle, session) == [(10080, ""), (1440, ""), (60, "")]


def test_the_mail_is_shown_to_whoever_writes_it(desk, cycle, session, outbox):
    plan(cycle, 1440, 60, text="**Venez** nombreux")
    page = desk.get(f"{SESSION}/60")
    html = desk.get(f"{SESSION}/60/html")

    assert "Dans 1 heure, à 10 h : Achats responsables" in read(page).lines
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Venez" in [strong.text for strong in read(html).all("strong")]
    assert html.headers["Content-Security-Policy"].startswith("sandbox")
    assert desk.get(f"{SESSION}/61").status_code == 404
    assert outbox() == []


@pytest.mark.parametrize(
    ("sessions", "comes"),
    [
        ([], "date"),
        ([{"days": -10}], "nothing"),
        ([{"days": -10}, {"state": SessionState.CANCELLED, "cancelled_at": NOW}], "nothing"),
        ([{"days": -10}, dict.fromkeys(("day", "start_time", "end_time", "starts_at", "ends_at"))], "date"),
    ],
)
def test_without_a_session_to_come_it_says_whether_a_date_is_missing(
    desk, cycle, add_session, sessions, comes
):
    for number, facts in enumerate(sessions):
        add_session(cycle, f"Session {number}", **facts)
    words = {
        "nothing": (
            "Aucune séance n’est à venir : aucun rappel ne partira.",
            "No session is still to come: no reminder will leave.",
        ),
        "date": (
            "Les rappels d’une séance apparaissent ici dès que sa date est fixée.",
            "The reminders of a session appear here as soon as its date is known.",
        ),
    }

    for language, said in zip(("fr", "en"), words[comes], strict=True):
        assert said in text_of(desk.get(f"{PAGE}?lang={language}"))


def test_the_page_costs_the_same_for_many_sessions(desk, cycle, add_session, count_queries):
    for number in range(12):
        add_session(cycle, f"Session {number}", days=number + 1)
    with count_queries() as counted:
        assert desk.get(PAGE).status_code == 200

    assert len([one for one in counted.statements if not one.startswith("BEGIN")]) <= 15


def test_another_house_finds_nothing(desk, cycle, session):
    assert desk.get(PAGE.replace("/vto/", "/other/")).status_code == 404
    assert desk.get(PAGE.replace("/emploi/", "/autre/")).status_code == 404


def test_a_person_sees_that_reminders_are_silenced_and_changes_it(client, session, signs_up):
    ada = signs_up(ADA, session).registrant
    page = links.me_link(ada).removeprefix("http://localhost")

    def push(**fields):
        token = read(client.get(page)).values["form_token"]
        return client.post(f"{page}/reminders", data={"form_token": token, **fields})

    assert "Vous recevez les rappels et annonces de ce cycle." in read(client.get(page)).lines
    assert push().status_code == push().status_code == 303
    db.session.refresh(ada)
    assert ada.muted_at == NOW
    assert (
        "Les rappels et les annonces sont désactivés. Depuis le 2\u00a0mars\u00a02026, vous ne recevez plus ni rappel ni annonce de ce cycle. Les invitations, changements de date et annulations vous parviennent toujours."
        in read(client.get(page)).lines
    )

    assert push(again="1").status_code == 303
    db.session.refresh(ada)
    assert ada.muted_at is None
    assert client.post(f"{page}/reminders", data={"form_token": "stolen"}).location.endswith(
        "done=again#done"
    )
    assert ada.muted_at is None
