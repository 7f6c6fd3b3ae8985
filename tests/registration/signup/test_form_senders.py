"""Who may send the form of a cycle’s page, how soon, how late and how often."""

import hmac
from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import KEPT, filled, refused, registrants, send
from webinars.web.forms.tokens import issue_form_token
from webinars.web.links import derived_key

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize("sent", ["", "x", "123.456", "\ud800", "é" * 500, "." * 40_000])
def test_a_form_without_our_token_comes_back_as_it_was(client, two, sent):
    data = filled(form_token=sent.encode("utf-8", "replace").decode())
    page = refused(client.post("/vto/emploi/register", data=data))

    assert (
        "Cette page n’était plus complète. Vérifiez vos réponses, puis appuyez de nouveau sur le bouton."
        in page.lines
    )
    assert {name: page.values[name] for name in KEPT} == KEPT
    assert (
        client.post("/vto/emploi/register", data=filled(form_token=page.values["form_token"])).status_code
        == 303
    )


def test_the_token_of_another_cycle_is_not_ours(client, two, organisation, cycle, add_session):
    page = refused(send(client, form_token=issue_form_token(f"sign up {cycle.id + 1}")))

    assert (
        "Cette page n’était plus complète. Vérifiez vos réponses, puis appuyez de nouveau sur le bouton."
        in page.lines
    )


def test_a_page_that_was_open_during_the_upgrade_comes_back_as_it_was_and_then_passes(client, two, cycle):
    issued = format(int(NOW.timestamp() * 1000), "x")
    mac = hmac.digest(derived_key("form"), f"sign up {cycle.id}\n{issued}".encode(), "sha256").hex()[:40]
    page = refused(client.post("/vto/emploi/register", data=filled(form_token=f"{issued}.{mac}")))

    assert (
        "Cette page n’était plus complète. Vérifiez vos réponses, puis appuyez de nouveau sur le bouton."
        in page.lines
    )
    assert {name: page.values[name] for name in KEPT} == KEPT
    again = filled(form_token=page.values["form_token"])
    assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_a_form_sent_faster_than_it_can_be_read_comes_back_and_then_passes(client, two, with_settings):
    with_settings(form_min_seconds=2.0)
    page = refused(send(client))

    assert (
        "Le formulaire est parti très vite\u00a0: vérifiez vos réponses, puis envoyez-le de nouveau."
        in page.lines
    )
    with time_machine.travel(NOW + timedelta(seconds=3)):
        again = filled(form_token=page.values["form_token"])
        assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_a_page_of_the_day_before_yesterday_comes_back_and_then_passes(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    with time_machine.travel(NOW + timedelta(days=2)):
        page = refused(client.post("/vto/emploi/register", data=filled(form_token=token)))

        assert (
            "Cette page était ouverte depuis plus d’un jour. Vérifiez vos réponses, puis appuyez de nouveau sur le bouton."
            in page.lines
        )
        again = filled(form_token=page.values["form_token"])
        assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_a_page_of_before_the_clock_was_set_back_comes_back_and_then_passes(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    with time_machine.travel(NOW - timedelta(hours=1)):
        page = refused(client.post("/vto/emploi/register", data=filled(form_token=token)))

        assert {name: page.values[name] for name in KEPT} == KEPT
        again = filled(form_token=page.values["form_token"])
        assert client.post("/vto/emploi/register", data=again).status_code == 303


def test_the_field_nobody_sees_must_stay_empty_and_a_person_loses_nothing(client, two):
    page = refused(send(client, website="https://spam.example.org"))

    assert (
        "Un champ que personne ne voit a été rempli, par votre navigateur peut-être. Il est de nouveau vide\u00a0: appuyez encore une fois sur le bouton."
        in page.lines
    )
    assert page.values["website"] == ""
    assert {name: page.values[name] for name in KEPT} == KEPT


def test_too_many_sign_ups_from_one_place_wait_with_everything_kept(client, two, with_settings):
    with_settings(sign_ups_per_hour=2)
    first = [send(client, email=f"a{n}@town.example.org").status_code for n in range(2)]
    answer = send(client, email="late@town.example.org", first_name="Léa")

    assert first == [303, 303]
    assert answer.status_code == 429
    assert (
        "Beaucoup d’inscriptions sont venues de votre réseau au cours de cette heure. Gardez cette page ouverte et "
        "appuyez de nouveau sur le bouton à partir de 11\u00a0h (heure de Paris), ou écrivez à contact@vto.example.org."
    ) in read(answer).lines
    assert answer.headers["Retry-After"] == "3600"
    assert read(answer).values["first_name"] == "Léa"
    assert [ada.email for ada in registrants()] == ["a0@town.example.org", "a1@town.example.org"]
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    token = read(client.get("/vto/emploi")).values["form_token"]
    data = filled(form_token=token, email="other@town.example.org")
    assert client.post("/vto/emploi/register", data=data, environ_base=elsewhere).status_code == 303


def test_a_forged_forwarded_header_is_not_another_place(client, two, with_settings):
    with_settings(sign_ups_per_hour=1)
    token = read(client.get("/vto/emploi")).values["form_token"]
    answers = [
        client.post(
            "/vto/emploi/register",
            data=filled(form_token=token, email=f"a{n}@town.example.org"),
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(2)
    ]

    assert answers == [303, 429]


def test_a_form_of_another_site_does_nothing(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    answer = client.post(
        "/vto/emploi/register", data=filled(form_token=token), headers={"Origin": "https://evil.example.org"}
    )

    assert answer.status_code == 403
    assert registrants() == []
