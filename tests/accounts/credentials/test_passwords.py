"""Which passwords may be kept, and how."""

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from webinars.accounts.credentials.passwords import LONGEST, hash_password, is_outdated, is_password
from webinars.accounts.credentials.strength import (
    common_passwords,
    is_common,
    is_made_of,
    is_pattern,
    refusal_of,
)

NADIA = ["Nadia Benali", "nadia.benali", "villes-occitanie", "Villes et Territoires Occitanie", "VTO"]


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse1234",
        "MotDePasse2026!",
        "M0tDeP@sse2026",
        "P@ssw0rd123456",
        "password1234",
        "Bonjour123456!",
        "azertyuiop123",
        "AZERTYUIOPQSDF",
        "qsdfghjklmwxcvbn",
        "1qaz2wsx3edc",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "doudoudoudou",
        "Soleil2026!!!!",
        "correcthorsebatterystaple",
        "libertegalitefraternite",
        "webinaires2026",
        "politiquedelaville",
        "jetaimepourtoujours",
        "123456789987654321",
        "iloveyousomuch",
    ],
)
def test_what_is_tried_first_is_refused(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert refusal_of(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        "une girafe traverse Montauban",
        "correct cheval pile agrafe",
        "κάτι που θυμάμαι μόνο εγώ",
        "🦒🌧🕰🏛🎻🚲🧭🧶🪁🫐🍋🪴",
        "x9!vK2 q_Lm7#",
        "   des espaces autour   ",
        "l’été à Aulnay, l’hiver à Sète",
    ],
)
def test_what_is_hard_to_guess_is_kept(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert refusal_of(password, NADIA) is None


@pytest.mark.parametrize(
    "password", ["nadiabenali12", "Benali-Nadia-31", "VillesOccitanie!", "nadia.benali.vto", "vto.nadia.1980"]
)
def test_what_others_know_about_one_is_refused(password: str) -> None:
    assert is_made_of(password, NADIA)


def test_a_name_inside_a_long_phrase_is_no_harm() -> None:
    assert not is_made_of("nadia mange des cerises en hiver", NADIA)


@pytest.mark.parametrize(("length", "is_refused"), [(11, True), (12, False), (256, False), (257, True)])
def test_the_length_counts_signs(app: Flask, length: int, is_refused: bool) -> None:
    password = ("kzé🦒m!p9-rtv" * 30)[:length] + ""
    varied = "".join(chr(0x4E00 + 7 * n) for n in range(length))
    with app.test_request_context():
        assert (refusal_of(varied) is not None) == is_refused
    assert len(password) == length


def test_the_list_ships_with_us_and_holds_long_ones() -> None:
    assert len([word for word in common_passwords() if len(word) >= 12]) > 300


def test_every_listed_password_is_recognised_however_it_is_dressed() -> None:
    words = [word for word in common_passwords() if word.isalpha()][::40]

    assert [word for word in words if not is_common(f"{word.capitalize()}2026!")] == []


@given(st.text(min_size=1, max_size=LONGEST))
def test_judging_never_fails_and_never_changes_the_password(password: str) -> None:
    is_common(password)
    is_made_of(password, NADIA)

    assert isinstance(is_pattern(password), bool)


@pytest.mark.parametrize(
    "password", ["  avec des espaces  ", "été à Sète", "a" * 256, "🦒" * 64, "nul\x00dedans mot"]
)
def test_any_sign_counts_and_nothing_is_cut(password: str) -> None:
    kept = hash_password(password)

    assert (
        is_password(password, kept),
        is_password(password[:-1], kept),
        is_password(password.strip() + "x", kept),
    ) == (
        True,
        False,
        False,
    )


def test_an_accent_typed_in_two_ways_is_one_password() -> None:
    assert is_password("e\u0301te\u0301 a\u0300 Se\u0300te", hash_password("été à Sète"))


def test_the_cost_is_set() -> None:
    kept = hash_password("une girafe")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not is_outdated(kept)


def test_nobody_has_no_password() -> None:
    assert [is_password("une girafe", kept) for kept in (None, "", "no hash")] == [False] * 3


def test_a_password_is_not_read_beyond_four_times_what_it_may_have() -> None:
    long = "une girafe traverse " * 100

    assert is_password(long, hash_password(long[:1024])) is False
    assert is_password(long[:1024], hash_password(long[:1024])) is True


def test_more_accents_than_any_language_has_make_no_password(app: Flask) -> None:
    with force_locale("en"):
        assert refusal_of("une girafe" + "\u0315\u0327" * 20) == (
            "Take accents away: one letter carries more than 30 of them."
        )
