"""What no column can hold is dropped, or not found, before anything asks the database."""

import pytest
from flask.testing import FlaskClient

from webinars.cycles.models import Cycle


@pytest.mark.parametrize(
    "address", ["/%00", "/vto/%00", "/vto/emploi/%00.ics", "/organise/vto/members/99999999999"]
)
def test_an_address_nothing_can_have_is_not_found(desk: FlaskClient, cycle: Cycle, address: str) -> None:
    assert desk.get(address).status_code == 404


def test_nul_is_dropped_from_what_is_typed(client: FlaskClient, cycle: Cycle) -> None:
    page = client.get("/vto?q=emp%00loi").text

    assert cycle.title in page
    assert 'value="emploi"' in page
