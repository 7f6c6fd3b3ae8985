"""What a reminder says, in both languages, at the moment it is read."""

from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Page
from tests.planning.deeds import cancel_session, edit_session
from tests.registration.conftest import ADA
from tests.registration.reading_mails import bodies, html_of, html_page, plain_lines, text_of
from tests.reminders.conftest import DAY, HOUR, plan, read_at
from webinars.cycles.models import Contributor
from webinars.cycles.states import ContributorKind, Format
from webinars.outbox.errors import ReasonGone
from webinars.planning.updates.actions import send
from webinars.registration import links, queries
from webinars.registration.actions import mute, withdraw
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)
NBSP = "\u00a0"
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def reminded(session, ada, sweep, reminders):
    """`reminded(before)`: the reminder that leaves so long before the start."""

    def leave(before):
        assert sweep(session.starts_at - before) == 1
        return reminders()[-1]

    return leave


def subject_at(mail, at):
    return read_at(mail, at)["Subject"].replace(NBSP, " ")


@pytest.mark.parametrize(
    ("before", "french", "english"),
    [
        (
            7 * DAY,
            "Dans 7 jours, jeudi 12 mars à 10 h : Achats responsables",
            "In 7 days, Thursday 12 March at 10:00: Achats responsables",
        ),
        (DAY, "Demain à 10 h : Achats responsables", "Tomorrow at 10:00: Achats responsables"),
        (
            HOUR,
            "Dans 1 heure, à 10 h : Achats responsables",
            "In 1 hour, at 10:00: Achats responsables",
        ),
    ],
)
def test_the_fact_comes_first(session, ada, reminded, before, french, english):
    mail = reminded(before)
    at = session.starts_at - before + timedelta(seconds=29)
    said = {}
    for language in ("fr", "en"):
        mail.language = language
        message = read_at(mail, at)
        said[language] = message["Subject"].replace(NBSP, " ")
        assert text_of(message).splitlines()[0].replace(NBSP, " ") == message["Subject"]
        assert message["Content-Language"] == language

    assert said == {"fr": french, "en": english}


@pytest.mark.parametrize(
    ("start", "before", "late", "words"),
    [
        ((10, 0), 1440, timedelta(0), "Tomorrow at 10:00"),
        ((10, 0), 1440, 15 * HOUR, "Today at 10:00"),
        ((10, 0), 2880, timedelta(0), "In 2 days, Thursday 12 March at 10:00"),
        ((0, 30), 60, timedelta(0), "In 1 hour, at 0:30"),
        ((0, 30), 60, 20 * MINUTE, "Tomorrow at 0:30"),
        ((0, 30), 60, 45 * MINUTE, "Today at 0:30"),
        ((10, 0), 90, MINUTE, "In 1 h 30 min, at 10:00"),
        ((10, 0), 45, timedelta(seconds=30), "In 45 min, at 10:00"),
        ((10, 0), 60, 50 * MINUTE, "Today at 10:00"),
        ((10, 0), 720, timedelta(0), "In 12 hours, at 10:00"),
    ],
)
def test_relative_words_are_those_of_the_day_on_the_session_s_clock(
    cycle, add_session, signs_up, sweep, reminders, start, before, late, words
):
    from datetime import datetime

    starts_at = datetime(2026, 3, 12, *start, tzinfo=cycle.zone)
    session = add_session(cycle, "Nuit", starts_at=starts_at, ends_at=starts_at + HOUR)
    plan(cycle, before)
    signs_up(ADA, session, language="en")
    from webinars.reminders.lead_time import due_at

    due = due_at(session.starts_at, session.zone, before)
    assert sweep(due) == 1

    assert subject_at(reminders()[0], due + late) == f"{words}: Nuit"


def test_the_day_is_that_of_the_session_s_zone(cycle, add_session, signs_up, sweep, reminders):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    noumea = ZoneInfo("Pacific/Noumea")
    starts_at = datetime(2026, 3, 12, 8, tzinfo=noumea)
    session = add_session(
        cycle, "Nouméa", starts_at=starts_at, ends_at=starts_at + HOUR, timezone="Pacific/Noumea"
    )
    plan(cycle, 1440)
    signs_up(ADA, session, language="en")
    due = datetime(2026, 3, 11, 8, tzinfo=noumea)
    sweep(due)

    message = read_at(reminders()[0], due)
    assert message["Subject"] == "Tomorrow at 8:00: Nouméa"
    assert any(
        line.startswith(f"Thursday 12{NBSP}March 2026, 8:00–9:00, Noumea time")
        for line in plain_lines(message)
    )


def test_only_the_last_reminder_leads_into_the_session(cycle, session, ada, sweep, reminders):
    for before in (7 * DAY, DAY, HOUR):
        sweep(session.starts_at - before)
    join = links.join_link(ada, session)
    messages = [read_at(mail, mail.not_before) for mail in reminders()]

    assert [join in text_of(one) for one in messages] == [False, False, True]
    assert [join in html_page(one).addresses for one in messages] == [False, False, True]
    assert [join in html_of(one) for one in messages] == [False, False, True]
    assert [session.join_url in str(one) for one in messages] == [False] * 3


@pytest.mark.parametrize(
    ("format_", "joins", "where"),
    [
        (Format.ON_SITE, False, "Hôtel de ville, Valbrune"),
        (Format.HYBRID, True, "Hôtel de ville, Valbrune, ou en visioconférence"),
    ],
)
def test_a_place_is_said_where_there_is_one(session, ada, reminded, format_, joins, where):
    session.format, session.place = format_, "Hôtel de ville, Valbrune"
    db.session.commit()
    message = read_at(reminded(HOUR), session.starts_at - HOUR)

    for body in bodies(message):
        assert [line.endswith(where) for line in body.lines].count(True) >= 1
        assert ("/join/" in body.text) is joins


def test_speakers_are_named_and_the_team_is_not(session, ada, reminded):
    for kind, name in ((ContributorKind.SPEAKER, "Solène Abgrall"), (ContributorKind.TEAM, "Otto Weiss")):
        db.session.add(
            Contributor(
                session_id=session.id, kind=kind, name=name, organisation="Université", email="x@y.example"
            )
        )
    db.session.commit()
    message = read_at(reminded(DAY), session.starts_at - DAY)

    for body in bodies(message):
        head = body.lines.index(f"Intervenant·e{NBSP}:")
        assert body.lines[head + 1] == "Solène Abgrall, Université"
        assert "Partenaires" not in body.text
        assert "Otto" not in body.text
        assert "x@y.example" not in body.text


def test_each_reminder_has_its_own_text_as_it_was_when_it_left(cycle, session, ada, sweep, reminders):
    plan(cycle, 60, text="**Venez** avec [vos questions](https://example.org/q).<script>alert(1)</script>")
    sweep(session.starts_at - HOUR)
    plan(cycle, 60, text="Trop tard")
    message = read_at(reminders()[0], session.starts_at - HOUR)

    mail = Page(html_of(message))
    assert "Venez" in [strong.text for strong in mail.all("strong")]
    assert "https://example.org/q" in mail.addresses
    assert mail.all("script") == []
    assert "Venez avec vos questions (https://example.org/q).<script>alert(1)</script>" in plain_lines(
        message
    )
    assert "Trop tard" not in text_of(message)


def test_every_reminder_leads_to_the_page_that_frees_the_place(client, session, ada, sweep, reminders):
    for before in (7 * DAY, DAY, HOUR):
        sweep(session.starts_at - before)
    link = links.withdraw_link(ada, session)

    for mail in reminders():
        message = read_at(mail, mail.not_before)
        assert f"Je ne peux pas venir{NBSP}: {link}" in plain_lines(message)
        assert link in Page(html_of(message)).addresses
    assert client.get(link.removeprefix("http://localhost")).status_code == 200


def test_reminders_can_be_silenced_by_one_click_and_nothing_else_can(session, ada, reminded, outbox):
    reminded(HOUR)
    moved = session.starts_at + DAY
    edit_session(session, starts_at=moved, ends_at=moved + HOUR, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    last = read_at(outbox()[-1], NOW)
    assert last["Subject"].startswith("Mise à jour")
    edit_session(session, starts_at=moved - DAY, ends_at=moved - DAY + HOUR, now=NOW)
    for mail in outbox():
        mail.state, mail.sent_at = "sent", NOW
    cancel_at = len(outbox())
    found = {mail.kind: read_at(mail, NOW) for mail in outbox()}
    cancel_session(session, by=NADIA, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    found |= {mail.kind: read_at(mail, NOW) for mail in outbox()[cancel_at:]}

    carrying = {kind for kind, message in found.items() if message["List-Unsubscribe"]}
    assert set(found) == {
        "confirmation",
        "invitation",
        "invitation_update",
        "invitation_cancelled",
        "reminder",
    }
    assert carrying == {kind for kind, message in found.items() if message["List-Unsubscribe-Post"]}
    assert carrying == {"reminder"}
    link = links.unsubscribe_link(ada)
    assert found["reminder"]["List-Unsubscribe"] == f"<{link}>"
    assert found["reminder"]["List-Unsubscribe-Post"] == ONE_CLICK
    assert f"Ne plus recevoir de rappels ni d’annonces{NBSP}: {link}" in plain_lines(found["reminder"])
    assert "/unsubscribe/" not in "".join(
        text_of(message) for kind, message in found.items() if kind != "reminder"
    )


@pytest.mark.parametrize("what", ["withdrawn", "moved", "cancelled", "silenced", "begun", "archived"])
def test_what_has_no_reason_any_more_is_not_written(cycle, session, ada, reminded, what):
    mail, at = reminded(HOUR), session.starts_at - HOUR
    if what == "withdrawn":
        withdraw(queries.live_registration(ada.id, session.id), now=at)
    elif what == "moved":
        session.move(starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY, now=at)
    elif what == "cancelled":
        cancel_session(session, by=NADIA, now=at)
    elif what == "silenced":
        mute(ada, now=at)
    elif what == "archived":
        cycle.close(now=at)
        cycle.archive()
    else:
        at = session.starts_at
    db.session.commit()

    with pytest.raises(ReasonGone):
        read_at(mail, at)


def test_even_the_longest_reminder_stays_light(cycle, session, ada, sweep, reminders):
    session.title = "Un titre bien trop long " * 7
    plan(cycle, 60, text="[a](b)\n" * 214)
    for number in range(8):
        db.session.add(
            Contributor(
                session_id=session.id, position=number, name="Élodie Lefèvre-Martin", organisation="O" * 60
            )
        )
    db.session.commit()
    sweep(session.starts_at - HOUR)

    assert len(html_of(read_at(reminders()[0], session.starts_at - HOUR)).encode()) < 20_000
