"""The sessions of a cycle, entered line by line on one page."""

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 1280])
def test_a_refused_hour_stays_in_sight_beside_its_sentence(visit: Visit, signed_in: object, width: int):
    page = visit("/organise/vto/cycles/new", storage_state=signed_in)
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("[name=sessions-0-day]").fill("2027-03-28")
    page.locator("[name=sessions-0-start_time]").fill("02:30")
    page.locator("[name=sessions-0-end_time]").fill("04:00")
    page.locator("main form button.primary").click()
    field = page.locator(".field", has=page.locator("[name=sessions-0-start_time]"))
    control, sentence = field.locator("input").bounding_box(), field.locator(".error").bounding_box()

    assert control is not None
    assert sentence is not None
    assert control["width"] >= 200
    assert sentence["height"] <= 60  # three lines at most
