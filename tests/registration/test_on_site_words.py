"""Who is expected on site reads of a place, not of an access link: mails and pages, in both languages."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, written
from tests.registration.reading_mails import LANGUAGES, html_of, of_kind, text_of
from tests.registration.reading_pages import registrants, send
from tests.registration.visitor import path
from webinars.cycles.states import Format
from webinars.registration import links

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
    "online": ("Le lien d’accès y arrive.", "The access link goes there."),
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


COMES = {
    # what runs: the confirmation's subject and opening, in French and in English
    "online": (
        ("Séance en cours, votre accès : ", "entrez par le lien ci-dessous."),
        ("Join now: ", "come in by the link below."),
    ),
    "on site": (
        (
            "Séance en cours : ",
            "Une séance est en cours\u00a0: on vous attend au lieu indiqué ci-dessous.",
        ),
        ("Taking place now: ", "A session is taking place now: you are expected at the place given below."),
    ),
    "nowhere": (
        ("Séance en cours : ", "voici vos séances."),
        ("Taking place now: ", "here are your sessions."),
    ),
}


def running(add, what):
    if what == "online":
        return add(Format.ONLINE)
    return add(Format.ON_SITE, **({"place": ""} if what == "nowhere" else {}))


@pytest.mark.parametrize("what", list(COMES))
def test_who_comes_late_is_told_to_join_or_where_to_come(add, signs_up, outbox, language, what):
    session = running(add, what)
    signs_up(ADA, session, language=language, now=session.starts_at)

    message = written(of_kind(outbox, "confirmation"))
    subject, opening = COMES[what][language == "en"]
    is_joined = what == "online"
    assert message["Subject"] == f"{subject}{session.title}"
    for body in (text_of(message), html_of(message)):
        assert opening in body
        assert ("/join/" in body) is is_joined
        assert any(words in body for words in ("ci-dessous", "below")) is (what != "nowhere")


EXPECTED = {
    "fr": "On vous attend à l’adresse suivante\u00a0: Mairie de Valbrune.",
    "en": "You are expected at: Mairie de Valbrune.",
}
LINK = {
    "fr": ("l’accès", "entrez"),
    "en": ("link to join", "the way in,", "Join now", "lets you in"),
}


def test_the_pages_of_a_late_sign_up_speak_of_the_place(client, add, signs_up, language):
    session = add(Format.ON_SITE)
    chosen = {"take": "some", "sessions": [session.public_id]}
    early = send(client, lang=language, **chosen).location.rpartition("/")[0] + f"?lang={language}"
    with time_machine.travel(session.starts_at, tick=False):
        late = send(client, lang=language, **{**chosen, "email": "bela@choir.example.org"}).location
        answers = [read(client.get(address)).text for address in (early, late)]
        own = path(links.me_link(registrants()[0]))
        answers.append(read(client.get(f"{own}?done=taken&session={session.public_id}&lang={language}")).text)

    for answer in answers:
        assert EXPECTED[language] in answer
        assert [words for words in LINK[language] if words in answer] == []


RUNS = {
    # form, whether one may still sign up: what the page of the session says
    (Format.ONLINE, True): (
        "la page de confirmation vous donne l’accès.",
        "the confirmation page lets you in.",
    ),
    (Format.ON_SITE, True): ("on vous attend ensuite sur place.", "you are then expected on site."),
    (Format.ONLINE, False): (
        "Les personnes qui ont une place entrent par le lien reçu par courriel.",
        "Whoever has a seat comes in by the link they were sent.",
    ),
    (Format.ON_SITE, False): (
        "Les personnes qui ont une place sont attendues sur place.",
        "Whoever has a seat is expected on site.",
    ),
}


@pytest.mark.parametrize("case", list(RUNS))
def test_the_page_of_a_session_that_runs_says_how_one_comes(client, add, language, case):
    form, is_open = case
    session = add(form)
    with time_machine.travel(session.starts_at + timedelta(minutes=0 if is_open else 30), tick=False):
        page = read(client.get(f"/vto/emploi/{session.slug}?lang={language}"))

    assert RUNS[case][language == "en"] in page.text
