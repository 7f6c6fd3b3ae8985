"""What one's own page says of a room without a link, and where nothing is left to take."""

from datetime import timedelta

import pytest
import time_machine

from tests.page import read
from tests.registration.conftest import ADA
from tests.registration.test_states_in_words import language, plain
from tests.registration.visitor import path
from webinars.registration import links
from webinars.storage.extensions import db

__all__ = ["language"]
pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize("join_url", ["", "https://room.example.org/1"])
def test_a_room_is_called_open_once_it_has_its_link(client, session, signs_up, language, join_url):
    session.join_url = join_url
    page = path(links.me_link(signs_up(ADA, session, language=language).registrant))
    with time_machine.travel(session.starts_at, tick=False):
        shown = read(client.get(page))

    is_open = {"fr": "La salle est ouverte", "en": "The room is open"}[language]
    is_not = {"fr": "La salle n’est pas encore prête", "en": "The room is not ready yet"}[language]
    assert (is_open in shown.text, is_not in shown.text) == (bool(join_url), not join_url)
