"""Names in addresses."""

import pytest
from flask import Flask

from webinars.accounts.slugs import RESERVED, RESERVED_INSIDE, free_slug, slug_of


def test_a_title_becomes_plain_letters() -> None:
    assert slug_of("Cités de l’Emploi : Quèsaco ?") == "cites-de-l-emploi-quesaco"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("L’Œuvre & l'œuf", "l-oeuvre-l-oeuf"),
        ("Île d’Yeu – l’été à Saint-Étienne (42)", "ile-d-yeu-l-ete-a-saint-etienne-42"),
        ("Noël, Ÿ, ÇÀ ET LÀ : aiguë…", "noel-y-ca-et-la-aigue"),
        ("« Guillemets » : n° 5 ; 1er, 2ᵉ", "guillemets-n-5-1er-2e"),
        ("1,000 voix, 3,5 % et 10 000", "1-000-voix-3-5-et-10-000"),
        ("R&D, C++ &amp; &#233;", "r-d-c-amp-233"),
        ("Straße, Łódź, Ørsted, Đorđe", "strasse-lodz-orsted-dorde"),
        ("cœ\u0301ur e\u0301te\u0301", "coeur-ete"),
        ("a_b\u00a0c\u200dd", "a-b-cd"),
        # as few signs as these were dropped before, what stood around a dash was glued
        ("avant—après", "avant-apres"),
        ("10 €", "10-eur"),
        ("Москва", "moskva"),
        ("\ud800", ""),
    ],
)
def test_a_name_is_written_as_it_is_read(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_long_title_is_cut_at_a_word() -> None:
    assert slug_of("Achats " * 20) == "-".join(["achats"] * 8)


def test_a_name_is_never_given_twice() -> None:
    assert free_slug("Emploi", {"emploi", "emploi-2"}, otherwise="cycle") == "emploi-3"


def test_our_own_addresses_are_not_given_away() -> None:
    assert free_slug("New", set(), reserved=RESERVED_INSIDE, otherwise="cycle") == "new-2"


def test_a_title_without_letters_has_a_name_too() -> None:
    assert free_slug("——", set(), otherwise="cycle") == "cycle"


def test_an_organisation_never_takes_the_address_of_a_page(app: Flask) -> None:
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules() if not rule.rule.startswith("/<")}

    assert sorted(first - RESERVED - {""}) == []


def test_names_become_addresses() -> None:
    assert [slug_of("L’Œuvre & l’été : à Sète"), slug_of("東京"), slug_of("x" * 80, limit=10)] == [
        "l-oeuvre-l-ete-a-sete",
        "dongjing",
        "x" * 10,
    ]
    assert free_slug("Me", set()) == "me-2"
    assert free_slug("Réseau", {"reseau", "reseau-2"}) == "reseau-3"
