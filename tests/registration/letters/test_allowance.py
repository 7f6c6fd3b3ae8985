"""Strangers cause few mails to one address, whatever they send; people keep their seats and get every invitation."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOW
from tests.cycles.published import published_cycle
from tests.registration.conftest import ADA, BELA, states, written
from tests.registration.morning import held_back, in_paris, kinds, leaves, morning_comes
from tests.registration.reading_mails import LANGUAGES, html_of, plain_lines, text_of
from webinars.accounts.models import Organisation
from webinars.outbox.models import MailState
from webinars.registration.actions import take, withdraw
from webinars.registration.invites import actions
from webinars.storage.extensions import db

TOMORROW = in_paris(3, 7)


@pytest.fixture(autouse=True)
def as_in_service(with_settings):
    with_settings(sign_ups_per_address=6, mails_per_address=30)


@pytest.fixture
def thirty(cycle, add_session):
    return [add_session(cycle, f"Session {n}", days=n + 1) for n in range(30)]


@pytest.fixture
def elsewhere(app, add_session):
    """Another organisation of the instance, in the same zone, with a cycle of one session."""
    other = Organisation(
        slug="mer", name="Outre-mer", short_name="OM", contact="om@example.org", created_at=NOW
    )
    cycle = published_cycle(other, "ailleurs", now=NOW)
    return cycle, add_session(cycle, "Là-bas")


def test_whoever_signs_up_six_times_session_by_session_gets_six_invitations_at_once(thirty, signs_up, outbox):
    for session in thirty[:6]:
        signs_up(ADA, session)

    assert kinds(leaves(outbox, until=NOW)) == {"confirmation": 6, "invitation": 6}
    assert held_back(outbox) == []


def test_a_victim_signed_up_thirty_times_has_thirty_seats_and_few_mails_that_day(
    thirty, signs_up, outbox, registrations
):
    for n, session in enumerate(thirty):
        signs_up(ADA, session, now=NOW + timedelta(minutes=n))

    assert states(registrations()) == ["confirmed"] * 30
    assert kinds(leaves(outbox, until=in_paris(3, 0))) == {"confirmation": 6, "invitation": 6}
    assert {mail.not_before for mail in held_back(outbox)} == {TOMORROW}
    assert kinds(held_back(outbox)) == {"confirmation": 24, "invitation": 24}


def test_the_morning_brings_one_mail_and_the_invitations(thirty, signs_up, outbox):
    for session in thirty:
        signs_up(ADA, session)

    assert morning_comes(TOMORROW - timedelta(seconds=1)) == 0
    assert [morning_comes(TOMORROW + timedelta(minutes=minutes)) for minutes in (0, 0, 5, 600)] == [
        1,
        0,
        0,
        0,
    ]

    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 1, "invitation": 24}
    assert held_back(outbox) == []


def test_one_sign_up_for_more_sessions_than_mails_leave_keeps_the_later_ones_for_the_morning(
    thirty, add_session, cycle, signs_up, outbox
):
    add_session(cycle, "Last", days=40)
    signs_up(ADA, whole_cycle=True)

    assert kinds(leaves(outbox, until=NOW)) == {"confirmation": 1, "invitation": 29}
    assert (
        "Bonjour Ada, vous suivez tout le cycle. 29 invitations arrivent séparément\u00a0: acceptez-les, et les dates "
        "s’inscrivent dans votre agenda. Deux autres invitations partent à partir du mardi 3\u00a0mars\u00a02026 au matin, parce que beaucoup de messages sont "
        "partis vers cette adresse en une journée\u202f; votre page peut les envoyer tout de suite."
    ) in plain_lines(written(outbox()[-1]))

    assert morning_comes(TOMORROW) == 1
    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 1, "invitation": 2}


ALL_HELD_BACK = {
    1: (
        "Votre invitation part le mardi 3 mars 2026 au matin",
        "Your invitation leaves on Tuesday 3 March 2026 in the morning",
    ),
    2: (
        "Vos deux invitations partent à partir du mardi 3 mars 2026 au matin",
        "Your two invitations leave from Tuesday 3 March 2026 in the morning on",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", list(ALL_HELD_BACK))
def test_invitations_that_all_wait_are_not_called_more_than_some(
    thirty, signs_up, outbox, with_settings, language, number
):
    with_settings(mails_per_address=1)
    signs_up(ADA, *thirty[2 : 2 + number], language=language)

    [confirmation] = leaves(outbox, until=NOW)
    for body in (text_of(written(confirmation)), html_of(written(confirmation))):
        plain = body.replace("\u00a0", " ")
        assert ALL_HELD_BACK[number][language == "en"] in plain
        assert [words for words in ("autre", "more") if f"{words} invitation" in plain] == []


def test_what_is_too_much_for_one_morning_comes_on_the_next(
    cycle, add_session, signs_up, outbox, with_settings
):
    with_settings(sign_ups_per_address=1, mails_per_address=4)
    sessions = [add_session(cycle, f"Session {n}", days=n + 5) for n in range(8)]
    for session in sessions:
        signs_up(ADA, session)

    mornings = []
    for day in (3, 4, 5, 6):
        at = in_paris(day, 7, 2)
        told = morning_comes(at)
        mornings.append((told, kinds(leaves(outbox, since=at, until=at))))

    assert mornings == [
        (1, {"backlog": 1, "invitation": 3}),
        (1, {"backlog": 1, "invitation": 3}),
        (1, {"backlog": 1, "invitation": 1}),
        (0, {}),
    ]


def test_no_more_than_thirty_mails_leave_on_any_day_of_a_week_under_attack(
    thirty, cycle, add_session, signs_up, outbox
):
    for n in range(30, 60):
        add_session(cycle, f"Session {n}", days=n + 1)
    sessions = list(db.session.scalars(db.select(type(thirty[0])).order_by("starts_at")))
    start = in_paris(2, 10)
    for n, session in enumerate(sessions[8:] * 2):
        now = start + timedelta(hours=1.5 * n)
        signs_up(ADA, session, now=now)
        morning_comes(now)

    by_day: dict[object, int] = {}
    for mail in leaves(outbox, until=start + timedelta(days=30)):
        day = mail.not_before.astimezone(ZoneInfo("Europe/Paris")).date()
        by_day[day] = by_day.get(day, 0) + 1
    assert max(by_day.values()) <= 30
    mornings = [mail.not_before.date() for mail in outbox() if mail.kind == "backlog"]
    assert len(mornings) == len(set(mornings)) > 4


def test_the_limit_is_one_address_and_all_spellings_of_it(session, signs_up, outbox, with_settings):
    with_settings(sign_ups_per_address=3)
    for email in (ADA.email, "ADA@town.example.org", "ada@TOWN.example.org", "Ada@Town.Example.Org"):
        signs_up(replace(ADA, email=email), session)
    signs_up(BELA, session)

    states = [str(mail.state) for mail in outbox() if mail.kind == "confirmation"]
    assert states == ["queued", "queued", "queued", "withheld", "queued"]


def test_it_counts_over_all_cycles_and_organisations_and_each_tells_its_own(
    thirty, elsewhere, signs_up, outbox
):
    for session in thirty[10:15]:
        signs_up(ADA, session)
    for n in range(3):
        signs_up(ADA, elsewhere[1], cycle=elsewhere[0], now=NOW + timedelta(minutes=n))
    signs_up(ADA, thirty[20])

    assert kinds(leaves(outbox, until=in_paris(3, 0))) == {"confirmation": 6, "invitation": 6}
    assert morning_comes(TOMORROW) == 2
    told = [text_of(written(mail)) for mail in outbox() if mail.kind == "backlog"]
    assert ["Session 20" in text for text in told] == [True, False]
    assert ["Là-bas" in text for text in told] == [False, True]


def test_a_new_day_begins_at_midnight_of_the_organisation(thirty, signs_up, outbox):
    for n, session in enumerate(thirty[5:12]):
        signs_up(ADA, session, now=in_paris(2, 23, 50) + timedelta(minutes=n))
    assert len(held_back(outbox)) == 2

    signs_up(ADA, thirty[20], now=in_paris(3, 0, 1))

    assert str(outbox()[-1].state) == "queued"


@pytest.mark.parametrize(("month", "day"), [(3, 28), (3, 29), (10, 24), (10, 25)])
def test_the_morning_is_at_seven_whatever_the_clocks_do(cycle, add_session, signs_up, outbox, month, day):
    sessions = [add_session(cycle, f"Session {n}", days=290 + n) for n in range(7)]
    for session in sessions:
        signs_up(ADA, session, now=in_paris(day, 0, 30, month=month))

    assert {mail.not_before for mail in held_back(outbox)} == {in_paris(day + 1, 7, month=month)}
    assert morning_comes(in_paris(day + 1, 6, 59, month=month)) == 0
    assert morning_comes(in_paris(day + 1, 7, month=month)) == 1


def test_the_day_and_the_morning_are_those_of_the_organisation(
    cycle, organisation, add_session, signs_up, outbox
):
    organisation.timezone = "Pacific/Noumea"
    db.session.commit()
    noumea = ZoneInfo("Pacific/Noumea")
    sessions = [add_session(cycle, f"Session {n}", days=n + 5) for n in range(8)]
    for session in sessions[:7]:
        signs_up(ADA, session, now=datetime(2026, 3, 2, 23, 30, tzinfo=noumea))
    signs_up(ADA, sessions[7], now=datetime(2026, 3, 3, 0, 10, tzinfo=noumea))

    assert {mail.not_before for mail in held_back(outbox)} == {datetime(2026, 3, 3, 7, tzinfo=noumea)}
    assert str(outbox()[-1].state) == "queued"


def test_a_clock_that_was_moved_back_allows_no_more(thirty, signs_up, outbox):
    for session in thirty[5:11]:
        signs_up(ADA, session, now=in_paris(2, 18))

    signs_up(ADA, thirty[11], now=in_paris(2, 9))
    signs_up(ADA, thirty[12], now=in_paris(1, 23))

    assert kinds(held_back(outbox)) == {"confirmation": 2, "invitation": 2}
    for at in (in_paris(2, 7), in_paris(3, 7), in_paris(3, 7)):
        morning_comes(at)
    assert held_back(outbox) == []


def test_a_clock_moved_back_after_the_morning_repeats_nothing(thirty, signs_up, outbox):
    for session in thirty[5:12]:
        signs_up(ADA, session)
    morning_comes(TOMORROW)
    signs_up(ADA, thirty[13], now=in_paris(2, 12))

    assert [morning_comes(TOMORROW), morning_comes(TOMORROW)] == [1, 0]
    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 2, "invitation": 2}


def test_who_withdrew_before_the_morning_is_sent_no_invitation(thirty, signs_up, outbox, registrations):
    for session in thirty[5:13]:
        signs_up(ADA, session)
    withdraw(registrations()[-1], now=NOW)
    db.session.commit()

    morning_comes(TOMORROW)

    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 1, "invitation": 1}


def test_a_session_that_began_before_the_morning_invites_nobody(cycle, thirty, add_session, signs_up, outbox):
    for session in thirty[5:11]:
        signs_up(ADA, session)
    tonight = add_session(cycle, "Ce soir", days=0, starts_at=in_paris(2, 18), ends_at=in_paris(2, 19))
    signs_up(ADA, tonight)

    morning_comes(TOMORROW)

    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 1}
    told = next(mail for mail in outbox() if mail.kind == "backlog")
    assert "Commencée ou passée" in plain_lines(written(told))


def test_the_personal_page_is_not_limited(thirty, signs_up, outbox):
    ada = signs_up(ADA, thirty[5]).registrant
    for _ in range(6):
        signs_up(ADA, thirty[5])

    for session in thirty[6:]:
        take(ada, session, now=NOW)
    db.session.commit()

    assert kinds(leaves(outbox, until=NOW)) == {"confirmation": 6, "invitation": 25}
    signs_up(ADA, thirty[5], now=in_paris(3, 12))  # nor does what its owner did count against the form
    assert str(outbox()[-1].state) == "queued"


def test_what_its_owner_asks_for_leaves_at_once_and_counts_nowhere(thirty, signs_up, outbox):
    for session in thirty[5:25]:
        ada = signs_up(ADA, session).registrant

    assert actions.release_withheld(ada, now=NOW) == 14
    db.session.commit()

    assert kinds(leaves(outbox, until=NOW)) == {"confirmation": 6, "invitation": 20}
    assert morning_comes(TOMORROW) == 1
    assert kinds(leaves(outbox, since=TOMORROW, until=TOMORROW)) == {"backlog": 1}


def test_a_known_address_over_the_limit_makes_as_many_rows_as_a_new_one(thirty, signs_up, outbox):
    for email in (ADA.email, "stranger@town.example.org"):
        for _ in range(6):
            signs_up(replace(ADA, email=email), thirty[5])
    before = len(outbox())

    signs_up(ADA, thirty[5])
    known = len(outbox()) - before
    signs_up(replace(ADA, email="stranger@town.example.org"), thirty[5])

    assert (known, len(outbox()) - before) == (1, 2)
    assert [str(mail.state) for mail in outbox()[-2:]] == [MailState.WITHHELD] * 2


def test_what_fails_by_itself_in_the_morning_tries_again_a_day_later(
    thirty, elsewhere, signs_up, cycle, outbox, with_settings
):
    with_settings(sign_ups_per_address=1, mails_per_address=30)
    for session in thirty[:2]:
        signs_up(ADA, session)
    there, session = elsewhere
    signs_up(BELA, thirty[2])
    signs_up(BELA, session, cycle=there)
    cycle.organisation.timezone = "Nowhere/At_all"
    db.session.commit()

    told = [morning_comes(TOMORROW + timedelta(minutes=minutes)) for minutes in (0, 5)]

    assert told == [1, 0]  # the other organisation's
    assert {mail.not_before for mail in held_back(outbox)} == {TOMORROW + timedelta(days=1)}
    cycle.organisation.timezone = "Europe/Paris"
    db.session.commit()
    assert morning_comes(TOMORROW + timedelta(days=1)) == 1
    assert held_back(outbox) == []
