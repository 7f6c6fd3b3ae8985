"""What is around a name, what may be in it, and what kind of line it is when it is nobody's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.attendance.matching.line_kinds import LineKind, kind_of, mask_phones
from webinars.attendance.matching.shown_names import clean_name, is_labelled_as_staff, name_key, read_name
from webinars.words.folding import name_words


@pytest.mark.parametrize(
    ("shown", "cleaned"),
    [
        ("Karim Haddad (External)", "Karim Haddad"),
        ("HADDAD, Karim (Externe)", "HADDAD, Karim"),
        ("Thomas de La Tour (Non vérifié)", "Thomas de La Tour"),
        ("Ada Lovelace [Guest]", "Ada Lovelace"),
        ("Ada Lovelace (Host, me)", "Ada Lovelace"),
        ("Ada (Ville de Valbrune)", "Ada (Ville de Valbrune)"),
        ("\u202eAda\u200b Love\u2060lace\u200f", "Ada Lovelace"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("+33 5 61 00 00 00 (Unverified)", "+33 5 61 00 00 00"),
    ],
)
def test_marks_and_invisible_signs_are_removed(shown: str, cleaned: str) -> None:
    assert clean_name(shown) == cleaned


def test_the_host_is_marked() -> None:
    shown = ("Ada (Host)", "Ada (Hôte)", "Ada (Host, me)", "Ada (Guest)", "Ada Host")

    assert [is_labelled_as_staff(name) for name in shown] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Dr Solène Abgrall", "solene abgrall"),
        ("Mme Ada Lovelace", "ada lovelace"),
        ("M. Petit", "m petit"),
        ("Jean-Baptiste N’Diaye", "jean baptiste ndiaye"),
    ],
)
def test_titles_go_when_two_words_remain(name: str, words: str) -> None:
    assert " ".join(name_words(name)) == words


def test_two_spellings_of_a_name_have_one_key() -> None:
    assert {name_key(name) for name in ("HADDAD, Karim (Externe)", "Karim Haddad", "karim  haddad")} == {
        "haddad karim"
    }


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Karim Haddad", ["karim haddad"]),
        (
            "jb ndiaye (Jean-Baptiste N'Diaye)",
            ["jb ndiaye jean baptiste ndiaye", "jb ndiaye", "jean baptiste ndiaye"],
        ),
        ("HADDAD Karim - CA Val-Clair", ["haddad karim ca val clair", "haddad karim", "ca val clair"]),
        ("Ada Lovelace | Ville", ["ada lovelace ville", "ada lovelace", "ville"]),
        ("Ada Lovelace/Ville", ["ada lovelace ville", "ada lovelace", "ville"]),
        ("Ada et Bela Bartók", ["ada et bela bartok", "ada", "bela bartok"]),
        ("Ada & Bela+Cleo", ["ada bela cleo", "ada", "bela", "cleo"]),
        ("Lefèvre-Martin", ["lefevre martin"]),
    ],
)
def test_the_parts_that_may_be_a_name(name: str, candidates: list[str]) -> None:
    assert [" ".join(words) for words in read_name(name).candidates] == candidates


def test_only_neighbours_of_an_and_are_joined() -> None:
    name = read_name("Karim Haddad - Politique de la ville et emploi")

    assert [segment.is_joined for segment in name.segments] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("33612***78", LineKind.PHONE),
        ("+33 5 61 00 00 00", LineKind.PHONE),
        ("Téléphone 06.12.34.56.78", LineKind.PHONE),
        ("Salle Réunion RDC", LineKind.ROOM),
        ("Mairie – 4 personnes", LineKind.ROOM),
        ("Meeting room 2", LineKind.ROOM),
        ("iPhone", LineKind.GENERIC),
        ("iPhone de Marie", LineKind.GENERIC),
        ("Guest", LineKind.GENERIC),
        ("Anonyme", LineKind.GENERIC),
        ("Galaxy S21", LineKind.GENERIC),
        ("Zoom user 12", LineKind.GENERIC),
        ("", LineKind.GENERIC),
        ("???", LineKind.GENERIC),
        ("=HYPERLINK(1)", LineKind.SUSPICIOUS),
        ("<script>alert(1)</script>", LineKind.SUSPICIOUS),
        ("{{ config }}", LineKind.SUSPICIOUS),
        ("@everyone", LineKind.SUSPICIOUS),
        ("Gagnez sur www.example.org", LineKind.SUSPICIOUS),
        ("https://example.org", LineKind.SUSPICIOUS),
        ("Claire Dumas", LineKind.PERSON),
        ("Agent 007", LineKind.PERSON),
    ],
)
def test_the_kind_of_a_line_that_is_nobody_s(name: str, kind: LineKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("33612***78", "***78"),
        ("+33 5 61 00 00 00", "***00"),
        ("Ada 06.12.34.56.78", "Ada ***78"),
        ("Agent 007", "Agent 007"),
        ("Ada Lovelace", "Ada Lovelace"),
    ],
)
def test_of_a_phone_number_two_digits_are_kept(name: str, kept: str) -> None:
    assert mask_phones(name) == kept


@given(st.text())
def test_any_name_has_a_kind_and_parts(name: str) -> None:
    cleaned = clean_name(name)

    assert kind_of(cleaned) in LineKind
    assert all(read_name(cleaned).candidates)
    assert len(mask_phones(cleaned)) <= len(cleaned)
