"""One session open at two desks: what both changed is asked, in a browser, with a script and without."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from tests.actors import OTTO
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.watch import assert_accessible
from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db

pytestmark = pytest.mark.browser

EDITOR = "/organise/vto/cycles/emploi-quartiers/sessions/achats-responsables"


def save_as_otto(instance: Instance, subtitle: str, place: str) -> None:
    """What Otto saves meanwhile, at his desk."""
    with instance.app.app_context():
        session = the_session()
        session.subtitle, session.join_url = subtitle, place
        session.count_edit(["subtitle", "join_url"], by=OTTO, now=clock.now())
        db.session.commit()


def the_session() -> Session:
    of_the_cycle = select(Session).join(Session.cycle).where(Cycle.slug == "emploi-quartiers")
    return db.session.scalars(of_the_cycle.where(Session.slug == "achats-responsables")).one()


def kept(instance: Instance) -> tuple[str, str, str]:
    with instance.app.app_context():
        session = the_session()
        return session.subtitle, session.join_url, session.title


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer la séance").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_one_chooses_between_the_two_and_loses_nothing(
    visit: Visit, signed_in: object, instance: Instance, tmp_path: Path, width: int, has_script: bool
):
    link = f"https://visio.example.org/{width}-{has_script}"
    page = visit(f"{EDITOR}?lang=fr", storage_state=signed_in, java_script_enabled=has_script)
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("Sous-titre").fill(f"Le mien {link}")
    page.get_by_label("Titre", exact=True).first.fill(f"Achats {width} {has_script}")
    save_as_otto(instance, f"Le sien {link}", link)
    save(page)

    alert = page.get_by_role("alert")
    assert "Otto Weiss a enregistré une modification" in alert.inner_text()
    assert "1 champ a été modifié par vous deux" in alert.inner_text().replace("\u00a0", " ")
    assert page.get_by_label("Sous-titre").input_value() == f"Le mien {link}"
    if has_script:
        assert_accessible(page)
    page.screenshot(path=tmp_path / f"{width}.png", full_page=True)
    assert kept(instance)[:2] == (f"Le sien {link}", link)

    page.get_by_label("Prendre celle enregistrée par Otto Weiss").check()
    save(page)

    assert kept(instance) == (f"Le sien {link}", link, f"Achats {width} {has_script}")
