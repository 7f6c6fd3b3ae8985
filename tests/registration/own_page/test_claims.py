"""What a form says somebody agrees to counts for nothing until they confirm it behind their own link."""

from datetime import timedelta

import pytest

from tests.accounts.signed_in import sign_in
from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, written
from tests.registration.morning import in_paris, morning_comes
from tests.registration.reading_mails import bodies, html_of, html_page, of_kind, text_of
from tests.registration.reading_pages import send
from tests.registration.visitor import path, press
from webinars.registration import consents, links
from webinars.registration.models import Consent, ConsentPurpose, Registrant
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

NEWSLETTER, RECORDING = ConsentPurpose.NEWSLETTER, ConsentPurpose.RECORDING


@pytest.fixture
def ada(session, signs_up):
    """Ada, for whom a form said that she agrees to everything."""
    return signs_up(ADA, session, consents=set(ConsentPurpose)).registrant


@pytest.fixture
def page(ada):
    return path(links.me_link(ada))


def found(registrant):
    db.session.expire_all()
    return consents.consents_of(registrant.id)


def names(registrant):
    return [one.claim_name for one in consents.claims(found(registrant)).values()]


def test_a_consent_given_by_a_form_waits_for_the_owner_of_the_address(client, two):
    send(client, newsletter="y", recording="y")

    given = db.session.scalars(db.select(Consent).order_by(Consent.purpose)).all()
    assert [(one.purpose, one.confirmed_at) for one in given] == [(NEWSLETTER, None), (RECORDING, None)]
    assert consents.standing(given) == {}


def test_opening_the_link_confirms_nothing_and_pressing_the_button_does(client, ada, page):
    client.get(page)
    client.head(page)
    assert consents.standing(found(ada)) == {}

    answer = press(client, f"{page}/consents", asked_at=page, claims=names(ada))

    assert (answer.status_code, answer.location) == (303, f"{page}?done=confirmed#done")
    assert sorted(consents.standing(found(ada))) == [NEWSLETTER, RECORDING]
    assert "Votre accord est confirmé." in read(client.get(answer.location)).callouts
    assert "to-confirm" not in read(client.get(page)).ids


def test_refusing_takes_the_claim_away(client, ada, page):
    press(client, f"{page}/consents", asked_at=page, claims=names(ada), refuse="1")

    assert [(one.confirmed_at, one.withdrawn_at) for one in found(ada)] == [(None, NOW)] * 2
    assert "to-confirm" not in read(client.get(page)).ids


def test_pressing_twice_is_as_good_as_once_and_a_name_of_nothing_does_nothing(client, ada, page):
    claimed = names(ada)
    for _ in range(2):
        answer = press(client, f"{page}/consents", asked_at=page, claims=claimed)
    press(client, f"{page}/consents", asked_at=page, claims=["newsletter", "x", "recording.0"])

    assert answer.location == f"{page}?done=confirmed#done"
    assert sorted(consents.standing(found(ada))) == [NEWSLETTER, RECORDING]


def test_other_words_than_those_that_were_shown_are_not_confirmed(client, ada, page, session, signs_up):
    shown = names(ada)
    consents.refuse(ada, shown, now=NOW)
    signs_up(ADA, session, consents={NEWSLETTER}, consent_words="Other words.")

    press(client, f"{page}/consents", asked_at=page, claims=shown)

    assert consents.standing(found(ada)) == {}


def test_the_button_of_somebody_else_confirms_nothing_of_mine(client, ada, session, signs_up):
    bela = path(links.me_link(signs_up(BELA, session).registrant))

    press(client, f"{bela}/consents", asked_at=bela, claims=names(ada))

    assert consents.standing(found(ada)) == {}


def test_what_is_given_on_the_personal_page_counts_at_once(client, ada, page):
    press(client, f"{page}/choices", asked_at=page, consents="newsletter", language="fr")

    given = found(ada)
    assert list(consents.standing(given)) == [NEWSLETTER]
    assert list(consents.claims(given)) == [RECORDING]  # a box left alone answers nothing
    assert consents.standing(given)[NEWSLETTER].confirmed_at == NOW


def test_a_withdrawal_wins_until_its_owner_says_otherwise(client, ada, page, session, signs_up):
    press(client, f"{page}/consents", asked_at=page, claims=names(ada))
    press(client, f"{page}/choices", asked_at=page, language="fr")
    assert consents.standing(found(ada)) == {}

    for _ in range(3):  # a stranger ticks it again, and again
        signs_up(ADA, session, consents={NEWSLETTER}, now=NOW + timedelta(hours=1))

    given = found(ada)
    assert consents.standing(given) == {}
    assert [one.purpose for one in given] == [NEWSLETTER, RECORDING, NEWSLETTER]
    assert "Selon le formulaire" not in client.get(page).text
    assert "to-confirm" in read(client.get(page)).ids
    press(client, f"{page}/consents", asked_at=page, claims=names(ada))
    assert list(consents.standing(found(ada))) == [NEWSLETTER]


def test_a_stranger_changes_nothing_about_what_is_confirmed(client, ada, page, session, signs_up):
    press(client, f"{page}/consents", asked_at=page, claims=names(ada))
    before = [(one.id, one.text_version, one.given_at, one.confirmed_at) for one in found(ada)]

    signs_up(
        ADA, session, consents=set(ConsentPurpose), consent_words="Others.", now=NOW + timedelta(hours=1)
    )

    assert [(one.id, one.text_version, one.given_at, one.confirmed_at) for one in found(ada)] == before


@pytest.mark.parametrize(
    ("language", "sentence", "words"),
    [
        (
            "fr",
            (
                "Sur un formulaire rempli avec cette adresse, ceci a été coché : lettre d’information, apparition dans "
                "l’enregistrement. Cet accord ne compte que si vous le confirmez"
            ),
            "Cet accord ne compte que si vous le confirmez",
        ),
        (
            "en",
            (
                "On a form filled in with this address, this was ticked: newsletter, appearance in the recording. "
                "It only counts once you confirm it"
            ),
            "It only counts once you confirm it",
        ),
    ],
)
def test_the_confirmation_asks_for_it_in_one_line(session, signs_up, outbox, language, sentence, words):
    ada = signs_up(ADA, session, consents=set(ConsentPurpose), language=language).registrant
    message = written(of_kind(outbox, "confirmation"))

    [line] = [line for line in text_of(message).splitlines() if links.me_link(ada) + "#to-confirm" in line]
    assert line.replace("\u00a0", " ").startswith(sentence)
    assert f"{links.me_link(ada)}#to-confirm" in html_page(message).addresses
    assert any(words in line for line in html_page(message).lines)


def test_a_confirmation_asks_for_nothing_when_nothing_was_ticked_or_all_is_confirmed(
    session, signs_up, outbox, ada
):
    consents.confirm(ada, names(ada), now=NOW)
    signs_up(ADA, session)
    signs_up(BELA, session)

    for mail in outbox()[-2:]:
        assert "#to-confirm" not in text_of(written(mail)) + html_of(written(mail))


def test_the_mail_of_the_morning_asks_for_it_too(session, signs_up, outbox, with_settings):
    with_settings(sign_ups_per_address=1)
    ada = signs_up(ADA, session).registrant
    signs_up(ADA, session, consents={NEWSLETTER})
    morning_comes(in_paris(3, 7))

    message = written(of_kind(outbox, "backlog"))
    for body in bodies(message):
        assert f"{links.me_link(ada)}#to-confirm" in body.addresses


def test_organisers_see_which_are_not_confirmed(app, nadia, session, ada, signs_up):
    bela = signs_up(BELA, session, consents={RECORDING}).registrant
    consents.confirm(bela, names(bela), now=NOW)
    db.session.commit()

    page = read(sign_in(app.test_client(), nadia).get("/organise/vto/cycles/emploi/people"))

    asked = "Non confirmé\u00a0: lettre d’information, apparition dans l’enregistrement"
    assert page.row("Lovelace").lines.count(asked) == 1
    assert page.row("Bartók").lines.count("D’accord\u00a0: apparition dans l’enregistrement") == 1


def test_a_consent_stands_once_for_each_purpose_whatever_comes_at_once(session, ada):
    """The database holds it, for whoever would write past the actions."""
    row = {"registrant_id": ada.id, "purpose": NEWSLETTER, "given_at": NOW}
    version = found(ada)[0].text_version
    db.session.add(Consent(**row, text_version=version))

    with pytest.raises(db.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_button_proves_the_address_and_reading_does_not(client, ada, page, session):
    for address in (page, f"{page}/withdraw", f"{page}/identity", path(links.join_link(ada, session))):
        client.get(address)
    client.post(f"{page}/reminders", data={"form_token": "forged"})
    db.session.expire_all()
    assert ada.proved_at is None

    press(client, f"{page}/reminders", asked_at=page)

    assert db.session.get_one(Registrant, ada.id).proved_at == NOW


def test_the_button_pressed_before_confirms_nothing_that_a_form_says_after_a_withdrawal(
    client, ada, page, session, signs_up
):
    pressed = names(ada)
    press(client, f"{page}/consents", asked_at=page, claims=pressed)
    press(client, f"{page}/choices", asked_at=page, language="fr")
    signs_up(ADA, session, consents={NEWSLETTER}, now=NOW + timedelta(hours=1))

    # a browser sends its last form again
    answer = press(client, f"{page}/consents", asked_at=page, claims=pressed)

    assert answer.location == f"{page}?done=again#done"
    assert consents.standing(found(ada)) == {}
    assert list(consents.claims(found(ada))) == [NEWSLETTER]


def test_refusing_what_another_page_has_confirmed_takes_it_back(client, ada, page):
    shown = names(ada)
    press(client, f"{page}/consents", asked_at=page, claims=shown)

    answer = press(client, f"{page}/consents", asked_at=page, claims=shown, refuse="1")

    assert answer.location == f"{page}?done=refused#done"
    assert consents.standing(found(ada)) == {}


def test_confirming_what_another_page_has_refused_does_not_say_that_it_counts(client, ada, page):
    shown = names(ada)
    press(client, f"{page}/consents", asked_at=page, claims=shown, refuse="1")

    answer = press(client, f"{page}/consents", asked_at=page, claims=shown)

    assert answer.location == f"{page}?done=again#done"
    assert consents.standing(found(ada)) == {}
