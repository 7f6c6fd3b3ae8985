"""Every kind of mail has its writer and its three parts."""

import pytest

from tests.rules.sources import TEMPLATES
from webinars.letters import WRITERS

PARTS = ("subject.txt", "body.txt", "body.html")


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_a_mail_has_its_three_parts(kind: str) -> None:
    assert [part for part in PARTS if not (TEMPLATES / "mail" / kind / part).exists()] == []


def test_every_folder_of_a_mail_has_a_writer() -> None:
    folders = {path.parent.name for path in (TEMPLATES / "mail").glob("*/subject.txt")}

    assert folders == set(WRITERS)
