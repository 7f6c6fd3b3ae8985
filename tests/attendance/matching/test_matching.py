"""Who a line is about: address before name, names only when they are sure, nobody twice."""

import pytest

from tests.attendance.cast import KARIM, PEOPLE, TEAM
from webinars.attendance.matching.line_kinds import LineKind
from webinars.attendance.matching.matcher import Match, MatchMethod, Outcome, ReviewReason, match
from webinars.attendance.matching.presences import gather
from webinars.attendance.matching.roster import KnownPerson, Roster
from webinars.attendance.matching.shown_names import name_key
from webinars.attendance.reports.connections import Connection
from webinars.attendance.reports.notices import Notice


def matched(name: str, email: str = "", *, is_staff: bool = False, roster: Roster | None = None) -> Match:
    """What a line of that name and address is concluded to be."""
    presence = gather([Connection(2, name, email, is_staff=is_staff)])
    return match(presence, roster or Roster(PEOPLE, TEAM))[0]


def conclusion(
    name: str, email: str = "", **details: bool
) -> tuple[Outcome, tuple[str, ...], MatchMethod | None]:
    """The outcome, who, and how."""
    found = matched(name, email, **details)
    return found.outcome, found.keys, found.how


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Whoever", "team@example.org"),
        ("Équipe Webinaires", ""),
        ("EQUIPE WEBINAIRES (Host)", ""),
        ("Dr Solène Abgrall", "solene@elsewhere.example.org"),
        ("Solène Abgrall - Université", ""),
    ],
)
def test_the_declared_team_is_never_counted(name: str, email: str) -> None:
    assert conclusion(name, email) == (Outcome.TEAM, (), None)


def test_somebody_joined_to_the_team_is_counted() -> None:
    assert conclusion("Solène Abgrall et Karim Haddad") == (
        Outcome.MATCHED,
        ("karim",),
        MatchMethod.NAME_EXACT,
    )


def test_a_host_is_of_the_team_unless_registered() -> None:
    assert conclusion("Claire Dumas", is_staff=True) == (Outcome.TEAM, (), None)
    assert conclusion("Claire Dumas (Host)") == (Outcome.TEAM, (), None)
    assert conclusion("Karim Haddad", is_staff=True) == (Outcome.MATCHED, ("karim",), MatchMethod.NAME_EXACT)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("fx", "Karim@Example.org"),
        ("", "karim@example.org"),
        ("KARIM@example.org", ""),
        ("=1+1", "karim@example.org"),
    ],
)
def test_an_address_decides(name: str, email: str) -> None:
    assert conclusion(name, email) == (Outcome.MATCHED, ("karim",), MatchMethod.EMAIL)


@pytest.mark.parametrize(
    ("name", "notices"),
    [
        ("Olivier Castagné", (Notice.EMAIL_NAME_CONFLICT,)),
        ("Claire Dumas", (Notice.EMAIL_NAME_CONFLICT,)),
        ("Karim", ()),
        ("K. Haddad", ()),
        ("Haddad Mairie", ()),
        ("iPhone de Claire", ()),
        ("Salle Claire Dumas", ()),
    ],
)
def test_an_address_wins_over_another_name_and_this_is_told(name: str, notices: tuple[Notice, ...]) -> None:
    found = matched(name, "karim@example.org")

    assert (found.keys, found.notices) == (("karim",), notices)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("HADDAD Karim", "karim"),
        ("Karim Haddad (Externe)", "karim"),
        ("HADDAD Karim - CA Val-Clair", "karim"),
        ("kh (Karim Haddad)", "karim"),
        ("Elodie LEFEVRE MARTIN", "elodie"),
        ("lefevremartin elodie", "elodie"),
        ("Mme Élodie Lefèvre-Martin, Ateliers du Pont", "elodie"),
    ],
)
def test_an_exact_name_decides(name: str, key: str) -> None:
    assert conclusion(name) == (Outcome.MATCHED, (key,), MatchMethod.NAME_EXACT)


def test_an_unknown_address_leaves_it_to_the_name() -> None:
    assert conclusion("Karim Haddad", "k@home.example.org") == (
        Outcome.MATCHED,
        ("karim",),
        MatchMethod.NAME_EXACT,
    )


@pytest.mark.parametrize(
    "name", ["Sylvie Garcia", "GARCIA Sylvie", "Sylvie Garcia - Préfecture", "SG (Sylvie Garcia)"]
)
def test_homonyms_are_never_decided(name: str) -> None:
    found = matched(name)

    assert (found.outcome, found.why) == (Outcome.REVIEW, ReviewReason.HOMONYMS)
    assert [candidate.key for candidate in found.candidates] == ["sylvie", "sylvie2"]


def test_a_line_may_name_two_people() -> None:
    assert conclusion("Karim Haddad / Inès Marchand") == (
        Outcome.MATCHED,
        ("karim", "ines"),
        MatchMethod.NAME_EXACT,
    )
    assert matched("Karim Haddad et Inès Marchand").notices == ()


@pytest.mark.parametrize(
    "name", ["Karim Haddad et Claire Dumas", "Claire Dumas & Karim Haddad", "Karim Haddad + 1"]
)
def test_a_second_person_who_is_not_registered_is_told(name: str) -> None:
    found = matched(name)

    assert (found.keys, found.notices) == (("karim",), (Notice.EXTRA_PERSON_IN_LINE,))


def test_a_structure_named_with_an_and_is_no_second_person() -> None:
    assert matched("Karim Haddad - Ville et métropole").notices == ()


def test_two_names_around_brackets_are_left_to_somebody() -> None:
    found = matched("Karim Haddad (Inès Marchand)")

    assert (found.outcome, found.why, len(found.candidates)) == (
        Outcome.REVIEW,
        ReviewReason.SEVERAL_NAMES,
        2,
    )


@pytest.mark.parametrize(
    ("name", "key"), [("Karim HADAD", "karim"), ("Olivier Castagnet", "olivier"), ("KarimHaddad", "karim")]
)
def test_a_near_name_decides_and_says_so(name: str, key: str) -> None:
    found = matched(name)

    assert (found.outcome, found.keys, found.how) == (Outcome.MATCHED, (key,), MatchMethod.NAME_FUZZY)
    assert found.score is not None
    assert 92 <= found.score <= 100


def test_a_near_name_of_homonyms_does_not_decide() -> None:
    assert matched("Silvie Garcia").outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Castagne O.", "olivier"),
        ("O. Castagné", "olivier"),
        ("Lefèvre-Martin", "elodie"),
        ("Inès M", "ines"),
        ("M. Inès", "ines"),
        ("Inès", "ines"),
        ("Paul Marchand", "ines"),
        ("iPhone de Inès Marchand", "ines"),
    ],
)
def test_part_of_a_name_is_left_to_somebody(name: str, key: str) -> None:
    found = matched(name)

    assert (found.outcome, found.why) == (Outcome.REVIEW, ReviewReason.APPROXIMATE)
    assert [candidate.key for candidate in found.candidates] == [key]


def test_a_first_name_of_several_people_says_nothing() -> None:
    assert (matched("Sylvie").outcome, matched("Sylvie").kind) == (Outcome.UNMATCHED, LineKind.PERSON)


@pytest.mark.parametrize("name", ["<b>Karim Haddad</b>", "=Karim Haddad", "Karim Haddad https://example.org"])
def test_something_odd_is_never_matched_by_its_name(name: str) -> None:
    assert (matched(name).outcome, matched(name).kind) == (Outcome.UNMATCHED, LineKind.SUSPICIOUS)


def test_an_earlier_decision_is_followed_except_against_an_address() -> None:
    roster = Roster(
        PEOPLE, TEAM, aliases={name_key("Sylvie Garcia"): "sylvie2", name_key("33612***78"): "gone"}
    )

    assert matched("GARCIA Sylvie (Externe)", roster=roster).keys == ("sylvie2",)
    assert matched("GARCIA Sylvie (Externe)", roster=roster).how is MatchMethod.ALIAS
    assert matched("Sylvie Garcia", "sylvie@example.org", roster=roster).keys == ("sylvie",)
    assert matched("33612***78", roster=roster).outcome is Outcome.UNMATCHED


def test_the_name_that_is_kept_has_no_phone_number() -> None:
    assert matched("33612***78").name_to_keep == "***78"


def test_of_two_registrations_of_one_address_the_active_one_counts() -> None:
    withdrawn = KnownPerson("before", "Karim", "Haddad", KARIM.email, is_active=False)

    assert matched("kh", KARIM.email, roster=Roster([KARIM, withdrawn])).keys == ("karim",)
