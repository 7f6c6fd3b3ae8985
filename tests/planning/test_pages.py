"""Organisers' pages answer, in both languages, from empty to full."""

import pytest
from flask.testing import FlaskClient

from webinars.cycles.models import Session

PAGES = (
    "/organise/vto",
    "/organise/vto/cycles",
    "/organise/vto/cycles?state=archived",
    "/organise/vto/cycles/new?attempt=a-page-of-this-test",
    "/organise/vto/cycles/load",
)
OF_A_CYCLE = (
    "",
    "/settings",
    "/people",
    "/sessions/new",
    "/sessions/add",
    "/publish",
    "/close",
    "/sessions/achats-responsables",
    "/sessions/achats-responsables/cancel",
    "/sessions/achats-responsables/restore",
    "/sessions/achats-responsables/remove",
    "/sessions/achats-responsables/seats",
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_an_empty_house_has_its_pages(desk: FlaskClient, address: str, language: str) -> None:
    sign = "&" if "?" in address else "?"

    assert desk.get(f"{address}{sign}lang={language}").status_code == 200


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", [*PAGES, *(f"/organise/vto/cycles/emploi{part}" for part in OF_A_CYCLE)])
def test_a_house_with_a_cycle_has_its_pages(
    desk: FlaskClient, session: Session, address: str, language: str
) -> None:
    sign = "&" if "?" in address else "?"

    assert desk.get(f"{address}{sign}lang={language}").status_code == 200
