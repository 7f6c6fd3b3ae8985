"""The page of an organisation."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.accounts.signed_in import post, post_file
from tests.page import read
from webinars.accounts.models import Organisation
from webinars.storage.extensions import db
from webinars.web.forms.zones import zone_choices

SETTINGS = "/organise/vto/settings"
TYPED = {
    "name": "Villes et Territoires Occitanie",
    "short_name": "VTO",
    "tagline": "Centre de ressources pour la politique de la ville",
    "contact": "bonjour@vto.example.org",
    "colour": "165",
    "own_colour": "#7a3e91",
    "sender_name": "L’équipe de VTO",
    "timezone": "Indian/Reunion",
    "language": "fr",
    "controller": "Association VTO\r\n12 rue des Arts, Toulouse",
    "privacy_contact": "donnees@vto.example.org",
    "recipients": "L’hébergeur\r\nL’outil de visioconférence",
    "public_structures": "types",
    "public_territory": "regions",
}


def png(width: int = 300, height: int = 200) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "#7a3e91").save(out, "PNG")
    return out.getvalue()


def test_everything_typed_is_kept(desk: FlaskClient, organisation: Organisation) -> None:
    assert post(desk, SETTINGS, TYPED).location == SETTINGS

    db.session.refresh(organisation)
    kept = {name: getattr(organisation, name) for name in TYPED if name not in ("colour", "own_colour")}
    assert kept == {name: value.replace("\r\n", "\n") for name, value in TYPED.items() if name in kept}
    assert (organisation.hue, organisation.zone.key) == (165, "Indian/Reunion")
    assert "donnees@vto.example.org" in desk.get(SETTINGS).text


def test_the_hue_of_ones_own_colour_is_kept(desk: FlaskClient, organisation: Organisation) -> None:
    post(desk, SETTINGS, {**TYPED, "colour": "own", "own_colour": "#c0392b"})
    db.session.refresh(organisation)

    assert 20 <= organisation.hue <= 40
    assert read(desk.get(SETTINGS)).ticked["colour"] == ["own"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 201),
        ("contact", "nobody"),
        ("contact", "a@b@c.fr"),
        ("privacy_contact", "x@"),
        ("colour", "purple"),
        ("timezone", "Europe/Atlantis"),
        ("language", "la"),
        ("public_structures", "both"),
        ("public_territory", ""),
        ("presentation", "x" * 2001),
        ("controller", "x" * 2001),
        ("sender_name", "x" * 61),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_the_rest_is_kept(
    desk: FlaskClient, organisation: Organisation, field: str, value: str
) -> None:
    answer = post(desk, SETTINGS, {**TYPED, field: value})
    db.session.refresh(organisation)

    assert (answer.status_code, organisation.tagline) == (200, "")
    page = read(answer)
    assert page.summary == {field: page.error_for(field)}
    kept = ("tagline", "recipients")
    assert [page.values[name] for name in kept] == [TYPED[name].replace("\r\n", "\n") for name in kept]


def test_a_colour_that_is_none_is_refused_when_it_is_chosen(
    desk: FlaskClient, organisation: Organisation
) -> None:
    wrong = {**TYPED, "own_colour": "url(//evil.example)"}

    assert list(read(post(desk, SETTINGS, {**wrong, "colour": "own"})).summary) == ["own_colour"]
    assert post(desk, SETTINGS, wrong).status_code == 303


def test_line_breaks_never_reach_a_line(desk: FlaskClient, organisation: Organisation) -> None:
    post(
        desk,
        SETTINGS,
        {**TYPED, "sender_name": "VTO\r\nBcc: all@example.org", "name": "V\x00T\u2028O\x85 \u202eX"},
    )
    db.session.refresh(organisation)

    assert (organisation.sender_name, organisation.name) == ("VTO Bcc: all@example.org", "VT O X")


def test_what_is_not_in_the_form_cannot_be_set(desk: FlaskClient, organisation: Organisation) -> None:
    post(desk, SETTINGS, {**TYPED, "slug": "stolen", "logo": "f" * 64, "id": "99", "hue": "1"})
    db.session.refresh(organisation)

    assert (organisation.slug, organisation.logo, organisation.hue) == ("vto", None, 165)


def test_a_logo_is_written_anew_and_shown(desk: FlaskClient, organisation: Organisation) -> None:
    logo = (BytesIO(png()), "logo.svg", "image/svg+xml")  # what it is called does not matter
    assert post(desk, SETTINGS, {**TYPED, "logo-file": logo, "logo-shown": "none"}).location == SETTINGS
    db.session.refresh(organisation)
    picture = desk.get(f"/pictures/{organisation.logo}")

    assert f"/pictures/{organisation.logo}" in desk.get(SETTINGS).text
    assert organisation.tagline == TYPED["tagline"]
    assert (picture.mimetype, Image.open(BytesIO(picture.data)).size) == ("image/webp", (288, 192))

    post(desk, f"{SETTINGS}/logo/remove", {"logo-shown": organisation.logo})
    db.session.refresh(organisation)
    assert organisation.logo is None


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", png()[:60], b"%PDF-1.7"]
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    desk: FlaskClient, organisation: Organisation, content: bytes
) -> None:
    sent = {**TYPED, "logo-file": (BytesIO(content), "logo.png", "image/png")}
    page = read(post(desk, SETTINGS, sent))
    db.session.refresh(organisation)

    assert (organisation.logo, organisation.tagline) == (None, "")
    assert page.summary == {"logo-file": page.error_for("logo-file")}
    assert page.values["tagline"] == TYPED["tagline"]


def test_a_presentation_is_read_as_others_will_before_it_is_kept(
    desk: FlaskClient, organisation: Organisation
) -> None:
    sent = {**TYPED, "presentation": "Une **équipe** à Toulouse.", "contact": "nobody", "preview": "yes"}
    answer = post(desk, SETTINGS, sent)
    page = read(answer)
    db.session.refresh(organisation)
    preview = page.part("presentation-preview")

    assert (answer.status_code, organisation.presentation, page.summary) == (200, "", {})
    assert preview.plain_lines == ["Une équipe à Toulouse."]
    assert (page.values["contact"], page.values["tagline"]) == ("nobody", TYPED["tagline"])

    assert post(desk, SETTINGS, {**TYPED, "presentation": sent["presentation"]}).status_code == 303
    db.session.refresh(organisation)
    assert organisation.presentation == "Une **équipe** à Toulouse."


def test_a_logo_chosen_stays_while_another_field_is_corrected(
    desk: FlaskClient, organisation: Organisation
) -> None:
    sent = {**TYPED, "contact": "no address", "logo-file": (BytesIO(png()), "l.png"), "logo-shown": "none"}
    page = read(post(desk, SETTINGS, sent))
    assert list(page.summary) == ["contact"]

    again = {name: page.values[name] for name in ("logo-kept", "logo-shown")}
    assert post(desk, SETTINGS, {**TYPED, **again}).status_code == 303
    db.session.refresh(organisation)
    assert organisation.logo == again["logo-kept"] != ""


@pytest.mark.parametrize(("megabytes", "status"), [(3, 409), (6, 413)])
def test_a_logo_too_large_is_answered_beside_its_field(
    desk: FlaskClient, organisation: Organisation, megabytes: int, status: int
) -> None:
    page = post_file(desk, f"{SETTINGS}?lang=en", "logo-file", bytes(megabytes * 1024 * 1024))
    db.session.refresh(organisation)

    assert (page.status_code, organisation.logo) == (status, None)
    assert read(page).error_for("logo-file").startswith("Send a smaller file: 2 MB at most.")


def test_every_zone_is_offered_french_ones_first(app: Flask) -> None:
    with app.test_request_context("/?lang=fr"):
        zones = zone_choices()

    assert [choice.value for choice in zones][:3] == [
        "Europe/Paris",
        "America/Guadeloupe",
        "America/Martinique",
    ]
    assert len(zones) > 400
    assert len({choice.value for choice in zones}) == len(zones)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_place_is_offered_once(app: Flask, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        labels = [choice.label for choice in zone_choices()]

    assert sorted(set(labels)) == sorted(labels)


def test_a_zone_that_is_kept_under_another_name_stays(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        offered = {choice.label: choice.value for choice in zone_choices()}
        kept = {choice.label: choice.value for choice in zone_choices("Asia/Calcutta")}
        unknown = {choice.label: choice.value for choice in zone_choices("No/Such")}

    assert (offered["Kolkata"], unknown) == ("Asia/Kolkata", offered)
    assert kept == offered | {"Kolkata": "Asia/Calcutta"}


@pytest.mark.parametrize(
    "field", ["colour", "timezone", "language", "name", "contact", "public_structures", "public_territory"]
)
def test_a_missing_field_is_a_wrong_field(desk: FlaskClient, organisation: Organisation, field: str) -> None:
    page = post(desk, SETTINGS, {name: value for name, value in TYPED.items() if name != field})
    db.session.refresh(organisation)

    assert (page.status_code, list(read(page).summary), organisation.tagline) == (200, [field], "")


@pytest.mark.parametrize("value", ["", "zz", "fr fr"])
def test_an_answer_that_was_not_offered_is_refused_with_a_sentence(desk: FlaskClient, value: str) -> None:
    page = post(desk, f"{SETTINGS}?lang=en", {**TYPED, "language": value})

    assert read(page).error_for("language") == "Choose an answer of the list."
