"""Headers and addresses longer than proxies let through are refused; what was read of them is not kept."""

import tracemalloc

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.page import read
from tests.processor import LINEAR, cost, growth
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db
from webinars.web.language import preferred

HEADERS = ("Accept-Language", "Accept", "Cookie", "User-Agent", "Referer", "Accept-Encoding", "X-Anything")
SEARCHES = (
    "/vto",
    "/organise/vto/cycles",
    "/organise/vto/cycles/emploi/people",
    "/organise/vto/cycles/emploi/messages/deliveries",
)
UPLOADS = (
    "/organise/vto/cycles/load",
    "/organise/vto/cycles/emploi/sessions/achats-responsables/attendance/report",
    "/organise/vto/settings",
)


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_longer_than_proxies_let_through_is_refused(app: Flask, cycle: Cycle, header: str) -> None:
    client = app.test_client(use_cookies=False)

    assert client.get("/vto/emploi", headers={header: "a" * 8192}).status_code == 200
    answer = client.get("/vto/emploi", headers={header: "a" * 8193})
    assert (answer.status_code, read(answer).heading) == (
        431,
        "Votre navigateur a envoyé trop d’informations sur lui-même",
    )


@pytest.mark.parametrize(
    "address",
    [f"/vto?q={'a' * 8200}", f"/vto?{'theme=a&' * 500}", f"/{'a' * 8200}", f"/vto?lang=fr{'&a' * 500}"],
)
def test_an_address_longer_than_proxies_let_through_is_refused(
    client: FlaskClient, cycle: Cycle, address: str
) -> None:
    answer = client.get(address)

    assert (answer.status_code, read(answer).heading) == (414, "Cette adresse est trop longue")


def test_a_list_of_languages_longer_than_browsers_send_says_nothing() -> None:
    assert (preferred("en," * 300), preferred("en," * 400)) == ("en", None)


@pytest.mark.processor
@pytest.mark.parametrize("signs", ["a,", "fr;q=", ";", '"', "a;b;c,", "=", "fr-", "q=0.1;"])
def test_a_header_costs_no_more_than_its_length(client: FlaskClient, cycle: Cycle, signs: str) -> None:
    def ask(length: int) -> None:
        client.get("/vto/emploi", headers={"Accept-Language": (signs * length)[:length], "Accept": signs})

    assert growth(ask, 800, 8_000) <= LINEAR


@pytest.mark.parametrize("address", SEARCHES)
def test_a_search_shows_what_it_looked_for_cut(desk: FlaskClient, cycle: Cycle, address: str) -> None:
    answer = desk.get(address, query_string={"q": "a" * 500})

    assert (answer.status_code, "a" * 101 in answer.text, "a" * 80 in answer.text) == (200, False, True)


def test_a_form_of_organisers_has_as_many_answers_at_most(desk: FlaskClient, cycle: Cycle) -> None:
    many = {f"x{number}": "x" for number in range(500)}

    assert post(desk, "/organise/vto/cycles/new", many).status_code == 413
    db.session.rollback()


@pytest.mark.processor
@pytest.mark.parametrize("address", UPLOADS)
def test_endless_header_lines_beside_a_file_are_refused_at_once(
    desk: FlaskClient, session: Session, address: str
) -> None:
    head = b'Content-Disposition: form-data; name="x"\r\n' + b"A: b\r\n" * 300_000
    body = b"".join(b"--b\r\n" + head + b"\r\nx\r\n" for _part in range(2)) + b"--b--\r\n"

    def send(_body: bytes) -> None:
        answer = desk.post(address, data=body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == 413

    assert cost(send, body) < 1


@pytest.mark.parametrize("address", UPLOADS)
def test_a_form_without_a_file_has_no_room_for_one(desk: FlaskClient, session: Session, address: str) -> None:
    answer = desk.post(
        address, data=b"x=" + b"%41" * 700_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


def test_lists_of_languages_do_not_stay_in_memory() -> None:
    tracemalloc.start()
    for number in range(200):
        preferred(f"fr-{number}," + "a" * 300_000)
    kept, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 5_000_000  # 60 MB of headers were sent
