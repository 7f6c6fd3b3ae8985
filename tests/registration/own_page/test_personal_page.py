"""A registrant's own page: what it shows, what its buttons do, what it says to nobody else."""

import pytest
from sqlalchemy import event

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, states
from tests.registration.visitor import ada, page, path, press
from webinars.outbox.models import Email, MailState
from webinars.registration import consents, links, queries
from webinars.registration.models import Consent, ConsentPurpose, ConsentText, Qpv, Registrant
from webinars.storage.extensions import db

__all__ = ["ada", "page"]

pytestmark = pytest.mark.usefixtures("today")


def test_it_shows_sessions_data_and_choices(client, page, session):
    answer = client.get(page)
    shown = read(answer)

    assert shown.heading == "Bonjour Ada"
    assert session.title in shown.headings
    assert "Place confirmée" in shown.said("status")
    assert ADA.email in shown.lines
    assert (
        "J’accepte d’apparaître dans l’enregistrement, si je prends la parole. accordé le 2\u00a0mars\u00a02026"
        in shown.lines
    )
    assert "video.example.org" not in answer.text


def test_it_is_private_and_without_cookie(client, page):
    answer = client.get(page)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_reading_it_changes_nothing(client, page, session, outbox, registrations):
    before = len(outbox())
    for address in (
        page,
        f"{page}/sessions/{session.public_id}/withdraw",
        f"{page}/withdraw",
        f"{page}/identity",
    ):
        assert client.get(address).status_code == 200

    assert (len(outbox()), states(registrations())) == (before, ["confirmed"])


@pytest.mark.parametrize("change", ["last", "version", "kind", "id", "nothing"])
def test_a_link_that_is_not_genuine_opens_nothing(client, ada, page, session, change):
    token = links.me_token(ada)
    wrong = {
        "last": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "version": token,
        "kind": links.join_link(ada, session).split("/")[-2],
        "id": "0" * 16 + token[16:],
        "nothing": "x",
    }[change]
    if change == "version":
        ada.token_version += 1
        db.session.commit()

    answer = client.get(f"/me/{wrong}")

    assert answer.status_code == 404
    assert (
        "Plus aucun message\u202f? Inscrivez-vous de nouveau sur la page du cycle avec la même adresse\u00a0: vous n’êtes pas compté·e deux fois, et la réponse contient votre lien personnel. Elle arrive en quelques minutes\u202f; si cette adresse a déjà reçu beaucoup de messages aujourd’hui, demain matin."
        in read(answer).lines
    )
    assert "Ada" not in answer.text


def test_the_rank_on_the_waiting_list_is_said(client, cycle, add_session, signs_up):
    full = add_session(cycle, "Full", days=12, capacity=1)
    signs_up(ADA, full)
    bela = signs_up(BELA, full).registrant

    assert "Liste d’attente, rang\u00a01" in read(client.get(path(links.me_link(bela)))).said("status")


@pytest.mark.parametrize("token", ["", "0.forged", None])
def test_a_form_without_its_token_changes_nothing(client, page, session, registrations, token):
    data = {} if token is None else {"form_token": token}

    client.post(f"{page}/sessions/{session.public_id}/withdraw", data=data)
    client.post(f"{page}/withdraw", data=data)
    client.post(f"{page}/choices", data={**data, "language": "en"})

    assert states(registrations()) == ["confirmed"]
    assert db.session.scalars(db.select(Registrant)).one().language == "fr"


def test_somebody_elses_form_token_changes_nothing(client, page, session, signs_up, registrations):
    bela = signs_up(BELA, session).registrant
    hers = read(client.get(path(links.me_link(bela)) + "/withdraw")).values["form_token"]

    client.post(f"{page}/withdraw", data={"form_token": hers})

    assert states(registrations()) == ["confirmed", "confirmed"]


def test_identity_is_corrected_and_the_address_is_not(client, page, ada):
    answer = press(
        client,
        f"{page}/identity",
        first_name="Augusta",
        last_name="King",
        structure="Mairie",
        structure_type="COL-EPC",
        function="DIR",
        department="75",
        works_in_qpv="yes",
        email="eve@evil.example.org",
    )

    assert answer.location == f"{page}?done=corrected#done"
    assert (ada.name, ada.structure, ada.structure_type, ada.function) == (
        "Augusta King",
        "Mairie",
        "COL-EPC",
        "DIR",
    )
    assert (ada.department, ada.works_in_qpv, ada.email) == ("75", Qpv.YES, ADA.email)


def test_a_wrong_identity_is_refused_beside_the_field(client, page, ada):
    answer = press(client, f"{page}/identity", first_name="", last_name="King", structure_type="XXX")

    assert answer.status_code == 200
    assert read(answer).error_for("first_name") == "Écrivez votre prénom."
    assert read(answer).values["last_name"] == "King"
    assert ada.name == "Ada Lovelace"


def test_choices_keep_their_dates(client, page, ada):
    press(client, f"{page}/choices", asked_at=page, consents="newsletter", language="en")

    kept = db.session.scalars(db.select(Consent).order_by(Consent.id)).all()
    assert [(one.purpose, one.given_at, one.withdrawn_at) for one in kept] == [
        ("recording", NOW, NOW),
        ("newsletter", NOW, None),
    ]
    assert list(consents.standing(kept)) == [ConsentPurpose.NEWSLETTER]
    assert db.session.get_one(ConsentText, kept[1].text_version).words == (
        "J’accepte de recevoir la lettre d’information\u00a0: Villes et Territoires Occitanie.\n"
        "J’accepte d’apparaître dans l’enregistrement, si je prends la parole."
    )
    assert "Your choices are saved." in read(client.get(f"{page}?done=choices")).callouts


def test_the_page_speaks_its_owners_language_unless_asked(client, page, ada):
    ada.language = "en"
    db.session.commit()

    assert read(client.get(page, headers={"Accept-Language": "fr"})).heading == "Hello Ada"
    assert read(client.get(f"{page}?lang=fr")).heading == "Bonjour Ada"


def test_the_language_asked_for_stays_from_page_to_page(client, page, ada):
    shown = read(client.get(f"{page}?lang=en"))

    assert f"{page}/identity?lang=en" in shown.addresses
    assert f"{page}/choices?lang=en" in shown.actions


def test_the_language_one_chooses_is_spoken_at_once(client, page, ada):
    answer = press(client, f"{page}/choices?lang=fr", asked_at=page, language="en")

    assert answer.location == f"{page}?done=choices#done"
    assert "Your choices are saved." in read(client.get(answer.location)).callouts


@pytest.mark.parametrize("done", ["<script>", "withdrawn", "nothing"])
def test_the_address_makes_the_page_say_nothing_it_did_not_do(client, page, done):
    shown = read(client.get(page, query_string={"done": done, "session": "<b>"}))

    assert "C’est fait" not in shown.text
    assert [script.text for script in shown.all("script") if "src" not in script.attributes] == []


def test_the_page_asks_little_of_the_database(client, cycle, page, add_session, ada):
    for number in range(6):
        add_session(cycle, f"More {number}", days=20 + number, capacity=5)
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    client.get(page)
    event.remove(db.engine, "before_cursor_execute", note)

    assert len([one for one in asked if not one.startswith("BEGIN")]) <= 8


def test_who_has_no_registration_there_is_led_back(client, page, cycle, add_session):
    other = add_session(cycle, "Insertion", days=20)

    assert client.get(f"{page}/sessions/{other.public_id}/withdraw").location == page
    assert queries.live_registration(0, other.id) is None


def test_what_was_held_back_leaves_when_its_owner_asks(client, page, outbox):
    db.session.execute(db.update(Email).where(Email.kind == "invitation").values(state=MailState.WITHHELD))
    db.session.commit()
    assert "Une invitation est retenue" in read(client.get(page)).callouts

    answer = press(client, f"{page}/invitations", asked_at=page)

    assert answer.location == f"{page}?done=released#done"
    assert [(mail.kind, str(mail.state)) for mail in outbox() if mail.uid] == [("invitation", "queued")]
    assert "retenue" not in client.get(page).text


def test_the_words_somebody_agreed_to_are_shown_to_them_later(client, page, ada, organisation):
    assert "The words." in read(client.get(page)).lines

    organisation.name = "Un autre nom"
    consents.decide(ada, set(), words="", now=NOW)
    consents.decide(ada, {ConsentPurpose.NEWSLETTER}, words="Other words.\nMore.", now=NOW)
    db.session.commit()
    said = read(client.get(page)).said("fine")

    assert said[said.index("Other words.") + 1] == "More."
    assert "The words." not in said
