"""The page of a draft, as its team sees it before anybody else, and what it still lacks."""

import pytest
from flask.testing import FlaskClient

from tests.page import read
from tests.planning.typed import WORKSPACE
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.planning.editor.readiness import points_of
from webinars.storage.extensions import db

PREVIEW, PUBLISH = f"{WORKSPACE}/preview", f"{WORKSPACE}/publish"
FORM = "Ceci est un aperçu\u00a0: le formulaire ne peut pas être envoyé"


@pytest.fixture
def draft(cycle: Cycle, session: Session) -> Cycle:
    """A cycle nobody sees yet, with a session one could sign up for."""
    cycle.state = CycleState.DRAFT
    db.session.commit()
    return cycle


def test_the_team_sees_the_page_as_it_will_be(desk: FlaskClient, draft: Cycle, session: Session) -> None:
    preview = read(desk.get(PREVIEW))
    draft.state = CycleState.PUBLISHED
    db.session.commit()
    public = read(desk.get(f"/vto/{draft.slug}?lang=fr"))

    shown = public.lines[public.lines.index(draft.title) :]
    calendar = shown.index("Suivre la date dans mon agenda"), shown.index("Copier l’adresse") + 1
    for_visitors = shown[calendar[0] : calendar[1]]
    assert len(shown) > 40
    assert [line for line in shown if line not in [*preview.lines, *for_visitors]] == []
    assert preview.title.startswith("Brouillon\u00a0: ")


def test_its_form_cannot_be_sent_and_says_so(desk: FlaskClient, draft: Cycle) -> None:
    page = read(desk.get(PREVIEW))

    assert FORM in page.lines
    shut = next(part for part in page.all("fieldset") if "disabled" in part.attributes)
    assert [button.text for button in shut.all("button")] == ["M’inscrire"]
    outside = [form for form in page.all("form") if form not in list(shut)]
    assert [form for form in outside if "register" in form.attributes.get("action", "")] == []


def test_nobody_keeps_it_and_the_public_address_answers_nothing(desk: FlaskClient, draft: Cycle) -> None:
    response = desk.get(PREVIEW)

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert desk.get(f"/vto/{draft.slug}").status_code == 404
    db.session.expire_all()
    assert draft.state is CycleState.DRAFT


def test_what_is_public_has_its_page(desk: FlaskClient, cycle: Cycle) -> None:
    response = desk.get(PREVIEW)

    assert (response.status_code, response.location) == (303, f"/vto/{cycle.slug}")


def test_another_organisation_does_not_find_it(desk: FlaskClient, draft: Cycle, client: FlaskClient) -> None:
    assert client.get(PREVIEW).status_code == 303
    assert desk.get(PREVIEW.replace("/vto/", "/elsewhere/")).status_code == 404
    assert desk.get(f"{WORKSPACE}-2/preview").status_code == 404


def test_what_the_page_lacks_leads_to_its_field(desk: FlaskClient, draft: Cycle, session: Session) -> None:
    session.abstract, session.join_url, draft.contact = "", "", ""
    draft.summary = draft.presentation = ""
    db.session.commit()
    here = f"{WORKSPACE}/sessions/{session.slug}"

    for address in (WORKSPACE, PUBLISH):
        addresses = read(desk.get(address)).addresses
        for field in (f"{here}#abstract", f"{here}#join_url", f"{WORKSPACE}/settings#contact", PREVIEW):
            assert field in addresses
        assert f"{WORKSPACE}/settings#summary" in addresses


def test_what_is_given_is_done(draft: Cycle, session: Session) -> None:
    session.abstract, session.join_url, draft.contact = (
        "Deux exemples.",
        "https://visio.example.org/a",
        "a@vto.fr",
    )
    done = {point.values.get("_anchor"): point.is_done for point in points_of(draft, [session])}

    assert (done.get("abstract"), done.get("join_url"), done["contact"]) == (None, None, True)


def test_a_published_cycle_lacks_nothing_more(desk: FlaskClient, cycle: Cycle, session: Session) -> None:
    assert PREVIEW not in read(desk.get(WORKSPACE)).addresses
