"""Names in addresses."""

from webinars.accounts.slugs import RESERVED_INSIDE, free_slug, slug_of


def test_a_title_becomes_plain_letters() -> None:
    assert slug_of("Cités de l’Emploi : Quèsaco ?") == "cites-de-l-emploi-quesaco"


def test_a_long_title_is_cut_at_a_word() -> None:
    assert slug_of("Achats " * 20) == "-".join(["achats"] * 8)


def test_a_name_is_never_given_twice() -> None:
    assert free_slug("Emploi", {"emploi", "emploi-2"}, otherwise="cycle") == "emploi-3"


def test_our_own_addresses_are_not_given_away() -> None:
    assert free_slug("New", set(), reserved=RESERVED_INSIDE, otherwise="cycle") == "new-2"


def test_a_title_without_letters_has_a_name_too() -> None:
    assert free_slug("——", set(), otherwise="cycle") == "cycle"
