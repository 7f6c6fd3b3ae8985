"""The page that answers a sign-up: the same for whoever the address belongs to."""

import string
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA
from tests.registration.reading_pages import filled, said_to, send, statements
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup import summary
from webinars.storage.extensions import db
from webinars.web.forms.tokens import issue_form_token

pytestmark = pytest.mark.usefixtures("today")


def summary_of(answer):
    """The part of the address that says what was signed up for."""
    return answer.location.split("/")[-2]


@pytest.fixture
def two(cycle, session, add_session):
    """A cycle of two sessions, the second with one place."""
    return session, add_session(cycle, "Cités de l’emploi", days=20, capacity=1)


def test_it_says_what_was_registered_and_which_mails_come(client, two):
    page = read(client.get(send(client).location))

    assert page.heading == "Vous suivez tout le cycle\u00a0: deux places"
    assert page.lines[page.lines.index(page.heading) + 1].startswith(
        "Nous vous écrivons à ada@town.example.org"
    )
    assert (
        "Ensuite\u00a0: deux invitations, une par séance, sauf celles que cette adresse a déjà reçues. "
        "Acceptez-les\u00a0: les dates s’inscrivent dans votre agenda. Si l’une change, nous vous écrivons de nouveau. "
        "Aide pour votre agenda" in page.lines
    )
    assert page.said("status") == ["Deux places confirmées", *["Place confirmée"] * 2]
    assert (
        "Les séances ajoutées ensuite sont comprises\u00a0: vous y serez inscrit·e, et un message vous préviendra de chacune."
        in page.lines
    )


AGREEMENT = "Vous avez coché une case «\u00a0J’accepte\u00a0»\u00a0: confirmez-le par le lien de ce message."


@pytest.mark.parametrize(("ticked", "is_asked"), [({"newsletter": "y"}, True), ({}, False)])
def test_an_agreement_is_asked_for_where_a_box_was_ticked(client, two, ticked, is_asked):
    page = read(client.get(send(client, **ticked).location))

    assert (AGREEMENT in page.text) is is_asked
    assert "Si vous avez coché" not in page.text


def test_it_says_who_waits(client, two, signs_up):
    signs_up(BELA, two[1])
    page = read(client.get(send(client).location))

    assert page.heading == "Vous suivez tout le cycle\u00a0: une place"
    assert page.said("status")[:2] == ["Une place confirmée", "Une séance complète\u00a0: liste d’attente"]
    assert (
        "Ensuite\u00a0: une invitation, si cette adresse ne l’a pas déjà reçue. Acceptez-la\u00a0: la date s’inscrit dans "
        "votre agenda. Si elle change, nous vous écrivons de nouveau. Aide pour votre agenda" in page.lines
    )
    assert page.said("status").count("Liste d’attente") == 1


def test_only_waiting_announces_no_invitation(client, two, signs_up):
    signs_up(BELA, two[1])
    page = read(client.get(send(client, take="some", sessions=[two[1].public_id]).location))

    assert page.heading == "Séance complète\u00a0: liste d’attente"
    assert "Acceptez" not in page.text
    assert "enregistrée" not in page.text
    assert "lien d’accès" not in page.text


def test_what_had_closed_is_said_so_that_it_is_true_for_a_known_address_too(client, two):
    first, second = two
    second.closes_at = NOW - timedelta(hours=1)
    db.session.commit()
    answer = send(client, take="some", sessions=[first.public_id, second.public_id])

    closed = read(client.get(answer.location)).all("li")[1]

    assert closed.said("status") == ["Inscriptions fermées"]
    assert closed.lines[-1] == (
        "Si vous n’y étiez pas déjà inscrit·e, vous ne l’êtes pas\u00a0: cette séance ne prenait plus "
        "d’inscriptions à l’arrivée de votre formulaire."
    )


def test_it_speaks_the_language_of_the_form(client, two):
    page = read(client.get(send(client, lang="en").location))

    assert page.heading == "You follow the whole cycle: two seats"


def test_a_known_address_gets_the_same_page(client, two, signs_up):
    signs_up(ADA, *two)
    known = client.get(send(client, email=ADA.email).location)
    stranger_page = send(client, email="stranger@town.example.org")
    stranger = client.get(stranger_page.location)

    assert (known.status_code, said_to(known)) == (stranger.status_code, said_to(stranger))


def test_whoever_holds_the_last_place_is_told_what_a_stranger_would_be(client, two, signs_up):
    signs_up(ADA, two[1])
    chosen = {"take": "some", "sessions": [two[1].public_id]}

    known = send(client, email=ADA.email, **chosen)
    stranger = send(client, email="stranger@town.example.org", **chosen)

    assert summary_of(known) == summary_of(stranger)
    page = read(client.get(known.location))
    assert "Liste d’attente" in page.said("status")
    assert page.text.count("Sauf si vous avez déjà une place") == 1
    assert page.text.count("Si vous n’y avez pas déjà votre place") == 1


def test_a_known_address_writes_its_mail_as_a_stranger_does(client, two, signs_up):
    signs_up(ADA, *two)

    def writes(email):
        with statements() as asked:
            send(client, email=email, take="some", sessions=[session.public_id for session in two])
        return any("INSERT INTO email" in statement for statement in asked)

    assert writes(ADA.email)
    assert writes("stranger@town.example.org")


def test_the_address_says_nothing_about_the_person_nor_the_page_what_was_not_asked(client, two):
    answer = send(
        client, first_name="Zéphyrine", last_name="Quatremère", email="zephyrine.q@town.example.org"
    )
    page = client.get(answer.location)

    for word in ("Zéphyrine", "zephyrine", "Quatrem", "town.example"):
        assert word not in answer.location
    for word in ("Zéphyrine", "Quatrem"):
        assert word not in page.text


def test_reading_it_again_changes_nothing(client, two):
    answer = send(client)
    first = client.get(answer.location).text

    assert client.get(answer.location).text == first
    assert len(list(db.session.scalars(db.select(Registrant)))) == 1


def test_the_button_pressed_twice_is_pressed_once(client, two):
    token = read(client.get("/vto/emploi")).values["form_token"]
    answers = [client.post("/vto/emploi/register", data=filled(form_token=token)) for _ in range(2)]

    assert summary_of(answers[0]) == summary_of(answers[1])
    assert len(list(db.session.scalars(db.select(Registration)))) == 2


def test_it_sends_no_cookie_asks_little_and_is_not_for_search_engines(client, two):
    location = send(client).location
    with statements() as asked:
        answer = client.get(location)

    assert "Set-Cookie" not in answer.headers
    assert read(answer).meta("robots") == "noindex"
    assert len(asked) <= 3


def test_a_changed_address_is_not_found(client, two, cycle):
    location = send(client).location.rpartition("/")[0]

    assert client.get(location).status_code == 200
    assert client.get(location[:-1] + ("0" if location[-1] != "0" else "1")).status_code == 404
    assert client.get(location.replace("registered/a.", "registered/s.")).status_code == 404
    assert client.get("/vto/emploi/registered/x").status_code == 404
    assert client.get("/vto/emploi/registered/%ED%A0%80.%FF.%C3%A9").status_code == 404
    assert client.get(f"/vto/emploi/registered/{'a.' * 3_000}").status_code == 404


def test_a_summary_is_spelled_in_one_way(app, cycle):
    token = summary.written(cycle, {1: "AbCdEf"}, {1: RegistrationState.CONFIRMED}, [], takes_all=True)
    cuts = [(token[:at], token[at:]) for at in range(len(token) + 1)]
    signs = [*string.ascii_letters, *string.digits, *"-_.=!é /"]
    others = {f"{head}{sign}{tail[skip:]}" for head, tail in cuts for sign in signs for skip in (0, 1)}
    others |= {part for cut in cuts for part in cut}

    assert [other for other in sorted(others - {token}) if summary.read(cycle, other)] == []


def test_a_summary_signed_by_an_earlier_version_stays_readable(app):
    """0.3 wrote this one, with the key of the tests."""
    token = "a.AbCdEf.gH1jK_.-nOpQr.e1708e7f255b58d2"

    assert summary.read(Cycle(id=7), token) == summary.Summary(
        takes_all=True,
        confirmed=frozenset({"AbCdEf"}),
        waiting=frozenset({"gH1jK_"}),
        not_taken=frozenset({"-nOpQr"}),
    )
    assert summary.read(Cycle(id=8), token) is None
    assert summary.read(Cycle(id=7), token.replace("a.", "s.")) is None
    assert summary.read(Cycle(id=7), token[:-1]) is None


def test_what_is_signed_for_a_form_is_no_summary(app, cycle):
    assert summary.read(cycle, issue_form_token(str(cycle.id))) is None


def test_the_summary_of_one_cycle_is_not_read_in_another(client, two, organisation, cycle):
    location = send(client).location
    cycle.slug = "autre"
    cycle.state = CycleState.PUBLISHED
    db.session.commit()

    assert client.get(location).status_code == 404
    assert client.get(location.replace("/emploi/", "/autre/")).status_code == 200


ids = st.from_regex(r"[A-Za-z0-9_-]{16}", fullmatch=True)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    outward=st.lists(ids, unique_by=lambda one: one[:6], min_size=1, max_size=40),
    takes_all=st.booleans(),
    data=st.data(),
)
def test_what_is_written_is_read_back(cycle, outward, takes_all, data):
    states = st.sampled_from([RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, None])
    given = [data.draw(states) for _ in outward]
    sessions = [Session(id=n, public_id=one) for n, one in enumerate(outward)]
    outcomes = {n: state for n, state in enumerate(given) if state is not None}
    closed = [n for n, state in enumerate(given) if state is None]

    token = summary.written(cycle, dict(enumerate(outward)), outcomes, closed, takes_all=takes_all)
    read_back = summary.read(cycle, token)

    assert read_back is not None
    assert read_back.takes_all is takes_all
    assert [state for _session, state in read_back.of(sessions)] == given


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(token=st.text(max_size=80))
def test_what_was_not_written_here_is_not_read(cycle, token):
    assert summary.read(cycle, token) is None


def test_nobody_on_the_way_keeps_it(client, two):
    assert client.get(send(client).location).headers["Cache-Control"] == "no-store"
