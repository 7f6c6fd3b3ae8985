"""What no column can hold is taken out, or not found, before anything asks the database."""

import pytest
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.page import read
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organiser
from webinars.cycles.models import Cycle
from webinars.storage.extensions import db


@pytest.mark.parametrize(
    "address", ["/%00", "/vto/%00", "/vto/emploi/%00.ics", "/organise/vto/members/99999999999"]
)
def test_an_address_nothing_can_have_is_not_found(desk: FlaskClient, cycle: Cycle, address: str) -> None:
    assert desk.get(address).status_code == 404


# cleaning takes controls out and keeps the rest: a stray sign is no reason to refuse a form
# (specification/security, rule 1)
def test_nul_is_taken_out_of_a_search_as_cleaning_takes_out_every_control(
    client: FlaskClient, cycle: Cycle
) -> None:
    page = read(client.get("/vto?q=emp%00loi"))

    assert cycle.title in page.text
    assert page.values["q"] == "emploi"


def test_nul_is_taken_out_of_an_answer_no_field_cleans(desk: FlaskClient, nadia: Organiser) -> None:
    answer = post(desk, "/organise/account", {"name": "Nadia\0 Benali", "language": "en\0"})

    db.session.refresh(nadia)
    assert (answer.status_code, nadia.name, nadia.language) == (303, "Nadia Benali", "en")


def test_a_password_is_taken_with_every_sign_of_it(client: FlaskClient, nadia: Organiser) -> None:
    nadia.password_hash = hash_password("une girafe\0 traverse")
    db.session.commit()

    def enter(password: str) -> int:
        return post(client, "/sign-in", {"email": nadia.email, "password": password}).status_code

    assert (enter("une girafe traverse"), enter("une girafe\0 traverse")) == (200, 303)
