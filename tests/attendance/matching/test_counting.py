"""Lines become people, and each of them is counted once."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.attendance.cast import KARIM, PEOPLE, TEAM, person
from tests.attendance.written_reports import previewed, row, table
from webinars.attendance.matching.presences import Presence, gather
from webinars.attendance.matching.roster import Roster
from webinars.attendance.reports.connections import Connection


def test_lines_of_one_address_or_one_name_are_one_person() -> None:
    lines = [
        Connection(2, "Ada", "ada@x.fr"),
        Connection(3, "Somebody", "ADA@x.fr"),
        Connection(4, "Bela Bartók"),
        Connection(5, "BARTOK Bela (Externe)"),
        Connection(6, "ada@x.fr"),
        Connection(7, "Bela Bartók", "no address"),
    ]

    assert [(one.shown_as, one.lines) for one in gather(lines)] == [
        ("Ada", (2, 3, 6)),
        ("Bela Bartók", (4, 5, 7)),
    ]


def test_somebody_who_withdrew_and_came_is_told_apart() -> None:
    withdrawn = person("nguyen", "Stéphane", "Nguyen", is_active=False)
    result = previewed(table([row("Stéphane Nguyen"), row("Karim Haddad")]), KARIM, withdrawn).as_json()

    assert (result["present"], result["cancelled_but_present"], result["absent"]) == (
        {"karim": {"minutes": 60, "match": "name_exact"}},
        {"nguyen": {"minutes": 60, "match": "name_exact"}},
        [],
    )


def test_several_lines_of_one_person_are_counted_once_by_the_surest() -> None:
    text = table(
        [
            row("Karim Haddad", leave="2024-03-12 10:30:00"),
            row("kh", "karim@example.org", join="2024-03-12 10:20:00", leave="2024-03-12 10:50:00"),
            row("Karim Hadad", join="2024-03-12 11:00:00", leave="2024-03-12 11:10:00"),
        ]
    )

    assert previewed(text, KARIM).as_json()["present"] == {"karim": {"minutes": 60, "match": "email"}}


NAMES = st.sampled_from(
    [
        *(
            "Karim Haddad",
            "HADDAD Karim",
            "Karim Hadad",
            "Sylvie Garcia",
            "Inès M",
            "Inès Marchand et Karim Haddad",
        ),
        *(
            "Salle 2",
            "0612345678",
            "",
            "Claire Dumas",
            "Olivier Castagné (Externe)",
            "=1+1",
            "karim@example.org",
        ),
    ]
)
ADDRESSES = st.sampled_from(["", "", "karim@example.org", "SYLVIE@example.org", "x@y.fr"])


@given(st.lists(st.tuples(NAMES | st.text(max_size=12), ADDRESSES), max_size=12))
def test_nobody_is_counted_twice_and_everybody_somewhere(lines: list[tuple[str, str]]) -> None:
    result = previewed_lines(lines)
    counted = [*result["present"], *result["brief"], *result["absent"], *result["absent_unless_review"]]

    assert sorted(counted) == sorted(one.key for one in PEOPLE)
    assert all(0 < one["minutes"] <= 90 for one in result["present"].values())


def previewed_lines(lines: Sequence[tuple[str, str]]) -> dict[str, dict[str, dict[str, int]]]:
    """The preview of lines that each stay an hour, beside one that is there in any case."""
    text = table([row("Équipe Webinaires"), *(row(name, email) for name, email in lines)])
    return previewed(text, roster=Roster(PEOPLE, TEAM)).as_json()


def test_a_presence_knows_its_lines() -> None:
    assert Presence("Ada", "", (Connection(3, "Ada"), Connection(9, "Ada"))).lines == (3, 9)
