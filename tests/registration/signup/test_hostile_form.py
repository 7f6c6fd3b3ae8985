"""What a stranger may send to the form: refused with a sentence, quickly, whatever it is."""

import io

import pytest

from tests.page import read
from tests.processor import LINEAR, cost, growth
from tests.registration.reading_pages import filled, refused, registrants, send, statements
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

FIELDS = {"first_name": 120, "last_name": 120, "structure": 200, "email": 254}


def sorted_out(length: int) -> str:
    return "a" + "\u0315" * (length // 2) + "\u0327" * (length // 2)


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_far_too_long_is_refused_and_kept_as_typed(client, two, field):
    typed = "a" * (4 * FIELDS[field] + 1)

    page = refused(send(client, **{field: typed}))
    assert [error[:22] for error in page.errors] == ["Raccourcissez ce texte"]
    assert page.values[field] == typed


@pytest.mark.parametrize("field", FIELDS)
def test_more_accents_than_any_language_has_are_refused_and_kept_as_typed(client, two, field):
    typed = "Zoe" + "\u0315\u0327" * 20

    page = refused(send(client, **{field: typed}))
    assert page.errors == ["Retirez des accents\u00a0: une lettre en porte plus de 30."]
    assert page.values[field] == typed


def test_a_refused_text_is_used_nowhere_and_asks_nothing_more(client, two):
    page = refused(send(client, first_name="www." * 200))

    assert [error[:22] for error in page.errors] == ["Raccourcissez ce texte"]


@pytest.mark.processor
@pytest.mark.parametrize(
    "field", [*FIELDS, "structure_type", "website", "take", "form_token", "sessions", "else"]
)
def test_a_field_of_a_megabyte_costs_no_more_than_its_length(client, two, field):
    def press(typed):
        assert client.post("/vto/emploi/register", data=filled(**{field: typed})).status_code == 422

    assert growth(press, sorted_out(10_000), sorted_out(100_000)) <= LINEAR
    assert cost(press, sorted_out(100_000)) < 1


@pytest.mark.parametrize("name", ["sessions", "email", "newsletter", "x"])
def test_a_form_of_more_answers_than_any_of_ours_is_refused_before_it_is_read(client, two, name):
    body = f"take=some&{f'{name}=x&' * 70_000}"

    with statements() as asked:
        answer = client.post(
            "/vto/emploi/register", data=body, content_type="application/x-www-form-urlencoded"
        )
    assert (answer.status_code, read(answer).heading) == (413, "Trop de données ont été envoyées")
    assert [one for one in asked if "public_id" in one] == []


def test_a_form_with_files_has_as_many_answers_at_most(client, two):
    parts = {f"x{number}": "x" for number in range(450)} | {"file": (io.BytesIO(b"x"), "x.csv")}

    answer = client.post("/vto/emploi/register", data=parts, content_type="multipart/form-data")
    assert (answer.status_code, read(answer).heading) == (413, "Trop de données ont été envoyées")


@pytest.mark.parametrize("header", [b'a=";', b";", b"a*=utf-8''%41;", b"\r\nA: b"])
def test_headers_of_parts_are_not_read_where_no_file_is_taken(client, two, header):
    part = b"--b\r\nContent-Disposition: form-data; " + header * (100_000 // len(header))

    answer = client.post(
        "/vto/emploi/register",
        data=part + b"\r\n\r\nx\r\n--b--",
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(("address", "status"), [("/sign-in", 400), ("/vto/emploi/register", 422)])
def test_a_part_without_a_name_is_no_field(client, two, address, status):
    part = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"

    answer = client.post(address, data=part, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == status


def test_a_session_ticked_many_times_is_ticked_once(client, two):
    wanted = two[0].public_id

    answer = send(client, take="some", sessions=[wanted] * 300)
    assert (answer.status_code, len(registrants())) == (303, 1)


def test_ids_of_nothing_beside_a_session_change_nothing(client, two):
    answer = send(client, take="some", sessions=[two[0].public_id, *(f"x{number}" for number in range(300))])

    db.session.rollback()
    assert (answer.status_code, len(registrants())) == (303, 1)
