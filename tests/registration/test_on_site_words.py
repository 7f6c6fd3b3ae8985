"""Who is expected on site reads of a place, not of an access link: mails and pages, in both languages."""

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, written
from tests.registration.reading_mails import LANGUAGES, html_of, of_kind, text_of
from webinars.cycles.states import Format

pytestmark = pytest.mark.usefixtures("today")

LINK_IN_INVITATION = {
    "fr": "L’invitation d’une séance en visioconférence contient votre lien d’accès.",
    "en": "The invitation of an online session holds your access link.",
}
ACCESS = {"fr": "lien d’accès", "en": "access link"}
SPREAD = {"fr": "aites connaître le cycle\u00a0:", "en": "pread the word about the cycle:"}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def add(cycle, add_session):
    """`add(Format.ON_SITE)`: one more session, at a place unless it is online."""

    def one(form, days=10, **facts):
        place = "" if form is Format.ONLINE else "Mairie de Valbrune"
        return add_session(cycle, f"Séance {days}", days=days, **{"format": form, "place": place, **facts})

    return one


@pytest.mark.parametrize(
    ("forms", "has_link"),
    [
        ([Format.ON_SITE], False),
        ([Format.ON_SITE, Format.ONLINE], True),
        ([Format.HYBRID], True),
    ],
)
def test_the_confirmation_speaks_of_an_access_link_where_an_invitation_holds_one(
    add, signs_up, outbox, language, forms, has_link
):
    signs_up(ADA, *[add(form, days=10 + n) for n, form in enumerate(forms)], language=language)

    message = written(of_kind(outbox, "confirmation"))
    for body in (text_of(message), html_of(message)):
        assert (LINK_IN_INVITATION[language] in body, ACCESS[language] in body) == (has_link, has_link)
        assert SPREAD[language] in body


GOES_THERE = {
    "online": ("L’invitation et le lien d’accès y arrivent.", "The invitation and the access link go there."),
    "on site": ("L’invitation y arrive.", "The invitation goes there."),
    "running": ("Nos messages y arrivent.", "Our messages go there."),
    "full": ("Nos messages y arrivent.", "Our messages go there."),
}


@pytest.mark.parametrize("what", list(GOES_THERE))
def test_the_form_says_what_its_address_is_for(client, add, signs_up, language, what):
    session = add(Format.ON_SITE if what == "on site" else Format.ONLINE, capacity=1)
    if what == "full":
        signs_up(ADA, session)
    with time_machine.travel(session.starts_at if what == "running" else NOW, tick=False):
        page = read(client.get(f"/vto/emploi?lang={language}"))

    assert GOES_THERE[what][language == "en"] in page.text
