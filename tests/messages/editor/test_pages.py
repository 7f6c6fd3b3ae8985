"""The pages one writes and reads a message on: what is typed is kept, what is pressed twice is done once."""

import pytest

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.messages.conftest import HERE, NONCE, TYPED, at, stored
from tests.page import read
from webinars.messages.audience import Standing
from webinars.messages.models import MessageState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration.links import me_link
from webinars.registration.models import RegistrationState
from webinars.storage.extensions import db


def test_a_message_is_written_and_read_again(desk, ada, coming):
    typed = {**TYPED, "session": coming.slug, "families": ["COL", "NR"], "types": ["ASS-LOC"]}
    answer = post(desk, f"{HERE}/new", typed)
    [message] = stored()

    assert (answer.status_code, answer.location) == (303, at(message))
    assert (message.subject, message.standing, message.session_id, message.kinds) == (
        "À lire",
        Standing.CONFIRMED,
        coming.id,
        ["COL", "NR", "ASS-LOC"],
    )
    assert (message.state, message.created_by.name, message.public_id) == (
        MessageState.DRAFT,
        "Nadia Benali",
        NONCE,
    )
    page = read(desk.get(answer.location))
    assert "1\u00a0personne" in [bold.text for bold in page.all("b")]
    assert page.link("Envoyer à 1\u00a0personne…")


def test_the_same_form_twice_is_one_draft(desk, ada):
    answers = [post(desk, f"{HERE}/new", TYPED) for _time in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert len(stored()) == 1


@pytest.mark.parametrize("button", ["count", "preview"])
def test_counting_and_previewing_keep_what_is_typed_and_store_nothing(desk, ada, button):
    answer = post(desk, f"{HERE}/new", {**TYPED, "subject": "{toto}", "body": "**fort**", button: "yes"})
    page = read(answer)

    assert answer.status_code == 200
    assert (page.values["subject"], page.values["body"], page.errors) == ("{toto}", "**fort**", [])
    assert [strong.text for strong in page.part("preview-mail").all("strong")] == ["fort"]
    assert "open" in page.part("choice-of-recipients").attributes or button == "preview"
    assert stored() == []


def test_what_is_typed_is_shown_as_the_first_of_the_group_reads_it(desk, ada, coming):
    body = "Bonjour {prénom},\n\n{séance}, {date}\n\n[ma page]({ma_page}) <script>alert(1)</script>"
    typed = {**TYPED, "session": coming.slug, "subject": "Avant {séance}", "body": body, "preview": "yes"}
    page = read(post(desk, f"{HERE}/new", typed))
    mail = page.part("preview-mail")

    assert page.part("preview-title").text == "Aperçu pour\u00a0: Ada Doe"
    assert mail.lines[:3] == [
        "Agir sur l’emploi dans les quartiers prioritaires",
        "Avant Achats responsables",
        "Bonjour Ada,",
    ]
    assert [mark.text for mark in mail.all("mark")][:2] == ["Ada", "Achats responsables"]
    assert mail.addresses == ["http://localhost/me/lien-personnel"]
    assert mail.all("script") == []
    assert me_link(ada) not in post(desk, f"{HERE}/new", typed).text


def test_a_name_cannot_put_markup_into_the_preview(desk, ada, joins):
    ada.first_name = "<b>Ada</b>{nom}[x](https://evil.example)"
    db.session.commit()
    mail = read(post(desk, f"{HERE}/new", {**TYPED, "preview": "yes"})).part("preview-mail")

    assert len(mail.all("mark")) == 1
    assert (mail.all("b"), mail.addresses) == ([], [])


def test_fields_that_mean_nothing_yet_stand_as_they_are(desk, ada):
    typed = {**TYPED, "subject": "Avant {séance}", "body": "{date}, {horaires}", "preview": "yes"}
    lines = read(post(desk, f"{HERE}/new", typed)).part("preview-mail").lines

    assert lines[1:3] == ["Avant {séance}", "{date}, {horaires}"]


def test_its_author_reads_what_nobody_of_the_group_can(desk, coming):
    typed = {**TYPED, "standing": "waiting", "session": coming.slug, "preview": "yes"}
    page = read(post(desk, f"{HERE}/new", typed))

    assert page.part("preview-title").text == "Aperçu à votre nom"
    assert "Bonjour Nadia" in page.part("preview-mail").lines
    assert page.part("recipients").plain == "0 personne : attend une place · 12 mars · Achats responsables"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("subject", "", "Donnez un objet au message."),
        ("subject", "{prénom}", "Retirez {prénom} de l’objet"),
        ("subject", "x" * 151, "151"),
        ("body", "", "Écrivez ce que le message doit dire."),
        ("body", "{toto}", "Aucun champ ne s’appelle {toto}. Champs possibles\u00a0: {prénom}, {nom}"),
        ("body", "{séance}", "{séance} concerne une séance"),
        ("standing", "friends", "Choisissez une réponse de la liste."),
        ("session", "nowhere", "Choisissez une réponse de la liste."),
        ("families", "XXX", "Choisissez des réponses de la liste."),
    ],
)
def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(desk, ada, field, typed, words):
    page = read(post(desk, f"{HERE}/new", {**TYPED, field: typed}))

    assert any(words in sentence for sentence in page.errors), page.errors
    assert page.title.startswith("Erreur\u00a0: Nouveau message – ")
    expected = {**TYPED, field: typed}
    assert (page.values["subject"], page.values["body"]) == (expected["subject"], expected["body"])
    assert stored() == []


def test_the_number_is_that_of_what_is_chosen(desk, ada, coming, joins):
    joins("Bela", {coming: RegistrationState.WAITLISTED}, muted_at=NOW)

    def words(**chosen: str) -> str:
        return read(post(desk, f"{HERE}/new", {**TYPED, "count": "yes", **chosen})).part("reach").text

    assert words(standing="confirmed", session="achats-responsables") == "1\u00a0personne"
    assert (
        words(standing="waiting")
        == "0\u00a0personne\u202f; non comptée\u00a0: 1 qui ne souhaite pas d’annonces"
    )
    joins("Cleo", {coming: RegistrationState.WAITLISTED})
    mark_address("cleo@town.example.org", reason="5.1.1 unknown", now=NOW)
    db.session.commit()
    both = "1 qui ne souhaite pas d’annonces, 1 dont l’adresse retourne les courriels"
    assert words(standing="waiting") == f"0\u00a0personne\u202f; non comptées\u00a0: {both}"
    assert words(standing="confirmed", families="ETA") == "0\u00a0personne"
    assert words(standing="nonsense", session="nonsense") == words(standing="all")


def test_one_line_says_who_is_chosen(desk, ada, coming):
    def line(**chosen: str) -> str:
        return read(post(desk, f"{HERE}/new", {**TYPED, "count": "yes", **chosen})).part("recipients").plain

    assert line() == "1 personne : a une place · tout le cycle"
    assert line(standing="all", families="COL") == (
        "1 personne : tout le monde · tout le cycle · Collectivités et groupements"
    )


def test_a_refused_choice_stands_open(desk, ada):
    folded = read(post(desk, f"{HERE}/new", {**TYPED, "subject": ""})).part("choice-of-recipients")
    refused = read(post(desk, f"{HERE}/new", {**TYPED, "standing": "friends"})).part("choice-of-recipients")

    assert ("open" in folded.attributes, "open" in refused.attributes) == (False, True)


def test_a_draft_is_edited(desk, ada, writes):
    message = writes()
    page = read(desk.get(at(message, "/edit")))
    assert (page.values["subject"], page.title.partition(" – ")[0]) == ("À lire", "Modifier le message")
    post(desk, at(message, "/edit"), {**TYPED, "subject": "Autre", "families": "COL"})

    assert [(one.subject, one.kinds, one.standing) for one in stored()] == [
        ("Autre", ["COL"], Standing.CONFIRMED)
    ]


def test_a_former_message_is_copied_as_a_new_one(desk, ada, coming, writes):
    former = writes(
        Standing.ABSENT, coming, state=MessageState.SENT, sent_at=NOW, body="Nos mots", kinds=["COL"]
    )
    form = read(desk.get(f"{HERE}/new?copy={former.public_id}"))

    assert (form.values["body"], form.values["subject"]) == ("Nos mots", "À lire")
    assert form.values["nonce"] != former.public_id
    assert form.ticked["standing"] == ["absent"]
    assert form.ticked["families"] == ["COL"]


def test_one_reads_as_somebody_of_the_group_and_nobody_else(desk, ada, joins, writes, coming):
    zoe = joins("Zoé")
    message = writes(Standing.CONFIRMED, coming)
    found = read(desk.get(at(message, "/read?q=ada")))
    page = desk.get(at(message, f"/read/{ada.public_id}"))
    frame = desk.get(at(message, f"/read/{ada.public_id}/html"))

    assert "Doe Ada Commune" in found.lines
    assert "Doe Ada" not in desk.get(at(message, "/read?q=zo")).text
    assert (
        "À lire Agir sur l’emploi dans les quartiers prioritaires Bonjour Ada -- Vous recevez ce message parce que vous êtes inscrit·e à ce cycle, y attendez une place ou y avez participé. Voir ou corriger mes données\u00a0: http://localhost/me/lien-personnel Ne plus recevoir d’annonce ni de rappel de ce cycle\u00a0: http://localhost/unsubscribe/lien-personnel Villes et Territoires Occitanie · contact@vto.example.org"
        in read(page).lines
    )
    assert "Bonjour Ada" in read(frame).lines
    assert frame.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert me_link(ada) not in page.text + frame.text
    assert desk.get(at(message, f"/read/{zoe.public_id}")).status_code == 404


def test_a_test_goes_to_whoever_asks_once_a_button(desk, ada, writes, outbox):
    message = writes()
    nonce = read(desk.get(at(message))).form(at(message, "/test")).values["nonce"]
    for _time in range(2):
        assert post(desk, at(message, "/test"), {"nonce": nonce}).status_code == 303

    assert [(mail.kind, mail.recipient) for mail in outbox()] == [("message_test", "nadia@vto.example.org")]
